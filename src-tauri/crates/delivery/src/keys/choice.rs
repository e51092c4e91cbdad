//! The choice of where keys live, which is always somebody's own.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::KeysError;

/// Where keys live, as it is chosen: `keychain`, `env`, `fd:N` or `age:FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyChoice {
    /// The keychain of the system.
    Keychain,
    /// Variables `PLACET_KEY_<NAME>` of the environment.
    Environment,
    /// Lines `NAME=VALUE`, read once from this open file descriptor.
    Descriptor(u32),
    /// A file encrypted with age under a passphrase.
    Age(PathBuf),
}

impl FromStr for KeyChoice {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        // Not said what it is instead: somebody may have put a key there.
        let no_such_place = || KeysError::NoSuchPlace;
        match text.split_once(':') {
            None if text == "keychain" => Ok(Self::Keychain),
            None if text == "env" => Ok(Self::Environment),
            Some(("fd", number)) => number.parse().map(Self::Descriptor).map_err(|_| no_such_place()),
            Some(("age", file)) if !file.is_empty() => Ok(Self::Age(file.into())),
            None | Some(_) => Err(no_such_place()),
        }
    }
}

impl fmt::Display for KeyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keychain => f.write_str("keychain"),
            Self::Environment => f.write_str("env"),
            Self::Descriptor(number) => write!(f, "fd:{number}"),
            Self::Age(file) => write!(f, "age:{}", file.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::KeyChoice;

    #[rstest]
    #[case("keychain", KeyChoice::Keychain)]
    #[case("env", KeyChoice::Environment)]
    #[case("fd:3", KeyChoice::Descriptor(3))]
    #[case("age:/keys/placet.age", KeyChoice::Age("/keys/placet.age".into()))]
    #[case("age:C:\\keys.age", KeyChoice::Age("C:\\keys.age".into()))]
    fn a_place_is_chosen_by_its_word(#[case] text: &str, #[case] choice: KeyChoice) {
        assert_eq!(text.parse::<KeyChoice>().expect("a place"), choice);
        assert_eq!(choice.to_string(), text);
    }

    #[rstest]
    #[case("")]
    #[case("file:/tmp/keys")]
    #[case("fd:")]
    #[case("fd:-1")]
    #[case("age:")]
    #[case("environment")]
    fn any_other_word_is_refused_with_the_choices(#[case] text: &str) {
        let error = text.parse::<KeyChoice>().expect_err("no place").to_string();
        assert!(error.contains("keychain, env, fd:N or age:FILE"), "{error}");
    }
}
