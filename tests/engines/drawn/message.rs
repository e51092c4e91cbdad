use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{CHANGED, MESSAGES, Signer, all_are_accepted, none_is_accepted};
use crate::keys::JwtKey;
use crate::others::{Message, Other, one_bit};

const ALGORITHMS: &[(&str, &str)] = &[
    ("hmac-sha256", "HS"),
    ("ed25519", "Ed"),
    ("ecdsa-p256-sha256", "ES256"),
    ("ecdsa-p384-sha384", "ES384"),
    ("rsa-pss-sha512", "RS"),
    ("rsa-v1_5-sha256", "RS"),
];

#[test]
fn others_accept_http_message_signatures_of_every_algorithm() {
    let mut messages = Vec::new();
    for &(algorithm, family) in ALGORITHMS {
        let key = JwtKey::of(family);
        let mut signer = Signer::with(&[("k", &key.private)]);
        let signing = json!({ "key": "k", "algorithm": algorithm, "keyid": "of \"1\"", "tag": "placet", "expires_seconds": 300 });
        let check = json!({ "message": { "algorithm": algorithm, "key": key.public } });
        for _ in 0..=MESSAGES / ALGORITHMS.len() {
            let request = signer.signed(&json!({ "message_signature": signing }));
            messages.push(Message::of(&request, check.clone()));
        }
    }
    let few = messages.iter().filter(|message| message.body.len() < 10_000).step_by(CHANGED);
    let changed: Vec<_> = few
        .flat_map(|message| {
            let mut changed = message.with_body_bits();
            changed.extend(message.with_url_bits());
            for name in ["content-type", "content-digest", "idempotency-key", "webhook-id", "signature-input"]
            {
                changed.extend(message.with_header_bits(name));
            }
            changed.push(("method", Message { method: "DELETE".to_owned(), ..message.clone() }));
            changed.extend(with_signature_bits(message));
            changed
        })
        .collect();
    for other in [Other::Python, Other::Node] {
        all_are_accepted(other, &messages);
        none_is_accepted(other, &changed);
    }
}

fn with_signature_bits(message: &Message) -> Vec<(&'static str, Message)> {
    let signature = message.headers["signature"].strip_prefix("sig1=:").expect("the label");
    let signature = STANDARD.decode(signature.trim_end_matches(':')).expect("base64");
    let with = |bytes: Vec<u8>| {
        let mut message = message.clone();
        message.headers.insert("signature".to_owned(), format!("sig1=:{}:", STANDARD.encode(bytes)));
        ("signature", message)
    };
    one_bit(&signature).map(with).collect()
}
