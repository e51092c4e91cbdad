//! How callbacks are signed, in words.

use placet_review::{Engine, OauthGrant, Signing};

use crate::view::{KeyView, SignsAs};

/// Such as `Standard Webhooks with key "faces"`, one part for each that is used.
pub(super) fn words(signing: &Signing) -> String {
    let Signing {
        standard_webhooks,
        jwt,
        message_signature,
        aws,
        bearer,
        basic,
        header,
        oauth,
        client_certificate,
    } = signing;
    let mut parts = Vec::new();
    if let [key] = &standard_webhooks[..] {
        parts.push(format!("Standard Webhooks with key \"{key}\""));
    } else if !standard_webhooks.is_empty() {
        let keys: Vec<String> = standard_webhooks.iter().map(|key| format!("\"{key}\"")).collect();
        parts.push(format!("Standard Webhooks with each of the keys {}", keys.join(" and ")));
    }
    if let Some(jwt) = jwt {
        parts.push(format!("JWT {:?} with key \"{}\"", jwt.algorithm, jwt.key));
    }
    if let Some(message) = message_signature {
        parts.push(format!(
            "HTTP message signature {} with key \"{}\"",
            message.algorithm.name(),
            message.key
        ));
    }
    if let Some(aws) = aws {
        let with = match (&aws.profile, &aws.key) {
            (Some(profile), _) => format!("AWS profile \"{profile}\""),
            (None, key) => format!("key \"{}\"", key.as_deref().unwrap_or_default()),
        };
        parts.push(format!("AWS signature for {} in {} with {with}", aws.service, aws.region));
    }
    if let Some(key) = bearer {
        parts.push(format!("bearer token from key \"{key}\""));
    }
    if let Some(basic) = basic {
        parts.push(format!("user \"{}\" with password from key \"{}\"", basic.user, basic.key));
    }
    if let Some(header) = header {
        parts.push(format!("header {} from key \"{}\"", header.name, header.key));
    }
    if let Some(oauth) = oauth {
        let from = oauth.token_url.host_str().unwrap_or_default();
        let of = match &oauth.grant {
            OauthGrant::ClientCredentials { client_id, .. } => client_id,
            OauthGrant::Assertion { issuer, .. } => issuer,
            OauthGrant::GithubApp { app, .. } => app,
        };
        parts.push(format!("access token from {from} for \"{of}\" with key \"{}\"", oauth.grant.key()));
    }
    if let Some(key) = client_certificate {
        parts.push(format!("client certificate from key \"{key}\""));
    }
    if parts.is_empty() { "not signed".to_owned() } else { parts.join(", ") }
}

/// Each key that the profiles name, and what for.
pub(crate) fn keys(engines: &[Engine]) -> Vec<KeyView> {
    let can_retire = |name: &str| engines.iter().all(|engine| engine.signing.clone().retire(name));
    let mut keys: Vec<KeyView> = engines.iter().flat_map(keys_of).collect();
    for key in &mut keys {
        key.can_retire = can_retire(&key.name);
    }
    keys
}

fn keys_of(engine: &Engine) -> Vec<KeyView> {
    let Signing {
        standard_webhooks,
        jwt,
        message_signature,
        aws,
        bearer,
        basic,
        header,
        oauth,
        client_certificate,
    } = &engine.signing;
    let view = |name: &str, used: &str, id: Option<&str>| KeyView {
        name: name.to_owned(),
        engine: engine.name.clone(),
        used: used.to_owned(),
        id: id.map(str::to_owned),
        rotates: None,
        can_retire: false,
    };
    let mut keys: Vec<_> = standard_webhooks.iter().map(|key| view(key, "Standard Webhooks", None)).collect();
    if let Some(newest) = keys.first_mut() {
        newest.rotates = Some(SignsAs::StandardWebhooks);
    }
    if let Some(jwt) = jwt {
        let signing = view(&jwt.key, &format!("JWT {:?}", jwt.algorithm), jwt.kid.as_deref());
        keys.push(KeyView { rotates: Some(SignsAs::Jwt), ..signing });
        let published = jwt.published.iter();
        keys.extend(published.map(|key| view(&key.key, "published, signs no tokens", Some(key.kid()))));
    }
    if let Some(message) = message_signature {
        let used = format!("HTTP message signature {}", message.algorithm.name());
        keys.push(view(&message.key, &used, message.keyid.as_deref()));
    }
    keys.extend(aws.iter().filter_map(|aws| aws.key.as_ref()).map(|key| view(key, "AWS credentials", None)));
    keys.extend(bearer.iter().map(|key| view(key, "bearer token", None)));
    keys.extend(basic.iter().map(|basic| view(&basic.key, "password", Some(&basic.user))));
    keys.extend(header.iter().map(|header| view(&header.key, &format!("header {}", header.name), None)));
    keys.extend(oauth.iter().map(|oauth| match &oauth.grant {
        OauthGrant::ClientCredentials { client_id, key, .. } => {
            view(key, "OAuth client secret", Some(client_id))
        }
        OauthGrant::Assertion { key, kid, .. } => view(key, "OAuth assertion RS256", kid.as_deref()),
        OauthGrant::GithubApp { app, key } => view(key, "GitHub App RS256", Some(app)),
    }));
    keys.extend(client_certificate.iter().map(|key| view(key, "client certificate", None)));
    keys
}

#[cfg(test)]
mod tests {
    use placet_review::{Engine, Signing};
    use serde_json::json;

    use super::{keys, words};
    use crate::view::SignsAs;

    #[test]
    fn every_key_of_a_profile_is_listed_with_its_use() {
        let signing = json!({
            "standard_webhooks": ["a", "b"],
            "jwt": { "key": "c", "algorithm": "ES256", "kid": "c1", "published": ["d"], "place": { "query": "t" } },
            "message_signature": { "key": "e", "algorithm": "ed25519", "keyid": "e1" },
            "aws": { "region": "eu-central-1", "service": "states", "key": "f" },
            "header": { "name": "X-Key", "key": "g" },
            "client_certificate": "h",
        });
        let signing: Signing = serde_json::from_value(signing).expect("a profile");
        let named: Vec<String> = signing.keys().map(str::to_owned).collect();
        let engine = Engine { signing, ..Engine::new("faces", vec![]) };
        let listed = keys(&[engine]);
        assert_eq!(listed.iter().map(|key| key.name.clone()).collect::<Vec<_>>(), named, "none is forgotten");
        assert!(listed.iter().all(|key| key.engine == "faces" && !key.used.is_empty()));
        assert_eq!(
            (listed[3].used.as_str(), listed[3].id.as_deref()),
            ("published, signs no tokens", Some("d"))
        );
        let rotates: Vec<_> = listed.iter().filter_map(|key| Some((&key.name[..], key.rotates?))).collect();
        assert_eq!(
            rotates,
            [("a", SignsAs::StandardWebhooks), ("c", SignsAs::Jwt)],
            "the newest of each way"
        );
        let can_retire: Vec<_> =
            listed.iter().filter(|key| key.can_retire).map(|key| &key.name[..]).collect();
        assert_eq!(can_retire, ["a", "b", "d"], "another stands beside it, or it signs no more");
    }

    #[test]
    fn a_key_on_which_another_engine_depends_cannot_go() {
        let engine = |name: &str, keys: serde_json::Value| {
            let signing = serde_json::from_value(json!({ "standard_webhooks": keys })).expect("a profile");
            Engine { signing, ..Engine::new(name, vec![]) }
        };
        let listed = keys(&[engine("faces", json!(["a", "b"])), engine("voices", json!("a"))]);
        let told: Vec<_> =
            listed.iter().map(|key| (&key.engine[..], &key.name[..], key.can_retire)).collect();
        assert_eq!(told, [("faces", "a", false), ("faces", "b", true), ("voices", "a", false)]);
    }

    #[test]
    fn every_member_is_put_in_words_with_its_key() {
        let oauth = json!({ "token_url": "https://login.example/token?tenant=hush",
                            "grant": { "client_credentials": { "client_id": "app", "key": "oauth" } } });
        for (profile, wanted) in [
            (json!({}), "not signed"),
            (json!({ "standard_webhooks": "a" }), "Standard Webhooks with key \"a\""),
            (
                json!({ "standard_webhooks": ["a", "b"] }),
                "Standard Webhooks with each of the keys \"a\" and \"b\"",
            ),
            (
                json!({ "jwt": { "key": "a", "algorithm": "PS256" }, "header": { "name": "X-Key", "key": "b" } }),
                "JWT PS256 with key \"a\", header X-Key from key \"b\"",
            ),
            (
                json!({ "message_signature": { "key": "a", "algorithm": "rsa-pss-sha512" } }),
                "HTTP message signature rsa-pss-sha512 with key \"a\"",
            ),
            (
                json!({ "aws": { "region": "eu-central-1", "service": "states", "profile": "prod" } }),
                "AWS signature for states in eu-central-1 with AWS profile \"prod\"",
            ),
            (json!({ "bearer": "a" }), "bearer token from key \"a\""),
            (json!({ "client_certificate": "a" }), "client certificate from key \"a\""),
            (json!({ "basic": { "user": "ada", "key": "a" } }), "user \"ada\" with password from key \"a\""),
            (json!({ "oauth": oauth }), "access token from login.example for \"app\" with key \"oauth\""),
        ] {
            let signing: Signing = serde_json::from_value(profile).expect("a profile");
            assert_eq!(words(&signing), wanted);
        }
    }
}
