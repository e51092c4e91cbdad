use placet_review::{JwtSigning, KeyKind};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::{KeyChoice, Keys, KeysError, NewKey, Use};

/// The secret of the specification's own example.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn keys(variables: &[(&str, &str)]) -> Keys {
    let owned = variables.iter().map(|(name, value)| (name.into(), value.into()));
    Keys::in_place(Box::new(super::environment::Environment::read(owned)))
}

/// A place that can be written, for what must be forgotten.
#[derive(Default)]
struct Pocket(std::sync::Mutex<Option<SecretString>>);

impl super::Place for Pocket {
    fn name(&self) -> &'static str {
        "pocket"
    }

    fn whereabouts(&self) -> &'static str {
        "in the pocket"
    }

    fn remedy(&self, _key: &str) -> String {
        "Put it there.".to_owned()
    }

    fn read(&self, _key: &str) -> Result<Option<SecretString>, KeysError> {
        Ok(self.0.lock().expect("not poisoned").clone())
    }

    fn write(&self, _key: &str, secret: &SecretString) -> Result<(), KeysError> {
        *self.0.lock().expect("not poisoned") = Some(secret.clone());
        Ok(())
    }

    fn remove(&self, _key: &str) -> Result<(), KeysError> {
        *self.0.lock().expect("not poisoned") = None;
        Ok(())
    }
}

#[test]
fn a_key_is_parsed_once_and_then_kept() {
    let keys = keys(&[("PLACET_KEY_FACES", SECRET)]);
    assert!(keys.kept("faces", Use::StandardWebhooks).is_none(), "nothing is read before it is needed");
    let loaded = keys.load("faces", Use::StandardWebhooks).expect("a good key");
    let kept = keys.kept("faces", Use::StandardWebhooks).expect("kept");
    assert!(std::sync::Arc::ptr_eq(&loaded, &kept));
}

#[test]
fn a_new_secret_takes_the_place_of_the_one_that_was_kept() {
    let keys = Keys::in_place(Box::new(Pocket::default()));
    let first = keys.create("faces", KeyKind::WebhookSecret, false).expect("kept");
    keys.load("faces", Use::StandardWebhooks).expect("a good key");
    let second = keys.create("faces", KeyKind::WebhookSecret, true).expect("kept");
    let [NewKey::Shared(first), NewKey::Shared(second)] = [first, second] else {
        panic!("both sides have it")
    };
    assert_ne!(first.expose_secret(), second.expose_secret());
    let error =
        keys.create("faces", KeyKind::WebhookSecret, false).expect_err("it may be in use").to_string();
    assert!(error.contains("\"faces\"") && error.contains("another name"), "{error}");
    assert!(keys.kept("faces", Use::StandardWebhooks).is_none(), "the old one signs no more");
}

#[test]
fn a_missing_key_is_named_with_what_to_do() {
    let error = keys(&[]).load("faces", Use::StandardWebhooks).err().expect("no such key").to_string();
    assert!(error.contains("\"faces\"") && error.contains("PLACET_KEY_FACES"), "{error}");
}

#[test]
fn a_key_that_cannot_sign_is_named_and_not_shown() {
    let keys = keys(&[("PLACET_KEY_FACES", "whsec_hush")]);
    let error = keys.load("faces", Use::StandardWebhooks).err().expect("too short");
    assert!(error.to_string().contains("\"faces\""), "{error}");
    assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
}

#[test]
fn a_name_that_not_every_place_could_hold_is_refused() {
    let keys = Keys::in_place(Box::new(Pocket::default()));
    for name in ["", "a=b", "a\nb", "# a", &"a".repeat(65)] {
        let error = keys.create(name, KeyKind::WebhookSecret, true).expect_err("no name");
        assert!(matches!(error, KeysError::BadName), "{name:?}: {error}");
    }
}

#[test]
fn debug_shows_where_keys_live_and_no_key() {
    let keys = keys(&[("PLACET_KEY_FACES", SECRET)]);
    keys.load("faces", Use::StandardWebhooks).expect("a good key");
    let shown = format!("{keys:?}");
    assert!(shown.contains("env") && !shown.contains("MfKQ9"), "{shown}");
}

#[test]
fn the_environment_opens_everywhere() {
    assert_eq!(Keys::open(&KeyChoice::Environment).expect("nothing to open").name(), "env");
}

#[test]
fn the_audit_chains_key_is_made_once_and_found_again() {
    let keys = Keys::in_place(Box::new(Pocket::default()));
    assert!(keys.audit_key().expect("readable").is_none());
    keys.create_audit_key([7; 32]).expect("kept");
    keys.audit_key().expect("readable").expect("there");
    let handed_over = keys_of_audit("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    handed_over.audit_key().expect("the base64 alone does as well").expect("there");
}

fn keys_of_audit(value: &str) -> Keys {
    keys(&[("PLACET_KEY_AUDIT", value)])
}

#[test]
fn an_audit_key_that_is_too_short_is_refused_and_not_shown() {
    for value in ["whsec_c2hvcnQ=", "hunter2", SECRET] {
        let error = keys_of_audit(value).audit_key().expect_err("not 32 bytes").to_string();
        assert!(error.contains("openssl rand -base64 32") && !error.contains(value), "{error}");
    }
}

#[test]
fn where_keys_are_handed_over_the_audit_chains_is_asked_for() {
    let error = keys(&[]).create_audit_key([7; 32]).expect_err("read only").to_string();
    assert!(error.contains("PLACET_KEY_AUDIT") && error.contains("openssl rand"), "{error}");
    let error = keys(&[]).audit_key_is_missing().to_string();
    assert!(error.contains("PLACET_KEY_AUDIT"), "{error}");
}

#[test]
fn the_audit_chains_key_signs_nothing() {
    let keys = keys_of_audit("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    for name in ["audit", "Audit"] {
        let refused = keys.load(name, Use::StandardWebhooks).err().expect("refused");
        assert!(matches!(refused, KeysError::Reserved(_)), "{refused}");
        let refused = keys.create(name, KeyKind::WebhookSecret, true).expect_err("refused");
        assert!(matches!(refused, KeysError::Reserved(_)), "{refused}");
        let refused = keys.import(name, &SECRET.into()).expect_err("refused");
        assert!(matches!(refused, KeysError::Reserved(_)), "{refused}");
        let refused = keys.remove(name).expect_err("refused");
        assert!(matches!(refused, KeysError::Reserved(_)), "{refused}");
    }
}

#[test]
fn a_key_that_is_brought_in_signs_until_it_is_taken_out() {
    let keys = Keys::in_place(Box::new(Pocket::default()));
    keys.import("faces", &" \n".into()).expect_err("nothing");
    keys.import("faces", &SECRET.into()).expect("kept");
    assert!(matches!(keys.import("faces", &SECRET.into()), Err(KeysError::Taken { .. })));
    keys.load("faces", Use::StandardWebhooks).expect("it signs");
    assert_eq!(keys.webhook_kind("faces").expect("readable"), KeyKind::WebhookSecret);
    keys.remove("faces").expect("taken out");
    assert!(keys.kept("faces", Use::StandardWebhooks).is_none() && !keys.holds("faces").expect("readable"));
}

#[test]
fn what_is_made_shows_no_secret_in_debug() {
    let keys = Keys::in_place(Box::new(Pocket::default()));
    let made = keys.create("faces", KeyKind::WebhookSecret, true).expect("kept");
    assert!(!format!("{made:?}").contains("whsec_"));
    let made = keys.create("faces", KeyKind::WebhookPair, true).expect("kept");
    assert!(format!("{made:?}").contains("whpk_") && !format!("{made:?}").contains("whsk_"));
    assert_eq!(keys.webhook_kind("faces").expect("readable"), KeyKind::WebhookPair);
}

#[test]
fn public_halves_are_told_by_kid_and_what_is_missing_by_name() {
    let keys = keys(&[("PLACET_KEY_B", "no key")]);
    let jwt = json!({ "key": "a", "algorithm": "EdDSA", "published": [{ "key": "b", "kid": "2025" }] });
    let jwt: JwtSigning = serde_json::from_value(jwt).expect("a profile");
    let published = keys.published(&jwt);
    assert!(
        matches!(&published[..], [(a, Err(KeysError::Missing { .. })), (b, Err(KeysError::Unusable { .. }))]
                     if a == "a" && b == "b")
    );
    let pocket = Keys::in_place(Box::new(Pocket::default()));
    pocket.create("any", KeyKind::Ed25519, false).expect("kept");
    let published = pocket.published(&jwt).into_iter().map(|(_, jwk)| jwk.expect("there"));
    let kids: Vec<_> = published.map(|jwk| json!(jwk)["kid"].clone()).collect();
    assert_eq!(kids, ["a", "2025"], "a pocket holds one key for all names");
}
