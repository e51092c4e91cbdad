use ::http::HeaderMap;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use placet_review::{OauthSigning, Timestamp};
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Access, Key, read_token, token_request};
use crate::token::TokenSource as _;
use crate::{Answer, Request};

const NOW_MS: i64 = 1_796_126_400_123;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW_MS)
}

fn signing(grant: Value) -> OauthSigning {
    let profile = json!({ "token_url": "https://e.example/token?v=1", "scope": "a b", "grant": grant });
    serde_json::from_value(profile).expect("a profile")
}

fn client(secret_in: &str) -> OauthSigning {
    signing(json!({ "client_credentials": { "client_id": "a:b c", "key": "k", "secret_in": secret_in } }))
}

fn body(request: &Request) -> Vec<(String, String)> {
    assert_eq!(request.method, "POST");
    assert_eq!(request.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(request.url.as_str(), "https://e.example/token?v=1");
    form_urlencoded::parse(&request.body).into_owned().collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_client_shows_its_secret_in_the_header_or_in_the_body() {
    let key = Key::of_a_client(&"hu:sh/ü\n".into()).unwrap_or_else(|why| panic!("{why}"));
    let request = token_request(&client("header"), &key, now()).expect("a request");
    assert_eq!(body(&request), pairs(&[("grant_type", "client_credentials"), ("scope", "a b")]));
    let basic =
        request.headers["authorization"].to_str().expect("text").strip_prefix("Basic ").expect("basic");
    let basic = String::from_utf8(STANDARD.decode(basic).expect("base64")).expect("text");
    assert_eq!(basic, "a%3Ab+c:hu%3Ash%2F%C3%BC", "each escaped, and a colon between");
    assert!(request.headers["authorization"].is_sensitive());

    let request = token_request(&client("body"), &key, now()).expect("a request");
    let wanted = [
        ("grant_type", "client_credentials"),
        ("client_id", "a:b c"),
        ("client_secret", "hu:sh/ü"),
        ("scope", "a b"),
    ];
    assert_eq!(body(&request), pairs(&wanted));
    assert!(!request.headers.contains_key("authorization"), "in one place only");
}

fn pair() -> (RsaKeyPair, Key) {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der = pair.as_der().expect("PKCS#8");
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    let key = Key::of_an_assertion(&pem.into()).unwrap_or_else(|why| panic!("{why}"));
    (pair, key)
}

#[test]
fn a_github_app_shows_what_it_signed_as_a_bearer_token() {
    let (pair, key) = pair();
    let profile = json!({ "token_url": "https://e.example/token?v=1",
                          "grant": { "github_app": { "app": "Iv1.4711", "key": "k" } } });
    let signing: OauthSigning = serde_json::from_value(profile).expect("a profile");
    let request = token_request(&signing, &key, now()).expect("a request");
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://e.example/token?v=1"));
    assert_eq!(
        (&request.headers["content-type"], &*request.body),
        (&"application/json".parse().unwrap(), &b"{}"[..])
    );
    let shown = &request.headers["authorization"];
    assert!(shown.is_sensitive());
    let token = shown.to_str().expect("text").strip_prefix("Bearer ").expect("a bearer token");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    let public = DecodingKey::from_rsa_der(pair.public_key().as_ref());
    let token = jsonwebtoken::decode::<Value>(token, &public, &validation).expect("a good signature");
    let wanted = json!({ "iat": 1_796_126_340, "exp": 1_796_126_940, "iss": "Iv1.4711" });
    assert_eq!(token.claims, wanted, "ten minutes, of which one is past");

    let access = Access { signing };
    let said =
        r#"{"token":"ghs_hush","expires_at":"2026-12-01T13:00:00Z","permissions":{"deployments":"write"}}"#;
    let token = access.read(&answered(201, said), now()).expect("a token");
    assert_eq!(
        (token.text.expose_secret(), token.until.to_string()),
        ("ghs_hush", "2026-12-01T12:59:00.000Z".into())
    );
    for said in [
        r#"{"access_token":"hush"}"#,
        r#"{"token":"hush"}"#,
        r#"{"token":"hush hush","expires_at":"2026-12-01T13:00:00Z"}"#,
    ] {
        let wrong = access.read(&answered(201, said), now()).expect_err("no token");
        assert!(!wrong.contains("hush"), "{wrong}");
    }
}

#[test]
fn an_assertion_is_signed_as_a_service_account_does() {
    let (pair, key) = pair();
    let grant = json!({ "assertion": { "issuer": "me@e.example", "key": "k", "kid": "7" } });
    let request = token_request(&signing(grant), &key, now()).expect("a request");
    let body = body(&request);
    assert_eq!(body[0].1, "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert_eq!((body.len(), body[1].0.as_str()), (2, "assertion"));
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["https://e.example/token?v=1"]);
    validation.validate_exp = false;
    let public = DecodingKey::from_rsa_der(pair.public_key().as_ref());
    let token = jsonwebtoken::decode::<Value>(&body[1].1, &public, &validation).expect("a good signature");
    assert_eq!(token.header.kid.as_deref(), Some("7"));
    assert_eq!((&token.claims["iss"], &token.claims["scope"]), (&json!("me@e.example"), &json!("a b")));
    let (iat, exp) = (token.claims["iat"].as_i64(), token.claims["exp"].as_i64());
    assert_eq!((iat, exp), (Some(1_796_126_400), Some(1_796_130_000)), "an hour");
    assert!(token_request(&client("body"), &key, now()).is_err(), "a key of another grant");
}

fn answered(status: u16, body: &str) -> Answer {
    Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() }
}

fn lives(answer: &str) -> i64 {
    let (token, until) = read_token(&answered(200, answer), now()).expect("a token");
    assert_eq!(token.expose_secret(), "hush");
    until.millis_since(now()) / 1_000
}

#[test]
fn a_token_is_used_until_a_minute_before_its_end() {
    assert_eq!(lives(r#"{"access_token":"hush","token_type":"Bearer","expires_in":3600}"#), 3_540);
    assert_eq!(lives(r#"{"access_token":"hush","token_type":"bearer","expires_in":"3600","more":1}"#), 3_540);
    assert_eq!(lives(r#"{"access_token":"hush"}"#), 240, "five minutes where nothing is said");
    assert_eq!(lives(r#"{"access_token":"hush","expires_in":30}"#), 0);
    assert_eq!(lives(r#"{"access_token":"hush","expires_in":-30}"#), 0);
}

#[rstest]
#[case(200, r#"{"token":"hush"}"#, "holds none")]
#[case(200, "hush", "holds none")]
#[case(200, r#"{"access_token":"hush","token_type":"mac"}"#, "another kind")]
#[case(200, r#"{"access_token":"hush hush"}"#, "header")]
#[case(400, r#"{"error":"invalid_grant","error_description":"hush"}"#, "400 (invalid_grant)")]
#[case(401, r#"{"error":"hush: hush"}"#, "was 401.")]
#[case(503, "hush", "was 503.")]
fn what_holds_no_token_is_said_without_what_it_holds(
    #[case] status: u16,
    #[case] body: &str,
    #[case] why: &str,
) {
    let wrong = read_token(&answered(status, body), now()).expect_err("no token");
    assert!(wrong.contains(why) && !wrong.contains("hush"), "{wrong}");
}

#[test]
fn a_secret_of_a_client_is_one_line() {
    assert!(Key::of_a_client(&SecretString::from("a\nb")).is_err());
    assert!(Key::of_an_assertion(&SecretString::from("no PEM")).is_err());
}
