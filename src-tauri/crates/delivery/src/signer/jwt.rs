//! JSON Web Tokens (RFC 7519) that name the delivery and the digest of its body, so that a receiver who
//! checks nothing else still knows what was said.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use aws_lc_rs::{error::Unspecified, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use placet_review::{DeliveryId, JwtAlgorithm, JwtSigning, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::Subject;

/// How long a token is good for, in seconds: every attempt has its own.
const LIFE_SECONDS: i64 = 300;
/// RFC 7518 section 3.2: a key as long as the hash at least.
const HS256_KEY_BYTES: usize = 32;

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
    algorithm: Algorithm,
    private: Private,
}

/// Kept as the cryptographic library has it: parsing costs more than signing.
enum Private {
    Hmac(Box<hmac::Key>),
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// Reads a key: for HS256 the bytes of the text itself, at least 32; else a private key as PEM.
    /// The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub fn parse(secret: &SecretString, algorithm: JwtAlgorithm) -> Result<Self, &'static str> {
        let text = secret.expose_secret();
        let pem = text.as_bytes();
        let (algorithm, private) = match algorithm {
            JwtAlgorithm::HS256 if text.len() < HS256_KEY_BYTES => {
                return Err("HS256 needs a secret of at least 32 bytes");
            }
            JwtAlgorithm::HS256 => (
                Algorithm::HS256,
                Private::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()))),
            ),
            JwtAlgorithm::ES256 => {
                const WANTED: &str = "ES256 needs a P-256 private key as PKCS#8 PEM \
                                      (`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`)";
                let der = EncodingKey::from_ec_pem(pem).map_err(|_| WANTED)?;
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_bytes());
                (Algorithm::ES256, Private::P256(pair.map_err(|_| WANTED)?))
            }
            JwtAlgorithm::RS256 => {
                const WANTED: &str = "RS256 needs an RSA private key of at least 2048 bits as PEM \
                                      (`openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`)";
                let der = EncodingKey::from_rsa_pem(pem).map_err(|_| WANTED)?;
                let pair = RsaKeyPair::from_der(der.as_bytes()).map_err(|_| WANTED)?;
                if pair.public_modulus_len() < KeySize::Rsa2048.len() {
                    return Err(WANTED);
                }
                (Algorithm::RS256, Private::Rsa(pair))
            }
            JwtAlgorithm::EdDSA => {
                const WANTED: &str =
                    "EdDSA needs an Ed25519 private key as PKCS#8 PEM (`openssl genpkey -algorithm ed25519`)";
                let der = EncodingKey::from_ed_pem(pem).map_err(|_| WANTED)?;
                let pair = Ed25519KeyPair::from_pkcs8(der.as_bytes()).map_err(|_| WANTED)?;
                (Algorithm::EdDSA, Private::Ed25519(pair))
            }
        };
        Ok(Self { algorithm, private })
    }

    /// The signed token. The error completes "The key cannot sign: ...".
    pub fn token(&self, kid: Option<&str>, claims: &Claims<'_>) -> Result<String, &'static str> {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(self.algorithm) };
        let mut token = part(&header)?;
        token.push('.');
        token.push_str(&part(claims)?);
        let signature = self.sign(token.as_bytes()).map_err(|Unspecified| "the signature failed")?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match &self.private {
            Private::Hmac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
            Private::P256(pair) => Ok(pair.sign(&SystemRandom::new(), message)?.as_ref().to_vec()),
            Private::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
                Ok(signature)
            }
            Private::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

fn part(value: &impl Serialize) -> Result<String, &'static str> {
    let json = serde_json::to_vec(value).map_err(|_| "the token cannot be written as JSON")?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}
