//! HTTP message signatures (RFC 9421) over a digest of the body (RFC 9530).
//!
//! Structured fields are written by the library `sfv`; what is left of the specification for one who only signs
//! requests is the signature base, and that is this file. The library `httpsig` would bring cryptography of its own
//! beside the one that signs everything else here, and knows no RSA-PSS without a package that leaks keys by timing.

use ::http::{HeaderName, HeaderValue};
use aws_lc_rs::error::Unspecified;
use placet_review::{MessageAlgorithm, MessageSigning, Timestamp};
use secrecy::SecretString;
use sfv::{DictSerializer, KeyRef, StringRef};
use sha2::{Digest as _, Sha256};

use super::private_key::{Bits, Curve, PrivateKey, Scheme};
use super::put_secret;
use crate::Request;

/// The digest of the body.
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
/// What the signature covers.
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");
/// The signature.
const SIGNATURE: HeaderName = HeaderName::from_static("signature");

/// What is covered where the profile does not say; the last three only where the request has them.
const COVERED: [&str; 3] = ["@method", "@target-uri", "content-digest"];
const COVERED_IF_THERE: [&str; 3] = ["content-type", "idempotency-key", "webhook-id"];

/// A private key that is ready to sign with its one algorithm.
pub(crate) struct Key(PrivateKey);

impl Key {
    /// The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub(super) fn parse(secret: &SecretString, algorithm: MessageAlgorithm) -> Result<Self, &'static str> {
        let scheme = match algorithm {
            MessageAlgorithm::HmacSha256 => Scheme::Hmac(Bits::B256),
            MessageAlgorithm::Ed25519 => Scheme::Ed25519,
            MessageAlgorithm::EcdsaP256Sha256 => Scheme::Ecdsa(Curve::P256),
            MessageAlgorithm::EcdsaP384Sha384 => Scheme::Ecdsa(Curve::P384),
            MessageAlgorithm::RsaPssSha512 => Scheme::Pss(Bits::B512),
            MessageAlgorithm::RsaV15Sha256 => Scheme::Pkcs1(Bits::B256),
        };
        PrivateKey::parse(secret, scheme).map(Self)
    }
}

/// Adds digest and signature. Everything else that the request will carry must be there by now.
pub(super) fn sign(
    request: &mut Request,
    signing: &MessageSigning,
    key: &Key,
    now: Timestamp,
) -> Result<(), &'static str> {
    const ODD: &str = "its profile cannot be written into a header";
    let mut digest = DictSerializer::new();
    let _ = digest.bare_item(KeyRef::constant("sha-256"), &Sha256::digest(&request.body)[..]);
    let digest = HeaderValue::try_from(digest.finish().ok_or(ODD)?).map_err(|_| ODD)?;
    request.headers.insert(CONTENT_DIGEST, digest);

    let components: Vec<&str> = if signing.components.is_empty() {
        let there = COVERED_IF_THERE.into_iter().filter(|name| request.headers.contains_key(*name));
        COVERED.into_iter().chain(there).collect()
    } else {
        signing.components.iter().map(String::as_str).collect()
    };
    let label = KeyRef::from_str(signing.label()).map_err(|_| ODD)?;
    let input = input(label, &components, signing, now).ok_or(ODD)?;
    let mut base = String::new();
    for component in &components {
        base.push_str(&format!("\"{component}\": {}\n", value(request, component)?));
    }
    let (_, parameters) = input.split_once('=').ok_or(ODD)?;
    base.push_str(&format!("\"@signature-params\": {parameters}"));

    let signature = key.0.sign(base.as_bytes()).map_err(|Unspecified| "the signature failed")?;
    let mut signatures = DictSerializer::new();
    let _ = signatures.bare_item(label, &signature[..]);
    request.headers.insert(SIGNATURE_INPUT, HeaderValue::try_from(input).map_err(|_| ODD)?);
    put_secret(request, SIGNATURE, &signatures.finish().ok_or(ODD)?)
}

/// The value of [`SIGNATURE_INPUT`] (RFC 9421 section 4.1).
fn input(label: &KeyRef, components: &[&str], signing: &MessageSigning, now: Timestamp) -> Option<String> {
    let created = now.as_millis().div_euclid(1_000);
    let mut input = DictSerializer::new();
    let mut covered = input.inner_list(label);
    for component in components {
        let _ = covered.bare_item(StringRef::from_str(component).ok()?);
    }
    let seconds = |seconds: i64| sfv::Integer::try_from(seconds).ok();
    let mut parameters = covered.finish().parameter(KeyRef::constant("created"), seconds(created)?);
    if let Some(life) = signing.expires_seconds {
        parameters = parameters.parameter(KeyRef::constant("expires"), seconds(created + i64::from(life))?);
    }
    for (name, text) in [("keyid", &signing.keyid), ("tag", &signing.tag)] {
        if let Some(text) = text {
            parameters = parameters.parameter(KeyRef::from_str(name).ok()?, StringRef::from_str(text).ok()?);
        }
    }
    let _ = parameters;
    input.finish()
}

/// What a component is in this request (RFC 9421 sections 2.1 and 2.2).
pub(crate) fn value(request: &Request, component: &str) -> Result<String, &'static str> {
    let url = &request.url;
    let query = || format!("?{}", url.query().unwrap_or_default());
    Ok(match component {
        "@method" => request.method.to_string(),
        "@target-uri" => {
            let mut url = url.clone();
            url.set_fragment(None);
            url.into()
        }
        // Without a port that goes without saying.
        "@authority" => url.port().map_or_else(
            || url.host_str().unwrap_or_default().to_owned(),
            |port| format!("{}:{port}", url.host_str().unwrap_or_default()),
        ),
        "@scheme" => url.scheme().to_owned(),
        "@request-target" => {
            url.query().map_or_else(|| url.path().to_owned(), |_| format!("{}{}", url.path(), query()))
        }
        "@path" => url.path().to_owned(),
        "@query" => query(),
        name => {
            let mut values = request.headers.get_all(name).iter().peekable();
            if values.peek().is_none() {
                return Err(
                    "it should cover a header that the request does not have; see `components` in the profile",
                );
            }
            let texts = values.map(|value| value.to_str().map(str::trim));
            let texts: Result<Vec<_>, _> = texts.collect();
            texts.map_err(|_| "it should cover a header that is not ASCII")?.join(", ")
        }
    })
}

#[cfg(test)]
mod tests;
