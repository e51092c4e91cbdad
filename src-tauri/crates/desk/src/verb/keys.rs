//! The life of keys: made or brought in, followed by others, taken out; and what receivers may know of them.

use std::fmt;

use placet_delivery::{Keys as KeyStore, KeysError, NewKey};
use placet_review::{Engine, KeyKind, Signing, next_key_name};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

use crate::view::{KeySetView, KeyView, NewKeyView};
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

/// Makes a key beside the one that an engine's callbacks are signed with. As Standard Webhooks both sign from now on;
/// tokens are signed by the new one, and the older stays published.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "RotateKeyRequest")]
pub struct RotateKey {
    /// The engine.
    pub engine: String,
    /// Whether the key of its tokens is meant, and not the one of Standard Webhooks.
    pub jwt: bool,
}

impl Verb for RotateKey {
    const NAME: &'static str = "rotate_key";
    type Answer = NewKeyView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<NewKeyView> {
        let engines = desk.store.engines().await?;
        let engine = engines.iter().find(|engine| engine.name == self.engine).cloned();
        let mut engine = engine.ok_or_else(|| Error::missing(format_args!("engine \"{}\"", self.engine)))?;
        let named: Vec<String> =
            engines.iter().flat_map(|engine| engine.signing.keys()).map(str::to_owned).collect();
        let before =
            Before::of(&engine.signing, self.jwt).map_err(|wrong| Error::new(ErrorCode::Invalid, wrong))?;
        let made = in_key_store(desk, move |keys| make_after(keys, &before, &named)).await?;
        if self.jwt {
            engine.signing.replace_jwt_key(made.1.clone());
        } else {
            engine.signing.add_webhook_key(made.1.clone());
        }
        desk.store.put_engine(engine, desk.now()).await?;
        Ok(view(made))
    }
}

/// The key that another one follows.
struct Before {
    name: String,
    /// Of a key of Standard Webhooks its text says it.
    kind: Option<KeyKind>,
}

impl Before {
    fn of(signing: &Signing, jwt: bool) -> std::result::Result<Self, String> {
        let nothing = |what: &str| {
            format!("Its callbacks are not signed {what}. See what signs them: placet keys list.")
        };
        if jwt {
            let jwt = signing.jwt.as_ref().ok_or_else(|| nothing("with JSON Web Tokens"))?;
            Ok(Self { name: jwt.key.clone(), kind: Some(KeyKind::of(jwt.algorithm)) })
        } else {
            let newest = signing.standard_webhooks.first();
            let newest =
                newest.ok_or_else(|| nothing("as Standard Webhooks; to rotate a token's key, say --jwt"))?;
            Ok(Self { name: newest.clone(), kind: None })
        }
    }
}

fn make_after(
    keys: &KeyStore,
    before: &Before,
    named: &[String],
) -> std::result::Result<(NewKey, String), KeysError> {
    let kind = before.kind.map_or_else(|| keys.webhook_kind(&before.name), Ok)?;
    let mut passed_over = named.to_vec();
    loop {
        let name = next_key_name(&before.name, |name| passed_over.iter().any(|taken| taken == name));
        match keys.create(&name, kind, false) {
            Ok(made) => return Ok((made, name)),
            Err(KeysError::Taken { .. }) if !passed_over.contains(&name) => passed_over.push(name),
            Err(error) => return Err(error),
        }
    }
}

/// Takes a key out of all profiles and out of the key store. One that signs alone for an engine stays.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "RetireKeyRequest")]
pub struct RetireKey {
    /// Its name.
    pub name: String,
}

impl Verb for RetireKey {
    const NAME: &'static str = "retire_key";
    type Answer = ();

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<()> {
        let mut changed = Vec::new();
        for mut engine in desk.store.engines().await? {
            if !engine.signing.keys().any(|key| key == self.name) {
                continue;
            }
            if !engine.signing.retire(&self.name) {
                let Self { name } = &self;
                let wrong = format!(
                    "The callbacks of engine \"{}\" would go without the key \"{name}\", for no other stands beside it. \
                     Rotate it first, or change the profile.",
                    engine.name
                );
                return Err(Error::new(ErrorCode::Invalid, wrong));
            }
            changed.push(engine);
        }
        let name = self.name.clone();
        if changed.is_empty() && !in_key_store(desk, move |keys| keys.holds(&name)).await? {
            return Err(Error::missing(format_args!("key \"{}\"", self.name)));
        }
        // Profiles first: a key that is gone and still named would keep its engine's answers back.
        for engine in changed {
            desk.store.put_engine(engine, desk.now()).await?;
        }
        in_key_store(desk, move |keys| keys.remove(&self.name)).await
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
        Ok(desk.store.engines().await?.iter().flat_map(show::keys).collect())
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
