//! How an engine's callbacks are signed, and what else lets them in. Keys are named here; the keys themselves live in
//! the key store.

mod aws;
mod header;
mod jwt;
mod kind;
mod lifecycle;
mod message;
mod names;
mod oauth;

use serde::{Deserialize, Serialize};

pub use self::aws::AwsSigning;
pub use self::header::{BasicSigning, HeaderSigning};
pub use self::jwt::{JwtAlgorithm, JwtPlace, JwtSigning, PublishedKey};
pub use self::kind::KeyKind;
pub use self::lifecycle::next_key_name;
pub use self::message::{MessageAlgorithm, MessageSigning};
pub use self::oauth::{OauthGrant, OauthSigning, SecretPlace};

/// How callbacks are signed. All that is there is used, side by side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// Names of the keys that sign as Standard Webhooks, the newest first: a receiver accepts what any key signed that
    /// it knows. A key's text tells its scheme, `v1` (HMAC-SHA256) or `v1a` (Ed25519). One name may stand alone.
    #[serde(default, with = "names", skip_serializing_if = "Vec::is_empty")]
    pub standard_webhooks: Vec<String>,
    /// A JSON Web Token (RFC 7519).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwt: Option<JwtSigning>,
    /// An HTTP message signature (RFC 9421).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_signature: Option<MessageSigning>,
    /// Version 4 of AWS's signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<AwsSigning>,
    /// Name of the key whose text stands in `Authorization: Bearer ...` (RFC 6750).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearer: Option<String>,
    /// User name and password in `Authorization: Basic ...` (RFC 7617).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic: Option<BasicSigning>,
    /// A header of the engine's own with a key's text in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<HeaderSigning>,
    /// An access token that is asked for before it is used (RFC 6749), in `Authorization: Bearer ...`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oauth: Option<OauthSigning>,
    /// Name of the key with the certificate (its chain and its private key, as PEM) that receivers are shown when a
    /// connection is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<String>,
}

impl Signing {
    /// As Standard Webhooks with this key alone.
    pub fn by_webhook_key(name: impl Into<String>) -> Self {
        Self { standard_webhooks: vec![name.into()], ..Self::default() }
    }

    /// Says what is wrong, as a sentence that names the member to change.
    pub fn check(&self) -> Result<(), String> {
        if !self.keys().all(is_key_name) {
            return Err(KEY_NAME_RULE.to_owned());
        }
        self.jwt.as_ref().map_or(Ok(()), JwtSigning::check)?;
        self.message_signature.as_ref().map_or(Ok(()), MessageSigning::check)?;
        self.aws.as_ref().map_or(Ok(()), AwsSigning::check)?;
        self.basic.as_ref().map_or(Ok(()), BasicSigning::check)?;
        self.header.as_ref().map_or(Ok(()), HeaderSigning::check)?;
        self.oauth.as_ref().map_or(Ok(()), OauthSigning::check)?;
        let headers = self.headers();
        for (n, (member, name)) in headers.iter().enumerate() {
            let same = headers[..n].iter().find(|(_, other)| other.eq_ignore_ascii_case(name));
            if let Some((other, _)) = same {
                return Err(format!(
                    "{other} and {member} would both set the header {name}; keep one of them"
                ));
            }
        }
        Ok(())
    }

    /// The names of all its keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let Self {
            standard_webhooks,
            jwt,
            message_signature,
            aws,
            bearer,
            basic,
            header,
            oauth,
            client_certificate,
        } = self;
        let names = standard_webhooks.iter().map(String::as_str);
        names
            .chain(jwt.iter().flat_map(JwtSigning::keys))
            .chain(message_signature.iter().map(|signing| signing.key.as_str()))
            .chain(aws.iter().filter_map(|signing| signing.key.as_deref()))
            .chain(bearer.as_deref())
            .chain(basic.iter().map(|signing| signing.key.as_str()))
            .chain(header.iter().map(|signing| signing.key.as_str()))
            .chain(oauth.iter().map(|signing| signing.grant.key()))
            .chain(client_certificate.as_deref())
    }

    /// The headers that it sets, each behind the member that does.
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let Self {
            standard_webhooks,
            jwt,
            message_signature,
            aws,
            bearer,
            basic,
            header,
            oauth,
            client_certificate: _,
        } = self;
        let mut headers = Vec::new();
        if !standard_webhooks.is_empty() {
            let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
            headers.extend(names.map(|name| ("standard_webhooks", name)));
        }
        match jwt.as_ref().map(|jwt| &jwt.place) {
            Some(JwtPlace::Bearer) => headers.push(("jwt", AUTHORIZATION)),
            Some(JwtPlace::Header(name)) => headers.push(("jwt", name)),
            Some(JwtPlace::Query(_)) | None => {}
        }
        if message_signature.is_some() {
            let names = ["content-digest", "signature-input", "signature"];
            headers.extend(names.map(|name| ("message_signature", name)));
        }
        if aws.is_some() {
            headers.extend([AUTHORIZATION, "x-amz-date"].map(|name| ("aws", name)));
        }
        headers.extend(bearer.iter().map(|_| ("bearer", AUTHORIZATION)));
        headers.extend(basic.iter().map(|_| ("basic", AUTHORIZATION)));
        headers.extend(header.iter().map(|header| ("header", header.name.as_str())));
        headers.extend(oauth.iter().map(|_| ("oauth", AUTHORIZATION)));
        headers
    }
}

const AUTHORIZATION: &str = "authorization";

/// What can name a key. It does not say what was given: that may be the key itself.
pub const KEY_NAME_RULE: &str = "a key's name is 1 to 64 of a-z, A-Z, 0-9, -, _ and . and does not begin with whsec_ \
                                 or whsk_, as secrets do; the key itself stays where keys live";

/// Whether the text can name a key in every place where keys live, and is not the key itself.
pub fn is_key_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_secret = ["whsec_", "whsk_"].iter().any(|prefix| text.starts_with(prefix));
    (1..=64).contains(&text.len()) && text.chars().all(fits) && !is_secret
}

#[cfg(test)]
mod tests;
