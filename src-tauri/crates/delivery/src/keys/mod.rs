//! Keys by name: where they live, and what has been read from there.

mod age;
mod audit;
mod aws_profile;
mod choice;
mod descriptor;
mod environment;
mod keychain;
mod life;
mod lines;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use placet_review::{JwtAlgorithm, KEY_NAME_RULE, MessageAlgorithm};
use secrecy::{ExposeSecret as _, SecretString};

pub use self::choice::KeyChoice;
pub use self::life::NewKey;
use crate::signer::SigningKey;

/// Why a key cannot be had. The text says what to do and never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The text names no place.
    #[error("this is no place for keys; choose keychain, env, fd:N or age:FILE")]
    NoSuchPlace,
    /// The place cannot be opened, read or written.
    #[error("{0}")]
    Unavailable(String),
    /// There is no such key there.
    #[error("There is no key \"{key}\" {place}. {remedy}")]
    Missing {
        /// Its name.
        key: String,
        /// Where it was looked for.
        place: &'static str,
        /// How to put it there.
        remedy: String,
    },
    /// Placet cannot write there.
    #[error("Placet cannot make keys {place}. {remedy}")]
    ReadOnly {
        /// Where.
        place: &'static str,
        /// How a person can.
        remedy: String,
    },
    /// Another key has this name.
    #[error("There is a key \"{key}\" {place} already, and it may be in use. Choose another name.")]
    Taken {
        /// The name.
        key: String,
        /// Where it is.
        place: &'static str,
    },
    /// Placet cannot take keys out there.
    #[error("Placet cannot take keys out {place}. {remedy}")]
    KeptElsewhere {
        /// Where.
        place: &'static str,
        /// How a person can.
        remedy: String,
    },
    /// The key is there and cannot be used for this.
    #[error("The key \"{key}\" cannot sign: {reason}.")]
    Unusable {
        /// Its name.
        key: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The name of the audit chain's key, which signs nothing else.
    #[error("The key \"{0}\" seals the audit chain and signs nothing else; use another name.")]
    Reserved(String),
    /// A name that not every place could hold.
    #[error("This cannot name a key: {KEY_NAME_RULE}.")]
    BadName,
}

/// Somewhere that keys live. All of it may block: keychains ask the person to unlock them.
trait Place: Send + Sync {
    /// The word for it: `keychain`, `env`, `fd` or `age`.
    fn name(&self) -> &'static str;
    /// Completes "There is no key ...".
    fn whereabouts(&self) -> &'static str;
    /// How a person puts the key there, in one sentence.
    fn remedy(&self, key: &str) -> String;
    /// The key, or `None` if there is none of that name.
    fn read(&self, key: &str) -> Result<Option<SecretString>, KeysError>;
    /// Keeps the key in place of any other of that name.
    fn write(&self, key: &str, secret: &SecretString) -> Result<(), KeysError>;
    /// Keeps the key no longer. One that is not there is gone already.
    fn remove(&self, key: &str) -> Result<(), KeysError>;
}

/// What a key is for. One text can serve for several uses, parsed in several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Use {
    StandardWebhooks,
    Jwt(JwtAlgorithm),
    Message(MessageAlgorithm),
    Aws,
    /// What has the name is no key but a profile of the machine's own AWS files.
    AwsProfile,
    HeaderText,
    Password,
    OauthClient,
    OauthAssertion,
    ClientCertificate,
}

/// The keys, wherever they live. A key is read and parsed once and then kept, until it fails.
pub struct Keys {
    place: Box<dyn Place>,
    kept: Mutex<Kept>,
    /// Held while a key is made, brought in or taken out: whether a name is free is asked before it is written.
    changing: Mutex<()>,
}

#[derive(Default)]
struct Kept {
    keys: HashMap<(String, Use), Arc<SigningKey>>,
    /// Grows when keys are forgotten: what was read before that may be an old one and is not kept.
    round: u64,
}

impl Keys {
    /// Opens the place that was chosen, and no other: a keychain that does not answer is an error, never a
    /// reason to keep keys in a file. May block, and may ask for a passphrase at the terminal.
    pub fn open(choice: &KeyChoice) -> Result<Self, KeysError> {
        let place: Box<dyn Place> = match choice {
            KeyChoice::Keychain => Box::new(keychain::Keychain::open()?),
            KeyChoice::Environment => Box::new(environment::Environment::read(std::env::vars_os())),
            KeyChoice::Descriptor(number) => Box::new(descriptor::Descriptor::read(*number)?),
            KeyChoice::Age(file) => Box::new(age::AgeFile::open(file)?),
        };
        Ok(Self::in_place(place))
    }

    fn in_place(place: Box<dyn Place>) -> Self {
        Self { place, kept: Mutex::default(), changing: Mutex::default() }
    }

    /// The word for the place: `keychain`, `env`, `fd` or `age`.
    pub fn name(&self) -> &'static str {
        self.place.name()
    }

    /// The key if it was read before. Never blocks.
    pub(crate) fn kept(&self, name: &str, used: Use) -> Option<Arc<SigningKey>> {
        self.lock().keys.get(&(name.to_owned(), used)).cloned()
    }

    /// Reads, parses and keeps the key. May block.
    pub(crate) fn load(&self, name: &str, used: Use) -> Result<Arc<SigningKey>, KeysError> {
        if used == Use::AwsProfile {
            // Not kept: other programs change those files every hour.
            return aws_profile::read(name).map(|key| Arc::new(SigningKey::Aws(key)));
        }
        if audit::is_its_name(name) {
            return Err(KeysError::Reserved(name.to_owned()));
        }
        let round = self.lock().round;
        let secret = self.place.read(name)?.ok_or_else(|| self.missing(name))?;
        let key = SigningKey::parse(&secret, used)
            .map_err(|reason| KeysError::Unusable { key: name.to_owned(), reason })?;
        let key = Arc::new(key);
        let mut kept = self.lock();
        if kept.round == round {
            kept.keys.insert((name.to_owned(), used), key.clone());
        }
        Ok(key)
    }

    /// The text of a key that is shown to whoever hands out tokens. It is seldom needed and not kept. May block.
    pub(crate) fn text(&self, name: &str) -> Result<SecretString, KeysError> {
        if audit::is_its_name(name) {
            return Err(KeysError::Reserved(name.to_owned()));
        }
        let secret = self.place.read(name)?.ok_or_else(|| self.missing(name))?;
        Ok(secret.expose_secret().trim().into())
    }

    /// Reads these keys anew when they are next needed: somebody may have changed them.
    pub(crate) fn forget(&self, names: &[&str]) {
        let mut kept = self.lock();
        kept.round += 1;
        kept.keys.retain(|(name, _), _| !names.contains(&name.as_str()));
    }

    fn missing(&self, name: &str) -> KeysError {
        KeysError::Missing {
            key: name.to_owned(),
            place: self.place.whereabouts(),
            remedy: self.place.remedy(name),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // A map of whole entries is in order even if a holder panicked.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("place", &self.name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
