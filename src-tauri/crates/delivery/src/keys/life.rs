//! The life of a key: made or brought in, and taken out.

use std::fmt;
use std::sync::{MutexGuard, PoisonError};

use placet_review::{JwtSigning, KeyKind, is_key_name};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Keys, KeysError, Use, audit};
use crate::signer::jwt::Jwk;
use crate::signer::{SigningKey, made};

/// A key that was made, and what its receiver needs: the secret itself, to be shown once, or its public half.
pub enum NewKey {
    /// Both sides have it.
    Shared(SecretString),
    /// The receiver has this half: `whpk_...`, or PEM.
    Public(String),
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(_) => f.debug_tuple("Shared").finish_non_exhaustive(),
            Self::Public(public) => f.debug_tuple("Public").field(public).finish(),
        }
    }
}

impl Keys {
    /// Makes a key and keeps it under this name, in place of any other only if that is said. May block, also because
    /// RSA keys take their time.
    pub fn create(&self, name: &str, kind: KeyKind, replace: bool) -> Result<NewKey, KeysError> {
        may_be_named(name)?;
        let _changing = self.changing();
        if !replace {
            self.is_free(name)?;
        }
        let (secret, public) = made::key(kind).map_err(|why| KeysError::Unavailable(format!("{why}.")))?;
        self.place.write(name, &secret)?;
        self.forget(&[name]);
        Ok(public.map_or_else(|| NewKey::Shared(secret), NewKey::Public))
    }

    /// Keeps a key that somebody else made under this name. May block.
    pub fn import(&self, name: &str, secret: &SecretString) -> Result<(), KeysError> {
        may_be_named(name)?;
        let _changing = self.changing();
        self.is_free(name)?;
        if secret.expose_secret().trim().is_empty() {
            return Err(KeysError::Unusable { key: name.to_owned(), reason: "it is empty" });
        }
        self.place.write(name, secret)?;
        self.forget(&[name]);
        Ok(())
    }

    /// Keeps the key no longer. May block.
    pub fn remove(&self, name: &str) -> Result<(), KeysError> {
        may_be_named(name)?;
        let _changing = self.changing();
        self.place.remove(name)?;
        self.forget(&[name]);
        Ok(())
    }

    /// Whether there is a key of this name. May block.
    pub fn holds(&self, name: &str) -> Result<bool, KeysError> {
        Ok(self.place.read(name)?.is_some())
    }

    /// Which kind of key signs as Standard Webhooks under this name. May block.
    pub fn webhook_kind(&self, name: &str) -> Result<KeyKind, KeysError> {
        match &*self.load(name, Use::StandardWebhooks)? {
            SigningKey::StandardWebhooks(key) if key.public().is_some() => Ok(KeyKind::WebhookPair),
            _ => Ok(KeyKind::WebhookSecret),
        }
    }

    /// What receivers look up of the keys of this profile, the one that signs first, each behind its name. Shared secrets
    /// are not among them. May block.
    pub fn published(&self, jwt: &JwtSigning) -> Vec<(String, Result<Jwk, KeysError>)> {
        let signing = (jwt.key.as_str(), jwt.kid.as_deref().unwrap_or(&jwt.key));
        let others = jwt.published.iter().map(|published| (published.key.as_str(), published.kid()));
        let used = Use::Jwt(jwt.algorithm);
        let jwk = |(name, kid)| {
            let key = self.kept(name, used).map_or_else(|| self.load(name, used), Ok);
            let jwk = key.map(|key| match &*key {
                SigningKey::Jwt(key) => key.jwk(kid),
                _ => None,
            });
            jwk.transpose().map(|jwk| (name.to_owned(), jwk))
        };
        std::iter::once(signing).chain(others).filter_map(jwk).collect()
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        // It guards no value that a holder who panicked could have left half done.
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_free(&self, name: &str) -> Result<(), KeysError> {
        match self.holds(name)? {
            true => Err(KeysError::Taken { key: name.to_owned(), place: self.place.whereabouts() }),
            false => Ok(()),
        }
    }
}

fn may_be_named(name: &str) -> Result<(), KeysError> {
    if !is_key_name(name) {
        return Err(KeysError::BadName);
    }
    if audit::is_its_name(name) {
        return Err(KeysError::Reserved(name.to_owned()));
    }
    Ok(())
}
