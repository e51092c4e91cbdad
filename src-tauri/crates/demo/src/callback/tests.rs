use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::HeaderMap;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::{Decided, Refusal, Verifier};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";
const OTHER_SECRET: &str = "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_secs().try_into().expect("in range")
}

fn body(task: &str, verdict: &str, answer: Value) -> Vec<u8> {
    let decision = json!({ "id": "1", "verdict": verdict, "answer": answer, "note": null, "by": "ada" });
    let message = json!({ "type": "item.decided", "engine": "demo", "id": task, "decision": decision });
    message.to_string().into_bytes()
}

fn seven() -> Vec<u8> {
    body("digit-0412", "correct", json!({ "label": "7" }))
}

fn signed(secret: &str, at: i64, body: &[u8]) -> HeaderMap {
    let signature = Webhook::new(secret).expect("a key").sign("msg_1", at, body).expect("signed");
    headers("msg_1", &at.to_string(), &signature)
}

fn headers(id: &str, at: &str, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", id.parse().expect("a header"));
    headers.insert("webhook-timestamp", at.parse().expect("a header"));
    headers.insert("webhook-signature", signature.parse().expect("a header"));
    headers
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Decided, Refusal> {
    Verifier::new(SECRET).expect("a secret").read("digit-0412", headers, body)
}

#[track_caller]
fn is_refused_for_its_signature(headers: &HeaderMap, body: &[u8]) {
    let refused = read(headers, body).expect_err("refused");
    assert!(matches!(refused, Refusal::Signature(_)), "{refused}");
    assert_eq!(refused.status(), 401);
}

#[test]
fn what_placet_signed_just_now_is_believed() {
    let body = seven();
    let decided = read(&signed(SECRET, now(), &body), &body).expect("believed");
    assert_eq!((decided.verdict.as_str(), decided.label), ("correct", Some(7)));
    assert_eq!(decided.webhook_id, "msg_1");
    assert_eq!(decided.body_sha256.len(), 64);
}

#[test]
fn a_key_that_is_being_replaced_may_sign_beside_the_new_one() {
    let body = seven();
    let mut both = signed(OTHER_SECRET, now(), &body);
    let signature = |headers: &HeaderMap| headers["webhook-signature"].to_str().expect("text").to_owned();
    let two = format!("{} {}", signature(&both), signature(&signed(SECRET, now(), &body)));
    both.insert("webhook-signature", two.parse().expect("a header"));
    read(&both, &body).expect("one of the two holds");
}

#[test]
fn what_another_key_signed_is_refused() {
    let body = seven();
    is_refused_for_its_signature(&signed(OTHER_SECRET, now(), &body), &body);
}

#[test]
fn another_body_than_the_signed_one_is_refused_even_if_it_says_the_same() {
    let body = seven();
    let headers = signed(SECRET, now(), &body);
    is_refused_for_its_signature(
        &headers,
        &super::tests::body("digit-0412", "correct", json!({"label": "1"})),
    );
    let spaced = String::from_utf8(body).expect("text").replace(':', ": ");
    is_refused_for_its_signature(&headers, spaced.as_bytes());
}

#[test]
fn another_id_or_time_than_the_signed_one_is_refused() {
    let body = seven();
    let at = now();
    let signature = Webhook::new(SECRET).expect("a key").sign("msg_1", at, &body).expect("signed");
    is_refused_for_its_signature(&headers("msg_2", &at.to_string(), &signature), &body);
    is_refused_for_its_signature(&headers("msg_1", &(at - 1).to_string(), &signature), &body);
}

#[test]
fn what_was_signed_more_than_five_minutes_ago_or_ahead_is_refused() {
    let body = seven();
    for minutes_off in [-6, 6] {
        is_refused_for_its_signature(&signed(SECRET, now() + minutes_off * 60, &body), &body);
    }
    read(&signed(SECRET, now() - 4 * 60, &body), &body).expect("four minutes are fresh");
}

#[test]
fn what_is_not_signed_at_all_is_refused() {
    let body = seven();
    is_refused_for_its_signature(&HeaderMap::new(), &body);
    for missing in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut headers = signed(SECRET, now(), &body);
        headers.remove(missing);
        is_refused_for_its_signature(&headers, &body);
    }
    for at in ["", "soon", "-9223372036854775808", "9223372036854775807", "99999999999999999999"] {
        is_refused_for_its_signature(&headers("msg_1", at, "v1,AAAA"), &body);
    }
    for signature in ["", "v1,", "v1", "v2,AAAA", "v1a,AAAA"] {
        is_refused_for_its_signature(&headers("msg_1", &now().to_string(), signature), &body);
    }
}

#[test]
fn a_decision_for_another_task_is_refused() {
    let body = body("digit-0413", "correct", json!({ "label": "7" }));
    let refused = read(&signed(SECRET, now(), &body), &body).expect_err("refused");
    assert_eq!(refused, Refusal::OtherTask("digit-0413".into()));
    assert_eq!(refused.status(), 422);
}

#[test]
fn a_rejection_comes_without_a_label() {
    for verdict in ["reject", "cancel"] {
        let body = body("digit-0412", verdict, Value::Null);
        assert_eq!(read(&signed(SECRET, now(), &body), &body).expect("believed").label, None);
    }
}

#[test]
fn an_answer_that_is_no_digit_is_refused() {
    let other_type = br#"{"type":"ping","id":"digit-0412","decision":{"verdict":"approve"}}"#.to_vec();
    for body in [
        body("digit-0412", "correct", json!({ "label": "seven" })),
        body("digit-0412", "correct", json!({ "label": "" })),
        body("digit-0412", "approve", Value::Null),
        other_type,
        b"not JSON".to_vec(),
    ] {
        let refused = read(&signed(SECRET, now(), &body), &body).expect_err("refused");
        assert!(matches!(refused, Refusal::Form(_)), "{refused}");
        assert_eq!(refused.status(), 422);
    }
}

#[test]
fn a_secret_that_anybody_could_guess_is_refused() {
    for secret in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_?", &SECRET[6..]] {
        let error = Verifier::new(secret).err().expect("refused").to_string();
        assert!(secret.len() < 8 || !error.contains(&secret[6..]), "the secret is not told: {error}");
    }
}
