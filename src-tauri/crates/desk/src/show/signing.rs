//! How callbacks are signed, in words.

use placet_review::{OauthGrant, Signing};

/// Such as `Standard Webhooks with key "faces"`, one part for each that is used.
pub(super) fn words(signing: &Signing) -> String {
    let Signing { standard_webhooks, jwt, message_signature, aws, bearer, basic, header, oauth } = signing;
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
        };
        parts.push(format!("access token from {from} for \"{of}\" with key \"{}\"", oauth.grant.key()));
    }
    if parts.is_empty() { "not signed".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use placet_review::Signing;
    use serde_json::json;

    use super::words;

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
            (json!({ "basic": { "user": "ada", "key": "a" } }), "user \"ada\" with password from key \"a\""),
            (json!({ "oauth": oauth }), "access token from login.example for \"app\" with key \"oauth\""),
        ] {
            let signing: Signing = serde_json::from_value(profile).expect("a profile");
            assert_eq!(words(&signing), wanted);
        }
    }
}
