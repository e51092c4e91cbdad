use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use placet_review::Timestamp;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Arrived, Finding, verify};
use crate::Request;
use crate::signer::{NOW_MS, signed_alone, standard_webhooks};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SHARED: &str = "a shared secret of thirty-two bytes and more, for all three hashes of HMAC";

/// The request as a dump of the wire has it.
fn on_the_wire(request: &Request, body: &[u8]) -> Vec<u8> {
    let url = &request.url;
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    let mut bytes = format!("{} {}{query} HTTP/1.1\r\n", request.method, url.path()).into_bytes();
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    bytes.extend(format!("Host: {}{port}\r\n", url.host_str().expect("a host")).bytes());
    for (name, value) in &request.headers {
        bytes.extend(format!("{name}: ").bytes());
        bytes.extend(value.as_bytes());
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"\r\n");
    bytes.extend(body);
    bytes
}

fn later(seconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW_MS + seconds * 1_000)
}

/// What a receiver with this key finds in the request, if it came with this body so many seconds later.
fn found(request: &Request, body: &[u8], key: &str, seconds: i64) -> Finding {
    let arrived = Arrived::of_wire(&on_the_wire(request, body)).expect("a request");
    let mut found = verify(&arrived, &key.into(), later(seconds));
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// Private and public half.
fn ed25519() -> (String, String, Vec<u8>) {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let private: Pkcs8V1Der<'_> = pair.as_der().expect("DER");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
    let raw = pair.public_key().as_ref().to_vec();
    (pem("PRIVATE KEY", private.as_ref()), pem("PUBLIC KEY", public.as_ref()), raw)
}

fn rsa() -> (String, String) {
    let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let private: Pkcs8V1Der<'_> = pair.as_der().expect("DER");
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("DER");
    (pem("PRIVATE KEY", private.as_ref()), pem("PUBLIC KEY", public.as_ref()))
}

/// All schemes, each with what signs and what verifies.
fn schemes() -> Vec<(Value, String, String)> {
    let (ed, ed_public, ed_raw) = ed25519();
    let (rsa, rsa_public) = rsa();
    let set = json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "kid": "other", "alg": "EdDSA", "x": URL_SAFE_NO_PAD.encode([9; 32]) },
        { "kty": "OKP", "crv": "Ed25519", "kid": "one", "alg": "EdDSA", "x": URL_SAFE_NO_PAD.encode(ed_raw) },
    ] })
    .to_string();
    let v1a = standard_webhooks::private_key_of([7; 32]).expect("a key");
    let v1a_public = standard_webhooks::Key::parse(&v1a).expect("a key").public().expect("it has one");
    let v1a = secrecy::ExposeSecret::expose_secret(&v1a).to_owned();
    let jwt = |algorithm: &str| json!({ "jwt": { "key": "k", "algorithm": algorithm, "kid": "one" } });
    let message = |algorithm: &str| json!({ "message_signature": { "key": "k", "algorithm": algorithm, "keyid": "one" } });
    vec![
        (json!({ "standard_webhooks": "k" }), SECRET.into(), SECRET.into()),
        (json!({ "standard_webhooks": "k" }), v1a, v1a_public),
        (jwt("HS256"), SHARED.into(), SHARED.into()),
        (jwt("EdDSA"), ed.clone(), ed_public.clone()),
        (jwt("EdDSA"), ed.clone(), set.clone()),
        (jwt("PS256"), rsa.clone(), rsa_public.clone()),
        (message("hmac-sha256"), SHARED.into(), SHARED.into()),
        (message("ed25519"), ed.clone(), ed_public),
        (message("ed25519"), ed, set),
        (message("rsa-pss-sha512"), rsa, rsa_public),
    ]
}

#[test]
fn what_was_signed_here_holds_for_who_has_the_key_and_for_nobody_else() {
    let (_, other_public, _) = ed25519();
    for (signing, private, public) in schemes() {
        let request = signed_alone(signing.clone(), &private);
        let whole = found(&request, &request.body, &public, 10);
        assert!(whole.holds, "{signing}: {}", whole.words);
        let other = if public.starts_with("whsec_") {
            "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()
        } else if public.starts_with("whpk_") {
            format!("whpk_{}", STANDARD.encode([9; 32]))
        } else if public == SHARED {
            SHARED.to_uppercase()
        } else {
            other_public.clone()
        };
        let elsewhere = found(&request, &request.body, &other, 10);
        assert!(!elsewhere.holds, "{signing}: {}", elsewhere.words);
        assert!(!elsewhere.words.contains(&other) && !elsewhere.words.contains(&public), "keys are not told");
    }
}

#[test]
fn what_was_done_to_the_body_is_told() {
    for (signing, private, public) in schemes() {
        let request = signed_alone(signing.clone(), &private);
        let body = request.body.clone();
        let with_an_end = [&body[..], b"\n"].concat();
        let found_with = found(&request, &with_an_end, &public, 10);
        assert!(
            !found_with.holds && found_with.words.contains("line end was added"),
            "{signing}: {found_with:?}"
        );
        let other = found(&request, b"{\"other\":1}", &public, 10);
        assert!(!other.holds, "{signing}: {other:?}");
    }
}

#[test]
fn json_that_was_written_again_is_recognised() {
    let mut request = signed_alone(json!({ "standard_webhooks": "k" }), SECRET);
    let value: Value = json!({ "a": 1, "b": [true, null] });
    request.body = value.to_string().into();
    let key = standard_webhooks::Key::parse(&SECRET.into()).expect("a key");
    let id = request.headers["webhook-id"].to_str().expect("text").to_owned();
    let signature = key.sign(&id, NOW_MS / 1_000, &request.body);
    request.headers.insert("webhook-signature", signature.parse().expect("a value"));
    let pretty = serde_json::to_vec_pretty(&value).expect("JSON");
    let finding = found(&request, &pretty, SECRET, 10);
    assert!(!finding.holds && finding.words.contains("written as JSON again"), "{finding:?}");
}

#[test]
fn a_good_signature_at_a_bad_time_says_so() {
    for (signing, private, public) in schemes() {
        let request = signed_alone(signing.clone(), &private);
        let late = found(&request, &request.body, &public, 86_400);
        assert!(!late.holds && late.words.contains("signature holds, but"), "{signing}: {late:?}");
    }
}

#[rstest]
#[case("webhook-id")]
#[case("webhook-timestamp")]
fn a_header_that_is_gone_is_named(#[case] name: &str) {
    let mut request = signed_alone(json!({ "standard_webhooks": "k" }), SECRET);
    request.headers.remove(name);
    let finding = found(&request, &request.body, SECRET, 10);
    assert!(!finding.holds && finding.words.contains(name), "{finding:?}");
}

#[test]
fn a_request_that_nobody_signed_is_told_as_such() {
    let mut request = signed_alone(json!({ "standard_webhooks": "k" }), SECRET);
    request.headers.clear();
    let finding = found(&request, &request.body, SHARED, 10);
    assert_eq!((finding.scheme, finding.holds), ("none", false));
}

#[test]
fn a_public_key_is_never_the_text_of_an_hmac_key() {
    let (_, public, _) = ed25519();
    let request = signed_alone(json!({ "jwt": { "key": "k", "algorithm": "HS256" } }), &public);
    let finding = found(&request, &request.body, &public, 10);
    assert!(!finding.holds && finding.words.contains("of another kind"), "{finding:?}");
}

#[test]
fn a_recording_is_read_entry_by_entry() {
    let request = signed_alone(json!({ "standard_webhooks": "k" }), SECRET);
    let headers: Vec<Value> = request
        .headers
        .iter()
        .map(|(name, value)| json!({ "name": name.as_str(), "value": value.to_str().expect("text") }))
        .chain([json!({ "name": ":path", "value": "/call" })])
        .collect();
    let entry = |post_data: Value| json!({ "request": { "method": "POST", "url": request.url, "headers": headers, "postData": post_data } });
    let text = String::from_utf8(request.body.to_vec()).expect("text");
    let encoded = STANDARD.encode(&request.body);
    let har = json!({ "log": { "entries": [
        entry(json!({ "mimeType": "application/json", "text": text })),
        entry(json!({ "mimeType": "application/json", "text": encoded, "encoding": "base64" })),
    ] } });
    let arrived = Arrived::of_har(&har.to_string()).expect("a recording");
    assert_eq!(arrived.len(), 2);
    for arrived in arrived {
        assert!(arrived.is_signed());
        assert!(verify(&arrived, &SECRET.into(), later(10))[0].holds);
    }
}

#[test]
fn what_is_no_request_is_told_without_repeating_it() {
    for bytes in [&b""[..], b"hush", b"POST / HTTP/1.1\r\nhush: 1\r\n", b"POST hush HTTP/1.1\r\n\r\n"] {
        let error = Arrived::of_wire(bytes).err().expect("no request").to_string();
        assert!(!error.contains("hush"), "{error}");
    }
    for text in ["", "[]", r#"{"log":{"entries":[{"request":"hush"}]}}"#] {
        let error = Arrived::of_har(text).err().expect("no recording").to_string();
        assert!(!error.contains("hush"), "{error}");
    }
}
