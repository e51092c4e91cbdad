//! Private keys and what they sign with, for all signatures that are made by a key pair or a shared secret.

use aws_lc_rs::encoding::{AsBigEndian as _, EcPublicKeyUncompressedBin};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Hmac(Bits),
    /// ECDSA on the curve of this size.
    Ecdsa(Curve),
    Pkcs1(Bits),
    Pss(Bits),
    Ed25519,
}

/// A hash of the SHA-2 family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bits {
    B256,
    B384,
    B512,
}

/// A curve, with the hash that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
}

/// A private key that is ready to sign in its one way. Kept as the cryptographic library has it: parsing costs more
/// than signing.
pub(super) enum PrivateKey {
    Hmac(Box<hmac::Key>),
    Ecdsa(EcdsaKeyPair, Curve),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ed25519(Ed25519KeyPair),
}

/// What receivers may know of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    /// The coordinates.
    Ecdsa(Curve, Vec<u8>, Vec<u8>),
    /// Modulus and exponent.
    Rsa(Vec<u8>, Vec<u8>),
    Ed25519(Vec<u8>),
}

impl PrivateKey {
    /// Reads a key: for HMAC the bytes of the text itself, as many as the hash has at least (RFC 7518 section 3.2);
    /// else a private key as PEM. The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub(super) fn parse(secret: &SecretString, scheme: Scheme) -> Result<Self, &'static str> {
        let text = secret.expose_secret();
        match scheme {
            Scheme::Hmac(bits) => {
                let (algorithm, least, wanted) = match bits {
                    Bits::B256 => {
                        (hmac::HMAC_SHA256, 32, "HMAC with SHA-256 needs a secret of at least 32 bytes")
                    }
                    Bits::B384 => {
                        (hmac::HMAC_SHA384, 48, "HMAC with SHA-384 needs a secret of at least 48 bytes")
                    }
                    Bits::B512 => {
                        (hmac::HMAC_SHA512, 64, "HMAC with SHA-512 needs a secret of at least 64 bytes")
                    }
                };
                if text.len() < least {
                    return Err(wanted);
                }
                Ok(Self::Hmac(Box::new(hmac::Key::new(algorithm, text.as_bytes()))))
            }
            Scheme::Ecdsa(curve) => {
                let (algorithm, wanted) = curve.algorithm();
                let der = der(text).ok_or(wanted)?;
                let pair = EcdsaKeyPair::from_private_key_der(algorithm, der.secret_der());
                Ok(Self::Ecdsa(pair.map_err(|_| wanted)?, curve))
            }
            Scheme::Pkcs1(bits) => {
                let encoding: &'static dyn RsaEncoding = match bits {
                    Bits::B256 => &RSA_PKCS1_SHA256,
                    Bits::B384 => &RSA_PKCS1_SHA384,
                    Bits::B512 => &RSA_PKCS1_SHA512,
                };
                Ok(Self::Rsa(rsa(text)?, encoding))
            }
            Scheme::Pss(bits) => {
                let encoding: &'static dyn RsaEncoding = match bits {
                    Bits::B256 => &RSA_PSS_SHA256,
                    Bits::B384 => &RSA_PSS_SHA384,
                    Bits::B512 => &RSA_PSS_SHA512,
                };
                Ok(Self::Rsa(rsa(text)?, encoding))
            }
            Scheme::Ed25519 => {
                const WANTED: &str = "this needs an Ed25519 private key as PKCS#8 PEM (`openssl genpkey -algorithm \
                                      ed25519`)";
                let der = der(text).ok_or(WANTED)?;
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_der());
                Ok(Self::Ed25519(pair.map_err(|_| WANTED)?))
            }
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Hmac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
            Self::Ecdsa(pair, _) => Ok(pair.sign(&SystemRandom::new(), message)?.as_ref().to_vec()),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature)?;
                Ok(signature)
            }
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }

    /// What receivers may know; nothing of a shared secret.
    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::Hmac(_) => None,
            Self::Ecdsa(pair, curve) => {
                let point: EcPublicKeyUncompressedBin<'_> = pair.public_key().as_be_bytes().ok()?;
                // SEC 1 section 2.3.3: a byte that says so, then both coordinates.
                let (x, y) = point.as_ref().get(1..)?.split_at_checked(curve.bytes())?;
                Some(PublicKey::Ecdsa(*curve, x.to_vec(), y.to_vec()))
            }
            Self::Rsa(pair, _) => {
                let public = pair.public_key();
                let bytes =
                    |number: aws_lc_rs::io::Positive<'_>| number.big_endian_without_leading_zero().to_vec();
                Some(PublicKey::Rsa(bytes(public.modulus()), bytes(public.exponent())))
            }
            Self::Ed25519(pair) => Some(PublicKey::Ed25519(pair.public_key().as_ref().to_vec())),
        }
    }
}

impl Curve {
    fn algorithm(self) -> (&'static EcdsaSigningAlgorithm, &'static str) {
        match self {
            Self::P256 => (
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                "this needs a P-256 private key as PEM (`openssl genpkey -algorithm EC -pkeyopt \
                 ec_paramgen_curve:P-256`)",
            ),
            Self::P384 => (
                &ECDSA_P384_SHA384_FIXED_SIGNING,
                "this needs a P-384 private key as PEM (`openssl genpkey -algorithm EC -pkeyopt \
                 ec_paramgen_curve:P-384`)",
            ),
        }
    }

    /// Of a coordinate.
    fn bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

fn der(text: &str) -> Option<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(text.as_bytes()).ok()
}

fn rsa(text: &str) -> Result<RsaKeyPair, &'static str> {
    const WANTED: &str = "this needs an RSA private key of at least 2048 bits as PEM (`openssl genpkey -algorithm RSA \
                          -pkeyopt rsa_keygen_bits:2048`)";
    let pair = match der(text).ok_or(WANTED)? {
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        der => RsaKeyPair::from_pkcs8(der.secret_der()),
    };
    let pair = pair.map_err(|_| WANTED)?;
    if pair.public_modulus_len() < KeySize::Rsa2048.len() { Err(WANTED) } else { Ok(pair) }
}
