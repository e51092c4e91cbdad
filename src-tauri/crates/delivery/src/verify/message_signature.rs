//! HTTP message signatures (RFC 9421), and the digest of the body that they cover (RFC 9530).

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;
use sfv::{BareItem, Dictionary, InnerList, ListEntry, Parser};
use sha2::{Digest as _, Sha256, Sha512};

use super::{Arrived, Finding, body, out_of_time};
use crate::Request;
use crate::signer::component;

const SCHEME: &str = "message_signature";

/// The finding, if there is such a signature. Of several, all are looked at and one that holds is enough.
pub(super) fn verify(arrived: &Arrived, key: &str, now: i64) -> Option<Finding> {
    let written = arrived.header("signature-input")?;
    Some(match verified(written, arrived, key, now) {
        Ok(words) => Finding::holds(SCHEME, words),
        Err(words) => Finding::fails(SCHEME, words),
    })
}

fn verified(written: &str, arrived: &Arrived, key: &str, now: i64) -> Result<String, String> {
    let inputs: Dictionary = Parser::new(written)
        .parse()
        .map_err(|_| "signature-input is no dictionary (RFC 8941).".to_owned())?;
    let signatures = arrived.header("signature").ok_or("The request has no header signature.")?;
    let signatures: Dictionary =
        Parser::new(signatures).parse().map_err(|_| "signature is no dictionary (RFC 8941).".to_owned())?;
    let mut why = "signature-input names no signature.".to_owned();
    for (label, input) in &inputs {
        let (ListEntry::InnerList(input), Some(ListEntry::Item(signature))) =
            (input, signatures.get(label.as_str()))
        else {
            why = format!("{} has no signature beside its input.", label.as_str());
            continue;
        };
        let BareItem::ByteSequence(signature) = &signature.bare_item else {
            why = format!("The signature {} is no byte sequence.", label.as_str());
            continue;
        };
        match one(label.as_str(), input, signature, arrived, key, now) {
            Ok(words) => return Ok(words),
            Err(words) => why = words,
        }
    }
    Err(why)
}

fn one(
    label: &str,
    input: &InnerList,
    signature: &[u8],
    arrived: &Arrived,
    key: &str,
    now: i64,
) -> Result<String, String> {
    let request = Request {
        method: arrived.method.clone(),
        url: arrived.url.clone(),
        headers: arrived.headers.clone(),
        body: arrived.body.clone().into(),
        secrets: Vec::new(),
    };
    let mut base = String::new();
    let mut covers_body = false;
    for item in &input.items {
        let BareItem::String(name) = &item.bare_item else {
            return Err(format!("{label} covers something that has no name."));
        };
        if !item.params.is_empty() {
            return Err(format!("{label} covers {name} with a parameter, which is not understood here."));
        }
        covers_body |= name.as_str() == "content-digest";
        let value = component(&request, name.as_str())
            .map_err(|_| format!("{label} covers {name}, which the request does not have."))?;
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    let list = vec![ListEntry::InnerList(input.clone())];
    let parameters = sfv::FieldType::serialize(&list).unwrap_or_default();
    base.push_str(&format!("\"@signature-params\": {parameters}"));
    if !key_verifies(key, input, base.as_bytes(), signature)? {
        return Err(format!(
            "The signature {label} does not hold: the sender has another key, or something that it covers was changed on \
             the way. A proxy that rewrites the address or the host commonly does that."
        ));
    }
    let seconds = |name: &str| match input.params.get(name) {
        Some(BareItem::Integer(seconds)) => Some(i64::from(*seconds)),
        _ => None,
    };
    if let Some(expired) = seconds("expires").filter(|expires| *expires < now) {
        return Err(format!("The signature {label} holds, but it ran out {} seconds ago.", now - expired));
    }
    if let Some(words) = seconds("created").and_then(|created| out_of_time("it was made", created, now)) {
        return Err(words);
    }
    if !covers_body {
        return Ok(format!("The signature {label} holds, but it says nothing of the body."));
    }
    let is = |bytes: &[u8]| digest_is(arrived, bytes);
    if !is(&arrived.body) {
        let how = body::variants(&arrived.body).into_iter().find(|(variant, _)| is(variant));
        return Err(body::changed(
            how.map_or("its digest is another one than content-digest says", |(_, how)| how),
        ));
    }
    Ok(format!("The signature {label} holds, and so does the digest of the body."))
}

/// Whether `Content-Digest` holds for these bytes, by every algorithm in it that is known.
fn digest_is(arrived: &Arrived, bytes: &[u8]) -> bool {
    let parsed: Option<Dictionary> =
        arrived.header("content-digest").and_then(|text| Parser::new(text).parse().ok());
    let mut known = 0;
    let holds = parsed.iter().flatten().all(|(name, entry)| {
        let digest = match name.as_str() {
            "sha-256" => Sha256::digest(bytes).to_vec(),
            "sha-512" => Sha512::digest(bytes).to_vec(),
            _ => return true,
        };
        known += 1;
        matches!(entry, ListEntry::Item(item) if item.bare_item == BareItem::ByteSequence(digest))
    });
    holds && known > 0
}

/// Whether the signature is over these bytes by this key. The kind of the key tells the algorithm; only an RSA key may
/// sign in two ways, of which either will do.
fn key_verifies(key: &str, input: &InnerList, base: &[u8], signature: &[u8]) -> Result<bool, String> {
    if !key.starts_with("-----BEGIN") && !key.starts_with('{') {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        return Ok(hmac::verify(&key, base, signature).is_ok());
    }
    let keyid = match input.params.get("keyid") {
        Some(BareItem::String(keyid)) => Some(keyid.as_str()),
        _ => None,
    };
    let public = if key.starts_with('{') { of_set(key, keyid)? } else { of_pem(key)? };
    let algorithms: [&'static dyn VerificationAlgorithm; 5] = [
        &ED25519,
        &ECDSA_P256_SHA256_FIXED,
        &ECDSA_P384_SHA384_FIXED,
        &RSA_PSS_2048_8192_SHA512,
        &RSA_PKCS1_2048_8192_SHA256,
    ];
    // A key of another kind is refused by the algorithm.
    Ok(algorithms
        .into_iter()
        .any(|algorithm| UnparsedPublicKey::new(algorithm, &public).verify(base, signature).is_ok()))
}

fn of_pem(pem: &str) -> Result<Vec<u8>, String> {
    let der = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes());
    der.map(|der| der.to_vec())
        .map_err(|_| "The key is no public key in PEM (-----BEGIN PUBLIC KEY-----).".to_owned())
}

/// The raw public key under this id in a JWK Set, of those kinds whose raw form is their coordinates.
fn of_set(set: &str, keyid: Option<&str>) -> Result<Vec<u8>, String> {
    let set: Value = serde_json::from_str(set).map_err(|_| "The key is no JWK Set (RFC 7517).".to_owned())?;
    let keys = set["keys"].as_array().ok_or("The key is no JWK Set (RFC 7517).")?;
    let found = keys.iter().find(|key| keyid.is_none() && keys.len() == 1 || key["kid"].as_str() == keyid);
    let key = found.ok_or("The JWK Set has no key with the keyid of the signature. Fetch it again.")?;
    let part = |name: &str| key[name].as_str().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    match (key["kty"].as_str(), part("x"), part("y")) {
        (Some("OKP"), Some(x), _) => Ok(x),
        (Some("EC"), Some(x), Some(y)) => Ok([&[4][..], &x, &y].concat()),
        _ => Err("This key of the JWK Set is not understood here; give the public key as PEM.".to_owned()),
    }
}
