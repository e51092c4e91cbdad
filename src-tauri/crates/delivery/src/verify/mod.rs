//! Says whether a request that came in was signed by who holds a key, and if not, why not: what receivers ask when
//! theirs does not verify. Nothing is sent and nothing is kept.

mod arrived;
mod body;
mod jwt;
mod message_signature;
mod standard_webhooks;

use placet_review::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

pub use self::arrived::{Arrived, Unreadable};

/// How far the clocks of sender and receiver may be apart, in seconds: what the libraries of Standard Webhooks allow.
pub const TOLERANCE_SECONDS: i64 = 300;

/// What one signature of the request comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it is signed: `standard_webhooks`, `jwt` or `message_signature`.
    pub scheme: &'static str,
    /// Whether a receiver with this key should believe it.
    pub holds: bool,
    /// What was found, and if it does not hold, why and what to look at.
    pub words: String,
}

impl Finding {
    fn holds(scheme: &'static str, words: impl Into<String>) -> Self {
        Self { scheme, holds: true, words: words.into() }
    }

    fn fails(scheme: &'static str, words: impl Into<String>) -> Self {
        Self { scheme, holds: false, words: words.into() }
    }
}

/// Looks at every signature of the request that this key could have made. `key` is what the receiver has: a secret
/// (`whsec_...`, or the bytes of an HMAC key), `whpk_...`, a public key as PEM, or a JWK Set (RFC 7517). `now` is when
/// the request came.
pub fn verify(arrived: &Arrived, key: &SecretString, now: Timestamp) -> Vec<Finding> {
    let text = key.expose_secret().trim();
    let seconds = now.as_millis().div_euclid(1_000);
    let mut findings = Vec::new();
    let is_webhook_key = ["whsec_", "whpk_", "whsk_"].iter().any(|prefix| text.starts_with(prefix));
    if is_webhook_key || arrived.header("webhook-signature").is_some() && !is_public(text) {
        findings.push(standard_webhooks::verify(arrived, text, seconds));
    }
    if !is_webhook_key {
        findings.extend(jwt::verify(arrived, text, seconds));
        findings.extend(message_signature::verify(arrived, text, seconds));
    }
    if findings.is_empty() {
        let words = "The request carries no signature that this key could have made: there is no webhook-signature, \
                     no JSON Web Token and no signature-input. Look whether a proxy took headers away, and whether \
                     the engine's profile signs at all.";
        findings.push(Finding::fails("none", words));
    }
    findings
}

/// Whether the key is of those that only verify.
fn is_public(text: &str) -> bool {
    text.starts_with("-----BEGIN") || text.starts_with('{')
}

/// What a clock that is too far off is told as, if it is.
fn out_of_time(what: &str, made_at: i64, now: i64) -> Option<String> {
    let apart = now - made_at;
    (apart.abs() > TOLERANCE_SECONDS).then(|| {
        let (far, which) = (apart.abs(), if apart > 0 { "ago" } else { "from now" });
        format!(
            "The signature holds, but {what} {far} seconds {which}, and receivers refuse more than {TOLERANCE_SECONDS}. If the request \
             is a recorded one, say when it came; else look at the clocks."
        )
    })
}

#[cfg(test)]
mod tests;
