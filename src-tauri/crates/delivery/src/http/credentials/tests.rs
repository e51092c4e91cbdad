use ::http::{HeaderMap, Method};
use proptest::prelude::*;
use rstest::rstest;

use super::{Credentials, HIDDEN, Request};

const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn credentials() -> Credentials {
    let headers = HeaderMap::from_iter([
        (::http::header::AUTHORIZATION, "Bearer opaque/0123456789".parse().expect("a value")),
        (crate::signer::standard_webhooks::SIGNATURE, SIGNATURE.parse().expect("a value")),
        (crate::signer::standard_webhooks::ID, "0192-id".parse().expect("a value")),
    ]);
    let url = "https://e.example/call?token=so%2Fvery%20hush&v=2&plain=hush-hush".parse().expect("a URL");
    Credentials::of(&Request { method: Method::POST, url, headers, body: "{}".into(), secrets: vec![] })
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
