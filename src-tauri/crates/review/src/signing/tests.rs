use rstest::rstest;
use serde_json::{Value, json};

use super::{JwtPlace, PublishedKey, Signing};
use crate::Engine;

fn signing(profile: Value) -> Signing {
    serde_json::from_value(profile).expect("a profile that can be read")
}

fn jwt(place: Value) -> Value {
    json!({ "key": "k", "algorithm": "EdDSA", "place": place })
}

#[rstest]
#[case("faces.prod-2_B", true)]
#[case("", false)]
#[case("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
#[case("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
#[case("c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=", false)]
#[case("-----BEGIN PRIVATE KEY-----", false)]
fn a_profile_names_keys_and_does_not_hold_them(#[case] name: &str, #[case] fits: bool) {
    let places = [
        json!({ "standard_webhooks": name }),
        json!({ "standard_webhooks": ["good", name] }),
        json!({ "jwt": { "key": name, "algorithm": "ES256" } }),
        json!({ "jwt": { "key": "good", "algorithm": "ES256", "published": [name] } }),
        json!({ "message_signature": { "key": name, "algorithm": "ed25519" } }),
        json!({ "aws": { "region": "eu-central-1", "service": "states", "key": name } }),
        json!({ "bearer": name }),
        json!({ "client_certificate": name }),
        json!({ "basic": { "user": "ada", "key": name } }),
        json!({ "header": { "name": "X-Api-Key", "key": name } }),
        json!({ "oauth": { "token_url": "https://e.example/token",
                           "grant": { "client_credentials": { "client_id": "c", "key": name } } } }),
        json!({ "oauth": { "token_url": "https://e.example/token",
                           "grant": { "assertion": { "issuer": "i", "key": name } } } }),
        json!({ "oauth": { "token_url": "https://e.example/token",
                           "grant": { "github_app": { "app": "4711", "key": name } } } }),
    ];
    for place in places {
        let engine = Engine { signing: signing(place.clone()), ..Engine::new("engine", vec![]) };
        assert_eq!(engine.check().is_ok(), fits, "{place}");
        assert!(name.is_empty() || fits || !engine.check().expect_err("refused").contains(name));
    }
}

#[test]
fn profiles_of_before_are_read_as_before() {
    let before = json!({ "standard_webhooks": "faces",
        "jwt": { "key": "k", "algorithm": "ES256", "kid": "2026-11", "place": { "query": "token" } } });
    let read = signing(before.clone());
    assert_eq!(read.standard_webhooks, ["faces"]);
    let jwt = read.jwt.as_ref().expect("there");
    assert_eq!((jwt.place.clone(), jwt.published.len()), (JwtPlace::Query("token".into()), 0));
    assert_eq!(serde_json::to_value(&read).expect("written"), before, "and written as before");
    assert_eq!(signing(json!({ "standard_webhooks": null })), Signing::default());
}

#[rstest]
#[case(json!({ "standard_webhooks": ["new", "old"] }))]
#[case(json!({ "jwt": { "key": "k", "algorithm": "PS512", "place": { "header": "X-Token" },
                        "published": ["old", { "key": "older", "kid": "2025" }] } }))]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "rsa-v1_5-sha256", "keyid": "a", "tag": "b",
               "components": ["@method", "date"], "expires_seconds": 60, "label": "sig-b" } }))]
#[case(json!({ "oauth": { "token_url": "https://e.example/token", "scope": "a b", "grant":
               { "client_credentials": { "client_id": "c", "key": "k", "secret_in": "body" } } } }))]
fn what_is_read_is_written_again(#[case] profile: Value) {
    let read = signing(profile.clone());
    assert_eq!(read.check(), Ok(()), "{profile}");
    assert_eq!(serde_json::to_value(&read).expect("written"), profile);
}

#[test]
fn a_published_key_is_known_by_its_name_or_its_kid() {
    let kid = |form: Value| serde_json::from_value::<PublishedKey>(form).map(|key| key.kid().to_owned()).ok();
    assert_eq!(kid(json!("old")), Some("old".into()));
    assert_eq!(kid(json!({ "key": "old", "kid": "2025" })), Some("2025".into()));
    assert_eq!(kid(json!({ "key": "old", "kidd": "2025" })), None);
}

#[rstest]
#[case(json!({ "bearer": "a", "jwt": jwt(json!("bearer")) }), "jwt and bearer")]
#[case(json!({ "bearer": "a", "basic": { "user": "u", "key": "b" } }), "bearer and basic")]
#[case(json!({ "header": { "name": "Authorization", "key": "b" }, "bearer": "a" }), "bearer and header")]
#[case(json!({ "jwt": jwt(json!("bearer")), "aws": { "region": "r", "service": "s", "key": "k" } }), "jwt and aws")]
#[case(json!({ "jwt": jwt(json!({ "header": "X-Key" })), "header": { "name": "x-key", "key": "b" } }), "jwt and header")]
#[case(json!({ "bearer": "a", "oauth": { "token_url": "https://e.example/t",
               "grant": { "assertion": { "issuer": "i", "key": "k" } } } }), "bearer and oauth")]
fn two_that_would_set_one_header_are_refused(#[case] profile: Value, #[case] both: &str) {
    let wrong = signing(profile).check().expect_err("refused");
    assert!(wrong.starts_with(both) && wrong.contains("keep one"), "{wrong}");
}

#[test]
fn what_stands_in_different_places_stands_side_by_side() {
    let all = signing(json!({
        "standard_webhooks": ["new", "old"],
        "jwt": jwt(json!({ "query": "token" })),
        "message_signature": { "key": "k", "algorithm": "hmac-sha256" },
        "aws": { "region": "eu-central-1", "service": "lambda", "profile": "prod" },
        "header": { "name": "X-Api-Key", "key": "b" },
    }));
    assert_eq!(all.check(), Ok(()));
    assert_eq!(all.headers().len(), 9);
    assert_eq!(all.keys().collect::<Vec<_>>(), ["new", "old", "k", "k", "b"]);
}

#[rstest]
#[case(json!({ "header": { "name": "Host", "key": "k" } }), "header.name")]
#[case(json!({ "header": { "name": "content-length", "key": "k" } }), "header.name")]
#[case(json!({ "header": { "name": "a b", "key": "k" } }), "header.name")]
#[case(json!({ "jwt": jwt(json!({ "header": "Connection" })) }), "jwt.place")]
#[case(json!({ "jwt": jwt(json!({ "query": "" })) }), "jwt.place")]
#[case(json!({ "basic": { "user": "a:b", "key": "k" } }), "basic.user")]
#[case(json!({ "aws": { "region": "r", "service": "s" } }), "aws.key")]
#[case(json!({ "aws": { "region": "r", "service": "s", "key": "k", "profile": "p" } }), "aws.key")]
#[case(json!({ "aws": { "region": "", "service": "s", "key": "k" } }), "aws.region")]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "ed25519", "components": ["Date"] } }),
       "message_signature.components")]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "ed25519", "components": ["@status"] } }),
       "message_signature.components")]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "ed25519", "components": ["a", "a"] } }),
       "message_signature.components")]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "ed25519", "label": "Sig" } }),
       "message_signature.label")]
#[case(json!({ "message_signature": { "key": "k", "algorithm": "ed25519", "keyid": "ä" } }),
       "message_signature.keyid")]
#[case(json!({ "oauth": { "token_url": "ftp://e.example/", "grant": { "assertion": { "issuer": "i", "key": "k" } } } }),
       "oauth.token_url")]
#[case(json!({ "oauth": { "token_url": "https://e.example/", "scope": "repo",
               "grant": { "github_app": { "app": "4711", "key": "k" } } } }), "oauth.scope")]
fn what_cannot_work_is_named(#[case] profile: Value, #[case] member: &str) {
    let engine = Engine { signing: signing(profile), ..Engine::new("engine", vec![]) };
    let wrong = engine.check().expect_err("refused");
    assert!(wrong.starts_with(&format!("signing: {member}: ")), "{wrong}");
}

#[rstest]
#[case(json!({ "standard_webhooks": 7 }))]
#[case(json!({ "standard_webhooks": [7] }))]
#[case(json!({ "jwt": { "key": "k", "algorithm": "none" } }))]
#[case(json!({ "jwt": { "key": "k", "algorithm": "EdDSA", "published": [{ "name": "k" }] } }))]
#[case(json!({ "oauth": { "token_url": "https://e.example", "grant": { "password": {} } } }))]
#[case(json!({ "unknown": "k" }))]
fn what_is_no_profile_is_not_read(#[case] profile: Value) {
    serde_json::from_value::<Signing>(profile).expect_err("refused");
}
