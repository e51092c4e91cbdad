//! Keys in the environment: `PLACET_KEY_<NAME>`.

use std::collections::HashMap;
use std::ffi::OsString;

use secrecy::{ExposeSecret as _, SecretString};

use super::{KeysError, Place, lines};
use crate::signer::standard_webhooks;

const PREFIX: &str = "PLACET_KEY_";

/// The variables as they were when Placet started.
pub(super) struct Environment {
    variables: HashMap<String, SecretString>,
}

/// The variable of a key: `demo-digits` is `PLACET_KEY_DEMO_DIGITS`.
fn variable(key: &str) -> String {
    let fold = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    PREFIX.chars().chain(key.chars().map(fold)).collect()
}

impl Environment {
    /// Takes the keys out of these variables. What is not UTF-8 is no key, nor is what is empty.
    pub(super) fn read(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        let key = |(name, value): (OsString, OsString)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
            let value = value.into_string().ok().filter(|value| !value.is_empty())?;
            Some((name, value.into()))
        };
        Self { variables: variables.filter_map(key).collect() }
    }
}

impl Place for Environment {
    fn name(&self) -> &'static str {
        "env"
    }

    fn whereabouts(&self) -> &'static str {
        "in the environment"
    }

    fn remedy(&self, key: &str) -> String {
        format!("Set {} and start Placet again.", variable(key))
    }

    fn read(&self, key: &str) -> Result<Option<SecretString>, KeysError> {
        let unusable = |reason| KeysError::Unusable { key: key.to_owned(), reason };
        self.variables
            .get(&variable(key))
            .map(|text| lines::value(text.expose_secret()))
            .transpose()
            .map_err(unusable)
    }

    fn write(&self, key: &str, secret: &SecretString) -> Result<(), KeysError> {
        let variable = variable(key);
        let remedy = if self.variables.contains_key(&variable) {
            format!("{variable} is set already: use the key \"{key}\" as it is.")
        } else if !standard_webhooks::is_secret(secret) {
            format!(
                "Set {variable} to the key's text, as a JSON string if it has several lines, and start Placet again: \
                 then the key \"{key}\" is there."
            )
        } else {
            format!(
                "Set {variable} to whsec_ followed by what `openssl rand -base64 32` prints, and start Placet \
                 again: then the key \"{key}\" is there."
            )
        };
        Err(KeysError::ReadOnly { place: self.whereabouts(), remedy })
    }

    fn remove(&self, key: &str) -> Result<(), KeysError> {
        let variable = variable(key);
        if !self.variables.contains_key(&variable) {
            return Ok(());
        }
        let remedy = format!("Unset {variable} and start Placet again.");
        Err(KeysError::KeptElsewhere { place: self.whereabouts(), remedy })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::{Environment, Place as _};

    fn environment() -> Environment {
        let set =
            [("PLACET_KEY_DEMO_DIGITS", "whsec_hush"), ("PLACET_KEYS_PASSPHRASE", "hush"), ("PATH", "/bin")];
        Environment::read(set.into_iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn a_key_is_the_variable_of_its_name() {
        let secret = environment().read("demo-digits").expect("readable").expect("set");
        assert_eq!(secret.expose_secret(), "whsec_hush");
        assert!(
            environment().read("s_passphrase").expect("readable").is_none(),
            "no other variable is a key"
        );
    }

    #[test]
    fn taking_a_key_out_says_which_variable_to_unset() {
        let error = environment().remove("demo-digits").expect_err("read only").to_string();
        assert!(error.contains("Unset PLACET_KEY_DEMO_DIGITS") && !error.contains("hush"), "{error}");
        environment().remove("faces").expect("it is not there");
    }

    #[test]
    fn making_a_key_says_which_variable_to_set() {
        let error =
            environment().write("faces.prod", &"whsec_new".into()).expect_err("read only").to_string();
        assert!(
            error.contains("PLACET_KEY_FACES_PROD") && error.contains("openssl rand -base64 32"),
            "{error}"
        );
        assert!(!error.contains("whsec_new"), "{error}");
        let error =
            environment().write("demo-digits", &"whsec_new".into()).expect_err("read only").to_string();
        assert!(error.contains("set already") && !error.contains("hush"), "{error}");
        let error = environment().write("pair", &"-----BEGIN".into()).expect_err("read only").to_string();
        assert!(error.contains("PLACET_KEY_PAIR") && !error.contains("whsec_"), "{error}");
        let emptied = Environment::read([("PLACET_KEY_FACES".into(), "".into())].into_iter());
        let error = emptied.write("faces", &"whsec_new".into()).expect_err("read only").to_string();
        assert!(!error.contains("set already"), "an empty variable is none: {error}");
    }
}
