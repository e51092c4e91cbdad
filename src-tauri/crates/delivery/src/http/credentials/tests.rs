use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Credentials, HIDDEN, Request};
use crate::signer::standard_webhooks;

const LONG: &str = "a secret of thirty-two characters";
const AWS: &str =
    r#"{"access_key_id":"ZZIDEXAMPLE","secret_access_key":"opaque","session_token":"opaque-token"}"#;

const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn credentials() -> Credentials {
    let secret = |text: &str| {
        let mut value: HeaderValue = text.parse().expect("a value");
        value.set_sensitive(true);
        value
    };
    let headers = HeaderMap::from_iter([
        (AUTHORIZATION, secret("Bearer opaque/0123456789")),
        (standard_webhooks::SIGNATURE, secret(SIGNATURE)),
        (standard_webhooks::ID, "0192-id".parse().expect("a value")),
    ]);
    let url = "https://e.example/call?token=so%2Fvery%20hush&v=2&plain=hush-hush".parse().expect("a URL");
    Credentials::of(&Request { method: Method::POST, url, headers, body: "{}".into(), secrets: vec![] })
}

/// Everything that the signer puts into a request, and how a receiver might repeat it.
#[rstest]
#[case(json!({ "bearer": "k" }), "opaque/0123", &["Bearer opaque/0123", "opaque/0123"])]
#[case(json!({ "basic": { "user": "ada", "key": "k" } }), "opaque 0123", &["opaque 0123", "ada:opaque 0123"])]
#[case(json!({ "header": { "name": "X-Key", "key": "k" } }), "opaque 0123", &["x-key: opaque 0123"])]
#[case(json!({ "header": { "name": "X-Key", "key": "k" } }), "opaq", &["x-key: opaq"])]
#[case(json!({ "jwt": { "key": "k", "algorithm": "HS256", "place": { "header": "X-Token" } } }), LONG, &[])]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "hmac-sha256" } }), LONG, &[])]
#[case(json!({ "aws": { "region": "r", "service": "s", "key": "k" } }), AWS, &["opaque-token"])]
fn everything_that_is_signed_is_hidden(#[case] signing: Value, #[case] key: &str, #[case] echoes: &[&str]) {
    let secrets = crate::signer::signed_alone(signing, key);
    let credentials = Credentials::of(&secrets);
    let mut all: Vec<String> = echoes.iter().map(|&echo| echo.to_owned()).collect();
    for value in secrets.headers.values().filter(|value| value.is_sensitive()) {
        let value = value.to_str().expect("text");
        all.push(value.to_owned());
        // The signature alone, without what stands before it.
        all.extend(value.rsplit_once("ignature=").map(|(_, signature)| signature.to_owned()));
        all.extend(value.strip_prefix("sig1=:").map(|signature| signature.trim_end_matches(':').to_owned()));
        all.extend(value.strip_prefix("Basic ").map(str::to_owned));
    }
    assert!(!all.is_empty());
    for echo in all {
        let text = credentials.hidden_in(format!("you sent {echo}!").into(), false);
        let text = String::from_utf8(text.to_vec()).expect("text");
        let end = &echo[echo.len() - 4..];
        assert!(text.contains(HIDDEN) && !text.contains(end), "{echo} in {text}");
    }
}

#[test]
fn a_form_in_the_body_is_hidden() {
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, super::FORM.parse().expect("a value"))]);
    let url = "https://e.example/token".parse().expect("a URL");
    let body = "grant_type=client_credentials&client_secret=so%2Fvery+hush".into();
    let credentials = Credentials::of(&Request { method: Method::POST, url, headers, body, secrets: vec![] });
    for echo in ["so/very hush", "so%2Fvery+hush"] {
        let text = credentials.hidden_in(format!("you sent {echo}!").into(), false);
        assert_eq!(&text[..], b"you sent [hidden]!");
    }
}

fn hidden(text: &str) -> String {
    let bytes = credentials().hidden_in(text.to_owned().into(), false);
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[rstest]
#[case("you sent Bearer opaque/0123456789!")]
#[case("you sent opaque/0123456789")]
#[case(r"you sent opaque\/0123456789")]
#[case("you sent opaque%2F0123456789")]
#[case("you sent v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
#[case("you sent g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
#[case("you asked for /call?token=so%2Fvery%20hush&v=2")]
#[case("you asked for so/very hush and hush-hush")]
fn what_we_showed_the_receiver_is_hidden(#[case] echo: &str) {
    let text = hidden(echo);
    assert!(text.contains(HIDDEN) && text.starts_with("you "), "{text}");
    for secret in ["opaque", "g0hM", "hush"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[rstest]
#[case("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")]
#[case("Bearer abcdefghijklmnop")]
#[case("bearer abc.def-ghi~jkl")]
#[case("Basic dXNlcjpwYXNzd29yZA==")]
#[case(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1, Signature=fe5f80f77d5fa3beca038a248ff027"
)]
#[case("AKIAIOSFODNN7EXAMPLE")]
#[case("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
#[case("v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")]
#[case("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----")]
fn what_looks_like_somebodys_token_is_hidden(#[case] token: &str) {
    assert_eq!(hidden(&format!("{{\"was\":\"{token}\"}}")), format!("{{\"was\":\"{HIDDEN}\"}}"));
}

#[rstest]
#[case("no such task 0192-id, v=2")]
#[case("the bearer of bad news; basic rules apply")]
#[case(r#"{"error":"label \"A. Turing\" is not known"}"#)]
fn other_words_stay(#[case] words: &str) {
    assert_eq!(hidden(words), words);
}

#[test]
fn bytes_that_are_no_text_stay_as_they_are() {
    let bytes: &[u8] = &[0xff, 0, 0xfe];
    let kept = credentials().hidden_in(bytes::Bytes::from_static(bytes), false);
    // They are shown as text in any case, and hide nothing.
    assert_eq!(String::from_utf8_lossy(&kept), String::from_utf8_lossy(bytes));
}

proptest! {
    #[test]
    fn the_start_of_a_credential_at_the_cut_is_hidden_too(length in 4_usize..44, before in "[a-z ]{0,40}") {
        let body = format!("{before}{}", &SIGNATURE[3..][..length.min(SIGNATURE.len() - 3)]);
        let kept = credentials().hidden_in(body.into(), true);
        let kept = std::str::from_utf8(&kept).expect("text");
        prop_assert!(kept.starts_with(&before) && !kept.contains("g0hM"), "{}", kept);
    }

    #[test]
    fn no_text_breaks_it(text in ".{0,300}", cut: bool) {
        let kept = credentials().hidden_in(text.into(), cut);
        prop_assert!(std::str::from_utf8(&kept).is_ok());
    }
}
