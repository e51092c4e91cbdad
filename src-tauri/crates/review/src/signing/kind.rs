//! Kinds of keys that Placet makes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A secret of Standard Webhooks, which the receiver has too (`whsec_`).
    WebhookSecret,
    /// An Ed25519 key of Standard Webhooks (`whsk_`); the receiver has its public half (`whpk_`).
    WebhookPair,
    /// A text that both sides have, for HMAC of every length.
    SharedSecret,
    /// An Ed25519 key as PEM.
    Ed25519,
    /// A key on curve P-256 as PEM.
    P256,
    /// A key on curve P-384 as PEM.
    P384,
    /// An RSA key of 2048 bits as PEM.
    Rsa2048,
}

impl KeyKind {
    /// What signs with this algorithm.
    pub fn of(algorithm: super::JwtAlgorithm) -> Self {
        use super::JwtAlgorithm::{
            ES256, ES384, Ed25519, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512,
        };
        match algorithm {
            HS256 | HS384 | HS512 => Self::SharedSecret,
            ES256 => Self::P256,
            ES384 => Self::P384,
            RS256 | RS384 | RS512 | PS256 | PS384 | PS512 => Self::Rsa2048,
            EdDSA | Ed25519 => Self::Ed25519,
        }
    }
}
