//! The JSON Web Token of a callback.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::header::check_name;

/// How the JSON Web Token (RFC 7519) of a callback is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtSigning {
    /// Name of the key.
    pub key: String,
    /// The one algorithm this key signs with.
    pub algorithm: JwtAlgorithm,
    /// The `kid` header, by which the receiver picks the public key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The `aud` claim; the callback's origin, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Where the token stands in the request.
    #[serde(default)]
    pub place: JwtPlace,
    /// Keys of the same algorithm that sign no more, or not yet: receivers find their public halves beside the one of
    /// `key`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub published: Vec<PublishedKey>,
}

impl JwtSigning {
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.place {
            JwtPlace::Header(name) => check_name(name).map_err(|wrong| format!("jwt.place: {wrong}")),
            JwtPlace::Query(name) if name.is_empty() => Err("jwt.place: name the parameter".to_owned()),
            JwtPlace::Bearer | JwtPlace::Query(_) => Ok(()),
        }
    }

    /// The names of its keys, the one that signs first.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.as_str())
            .chain(self.published.iter().map(|published| published.key.as_str()))
    }
}

/// A key whose public half is known to receivers. Where it has no other `kid` than its name, the name may stand alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "PublishedForm", into = "PublishedForm")]
pub struct PublishedKey {
    /// Its name.
    pub key: String,
    /// Its `kid`.
    pub kid: Option<String>,
}

impl PublishedKey {
    /// The `kid` under which receivers know it.
    pub fn kid(&self) -> &str {
        self.kid.as_deref().unwrap_or(&self.key)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the name of a key, or an object of its name (key) and its kid")]
enum PublishedForm {
    Name(String),
    Named(Named),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    key: String,
    #[serde(default)]
    kid: Option<String>,
}

impl From<PublishedForm> for PublishedKey {
    fn from(form: PublishedForm) -> Self {
        match form {
            PublishedForm::Name(key) => Self { key, kid: None },
            PublishedForm::Named(Named { key, kid }) => Self { key, kid },
        }
    }
}

impl From<PublishedKey> for PublishedForm {
    fn from(PublishedKey { key, kid }: PublishedKey) -> Self {
        match kid {
            None => Self::Name(key),
            kid => Self::Named(Named { key, kid }),
        }
    }
}

/// The signature algorithms offered (RFC 7518, RFC 8037, RFC 9864). `EdDSA` and `Ed25519` are two names of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[allow(missing_docs, reason = "the names are the registered ones")]
pub enum JwtAlgorithm {
    HS256,
    HS384,
    HS512,
    ES256,
    ES384,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    EdDSA,
    Ed25519,
}

impl JwtAlgorithm {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::EdDSA,
        Self::Ed25519,
        Self::ES256,
        Self::ES384,
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::HS256,
        Self::HS384,
        Self::HS512,
    ];
}

/// Where the token stands in the request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JwtPlace {
    /// `Authorization: Bearer ...` (RFC 6750 section 2.1).
    #[default]
    Bearer,
    /// This query parameter.
    Query(String),
    /// This header, with nothing before the token.
    Header(String),
}
