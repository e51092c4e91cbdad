//! Keys in the keychain of the system: Keychain on macOS, Credential Manager on Windows, the Secret Service
//! (GNOME Keyring, KWallet and others) elsewhere.

use keyring::{Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};

use super::{KeysError, Place};

const SERVICE: &str = "placet";
/// A name that no key has, asked for to see whether the keychain answers.
const PROBE: &str = "(does the keychain answer?)";

/// The keychain, which has answered once.
pub(super) struct Keychain;

impl Keychain {
    /// Asks the keychain something, so that one which does not answer is known at once.
    pub(super) fn open() -> Result<Self, KeysError> {
        let answers = match Entry::store_status() {
            Ok(()) => read(PROBE).map(drop).map_err(|error| reason(&error)),
            Err(error) => Err(reason(error)),
        };
        answers.map(|()| Self).map_err(|reason| {
            KeysError::Unavailable(format!(
                "no keychain answers here ({reason}); choose another place for keys: PLACET_KEYS=env for \
                 variables PLACET_KEY_<NAME>, PLACET_KEYS=fd:N for lines NAME=VALUE on an open file \
                 descriptor, or PLACET_KEYS=age:FILE for an encrypted file"
            ))
        })
    }
}

fn read(key: &str) -> Result<Option<SecretString>, Error> {
    match Entry::new(SERVICE, key)?.get_password() {
        Ok(secret) => Ok(Some(secret.into())),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the keychain said. Never its `Debug`, and never the text of those errors that carry what was read.
fn reason(error: &Error) -> String {
    match error {
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "what it holds there is no text".to_owned(),
        Error::Ambiguous(_) => "it holds more than one of that name".to_owned(),
        _ => error.to_string(),
    }
}

impl Place for Keychain {
    fn name(&self) -> &'static str {
        "keychain"
    }

    fn whereabouts(&self) -> &'static str {
        "in the keychain"
    }

    fn remedy(&self, key: &str) -> String {
        format!("Keep it there as service \"{SERVICE}\", user \"{key}\", and try the delivery again.")
    }

    fn read(&self, key: &str) -> Result<Option<SecretString>, KeysError> {
        read(key).map_err(|error| {
            KeysError::Unavailable(format!(
                "The keychain did not give the key \"{key}\" out: {}. Unlock it and try again.",
                reason(&error)
            ))
        })
    }

    fn write(&self, key: &str, secret: &SecretString) -> Result<(), KeysError> {
        let written = Entry::new(SERVICE, key).and_then(|entry| entry.set_password(secret.expose_secret()));
        written.map_err(|error| {
            KeysError::Unavailable(format!(
                "The keychain did not take the key \"{key}\": {}. Unlock it and try again.",
                reason(&error)
            ))
        })
    }

    fn remove(&self, key: &str) -> Result<(), KeysError> {
        match Entry::new(SERVICE, key).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(KeysError::Unavailable(format!(
                "The keychain did not take the key \"{key}\" out: {}. Unlock it and try again.",
                reason(&error)
            ))),
        }
    }
}
