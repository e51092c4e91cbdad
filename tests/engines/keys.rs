//! Keys made for one test: the private half for Placet, the public half for the receiver.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A key by which something is signed and checked.
#[derive(Clone)]
pub(crate) struct JwtKey {
    /// The one algorithm it is for, by its registered name.
    pub(crate) algorithm: &'static str,
    /// What Placet is given.
    pub(crate) private: String,
    /// What the receiver is given.
    pub(crate) public: String,
}

impl JwtKey {
    /// A new key of every algorithm that is offered.
    pub(crate) fn each() -> [Self; 4] {
        [Self::hs256(), Self::es256(), Self::rs256(), Self::ed25519()]
    }

    /// A new key of this family: `HS`, `ES256`, `ES384`, `RS` (which is `PS` as well) or `Ed`.
    pub(crate) fn of(family: &str) -> Self {
        match family {
            "HS" => {
                Self { private: STANDARD.encode([random(), random()].concat()), ..Self::hs256() }.shared()
            }
            "ES256" => Self::es256(),
            "ES384" => Self::ecdsa("ES384", &ECDSA_P384_SHA384_FIXED_SIGNING),
            "RS" => Self::rs256(),
            "Ed" => Self::ed25519(),
            other => panic!("{other} is no family of keys"),
        }
    }

    /// Both sides have the same.
    fn shared(self) -> Self {
        Self { public: self.private.clone(), ..self }
    }

    fn hs256() -> Self {
        let secret = STANDARD.encode(random());
        Self { algorithm: "HS256", private: secret.clone(), public: secret }
    }

    fn es256() -> Self {
        Self::ecdsa("ES256", &ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    fn ecdsa(algorithm: &'static str, curve: &'static EcdsaSigningAlgorithm) -> Self {
        let document = EcdsaKeyPair::generate_pkcs8(curve, &SystemRandom::new()).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(curve, document.as_ref());
        let public: PublicKeyX509Der<'_> = pair.expect("a key").public_key().as_der().expect("DER");
        Self::asymmetric(algorithm, document.as_ref(), public.as_ref())
    }

    pub(crate) fn rs256() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("DER");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        Self::asymmetric("RS256", private.as_ref(), public.as_ref())
    }

    fn ed25519() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("DER");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
        Self::asymmetric("EdDSA", private.as_ref(), public.as_ref())
    }

    fn asymmetric(algorithm: &'static str, private: &[u8], public: &[u8]) -> Self {
        Self { algorithm, private: pem("PRIVATE KEY", private), public: pem("PUBLIC KEY", public) }
    }
}

/// A new Standard Webhooks secret.
pub(crate) fn webhook_secret() -> String {
    format!("whsec_{}", STANDARD.encode(random()))
}

pub(crate) fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system draws at random");
    bytes
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
