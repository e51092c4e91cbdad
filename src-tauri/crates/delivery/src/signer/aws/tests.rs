use ::http::{HeaderMap, Method};
use placet_review::{AwsSigning, Timestamp};
use rstest::rstest;

use super::{Key, sign};
use crate::Request;

const KEY: &str =
    r#"{"access_key_id":"AKIDEXAMPLE","secret_access_key":"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}"#;
/// 2015-08-30T12:36:00Z, the moment of AWS's own test suite.
const NOW_MS: i64 = 1_440_938_160_000;

fn signed(method: Method, path: &str, key: &str) -> Request {
    let signing = AwsSigning {
        region: "us-east-1".into(),
        service: "service".into(),
        key: Some("k".into()),
        profile: None,
    };
    let key = Key::parse(&key.into()).unwrap_or_else(|why| panic!("{why}"));
    let url = format!("https://example.amazonaws.com{path}").parse().expect("a URL");
    let mut request =
        Request { method, url, headers: HeaderMap::new(), body: bytes::Bytes::new(), secrets: vec![] };
    sign(&mut request, &signing, &key, Timestamp::from_millis(NOW_MS)).expect("signed");
    request
}

/// `get-vanilla`, `post-vanilla` and `get-vanilla-query-order-key-case` of AWS's own test suite.
#[rstest]
#[case(Method::GET, "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
#[case(Method::POST, "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
#[case(
    Method::GET,
    "/?Param2=value2&Param1=value1",
    "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
)]
fn signs_as_the_published_examples(#[case] method: Method, #[case] path: &str, #[case] signature: &str) {
    let request = signed(method, path, KEY);
    let authorization = request.headers["authorization"].to_str().expect("text");
    assert!(authorization.ends_with(&format!(" Signature={signature}")), "{authorization}");
    assert!(request.headers["authorization"].is_sensitive());
    assert_eq!(request.headers["x-amz-date"], "20150830T123600Z");
    assert_eq!(request.headers.len(), 2);
}

#[test]
fn a_session_token_is_sent_and_signed() {
    let key = KEY.replace('}', r#","session_token":"hush"}"#);
    let request = signed(Method::POST, "/", &key);
    assert!(request.headers["x-amz-security-token"].is_sensitive());
    let authorization = request.headers["authorization"].to_str().expect("text");
    assert!(authorization.contains("SignedHeaders=host;x-amz-date;x-amz-security-token"), "{authorization}");
}

#[rstest]
#[case("hush")]
#[case(r#"{"access_key_id":"AKIDEXAMPLE"}"#)]
#[case(r#"{"access_key_id":"AKIDEXAMPLE","secret_access_key":"hush","other":1}"#)]
#[case(r#"{"access_key_id":"AKIDEXAMPLE","secret_access_key":"hu\nsh"}"#)]
#[case(r#"{"access_key_id":"","secret_access_key":"hush"}"#)]
fn what_are_no_credentials_is_refused_and_not_shown(#[case] text: &str) {
    let why = Key::parse(&text.into()).err().expect("refused");
    assert!(why.contains("access_key_id") && !why.contains("hush"), "{why}");
}
