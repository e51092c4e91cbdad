use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_delivery::signer::standard_webhooks;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{CHANGED, MESSAGES, Signer, all_are_accepted, none_is_accepted};
use crate::keys::{random, webhook_secret};
use crate::others::{Message, Other, one_bit};

/// Who checks, by which key, and what its signatures begin with.
type Check<'a> = (Other, Value, &'a str);

#[test]
fn others_accept_both_schemes_of_standard_webhooks_side_by_side() {
    let (newest, oldest) = (webhook_secret(), webhook_secret());
    let private = standard_webhooks::private_key_of(random()).expect("a key");
    let public = standard_webhooks::Key::parse(&private).expect("a key").public().expect("a public half");
    let keys = [("newest", &newest[..]), ("oldest", &oldest), ("private", private.expose_secret())];
    let mut signer = Signer::with(&keys);
    // While a key is rotated, a receiver knows one of both.
    let signing = json!({ "standard_webhooks": ["newest", "private", "oldest"] });
    let checks: [Check<'_>; 6] = [
        (Other::Python, json!({ "webhook": oldest }), "v1,"),
        (Other::Python, json!({ "svix": newest }), "v1,"),
        (Other::Python, json!({ "v1a": public }), "v1a,"),
        (Other::Node, json!({ "webhook": newest }), "v1,"),
        (Other::Node, json!({ "svix": oldest }), "v1,"),
        (Other::Node, json!({ "webhook": oldest }), "v1,"),
    ];
    let requests: Vec<_> = (0..MESSAGES).map(|_| signer.signed(&signing)).collect();
    for (other, check, scheme) in checks {
        let messages: Vec<_> = requests.iter().map(|request| Message::of(request, check.clone())).collect();
        all_are_accepted(other, &messages);
        let few = messages.iter().filter(|message| message.body.len() < 10_000).step_by(CHANGED);
        let changed: Vec<_> = few
            .flat_map(|message| {
                let mut changed = message.with_body_bits();
                changed.extend(message.with_header_bits("webhook-id"));
                changed.extend(message.with_header_bits("webhook-timestamp"));
                changed.extend(with_signature_bits(message, scheme));
                changed
            })
            .collect();
        none_is_accepted(other, &changed);
    }
}

/// With the same bit of all signatures of this scheme turned over.
fn with_signature_bits(message: &Message, scheme: &str) -> Vec<(&'static str, Message)> {
    let signatures: Vec<&str> = message.headers["webhook-signature"].split(' ').collect();
    assert_eq!(signatures.len(), 3);
    let changed = signatures.iter().map(|signature| match signature.strip_prefix(scheme) {
        Some(text) => one_bit(&STANDARD.decode(text).expect("base64"))
            .map(|bytes| format!("{scheme}{}", STANDARD.encode(bytes)))
            .collect(),
        None => vec![(*signature).to_owned(); 3],
    });
    let changed: Vec<Vec<String>> = changed.collect();
    let with = |n: usize| {
        let mut message = message.clone();
        let all: Vec<&str> = changed.iter().map(|signature| signature[n].as_str()).collect();
        message.headers.insert("webhook-signature".to_owned(), all.join(" "));
        ("signature", message)
    };
    (0..3).map(with).collect()
}
