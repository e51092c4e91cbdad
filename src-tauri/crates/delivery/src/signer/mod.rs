//! Signs what goes out, so that the receiver knows whose answer it is and that nobody changed it.

pub(crate) mod aws;
pub(crate) mod certificate;
pub mod jwt;
pub(crate) mod made;
mod message_signature;
pub mod oauth;
mod private_key;
pub mod standard_webhooks;
mod text;

use std::sync::Arc;

use ::http::{HeaderName, HeaderValue};
use placet_review::{
    AwsSigning, BasicSigning, Delivery, DeliveryId, Engine, HeaderSigning, JwtPlace, JwtSigning,
    MessageSigning, OauthGrant, OauthSigning, Signing, Timestamp,
};
use secrecy::{ExposeSecret as _, SecretString};

pub(crate) use self::message_signature::value as component;
use crate::keys::Use;
use crate::token::TokenSource;
use crate::{Keys, KeysError, Request};

/// A key, parsed and ready to sign.
pub(crate) enum SigningKey {
    StandardWebhooks(standard_webhooks::Key),
    Jwt(jwt::Key),
    Message(message_signature::Key),
    Aws(aws::Key),
    Text(text::Text),
    Oauth(oauth::Key),
    Certificate(certificate::Key),
}

impl SigningKey {
    /// The error completes "The key cannot sign: ..." and holds nothing of it.
    pub(crate) fn parse(secret: &SecretString, used: Use) -> Result<Self, &'static str> {
        match used {
            Use::StandardWebhooks => standard_webhooks::Key::parse(secret).map(Self::StandardWebhooks),
            Use::Jwt(algorithm) => jwt::Key::parse(secret, algorithm).map(Self::Jwt),
            Use::Message(algorithm) => message_signature::Key::parse(secret, algorithm).map(Self::Message),
            Use::Aws | Use::AwsProfile => aws::Key::parse(secret).map(Self::Aws),
            Use::HeaderText => text::Text::of_a_header(secret).map(Self::Text),
            Use::Password => text::Text::of_a_password(secret).map(Self::Text),
            Use::OauthClient => oauth::Key::of_a_client(secret).map(Self::Oauth),
            Use::ClientCertificate => certificate::Key::parse(secret).map(Self::Certificate),
            Use::OauthAssertion => oauth::Key::of_an_assertion(secret).map(Self::Oauth),
        }
    }
}

/// The keys that an engine's callbacks are signed with, all of them at hand, in the order of [`members`].
pub struct SigningKeys(Vec<Arc<SigningKey>>);

/// A member of a profile that wants a key.
#[derive(Clone, Copy)]
enum Member<'a> {
    StandardWebhooks(&'a str),
    Bearer(&'a str),
    Basic(&'a BasicSigning),
    Header(&'a HeaderSigning),
    Oauth(&'a OauthSigning),
    Jwt(&'a JwtSigning),
    Message(&'a MessageSigning),
    Aws(&'a AwsSigning),
}

/// In the order in which they are put into the request: what signs headers comes after what sets them. The certificate is
/// no part of a request, but of its connection.
fn members(signing: &Signing) -> impl Iterator<Item = Member<'_>> {
    let Signing {
        standard_webhooks,
        jwt,
        message_signature,
        aws,
        bearer,
        basic,
        header,
        oauth,
        client_certificate: _,
    } = signing;
    let webhooks = standard_webhooks.iter().map(|name| Member::StandardWebhooks(name));
    webhooks
        .chain(bearer.iter().map(|name| Member::Bearer(name)))
        .chain(basic.iter().map(Member::Basic))
        .chain(header.iter().map(Member::Header))
        .chain(oauth.iter().map(Member::Oauth))
        .chain(jwt.iter().map(Member::Jwt))
        .chain(message_signature.iter().map(Member::Message))
        .chain(aws.iter().map(Member::Aws))
}

impl<'a> Member<'a> {
    /// The name of its key, or of the profile that stands for it, and what it is for.
    fn key(self) -> (&'a str, Use) {
        match self {
            Self::StandardWebhooks(name) => (name, Use::StandardWebhooks),
            Self::Bearer(name) => (name, Use::HeaderText),
            Self::Basic(basic) => (&basic.key, Use::Password),
            Self::Header(header) => (&header.key, Use::HeaderText),
            Self::Oauth(OauthSigning { grant: OauthGrant::ClientCredentials { key, .. }, .. }) => {
                (key, Use::OauthClient)
            }
            Self::Oauth(OauthSigning {
                grant: OauthGrant::Assertion { key, .. } | OauthGrant::GithubApp { key, .. },
                ..
            }) => (key, Use::OauthAssertion),
            Self::Jwt(jwt) => (&jwt.key, Use::Jwt(jwt.algorithm)),
            Self::Message(message) => (&message.key, Use::Message(message.algorithm)),
            Self::Aws(aws) => match &aws.profile {
                Some(profile) => (profile, Use::AwsProfile),
                None => (aws.key.as_deref().unwrap_or_default(), Use::Aws),
            },
        }
    }
}

impl SigningKeys {
    /// If all of them were read before. Never blocks.
    pub(crate) fn kept(keys: &Keys, signing: &Signing) -> Option<Self> {
        let kept = members(signing).map(Member::key).map(|(name, used)| keys.kept(name, used));
        kept.collect::<Option<_>>().map(Self)
    }

    /// Reads those that were not. May block.
    pub fn load(keys: &Keys, signing: &Signing) -> Result<Self, KeysError> {
        let load = |(name, used)| keys.kept(name, used).map_or_else(|| keys.load(name, used), Ok);
        members(signing).map(Member::key).map(load).collect::<Result<_, _>>().map(Self)
    }
}

/// Where the access token comes from that the engine's profile asks for.
pub(crate) fn access(engine: &Engine) -> Option<Arc<dyn TokenSource>> {
    let signing = engine.signing.oauth.clone()?;
    Some(Arc::new(oauth::Access { signing }))
}

/// Reads the engine's keys anew when they are next needed.
pub(crate) fn forget(keys: &Keys, signing: &Signing) {
    keys.forget(&signing.keys().collect::<Vec<_>>());
}

/// What a request is about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// Stays the same in every attempt.
    pub id: DeliveryId,
    /// The engine that waits.
    pub engine: &'a str,
    /// The engine's own name of the task.
    pub task: &'a str,
}

impl<'a> From<&'a Delivery> for Subject<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        Self { id: delivery.id, engine: &delivery.engine, task: &delivery.task }
    }
}

/// Signs the request with all the keys of the engine's profile, and with the access token where the profile asks for
/// one. Pure but for the randomness that some algorithms ask for.
pub fn sign(
    request: &mut Request,
    subject: &Subject<'_>,
    engine: &Engine,
    keys: &SigningKeys,
    access: Option<&SecretString>,
    now: Timestamp,
) -> Result<(), KeysError> {
    let webhook_keys = keys.0.iter().filter_map(|key| match &**key {
        SigningKey::StandardWebhooks(key) => Some(key),
        _ => None,
    });
    let seconds = now.as_millis().div_euclid(1_000);
    let mut webhooks = standard_webhooks::sign(request, &subject.id.to_string(), seconds, webhook_keys);
    for (member, key) in members(&engine.signing).zip(&keys.0) {
        let signed = match (member, &**key) {
            // All of them at once, above.
            (Member::StandardWebhooks(_), SigningKey::StandardWebhooks(_)) => {
                std::mem::replace(&mut webhooks, Ok(()))
            }
            (Member::Bearer(_), SigningKey::Text(token)) => text::bear(request, token.expose()),
            (Member::Basic(basic), SigningKey::Text(password)) => {
                text::put_user(request, &basic.user, password)
            }
            (Member::Header(header), SigningKey::Text(text)) => text::put_header(request, header, text),
            (Member::Oauth(_), SigningKey::Oauth(_)) => match access {
                Some(token) => text::bear(request, token.expose_secret()),
                None => Err("no access token was asked for with it yet"),
            },
            (Member::Jwt(jwt), SigningKey::Jwt(key)) => jwt::sign(request, subject, jwt, key, now),
            (Member::Message(message), SigningKey::Message(key)) => {
                message_signature::sign(request, message, key, now)
            }
            (Member::Aws(aws), SigningKey::Aws(key)) => aws::sign(request, aws, key, now),
            _ => Err("it was read for something else"),
        };
        signed.map_err(|reason| KeysError::Unusable { key: member.key().0.to_owned(), reason })?;
    }
    Ok(())
}

/// The headers that [`sign`] sets. What only some credentials of AWS have, the security token, is not among them.
pub(crate) fn headers(signing: &Signing) -> Vec<HeaderName> {
    signing.headers().into_iter().filter_map(|(_, name)| name.parse().ok()).collect()
}

/// The query parameter that [`sign`] adds.
pub(crate) fn query_parameter(signing: &Signing) -> Option<&str> {
    match &signing.jwt.as_ref()?.place {
        JwtPlace::Query(name) => Some(name),
        JwtPlace::Bearer | JwtPlace::Header(_) => None,
    }
}

/// The name as the client takes it.
fn header_name(name: &str) -> Result<HeaderName, &'static str> {
    name.parse().map_err(|_| "its profile names a header that cannot be")
}

/// Sets a header that nobody may read who does not receive it: what is marked so is neither logged nor kept where the
/// receiver repeats it.
fn put_secret(request: &mut Request, name: HeaderName, text: &str) -> Result<(), &'static str> {
    let mut value = HeaderValue::from_str(text).map_err(|_| "it makes no header")?;
    value.set_sensitive(true);
    request.headers.insert(name, value);
    Ok(())
}

#[cfg(test)]
pub(crate) use self::tests::{NOW_MS, signed_alone};
#[cfg(test)]
mod tests;
