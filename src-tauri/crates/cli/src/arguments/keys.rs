//! What can be typed of keys.

use clap::{Subcommand, ValueEnum};
use placet_review::KeyKind;

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key and keep it; prints what its receiver needs, once
    Create {
        /// What profiles call it
        name: String,
        /// What kind of key
        #[arg(long, value_enum, default_value = "webhook-secret")]
        kind: KeyKindName,
    },
    /// Keep a key that was made elsewhere; its text is read from standard input
    Import {
        /// What profiles call it
        name: String,
    },
    /// Make a key beside the one that signs for an engine; both are good until the older is retired
    Rotate {
        /// The engine
        engine: String,
        /// The key of its JSON Web Tokens, not the one of Standard Webhooks
        #[arg(long)]
        jwt: bool,
    },
    /// Take a key out of all profiles, and out of where keys live
    Retire {
        /// Its name
        name: String,
    },
    /// List the keys that profiles name, and what for
    List,
    /// Print the public keys of JSON Web Tokens, as GET /.well-known/jwks.json serves them
    Jwks,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeyKindName {
    /// For Standard Webhooks; the receiver gets the same (whsec_)
    WebhookSecret,
    /// For Standard Webhooks; the receiver gets the public half (whpk_)
    WebhookPair,
    /// For HMAC of any length; the receiver gets the same
    SharedSecret,
    /// For EdDSA
    Ed25519,
    /// For ES256
    P256,
    /// For ES384
    P384,
    /// For RS256, PS256 and their kin
    Rsa2048,
}

impl From<KeyKindName> for KeyKind {
    fn from(name: KeyKindName) -> Self {
        match name {
            KeyKindName::WebhookSecret => Self::WebhookSecret,
            KeyKindName::WebhookPair => Self::WebhookPair,
            KeyKindName::SharedSecret => Self::SharedSecret,
            KeyKindName::Ed25519 => Self::Ed25519,
            KeyKindName::P256 => Self::P256,
            KeyKindName::P384 => Self::P384,
            KeyKindName::Rsa2048 => Self::Rsa2048,
        }
    }
}
