//! The key of the audit chain, which lives among the others under a name of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_store::AuditKey;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Keys, KeysError};
use crate::signer::standard_webhooks;

/// Its name. No other key may have it: who is told the key of a signature could seal rows.
const NAME: &str = "audit";
/// As many as HMAC-SHA256 asks for (RFC 2104 section 3).
const LEAST_BYTES: usize = 32;

/// Whether a key of this name would be the audit chain's, wherever keys live: variables know no small letters.
pub(super) fn is_its_name(name: &str) -> bool {
    name.eq_ignore_ascii_case(NAME)
}

impl Keys {
    /// The key of the audit chain, or `None` if there is none. May block.
    pub fn audit_key(&self) -> Result<Option<AuditKey>, KeysError> {
        self.place.read(NAME)?.map(|secret| parse(&secret)).transpose()
    }

    /// Keeps a new key for the audit chain. `random` is its 32 random bytes. May block.
    pub fn create_audit_key(&self, random: [u8; 32]) -> Result<AuditKey, KeysError> {
        self.place.write(NAME, &standard_webhooks::secret_of(random))?;
        // Another process may have kept one at the same time: what is there now is the key.
        self.audit_key()?.ok_or_else(|| self.missing(NAME))
    }

    /// Says that the audit chain's key is not there, and what to do.
    pub fn audit_key_is_missing(&self) -> KeysError {
        self.missing(NAME)
    }
}

fn parse(secret: &SecretString) -> Result<AuditKey, KeysError> {
    let text = secret.expose_secret().trim();
    let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).unwrap_or_default();
    if bytes.len() < LEAST_BYTES {
        let reason = "it is not the base64 of 32 bytes or more (`openssl rand -base64 32`)";
        return Err(KeysError::Unusable { key: NAME.to_owned(), reason });
    }
    Ok(AuditKey::new(&bytes))
}
