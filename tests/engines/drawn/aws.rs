use serde_json::{Value, json};

use super::{CHANGED, ESCAPED_QUERIES, MESSAGES, Signer, all_are_accepted, none_is_accepted};
use crate::others::{Message, Other};

#[test]
fn botocore_signs_the_same_requests_the_same() {
    let key = |token: Option<&str>| {
        let mut key = json!({ "access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" });
        if let Some(token) = token {
            key["session_token"] = token.into();
        }
        key.to_string()
    };
    let token = "FwoGZXIvYXdzE//+=";
    let mut signer = Signer::with(&[("lasting", &key(None)), ("passing", &key(Some(token)))]);
    // AWS escapes what is not escaped before it compares; botocore takes for granted that all is.
    signer.queries = ESCAPED_QUERIES;
    let mut messages = Vec::new();
    for n in 0..MESSAGES {
        let (name, token) = if n % 2 == 0 { ("lasting", Value::Null) } else { ("passing", token.into()) };
        let service = ["states", "lambda", "execute-api"][n % 3];
        let signing = json!({ "aws": { "region": "eu-central-1", "service": service, "key": name } });
        let check = json!({ "region": "eu-central-1", "service": service, "id": "AKIDEXAMPLE",
                            "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token": token });
        messages.push(Message::of(&signer.signed(&signing), json!({ "aws": check })));
    }
    all_are_accepted(Other::Python, &messages);
    let few = messages.iter().filter(|message| message.body.len() < 10_000).step_by(CHANGED);
    let changed: Vec<_> = few
        .flat_map(|message| {
            let mut changed = message.with_body_bits();
            changed.extend(message.with_url_bits());
            for name in ["content-type", "idempotency-key", "x-amz-date", "authorization"] {
                changed.extend(message.with_header_bits(name));
            }
            changed
        })
        .collect();
    none_is_accepted(Other::Python, &changed);
}
