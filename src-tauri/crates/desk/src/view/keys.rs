//! Keys, and secrets that are shown once.

use placet_review::{JwtAlgorithm, KeyKind};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A secret that is shown once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct SecretView {
    /// What it is called.
    pub name: String,
    /// The secret itself.
    pub secret: String,
}

impl std::fmt::Debug for SecretView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretView").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A key that was made: what its receiver needs, shown once.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct NewKeyView {
    /// What it is called.
    pub name: String,
    /// The key itself, where both sides have it.
    pub secret: Option<String>,
    /// The half for the receiver, where that is enough.
    pub public: Option<String>,
}

impl std::fmt::Debug for NewKeyView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, secret: _, public } = self;
        f.debug_struct("NewKeyView").field("name", name).field("public", public).finish_non_exhaustive()
    }
}

/// A key as a profile names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyView {
    /// Its name.
    pub name: String,
    /// The engine whose profile it is.
    pub engine: String,
    /// What for, in words.
    pub used: String,
    /// By which receivers know it, where they do.
    pub id: Option<String>,
    /// How it signs, if another key can follow it.
    pub rotates: Option<SignsAs>,
    /// Whether it can go: no engine's callbacks depend on it alone.
    pub can_retire: bool,
}

/// A way of signing in which one key can follow another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignsAs {
    /// As Standard Webhooks, where several keys sign side by side.
    StandardWebhooks,
    /// With JSON Web Tokens, where one signs and the others stay published.
    Jwt,
}

/// An algorithm that signs JSON Web Tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JwtAlgorithmView {
    /// Its registered name.
    pub algorithm: JwtAlgorithm,
    /// The kind of key that it takes.
    pub kind: KeyKind,
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct KeySetView {
    /// The public keys.
    #[ts(type = "unknown[]")]
    pub keys: Vec<serde_json::Value>,
}
