//! How keys of a profile follow one another.

use super::{JwtSigning, PublishedKey, Signing};

impl Signing {
    /// Lets this key sign as Standard Webhooks beside those that do, as the newest.
    pub fn add_webhook_key(&mut self, name: String) {
        self.standard_webhooks.insert(0, name);
    }

    /// Lets this key sign tokens from now on; the one that did stays published. Nothing, if there are no tokens.
    pub fn replace_jwt_key(&mut self, name: String) {
        if let Some(JwtSigning { key, kid, published, .. }) = &mut self.jwt {
            let before = std::mem::replace(key, name.clone());
            published.insert(0, PublishedKey { key: before, kid: kid.replace(name) });
        }
    }

    /// Takes the key out of where another is left, and says whether it is named nowhere any more. Where it is not, it
    /// signs alone, and another has to sign before it can go.
    pub fn retire(&mut self, name: &str) -> bool {
        if self.standard_webhooks.iter().any(|key| key != name) {
            self.standard_webhooks.retain(|key| key != name);
        }
        if let Some(jwt) = &mut self.jwt {
            jwt.published.retain(|published| published.key != name);
        }
        !self.keys().any(|key| key == name)
    }
}

/// The name of the key that follows this one: `faces.2` after `faces`, `faces.3` after `faces.2`, passing over what is
/// taken.
pub fn next_key_name(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let (base, number) = match name.rsplit_once('.') {
        Some((base, number)) if !base.is_empty() => match number.parse::<u32>() {
            Ok(number) => (base, number),
            Err(_) => (name, 1),
        },
        Some(_) | None => (name, 1),
    };
    let numbers = number.saturating_add(1)..=u32::MAX;
    let mut names = numbers.map(|number| format!("{base}.{number}"));
    names.find(|name| !is_taken(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::{Signing, next_key_name};

    fn signing() -> Signing {
        let jwt = json!({ "key": "jwt", "algorithm": "EdDSA", "kid": "2026", "published": ["older"] });
        serde_json::from_value(json!({ "standard_webhooks": "faces", "jwt": jwt })).expect("a profile")
    }

    #[rstest]
    #[case("faces", "faces.2")]
    #[case("faces.2", "faces.4")]
    #[case("faces.prod", "faces.prod.2")]
    #[case(".2", ".2.2")]
    #[case("faces.4294967295", "faces.4294967295")]
    fn names_count_on(#[case] name: &str, #[case] next: &str) {
        assert_eq!(next_key_name(name, |taken| taken == "faces.3"), next);
    }

    #[test]
    fn both_webhook_keys_sign_until_the_older_is_retired() {
        let mut signing = signing();
        assert!(!signing.retire("faces"), "it signs alone");
        signing.add_webhook_key("faces.2".into());
        assert_eq!(signing.standard_webhooks, ["faces.2", "faces"]);
        assert!(signing.retire("faces"));
        assert_eq!(signing.standard_webhooks, ["faces.2"]);
    }

    #[test]
    fn the_older_token_key_stays_published_under_its_kid_until_it_is_retired() {
        let mut signing = signing();
        signing.replace_jwt_key("jwt.2".into());
        let jwt = signing.jwt.as_ref().expect("there");
        assert_eq!((jwt.key.as_str(), jwt.kid.as_deref()), ("jwt.2", Some("jwt.2")));
        let published: Vec<_> = jwt.published.iter().map(|key| (key.key.as_str(), key.kid())).collect();
        assert_eq!(published, [("jwt", "2026"), ("older", "older")]);
        assert!(!signing.retire("jwt.2"), "it signs");
        assert!(signing.retire("jwt") && signing.retire("older"));
        assert_eq!(signing.jwt.expect("there").published, []);
    }
}
