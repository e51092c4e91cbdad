//! Public keys as receivers look them up (RFC 7517, RFC 7518 section 6, RFC 8037).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_review::JwtAlgorithm;
use serde::Serialize;

use crate::signer::private_key::{Curve, PublicKey};

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    kid: String,
    alg: JwtAlgorithm,
    r#use: &'static str,
}

impl Jwk {
    pub(super) fn new(public: &PublicKey, alg: JwtAlgorithm, kid: &str) -> Self {
        let text = |bytes: &[u8]| Some(URL_SAFE_NO_PAD.encode(bytes));
        let (kid, r#use) = (kid.to_owned(), "sig");
        let bare = Self { kty: "OKP", crv: None, x: None, y: None, n: None, e: None, kid, alg, r#use };
        match public {
            PublicKey::Ed25519(x) => Self { crv: Some("Ed25519"), x: text(x), ..bare },
            PublicKey::Rsa(n, e) => Self { kty: "RSA", n: text(n), e: text(e), ..bare },
            PublicKey::Ecdsa(curve, x, y) => {
                let crv = match curve {
                    Curve::P256 => "P-256",
                    Curve::P384 => "P-384",
                };
                Self { kty: "EC", crv: Some(crv), x: text(x), y: text(y), ..bare }
            }
        }
    }
}
