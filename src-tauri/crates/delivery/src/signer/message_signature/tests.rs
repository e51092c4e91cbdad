use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_review::{MessageSigning, Timestamp};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{Key, sign};
use crate::Request;

const SECRET: &str = "a secret of thirty-two characters";

fn signing(more: Value) -> MessageSigning {
    let mut profile = json!({ "key": "k", "algorithm": "hmac-sha256" });
    let members = profile.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    serde_json::from_value(profile).expect("a profile")
}

fn signed(signing: &MessageSigning, headers: &[(&str, &str)]) -> Result<Request, &'static str> {
    let header = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().expect("a name"), value.parse::<HeaderValue>().expect("a value"))
    };
    let mut headers: HeaderMap = headers.iter().map(header).collect();
    headers.append("x-two", "a".parse().expect("a value"));
    headers.append("x-two", "  b ".parse().expect("a value"));
    let mut request = Request {
        method: Method::POST,
        url: "https://e.example:8443/foo%20bar?param=value&x=%C3%A4#end".parse().expect("a URL"),
        headers,
        body: br#"{"hello": "world"}"#.to_vec().into(),
        secrets: vec![],
    };
    let key =
        Key::parse(&SecretString::from(SECRET), signing.algorithm).unwrap_or_else(|why| panic!("{why}"));
    sign(&mut request, signing, &key, Timestamp::from_millis(1_618_884_473_999)).map(|()| request)
}

/// Whether the signature is over these lines.
fn is_over(request: &Request, base: &str) {
    let signature = request.headers["signature"].to_str().expect("text");
    let signature = signature.strip_prefix("sig1=:").and_then(|rest| rest.strip_suffix(':')).expect("bytes");
    let signature = STANDARD.decode(signature).expect("base64");
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    hmac::verify(&key, base.as_bytes(), &signature).expect("over this base");
}

#[test]
fn method_address_and_digest_are_covered_and_what_else_is_there() {
    let headers = [("content-type", "application/json"), ("webhook-id", "0192"), ("accept", "*/*")];
    let request = signed(&signing(json!({})), &headers).expect("signed");
    // The digest is the example of RFC 9530 appendix B.1 without its line end, as in RFC 9421 section 2.
    let digest = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    assert_eq!(request.headers["content-digest"], digest);
    let parameters =
        r#"("@method" "@target-uri" "content-digest" "content-type" "webhook-id");created=1618884473"#;
    assert_eq!(request.headers["signature-input"], format!("sig1={parameters}"));
    assert!(request.headers["signature"].is_sensitive());
    is_over(
        &request,
        &format!(
            "\"@method\": POST\n\"@target-uri\": https://e.example:8443/foo%20bar?param=value&x=%C3%A4\n\
             \"content-digest\": {digest}\n\"content-type\": application/json\n\"webhook-id\": 0192\n\
             \"@signature-params\": {parameters}"
        ),
    );
}

#[test]
fn the_profile_chooses_what_is_covered_and_what_is_said() {
    let components = ["@scheme", "@authority", "@path", "@query", "@request-target", "x-two"];
    let more = json!({ "components": components, "expires_seconds": 60, "keyid": "k \"1\"", "tag": "t" });
    let request = signed(&signing(more), &[]).expect("signed");
    let parameters = "(\"@scheme\" \"@authority\" \"@path\" \"@query\" \"@request-target\" \"x-two\")\
                      ;created=1618884473;expires=1618884533;keyid=\"k \\\"1\\\"\";tag=\"t\"";
    assert_eq!(request.headers["signature-input"], format!("sig1={parameters}"));
    is_over(
        &request,
        &format!(
            "\"@scheme\": https\n\"@authority\": e.example:8443\n\"@path\": /foo%20bar\n\
             \"@query\": ?param=value&x=%C3%A4\n\"@request-target\": /foo%20bar?param=value&x=%C3%A4\n\
             \"x-two\": a, b\n\"@signature-params\": {parameters}"
        ),
    );
}

#[test]
fn a_label_of_the_profiles_own_is_used_in_both_headers() {
    let request = signed(&signing(json!({ "label": "placet" })), &[]).expect("signed");
    for name in ["signature", "signature-input"] {
        assert!(request.headers[name].to_str().expect("text").starts_with("placet="));
    }
}

#[rstest]
#[case(json!({ "components": ["date"] }), "does not have")]
fn what_is_not_there_cannot_be_covered(#[case] more: Value, #[case] why: &str) {
    assert!(signed(&signing(more), &[]).err().expect("not signed").contains(why));
}
