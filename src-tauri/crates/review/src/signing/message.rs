//! HTTP message signatures.

use serde::{Deserialize, Serialize};

use super::header::is_token;

/// Parts of a request that are no header (RFC 9421 section 2.2).
const DERIVED: &[&str] =
    &["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"];

/// How the HTTP message signature (RFC 9421) of a callback is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSigning {
    /// Name of the key.
    pub key: String,
    /// The one algorithm this key signs with.
    pub algorithm: MessageAlgorithm,
    /// The `keyid` parameter, by which the receiver picks the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyid: Option<String>,
    /// What the signature covers, in this order: names of headers in small letters, and `@method`, `@target-uri`,
    /// `@authority`, `@scheme`, `@request-target`, `@path` or `@query`. If absent: method, address and digest of the
    /// body, and what of `content-type`, `idempotency-key` and `webhook-id` the request has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<String>,
    /// After how many seconds the signature is void; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_seconds: Option<u32>,
    /// By which the receiver finds the signature among others; `sig1`, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The `tag` parameter: what the signature is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

impl MessageSigning {
    /// The label of the signature.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or("sig1")
    }

    pub(super) fn check(&self) -> Result<(), String> {
        for (n, component) in self.components.iter().enumerate() {
            let is_header = is_token(component) && !component.contains(|c: char| c.is_ascii_uppercase());
            if !is_header && !DERIVED.contains(&component.as_str()) {
                return Err(format!(
                    "message_signature.components: choose names of headers in small letters, and {}",
                    DERIVED.join(", ")
                ));
            }
            if self.components[..n].contains(component) {
                return Err(format!("message_signature.components: {component} is there twice"));
            }
            if ["signature", "signature-input"].contains(&component.as_str()) {
                return Err("message_signature.components: a signature cannot cover itself".to_owned());
            }
        }
        // RFC 9651 section 3.1.2.
        let is_key = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_lowercase() || c == '*')
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.*".contains(&b))
        };
        if !is_key(self.label()) {
            return Err(
                "message_signature.label: use small letters, digits, - and _, such as sig1".to_owned()
            );
        }
        for (member, text) in [("keyid", &self.keyid), ("tag", &self.tag)] {
            if text.as_ref().is_some_and(|text| !text.bytes().all(|b| (b' '..=b'~').contains(&b))) {
                return Err(format!("message_signature.{member}: use ASCII characters only"));
            }
        }
        Ok(())
    }
}

/// The signature algorithms offered (RFC 9421 section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MessageAlgorithm {
    /// HMAC under the text of the key.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// EdDSA on curve 25519.
    #[serde(rename = "ed25519")]
    Ed25519,
    /// ECDSA on curve P-256.
    #[serde(rename = "ecdsa-p256-sha256")]
    EcdsaP256Sha256,
    /// ECDSA on curve P-384.
    #[serde(rename = "ecdsa-p384-sha384")]
    EcdsaP384Sha384,
    /// RSASSA-PSS.
    #[serde(rename = "rsa-pss-sha512")]
    RsaPssSha512,
    /// RSASSA-PKCS1-v1_5.
    #[serde(rename = "rsa-v1_5-sha256")]
    RsaV15Sha256,
}

impl MessageAlgorithm {
    /// Its registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha256 => "hmac-sha256",
            Self::Ed25519 => "ed25519",
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::EcdsaP384Sha384 => "ecdsa-p384-sha384",
            Self::RsaPssSha512 => "rsa-pss-sha512",
            Self::RsaV15Sha256 => "rsa-v1_5-sha256",
        }
    }
}
