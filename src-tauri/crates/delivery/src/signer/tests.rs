use ::http::{HeaderMap, Method};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use placet_review::{
    Callback, DecisionId, Delivery, DeliveryId, Engine, ItemId, JwtAlgorithm, JwtPlace, JwtSigning, Signing,
    Standing, Timestamp,
};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{SigningKey, SigningKeys, Subject, sign};
use crate::Request;
use crate::keys::Use;

const ID: &str = "01976f2e-7c3b-7000-8000-000000000001";
const BODY: &[u8] = br#"{"verdict":"approve"}"#;
const NOW_MS: i64 = 1_796_126_400_123;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn pem(label: &str, der: &[u8]) -> SecretString {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der)).into()
}

/// A new private key and what verifies its signatures.
fn new_pair(algorithm: JwtAlgorithm) -> (SecretString, DecodingKey) {
    match algorithm {
        JwtAlgorithm::HS256 => (SECRET.into(), DecodingKey::from_secret(SECRET.as_bytes())),
        JwtAlgorithm::ES256 => {
            let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
            let der = der.expect("a key");
            let pair =
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.as_ref()).expect("a key");
            (pem("PRIVATE KEY", der.as_ref()), DecodingKey::from_ec_der(pair.public_key().as_ref()))
        }
        JwtAlgorithm::RS256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
            let der = pair.as_der().expect("PKCS#8");
            (pem("PRIVATE KEY", der.as_ref()), DecodingKey::from_rsa_der(pair.public_key().as_ref()))
        }
        JwtAlgorithm::EdDSA => {
            let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
            let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).expect("a key");
            (pem("PRIVATE KEY", der.as_ref()), DecodingKey::from_ed_der(pair.public_key().as_ref()))
        }
    }
}

fn jwt(algorithm: JwtAlgorithm, place: JwtPlace) -> JwtSigning {
    JwtSigning { key: "jwt".into(), algorithm, kid: Some("2026-11".into()), audience: None, place }
}

fn engine(signing: Signing) -> Engine {
    let allow = vec!["https://e.example:8443/call".parse().expect("a place")];
    Engine { signing, ..Engine::new("faces", allow) }
}

fn delivery() -> Delivery {
    Delivery {
        id: ID.parse::<DeliveryId>().expect("an id"),
        decision: ID.parse::<DecisionId>().expect("an id"),
        item: ItemId(7),
        engine: "faces".into(),
        task: "task-4711".into(),
        origin: "https://e.example".into(),
        callback: Callback { protocol: "webhook".into(), parameters: Map::new() },
        body: BODY.to_vec(),
        standing: Standing::held_until(Timestamp::from_millis(NOW_MS)),
        fence: 1,
    }
}

fn signed(signing: Signing, keys: Vec<SigningKey>) -> Request {
    let mut request = Request {
        method: Method::POST,
        url: "https://e.example:8443/call?ref=a%20b".parse().expect("a URL"),
        headers: HeaderMap::new(),
        body: BODY.into(),
        secrets: vec![],
    };
    let keys = SigningKeys(keys.into_iter().map(std::sync::Arc::new).collect());
    let now = Timestamp::from_millis(NOW_MS);
    sign(&mut request, &Subject::from(&delivery()), &engine(signing), &keys, now).expect("signed");
    request
}

fn parsed(secret: &SecretString, used: Use) -> SigningKey {
    SigningKey::parse(secret, used).unwrap_or_else(|reason| panic!("a good key: {reason}"))
}

/// The claims of a token that verifies.
fn claims(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Value {
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&["https://e.example:8443"]);
    // The moment of these tests is fixed; expiry is compared below.
    validation.validate_exp = false;
    let decoded = jsonwebtoken::decode::<Value>(token, key, &validation).expect("a good signature");
    assert_eq!(decoded.header.kid.as_deref(), Some("2026-11"));
    assert_eq!(decoded.header.typ.as_deref(), Some("JWT"));
    decoded.claims
}

#[rstest]
#[case(JwtAlgorithm::HS256, Algorithm::HS256)]
#[case(JwtAlgorithm::ES256, Algorithm::ES256)]
#[case(JwtAlgorithm::RS256, Algorithm::RS256)]
#[case(JwtAlgorithm::EdDSA, Algorithm::EdDSA)]
fn a_token_verifies_under_the_public_key_alone(#[case] ours: JwtAlgorithm, #[case] theirs: Algorithm) {
    let (secret, public) = new_pair(ours);
    let signing = Signing { standard_webhooks: None, jwt: Some(jwt(ours, JwtPlace::Bearer)) };
    let request = signed(signing, vec![parsed(&secret, Use::Jwt(ours))]);
    let bearer = request.headers["authorization"].to_str().expect("text");
    let claims = claims(bearer.strip_prefix("Bearer ").expect("a bearer token"), &public, theirs);
    assert_eq!(claims["iss"], "placet");
    assert_eq!(claims["sub"], "faces/task-4711");
    assert_eq!(claims["aud"], "https://e.example:8443");
    assert_eq!(claims["jti"], ID);
    assert_eq!(claims["iat"], NOW_MS / 1_000);
    assert_eq!(claims["exp"], NOW_MS / 1_000 + 300);
    assert_eq!(claims["body_sha256"], hex::encode(Sha256::digest(BODY)));

    let (_, other) = new_pair(ours);
    let another = jsonwebtoken::decode::<Value>(
        bearer.strip_prefix("Bearer ").expect("a bearer token"),
        &if ours == JwtAlgorithm::HS256 { DecodingKey::from_secret(b"another secret") } else { other },
        &Validation::new(theirs),
    );
    assert!(another.is_err(), "another key does not verify it");
}

#[test]
fn the_private_key_of_rfc_8410_is_understood() {
    let secret = pem(
        "PRIVATE KEY",
        &STANDARD.decode("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC").expect("base64"),
    );
    let public = STANDARD.decode("Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").expect("base64");
    let signing = Signing { standard_webhooks: None, jwt: Some(jwt(JwtAlgorithm::EdDSA, JwtPlace::Bearer)) };
    let request = signed(signing, vec![parsed(&secret, Use::Jwt(JwtAlgorithm::EdDSA))]);
    let bearer = request.headers["authorization"].to_str().expect("text");
    claims(&bearer["Bearer ".len()..], &DecodingKey::from_ed_der(&public), Algorithm::EdDSA);
}

#[test]
fn a_token_can_stand_in_the_query_beside_what_is_there() {
    let (secret, public) = new_pair(JwtAlgorithm::EdDSA);
    let place = JwtPlace::Query("token".into());
    let signing = Signing { standard_webhooks: None, jwt: Some(jwt(JwtAlgorithm::EdDSA, place)) };
    let request = signed(signing, vec![parsed(&secret, Use::Jwt(JwtAlgorithm::EdDSA))]);
    let pairs: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
    assert_eq!(pairs[0], ("ref".to_owned(), "a b".to_owned()));
    assert_eq!(pairs[1].0, "token");
    claims(&pairs[1].1, &public, Algorithm::EdDSA);
    assert!(request.headers.is_empty(), "the token stands in one place only");
}

#[test]
fn both_signatures_can_stand_side_by_side_and_are_hidden_from_debug() {
    let (secret, _) = new_pair(JwtAlgorithm::HS256);
    let signing = Signing {
        standard_webhooks: Some("webhooks".into()),
        jwt: Some(JwtSigning { audience: Some("them".into()), ..jwt(JwtAlgorithm::HS256, JwtPlace::Bearer) }),
    };
    let keys =
        vec![parsed(&SECRET.into(), Use::StandardWebhooks), parsed(&secret, Use::Jwt(JwtAlgorithm::HS256))];
    let request = signed(signing, keys);
    assert_eq!(request.headers["webhook-timestamp"], (NOW_MS / 1_000).to_string());
    let signature = request.headers["webhook-signature"].to_str().expect("text");
    assert!(signature.starts_with("v1,"), "{signature}");
    let shown = format!("{:?}", request.headers);
    assert!(!shown.contains(signature) && !shown.contains("Bearer"), "{shown}");
}

#[rstest]
#[case(JwtAlgorithm::HS256, "hush")]
#[case(JwtAlgorithm::ES256, "hush")]
#[case(JwtAlgorithm::RS256, "hush")]
#[case(JwtAlgorithm::EdDSA, "-----BEGIN PRIVATE KEY-----\naHVzaA==\n-----END PRIVATE KEY-----")]
fn a_key_of_another_kind_is_refused_with_what_is_wanted(#[case] algorithm: JwtAlgorithm, #[case] text: &str) {
    let reason = SigningKey::parse(&text.into(), Use::Jwt(algorithm)).err().expect("no such key");
    assert!(reason.contains(&format!("{algorithm:?}")) && !reason.contains("hush"), "{reason}");
}

#[test]
fn a_key_signs_with_its_own_algorithm_only() {
    let (ed, _) = new_pair(JwtAlgorithm::EdDSA);
    let (ec, _) = new_pair(JwtAlgorithm::ES256);
    assert!(SigningKey::parse(&ed, Use::Jwt(JwtAlgorithm::ES256)).is_err());
    assert!(SigningKey::parse(&ec, Use::Jwt(JwtAlgorithm::EdDSA)).is_err());
    assert!(SigningKey::parse(&ec, Use::Jwt(JwtAlgorithm::RS256)).is_err());
}
