//! Signs what goes out, so that the receiver knows whose answer it is and that nobody changed it.

pub mod jwt;
pub mod standard_webhooks;

use std::sync::Arc;

use ::http::header::AUTHORIZATION;
use ::http::{HeaderMap, HeaderName, HeaderValue};
use placet_review::{Delivery, DeliveryId, Engine, JwtPlace, Signing, Timestamp};
use secrecy::SecretString;

use crate::keys::Use;
use crate::{Keys, KeysError, Request};

/// A key, parsed and ready to sign.
pub(crate) enum SigningKey {
    StandardWebhooks(standard_webhooks::Key),
    Jwt(jwt::Key),
}

impl SigningKey {
    /// The error completes "The key cannot sign: ..." and holds nothing of it.
    pub(crate) fn parse(secret: &SecretString, used: Use) -> Result<Self, &'static str> {
        match used {
            Use::StandardWebhooks => standard_webhooks::Key::parse(secret).map(Self::StandardWebhooks),
            Use::Jwt(algorithm) => jwt::Key::parse(secret, algorithm).map(Self::Jwt),
        }
    }
}

/// The keys that an engine's callbacks are signed with, all of them at hand.
pub(crate) struct SigningKeys(Vec<Arc<SigningKey>>);

/// The names of the keys and what each is for.
fn named(signing: &Signing) -> impl Iterator<Item = (&str, Use)> {
    let webhooks = signing.standard_webhooks.iter().map(|name| (name.as_str(), Use::StandardWebhooks));
    webhooks.chain(signing.jwt.iter().map(|jwt| (jwt.key.as_str(), Use::Jwt(jwt.algorithm))))
}

impl SigningKeys {
    /// If all of them were read before. Never blocks.
    pub(crate) fn kept(keys: &Keys, signing: &Signing) -> Option<Self> {
        named(signing).map(|(name, used)| keys.kept(name, used)).collect::<Option<_>>().map(Self)
    }

    /// Reads those that were not. May block.
    pub(crate) fn load(keys: &Keys, signing: &Signing) -> Result<Self, KeysError> {
        let load = |(name, used)| keys.kept(name, used).map_or_else(|| keys.load(name, used), Ok);
        named(signing).map(load).collect::<Result<_, _>>().map(Self)
    }
}

/// Reads the engine's keys anew when they are next needed.
pub(crate) fn forget(keys: &Keys, signing: &Signing) {
    let names: Vec<&str> = named(signing).map(|(name, _)| name).collect();
    keys.forget(&names);
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

/// Signs the request with all the keys of the engine's profile. Pure but for the randomness that ES256 asks for.
pub(crate) fn sign(
    request: &mut Request,
    subject: &Subject<'_>,
    engine: &Engine,
    keys: &SigningKeys,
    now: Timestamp,
) -> Result<(), KeysError> {
    for key in &keys.0 {
        match &**key {
            SigningKey::StandardWebhooks(key) => {
                let id = subject.id.to_string();
                let seconds = now.as_millis().div_euclid(1_000);
                let signature = key.sign(&id, seconds, &request.body);
                put(&mut request.headers, standard_webhooks::ID, &id);
                put(&mut request.headers, standard_webhooks::TIMESTAMP, &seconds.to_string());
                put(&mut request.headers, standard_webhooks::SIGNATURE, &signature);
            }
            SigningKey::Jwt(key) => {
                let Some(signing) = &engine.signing.jwt else {
                    return Err(KeysError::Unavailable("The engine's profile asks for no token.".to_owned()));
                };
                let origin = request.url.origin().ascii_serialization();
                let claims = jwt::Claims::new(subject, &request.body, signing, &origin, now);
                let token = key
                    .token(signing.kid.as_deref(), &claims)
                    .map_err(|reason| KeysError::Unusable { key: signing.key.clone(), reason })?;
                match &signing.place {
                    JwtPlace::Bearer => put(&mut request.headers, AUTHORIZATION, &format!("Bearer {token}")),
                    JwtPlace::Query(name) => {
                        request.url.query_pairs_mut().append_pair(name, &token);
                    }
                }
            }
        }
    }
    Ok(())
}

/// The headers that [`sign`] sets.
pub(crate) fn headers(signing: &Signing) -> Vec<HeaderName> {
    let mut names = Vec::new();
    if signing.standard_webhooks.is_some() {
        names.extend([standard_webhooks::ID, standard_webhooks::TIMESTAMP, standard_webhooks::SIGNATURE]);
    }
    if signing.jwt.as_ref().is_some_and(|jwt| jwt.place == JwtPlace::Bearer) {
        names.push(AUTHORIZATION);
    }
    names
}

/// The query parameter that [`sign`] adds.
pub(crate) fn query_parameter(signing: &Signing) -> Option<&str> {
    match &signing.jwt.as_ref()?.place {
        JwtPlace::Query(name) => Some(name),
        JwtPlace::Bearer => None,
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    let mut value = HeaderValue::from_str(text).expect("hex, base64, dashes and dots make a header's value");
    value.set_sensitive(true);
    headers.insert(name, value);
}

#[cfg(test)]
mod tests;
