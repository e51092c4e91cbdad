//! Standard Webhooks: `v1` and `v1a` over `{id}.{timestamp}.{body}`
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Arrived, Finding, body, out_of_time};
use crate::signer::standard_webhooks::Key;

const SCHEME: &str = "standard_webhooks";

/// What the receiver verifies with.
enum Verifier {
    /// The secret itself, or the private half of an asymmetric key.
    Signs(Key),
    Public(Vec<u8>),
}

impl Verifier {
    fn read(text: &str) -> Result<Self, &'static str> {
        match text.strip_prefix("whpk_") {
            Some(public) => STANDARD
                .decode(public)
                .ok()
                .filter(|bytes| bytes.len() == 32)
                .map(Self::Public)
                .ok_or("a public key of Standard Webhooks is whpk_ and the base64 of 32 bytes"),
            None => Key::parse(&text.to_owned().into()).map(Self::Signs),
        }
    }

    /// Whether this one signature, such as `v1,...`, is over these bytes.
    fn verifies(&self, signature: &str, id: &str, seconds: i64, body: &[u8]) -> bool {
        match self {
            Self::Signs(key) => {
                let ours = key.sign(id, seconds, body);
                verify_slices_are_equal(ours.as_bytes(), signature.as_bytes()).is_ok()
            }
            Self::Public(public) => {
                let signed = [format!("{id}.{seconds}.").as_bytes(), body].concat();
                let signature = signature.strip_prefix("v1a,").and_then(|text| STANDARD.decode(text).ok());
                signature.is_some_and(|signature| {
                    UnparsedPublicKey::new(&ED25519, public).verify(&signed, &signature).is_ok()
                })
            }
        }
    }

    fn version(&self) -> &'static str {
        match self {
            Self::Signs(key) if key.public().is_none() => "v1",
            Self::Signs(_) | Self::Public(_) => "v1a",
        }
    }
}

pub(super) fn verify(arrived: &Arrived, key: &str, now: i64) -> Finding {
    let fails = |words: String| Finding::fails(SCHEME, words);
    let verifier = match Verifier::read(key) {
        Ok(verifier) => verifier,
        Err(reason) => return fails(format!("The key cannot verify: {reason}.")),
    };
    let missing: Vec<&str> = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        .into_iter()
        .filter(|name| arrived.header(name).is_none())
        .collect();
    let [Some(id), Some(timestamp), Some(signatures)] =
        ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| arrived.header(name))
    else {
        return fails(format!(
            "The request has no {}. Look whether a proxy took it away.",
            missing.join(", ")
        ));
    };
    let Ok(seconds) = timestamp.parse::<i64>() else {
        return fails("webhook-timestamp is no number of seconds since 1970.".to_owned());
    };
    let version = verifier.version();
    let mine: Vec<&str> =
        signatures.split(' ').filter(|one| one.split(',').next() == Some(version)).collect();
    if mine.is_empty() {
        return fails(format!(
            "webhook-signature holds no signature of the kind {version}, which is this key's. Ask which key the \
             sender has."
        ));
    }
    let holds = |body: &[u8]| mine.iter().any(|one| verifier.verifies(one, id, seconds, body));
    if holds(&arrived.body) {
        return match out_of_time("it was made", seconds, now) {
            Some(words) => fails(words),
            None => Finding::holds(SCHEME, format!("The signature ({version}) of {id} holds.")),
        };
    }
    match body::variants(&arrived.body).into_iter().find(|(variant, _)| holds(variant)) {
        Some((_, how)) => fails(body::changed(how)),
        None => fails(format!(
            "No {version} signature holds. Either the sender has another key, or the body, webhook-id or \
             webhook-timestamp is not what was signed."
        )),
    }
}
