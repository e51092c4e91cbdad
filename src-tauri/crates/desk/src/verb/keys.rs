//! The life of keys: made or brought in, followed by others, taken out; and what receivers may know of them.

mod rotation;

use std::fmt;

use placet_delivery::{Keys as KeyStore, KeysError, NewKey};
use placet_review::{Engine, JwtAlgorithm, KeyKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

pub use self::rotation::{RetireKey, RotateKey};
use crate::view::{JwtAlgorithmView, KeySetView, KeyView, NewKeyView};
use crate::{Desk, Error, ErrorCode, Result, Verb, show};

/// Makes a key and keeps it in the key store under this name.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "CreateKeyRequest")]
pub struct CreateKey {
    /// What engines call it in their profile.
    pub name: String,
    /// What kind of key.
    pub kind: KeyKind,
    /// Whether it takes the place of a key of that name.
    pub replace: bool,
}

impl Verb for CreateKey {
    const NAME: &'static str = "create_key";
    type Answer = NewKeyView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<NewKeyView> {
        let Self { name, kind, replace } = self;
        let made = in_key_store(desk, move |keys| Ok((keys.create(&name, kind, replace)?, name))).await?;
        Ok(view(made))
    }
}

/// Keeps a key that somebody else made.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "ImportKeyRequest")]
pub struct ImportKey {
    /// What engines call it in their profile.
    pub name: String,
    /// Its text.
    pub text: KeyText,
}

/// The text of a key. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyText(pub String);

impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyText")
    }
}

impl Verb for ImportKey {
    const NAME: &'static str = "import_key";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        let Self { name, text: KeyText(text) } = self;
        in_key_store(desk, move |keys| keys.import(&name, &text.into())).await
    }
}

/// The keys that profiles name, and what for.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "KeysRequest")]
pub struct Keys {}

impl Verb for Keys {
    const NAME: &'static str = "keys";
    type Answer = Vec<KeyView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<KeyView>> {
        Ok(show::keys(&desk.store.engines().await?))
    }
}

/// The algorithms that sign JSON Web Tokens, each with the kind of key that it takes.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "JwtAlgorithmsRequest")]
pub struct JwtAlgorithms {}

impl Verb for JwtAlgorithms {
    const NAME: &'static str = "jwt_algorithms";
    type Answer = Vec<JwtAlgorithmView>;

    async fn run(self, _desk: &Desk, _reviewer: &str) -> Result<Vec<JwtAlgorithmView>> {
        let view = |algorithm| JwtAlgorithmView { algorithm, kind: KeyKind::of(algorithm) };
        Ok(JwtAlgorithm::ALL.map(view).to_vec())
    }
}

/// The public halves of all keys of tokens, those that sign and those that are published beside them.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "KeySetRequest")]
pub struct KeySet {}

impl Verb for KeySet {
    const NAME: &'static str = "key_set";
    type Answer = KeySetView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<KeySetView> {
        let keys =
            published(desk).await?.into_iter().map(|(_, jwk)| jwk).collect::<std::result::Result<_, _>>()?;
        Ok(KeySetView { keys })
    }
}

/// The key set (RFC 7517) for whoever checks tokens. A key that cannot be read is no reason to withhold the others.
pub(crate) async fn key_set(desk: Desk) -> Option<Value> {
    let published =
        published(&desk).await.inspect_err(|error| tracing::error!(%error, "the key set cannot be read"));
    let readable = published.ok()?.into_iter().filter_map(|(name, jwk)| {
        jwk.inspect_err(|error| tracing::warn!(key = name, %error, "a public key cannot be told")).ok()
    });
    Some(json!({ "keys": readable.collect::<Vec<_>>() }))
}

/// Each public key once, behind its name.
async fn published(desk: &Desk) -> Result<Vec<(String, std::result::Result<Value, KeysError>)>> {
    let engines = desk.store.engines().await?;
    in_key_store(desk, move |keys| {
        let jwt = engines.iter().filter_map(|Engine { signing, .. }| signing.jwt.as_ref());
        let mut published: Vec<(String, std::result::Result<Value, KeysError>)> = Vec::new();
        for (name, jwk) in jwt.flat_map(|jwt| keys.published(jwt)) {
            let jwk = jwk.map(|jwk| json!(jwk));
            let is_there = jwk
                .as_ref()
                .is_ok_and(|jwk| published.iter().any(|(_, other)| other.as_ref().ok() == Some(jwk)));
            if !is_there {
                published.push((name, jwk));
            }
        }
        Ok(published)
    })
    .await
}

/// Key stores ask the desktop and may wait for the person to unlock them.
async fn in_key_store<T: Send + 'static>(
    desk: &Desk,
    act: impl FnOnce(&KeyStore) -> std::result::Result<T, KeysError> + Send + 'static,
) -> Result<T> {
    let keys = desk.keys.clone();
    let done = tokio::task::spawn_blocking(move || act(&keys)).await;
    Ok(done.map_err(|_| Error::new(ErrorCode::Fault, "The key store stopped answering. Try again."))??)
}

fn view((made, name): (NewKey, String)) -> NewKeyView {
    use secrecy::ExposeSecret as _;
    match made {
        NewKey::Shared(secret) => {
            NewKeyView { name, secret: Some(secret.expose_secret().to_owned()), public: None }
        }
        NewKey::Public(public) => NewKeyView { name, secret: None, public: Some(public) },
    }
}
