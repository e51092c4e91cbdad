//! How one key follows another. What is made of a profile goes into the profile as it then stands: whoever changed it
//! meanwhile is not undone.

use placet_delivery::{Keys as KeyStore, KeysError, NewKey};
use placet_review::{Engine, KeyKind, Signing, next_key_name};
use placet_store::ProfileChange;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{in_key_store, view};
use crate::view::{NewKeyView, SignsAs};
use crate::{Desk, Error, ErrorCode, Result, Verb};

/// Makes a key beside the one that an engine's callbacks are signed with. As Standard Webhooks both sign from now on;
/// tokens are signed by the new one, and the older stays published.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "RotateKeyRequest")]
pub struct RotateKey {
    /// The engine.
    pub engine: String,
    /// Which of its keys another one is to follow.
    pub signs_as: SignsAs,
}

impl Verb for RotateKey {
    const NAME: &'static str = "rotate_key";
    type Answer = NewKeyView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<NewKeyView> {
        let engines = desk.store.engines().await?;
        let named: Vec<String> =
            engines.iter().flat_map(|engine| engine.signing.keys()).map(str::to_owned).collect();
        let mut engine = self.among(engines)?;
        let before = Before::of(&engine.signing, self.signs_as)
            .map_err(|wrong| Error::new(ErrorCode::Invalid, wrong))?;
        let kind = before.kind;
        let (made, name) = in_key_store(desk, move |keys| make_after(keys, &before, &named)).await?;
        while !self.let_sign(desk, engine, &name).await? {
            engine = self.among(desk.store.engines().await?)?;
            if !Before::of(&engine.signing, self.signs_as).is_ok_and(|now| now.kind == kind) {
                // Nothing names the new key, and nobody was told it.
                in_key_store(desk, move |keys| keys.remove(&name)).await?;
                let words = format!(
                    "Meanwhile somebody changed how the callbacks of engine \"{}\" are signed, so no key was made. Look \
                     at its profile and try again.",
                    self.engine
                );
                return Err(Error::new(ErrorCode::Invalid, words));
            }
        }
        Ok(view((made, name)))
    }
}

impl RotateKey {
    fn among(&self, engines: Vec<Engine>) -> Result<Engine> {
        let engine = engines.into_iter().find(|engine| engine.name == self.engine);
        engine.ok_or_else(|| Error::missing(format_args!("engine \"{}\"", self.engine)))
    }

    /// Names the key in the profile, unless that is not the one that was read any more.
    async fn let_sign(&self, desk: &Desk, from: Engine, key: &str) -> Result<bool> {
        let mut to = from.clone();
        match self.signs_as {
            SignsAs::StandardWebhooks => to.signing.add_webhook_key(key.to_owned()),
            SignsAs::Jwt => to.signing.replace_jwt_key(key.to_owned()),
        }
        let change = ProfileChange { from: Some(from), to };
        Ok(desk.store.change_engines(vec![change], desk.now()).await?)
    }
}

/// The key that another one follows.
struct Before {
    name: String,
    /// Of a key of Standard Webhooks its text says it.
    kind: Option<KeyKind>,
}

impl Before {
    fn of(signing: &Signing, signs_as: SignsAs) -> std::result::Result<Self, String> {
        let nothing = |what: &str| {
            format!("Its callbacks are not signed {what}. See what signs them: placet keys list.")
        };
        match signs_as {
            SignsAs::Jwt => {
                let jwt = signing.jwt.as_ref().ok_or_else(|| nothing("with JSON Web Tokens"))?;
                Ok(Self { name: jwt.key.clone(), kind: Some(KeyKind::of(jwt.algorithm)) })
            }
            SignsAs::StandardWebhooks => {
                let newest = signing.standard_webhooks.first();
                let newest = newest
                    .ok_or_else(|| nothing("as Standard Webhooks; to rotate a token's key, say --jwt"))?;
                Ok(Self { name: newest.clone(), kind: None })
            }
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
        // Profiles first: a key that is gone and still named would keep its engine's answers back.
        loop {
            let changes = self.changes(desk.store.engines().await?)?;
            if changes.is_empty() {
                let name = self.name.clone();
                if !in_key_store(desk, move |keys| keys.holds(&name)).await? {
                    return Err(Error::missing(format_args!("key \"{}\"", self.name)));
                }
                break;
            }
            if desk.store.change_engines(changes, desk.now()).await? {
                break;
            }
        }
        in_key_store(desk, move |keys| keys.remove(&self.name)).await
    }
}

impl RetireKey {
    /// The profiles that name the key, each with what it is without it.
    fn changes(&self, engines: Vec<Engine>) -> Result<Vec<ProfileChange>> {
        let Self { name } = self;
        let mut changes = Vec::new();
        for from in engines {
            if !from.signing.keys().any(|key| key == name) {
                continue;
            }
            let mut to = from.clone();
            if !to.signing.retire(name) {
                let wrong = format!(
                    "The callbacks of engine \"{}\" would go without the key \"{name}\", for no other stands beside it. \
                     Rotate it first, or change the profile.",
                    from.name
                );
                return Err(Error::new(ErrorCode::Invalid, wrong));
            }
            changes.push(ProfileChange { from: Some(from), to });
        }
        Ok(changes)
    }
}
