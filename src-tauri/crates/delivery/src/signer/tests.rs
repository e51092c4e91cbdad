use ::http::{HeaderMap, Method};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use placet_review::{
    Callback, DecisionId, Delivery, DeliveryId, Engine, ItemId, JwtAlgorithm, JwtPlace, JwtSigning,
    MessageAlgorithm, Signing, Standing, Timestamp,
};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{SigningKey, SigningKeys, Subject, headers, sign};
use crate::keys::Use;
use crate::{KeysError, Request};

const ID: &str = "01976f2e-7c3b-7000-8000-000000000001";
const BODY: &[u8] = br#"{"verdict":"approve"}"#;
pub(crate) const NOW_MS: i64 = 1_796_126_400_123;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// As long as the longest hash.
const LONG: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn pem(label: &str, der: &[u8]) -> SecretString {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der)).into()
}

/// A new private key and what verifies its signatures.
fn new_pair(algorithm: JwtAlgorithm) -> (SecretString, DecodingKey) {
    let ecdsa = |algorithm: &'static EcdsaSigningAlgorithm| {
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, der.as_ref()).expect("a key");
        (pem("PRIVATE KEY", der.as_ref()), DecodingKey::from_ec_der(pair.public_key().as_ref()))
    };
    match algorithm {
        JwtAlgorithm::HS256 | JwtAlgorithm::HS384 | JwtAlgorithm::HS512 => {
            (LONG.into(), DecodingKey::from_secret(LONG.as_bytes()))
        }
        JwtAlgorithm::ES256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        JwtAlgorithm::ES384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        JwtAlgorithm::RS256
        | JwtAlgorithm::RS384
        | JwtAlgorithm::RS512
        | JwtAlgorithm::PS256
        | JwtAlgorithm::PS384
        | JwtAlgorithm::PS512 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
            let der = pair.as_der().expect("PKCS#8");
            (pem("PRIVATE KEY", der.as_ref()), DecodingKey::from_rsa_der(pair.public_key().as_ref()))
        }
        JwtAlgorithm::EdDSA | JwtAlgorithm::Ed25519 => {
            let der = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
            let pair = Ed25519KeyPair::from_pkcs8(der.as_ref()).expect("a key");
            (pem("PRIVATE KEY", der.as_ref()), DecodingKey::from_ed_der(pair.public_key().as_ref()))
        }
    }
}

fn jwt(algorithm: JwtAlgorithm, place: JwtPlace) -> JwtSigning {
    let (kid, published) = (Some("2026-11".into()), vec![]);
    JwtSigning { key: "jwt".into(), algorithm, kid, audience: None, place, published }
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
    signed_with(signing, keys, None).expect("signed")
}

fn signed_with(
    signing: Signing,
    keys: Vec<SigningKey>,
    access: Option<&SecretString>,
) -> Result<Request, KeysError> {
    let mut request = Request {
        method: Method::POST,
        url: "https://e.example:8443/call?ref=a%20b".parse().expect("a URL"),
        headers: HeaderMap::new(),
        body: BODY.into(),
        secrets: vec![],
    };
    let keys = SigningKeys(keys.into_iter().map(std::sync::Arc::new).collect());
    let now = Timestamp::from_millis(NOW_MS);
    sign(&mut request, &Subject::from(&delivery()), &engine(signing), &keys, access, now)?;
    Ok(request)
}

/// A request that is signed with one key, as this profile says.
pub(crate) fn signed_alone(signing: Value, key: &str) -> Request {
    let signing: Signing = serde_json::from_value(signing).expect("a profile");
    let used = super::members(&signing).next().expect("a member").key().1;
    signed(signing, vec![parsed(&key.into(), used)])
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
#[case(JwtAlgorithm::HS384, Algorithm::HS384)]
#[case(JwtAlgorithm::HS512, Algorithm::HS512)]
#[case(JwtAlgorithm::ES256, Algorithm::ES256)]
#[case(JwtAlgorithm::ES384, Algorithm::ES384)]
#[case(JwtAlgorithm::RS256, Algorithm::RS256)]
#[case(JwtAlgorithm::RS384, Algorithm::RS384)]
#[case(JwtAlgorithm::RS512, Algorithm::RS512)]
#[case(JwtAlgorithm::PS256, Algorithm::PS256)]
#[case(JwtAlgorithm::PS384, Algorithm::PS384)]
#[case(JwtAlgorithm::PS512, Algorithm::PS512)]
#[case(JwtAlgorithm::EdDSA, Algorithm::EdDSA)]
fn a_token_verifies_under_the_public_key_alone(#[case] ours: JwtAlgorithm, #[case] theirs: Algorithm) {
    let (secret, public) = new_pair(ours);
    let signing = Signing { jwt: Some(jwt(ours, JwtPlace::Bearer)), ..Signing::default() };
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
        &if format!("{ours:?}").starts_with("HS") {
            DecodingKey::from_secret(b"another secret")
        } else {
            other
        },
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
    let signing = Signing { jwt: Some(jwt(JwtAlgorithm::EdDSA, JwtPlace::Bearer)), ..Signing::default() };
    let request = signed(signing, vec![parsed(&secret, Use::Jwt(JwtAlgorithm::EdDSA))]);
    let bearer = request.headers["authorization"].to_str().expect("text");
    claims(&bearer["Bearer ".len()..], &DecodingKey::from_ed_der(&public), Algorithm::EdDSA);
}

#[test]
fn a_token_can_stand_in_the_query_beside_what_is_there() {
    let (secret, public) = new_pair(JwtAlgorithm::EdDSA);
    let place = JwtPlace::Query("token".into());
    let signing = Signing { jwt: Some(jwt(JwtAlgorithm::EdDSA, place)), ..Signing::default() };
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
        jwt: Some(JwtSigning { audience: Some("them".into()), ..jwt(JwtAlgorithm::HS256, JwtPlace::Bearer) }),
        ..Signing::by_webhook_key("webhooks")
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
#[case(JwtAlgorithm::HS256, "hush", "32 bytes")]
#[case(JwtAlgorithm::HS512, SECRET, "64 bytes")]
#[case(JwtAlgorithm::ES256, "hush", "P-256")]
#[case(JwtAlgorithm::RS256, "hush", "RSA")]
#[case(JwtAlgorithm::EdDSA, "-----BEGIN PRIVATE KEY-----\naHVzaA==\n-----END PRIVATE KEY-----", "Ed25519")]
fn a_key_of_another_kind_is_refused_with_what_is_wanted(
    #[case] algorithm: JwtAlgorithm,
    #[case] text: &str,
    #[case] wanted: &str,
) {
    let reason = SigningKey::parse(&text.into(), Use::Jwt(algorithm)).err().expect("no such key");
    assert!(reason.contains("needs") && reason.contains(wanted) && !reason.contains("hush"), "{reason}");
}

#[test]
fn a_key_signs_with_its_own_algorithm_only() {
    let (ed, _) = new_pair(JwtAlgorithm::EdDSA);
    let (ec, _) = new_pair(JwtAlgorithm::ES256);
    assert!(SigningKey::parse(&ed, Use::Jwt(JwtAlgorithm::ES256)).is_err());
    assert!(SigningKey::parse(&ec, Use::Jwt(JwtAlgorithm::EdDSA)).is_err());
    assert!(SigningKey::parse(&ec, Use::Jwt(JwtAlgorithm::RS256)).is_err());
}

#[test]
fn the_newer_name_of_eddsa_is_written_where_the_profile_says_it() {
    for (algorithm, name) in [(JwtAlgorithm::EdDSA, "EdDSA"), (JwtAlgorithm::Ed25519, "Ed25519")] {
        let (secret, _) = new_pair(algorithm);
        let signing =
            Signing { jwt: Some(jwt(algorithm, JwtPlace::Header("X-Token".into()))), ..Signing::default() };
        let request = signed(signing, vec![parsed(&secret, Use::Jwt(algorithm))]);
        let token = request.headers["x-token"].to_str().expect("text");
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64");
        let header: Value = serde_json::from_slice(&header).expect("JSON");
        assert_eq!(header, json!({ "typ": "JWT", "alg": name, "kid": "2026-11" }));
        assert!(request.headers["x-token"].is_sensitive() && request.headers.len() == 1);
    }
}

#[rstest]
#[case(JwtAlgorithm::ES256, json!({ "kty": "EC", "crv": "P-256" }))]
#[case(JwtAlgorithm::ES384, json!({ "kty": "EC", "crv": "P-384" }))]
#[case(JwtAlgorithm::PS256, json!({ "kty": "RSA", "e": "AQAB" }))]
#[case(JwtAlgorithm::Ed25519, json!({ "kty": "OKP", "crv": "Ed25519" }))]
fn a_public_key_is_what_receivers_look_up(#[case] algorithm: JwtAlgorithm, #[case] of_its_kind: Value) {
    let (secret, _) = new_pair(algorithm);
    let key = super::jwt::Key::parse(&secret, algorithm).expect("a good key");
    let jwk = serde_json::to_value(key.jwk("2026-11").expect("a public half")).expect("JSON");
    for (member, value) in of_its_kind.as_object().expect("an object") {
        assert_eq!(&jwk[member], value, "{jwk}");
    }
    assert_eq!((&jwk["kid"], &jwk["use"]), (&json!("2026-11"), &json!("sig")));
    assert_eq!(jwk["alg"], json!(algorithm));
    assert!(jwk.get("d").is_none() && jwk.get("k").is_none(), "{jwk}");
    if algorithm != JwtAlgorithm::Ed25519 {
        // The library knows that algorithm by its older name only.
        let public = DecodingKey::from_jwk(&serde_json::from_value(jwk).expect("a key")).expect("a key");
        let signing = Signing { jwt: Some(jwt(algorithm, JwtPlace::Bearer)), ..Signing::default() };
        let request = signed(signing, vec![parsed(&secret, Use::Jwt(algorithm))]);
        let bearer = request.headers["authorization"].to_str().expect("text");
        let name = serde_json::from_value(json!(algorithm)).expect("a name both know");
        claims(&bearer["Bearer ".len()..], &public, name);
    }
}

#[test]
fn a_shared_secret_is_never_published() {
    let key = super::jwt::Key::parse(&LONG.into(), JwtAlgorithm::HS256).expect("a good key");
    assert_eq!(key.jwk("2026-11"), None);
}

#[test]
fn two_keys_of_webhooks_sign_side_by_side() {
    let private = super::standard_webhooks::private_key_of([3; 32]).expect("a key");
    let signing = Signing { standard_webhooks: vec!["new".into(), "old".into()], ..Signing::default() };
    let keys = vec![parsed(&private, Use::StandardWebhooks), parsed(&SECRET.into(), Use::StandardWebhooks)];
    let request = signed(signing, keys);
    let signature = request.headers["webhook-signature"].to_str().expect("text");
    let (newest, oldest) = signature.split_once(' ').expect("two");
    assert!(newest.starts_with("v1a,") && oldest.starts_with("v1,"), "{signature}");
    let alone = signed(Signing::by_webhook_key("old"), vec![parsed(&SECRET.into(), Use::StandardWebhooks)]);
    assert_eq!(alone.headers["webhook-signature"], oldest, "each signs the same");
}

fn one_header(signing: Value, text: &str, used: Use) -> (String, String) {
    let signing: Signing = serde_json::from_value(signing).expect("a profile");
    assert_eq!(signing.check(), Ok(()));
    let announced = headers(&signing);
    let request = signed(signing, vec![parsed(&text.into(), used)]);
    let set: Vec<_> = request.headers.keys().cloned().collect();
    assert_eq!(set, announced, "what is sent is what people are told");
    let (name, value) = request.headers.iter().next().expect("a header");
    assert!(value.is_sensitive());
    (name.to_string(), value.to_str().expect("text").to_owned())
}

#[test]
fn a_keys_text_stands_where_the_profile_says() {
    let bearer = one_header(json!({ "bearer": "k" }), "hush\n", Use::HeaderText);
    assert_eq!(bearer, ("authorization".into(), "Bearer hush".into()));
    let basic = json!({ "basic": { "user": "Aladdin", "key": "k" } });
    // The example of RFC 7617 section 2.
    let basic = one_header(basic, "open sesame\n", Use::Password);
    assert_eq!(basic, ("authorization".into(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".into()));
    let header = json!({ "header": { "name": "X-Api-Key", "key": "k" } });
    assert_eq!(one_header(header, "hush hush", Use::HeaderText), ("x-api-key".into(), "hush hush".into()));
}

#[rstest]
#[case("")]
#[case("two\nlines")]
#[case("größe")]
fn a_text_that_makes_no_header_is_refused(#[case] text: &str) {
    assert!(SigningKey::parse(&text.into(), Use::HeaderText).is_err());
}

#[test]
fn an_access_token_stands_there_or_nothing_is_signed() {
    let signing: Signing = serde_json::from_value(json!({ "oauth": { "token_url": "https://e.example/token",
        "grant": { "client_credentials": { "client_id": "c", "key": "secret" } } } }))
    .expect("a profile");
    let keys = || vec![parsed(&"hush".into(), Use::OauthClient)];
    let request = signed_with(signing.clone(), keys(), Some(&"access".into())).expect("signed");
    assert_eq!(request.headers["authorization"], "Bearer access");
    assert!(request.headers["authorization"].is_sensitive());
    let error = signed_with(signing, keys(), None).err().expect("no token").to_string();
    assert!(error.contains("\"secret\"") && !error.contains("hush"), "{error}");
}

#[test]
fn a_message_signature_covers_what_the_others_set() {
    let signing: Signing = serde_json::from_value(json!({
        "standard_webhooks": "webhooks",
        "bearer": "bearer",
        "jwt": { "key": "jwt", "algorithm": "HS256", "place": { "query": "token" } },
        "message_signature": { "key": "message", "algorithm": "hmac-sha256", "components": ["@query", "webhook-id",
                               "webhook-signature", "authorization"] },
    }))
    .expect("a profile");
    let keys = vec![
        parsed(&SECRET.into(), Use::StandardWebhooks),
        parsed(&"bearer".into(), Use::HeaderText),
        parsed(&LONG.into(), Use::Jwt(JwtAlgorithm::HS256)),
        parsed(&LONG.into(), Use::Message(MessageAlgorithm::HmacSha256)),
    ];
    let request = signed(signing, keys);
    assert!(request.url.query().expect("a query").contains("token="));
    let input = request.headers["signature-input"].to_str().expect("text");
    assert!(
        input.starts_with(r#"sig1=("@query" "webhook-id" "webhook-signature" "authorization");created="#)
    );
}
