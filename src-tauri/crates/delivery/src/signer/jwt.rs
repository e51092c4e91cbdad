//! JSON Web Tokens (RFC 7519) that name the delivery and the digest of its body, so that a receiver who
//! checks nothing else still knows what was said.

mod jwk;

use ::http::header::AUTHORIZATION;
use aws_lc_rs::error::Unspecified;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_review::{DeliveryId, JwtAlgorithm, JwtPlace, JwtSigning, Timestamp};
use secrecy::SecretString;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use self::jwk::Jwk;
use super::private_key::{Bits, Curve, PrivateKey, Scheme};
use super::{Subject, header_name, put_secret};
use crate::Request;

/// How long a token is good for, in seconds: every attempt has its own.
const LIFE_SECONDS: i64 = 300;

/// What the token says.
#[derive(Debug, Serialize)]
pub struct Claims<'a> {
    /// Always `placet`.
    iss: &'static str,
    /// The engine and its task, with a slash between them.
    sub: String,
    /// As the profile says, else the origin of the callback.
    aud: &'a str,
    /// The delivery's id, the same in every attempt.
    jti: DeliveryId,
    /// When this attempt was made, in seconds since 1970.
    iat: i64,
    /// Five minutes later.
    exp: i64,
    /// The hex SHA-256 of the body.
    body_sha256: String,
}

impl<'a> Claims<'a> {
    /// Of an attempt at `now`; `origin` is the audience where the profile names none.
    pub fn new(
        subject: &Subject<'_>,
        body: &[u8],
        signing: &'a JwtSigning,
        origin: &'a str,
        now: Timestamp,
    ) -> Self {
        let iat = now.as_millis().div_euclid(1_000);
        Self {
            iss: "placet",
            sub: format!("{}/{}", subject.engine, subject.task),
            aud: signing.audience.as_deref().unwrap_or(origin),
            jti: subject.id,
            iat,
            exp: iat + LIFE_SECONDS,
            body_sha256: hex::encode(Sha256::digest(body)),
        }
    }
}

/// A private key that is ready to sign with its one algorithm.
pub struct Key {
    algorithm: JwtAlgorithm,
    private: PrivateKey,
}

/// The header of a token (RFC 7515 section 4).
#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: JwtAlgorithm,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

impl Key {
    /// Reads a key: for HMAC the bytes of the text itself, at least 32; else a private key as PEM.
    /// The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub fn parse(secret: &SecretString, algorithm: JwtAlgorithm) -> Result<Self, &'static str> {
        let scheme = match algorithm {
            JwtAlgorithm::HS256 => Scheme::Hmac(Bits::B256),
            JwtAlgorithm::HS384 => Scheme::Hmac(Bits::B384),
            JwtAlgorithm::HS512 => Scheme::Hmac(Bits::B512),
            JwtAlgorithm::ES256 => Scheme::Ecdsa(Curve::P256),
            JwtAlgorithm::ES384 => Scheme::Ecdsa(Curve::P384),
            JwtAlgorithm::RS256 => Scheme::Pkcs1(Bits::B256),
            JwtAlgorithm::RS384 => Scheme::Pkcs1(Bits::B384),
            JwtAlgorithm::RS512 => Scheme::Pkcs1(Bits::B512),
            JwtAlgorithm::PS256 => Scheme::Pss(Bits::B256),
            JwtAlgorithm::PS384 => Scheme::Pss(Bits::B384),
            JwtAlgorithm::PS512 => Scheme::Pss(Bits::B512),
            JwtAlgorithm::EdDSA | JwtAlgorithm::Ed25519 => Scheme::Ed25519,
        };
        Ok(Self { algorithm, private: PrivateKey::parse(secret, scheme)? })
    }

    /// The signed token. The error completes "The key cannot sign: ...".
    pub fn token(&self, kid: Option<&str>, claims: &impl Serialize) -> Result<String, &'static str> {
        let mut token = part(&Header { typ: "JWT", alg: self.algorithm, kid })?;
        token.push('.');
        token.push_str(&part(claims)?);
        let signature = self.private.sign(token.as_bytes()).map_err(|Unspecified| "the signature failed")?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// What receivers may know of it (RFC 7517), under this `kid`; nothing of a shared secret.
    pub fn jwk(&self, kid: &str) -> Option<Jwk> {
        self.private.public().map(|public| Jwk::new(&public, self.algorithm, kid))
    }
}

fn part(value: &impl Serialize) -> Result<String, &'static str> {
    let json = serde_json::to_vec(value).map_err(|_| "the token cannot be written as JSON")?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// Puts the token where the profile wants it.
pub(super) fn sign(
    request: &mut Request,
    subject: &Subject<'_>,
    signing: &JwtSigning,
    key: &Key,
    now: Timestamp,
) -> Result<(), &'static str> {
    let origin = request.url.origin().ascii_serialization();
    let claims = Claims::new(subject, &request.body, signing, &origin, now);
    let token = key.token(signing.kid.as_deref(), &claims)?;
    match &signing.place {
        JwtPlace::Bearer => put_secret(request, AUTHORIZATION, &format!("Bearer {token}")),
        JwtPlace::Header(name) => put_secret(request, header_name(name)?, &token),
        JwtPlace::Query(name) => {
            request.url.query_pairs_mut().append_pair(name, &token);
            Ok(())
        }
    }
}
