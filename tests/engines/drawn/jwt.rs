use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_delivery::signer::jwt;
use placet_review::JwtAlgorithm;
use serde_json::{Value, json};

use super::{CHANGED, MESSAGES, Signer, all_are_accepted, none_is_accepted};
use crate::keys::JwtKey;
use crate::others::{Message, Other, one_bit};

const ALGORITHMS: &[(&str, &str)] = &[
    ("HS256", "HS"),
    ("HS384", "HS"),
    ("HS512", "HS"),
    ("ES256", "ES256"),
    ("ES384", "ES384"),
    ("RS256", "RS"),
    ("RS384", "RS"),
    ("RS512", "RS"),
    ("PS256", "RS"),
    ("PS384", "RS"),
    ("PS512", "RS"),
    ("EdDSA", "Ed"),
    ("Ed25519", "Ed"),
];

#[test]
fn others_accept_tokens_of_every_algorithm_by_the_keys_that_are_published() {
    let mut checked =
        [(Other::Python, "jwt", vec![]), (Other::Python, "joserfc", vec![]), (Other::Node, "jose", vec![])];
    for &(name, family) in ALGORITHMS {
        let key = JwtKey::of(family);
        let algorithm: JwtAlgorithm = serde_json::from_value(json!(name)).expect("offered");
        let public = match jwt::Key::parse(&key.private.clone().into(), algorithm).expect("a key").jwk("of-1")
        {
            Some(jwk) => json!(jwk),
            None => json!(key.public),
        };
        let mut signer = Signer::with(&[("k", &key.private)]);
        let signing = json!({ "jwt": { "key": "k", "algorithm": name, "kid": "of-1", "audience": "them" } });
        for _ in 0..=MESSAGES / 12 {
            let request = signer.signed(&signing);
            for (_, way, messages) in &mut checked {
                // PyJWT knows the newer name not yet.
                if *way != "jwt" || name != "Ed25519" {
                    let check =
                        json!({ "algorithm": name, "key": public, "audience": "them", "query": Value::Null });
                    messages.push(Message::of(&request, json!({ (*way): check })));
                }
            }
        }
    }
    for (other, way, messages) in checked {
        all_are_accepted(other, &messages);
        let few = messages.iter().filter(|message| message.body.len() < 10_000).step_by(CHANGED);
        let changed: Vec<_> = few
            .flat_map(|message| message.with_body_bits().into_iter().chain(with_token_bits(message)))
            .collect();
        none_is_accepted(other, &changed);
        assert!(messages.iter().all(|message| message.check.get(way).is_some()));
    }
}

fn with_token_bits(message: &Message) -> Vec<(&'static str, Message)> {
    let token = message.headers["authorization"].strip_prefix("Bearer ").expect("a token");
    let parts: Vec<Vec<u8>> =
        token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url")).collect();
    let mut changed = Vec::new();
    for (n, part) in parts.iter().enumerate() {
        for other in one_bit(part) {
            let mut parts = parts.clone();
            parts[n] = other;
            let parts: Vec<String> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
            let mut message = message.clone();
            message.headers.insert("authorization".to_owned(), format!("Bearer {}", parts.join(".")));
            changed.push(("token", message));
        }
    }
    changed
}
