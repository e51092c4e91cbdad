//! Secrets that stand in a header as they are.

use serde::{Deserialize, Serialize};

/// User name and password (RFC 7617).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BasicSigning {
    /// The user name.
    pub user: String,
    /// Name of the key whose text is the password.
    pub key: String,
}

impl BasicSigning {
    pub(super) fn check(&self) -> Result<(), String> {
        if self.user.contains(|c: char| c == ':' || c.is_control()) {
            return Err("basic.user: a user name has no colon and no control characters".to_owned());
        }
        Ok(())
    }
}

/// A header with a key's text in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeaderSigning {
    /// The header's name.
    pub name: String,
    /// Name of the key whose text is the header's value.
    pub key: String,
}

impl HeaderSigning {
    pub(super) fn check(&self) -> Result<(), String> {
        check_name(&self.name).map_err(|wrong| format!("header.name: {wrong}"))
    }
}

/// Headers that say how a request is sent and not who sends it, or that Placet sets with a value of its own.
const TAKEN: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "content-digest",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "http2-settings",
    "idempotency-key",
    "keep-alive",
    "proxy-connection",
    "signature",
    "signature-input",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "webhook-id",
    "webhook-signature",
    "webhook-timestamp",
    "x-amz-date",
    "x-amz-security-token",
];

/// Whether a credential may stand in the header of this name.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    if !is_token(name) {
        return Err("a header's name is made of letters, digits and dashes".to_owned());
    }
    match TAKEN.iter().find(|taken| taken.eq_ignore_ascii_case(name)) {
        Some(taken) => {
            Err(format!("{taken} has a meaning of its own; choose the header that the engine looks at"))
        }
        None => Ok(()),
    }
}

/// RFC 9110 section 5.6.2.
pub(super) fn is_token(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(fits)
}
