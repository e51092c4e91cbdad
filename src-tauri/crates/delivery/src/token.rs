//! Short-lived tokens that somebody hands out: fetched when one is needed, and kept until it runs out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use placet_review::{Engine, Judgement, Outcome, Park, Timestamp};
use secrecy::SecretString;

use crate::protocol::{parked, unanswered};
use crate::{Answer, Http, Keys, KeysError, Request, Unanswered};

/// Where a token comes from. All of it is pure but for the key.
pub trait TokenSource: Send + Sync {
    /// What the token is for: two sources of one engine that say the same share one token.
    fn subject(&self) -> String;

    /// The request that asks for a token, with what it is asked for by. May block: keychains do.
    fn request(&self, keys: &Keys, now: Timestamp) -> Result<Request, KeysError>;

    /// The token in a successful answer (HTTP 2xx), or why there is none, as the end of the sentence "No token was
    /// given: ...".
    fn read(&self, answer: &Answer, now: Timestamp) -> Result<Token, String>;
}

/// A token. It has no text in `Debug`.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself.
    pub text: SecretString,
    /// Until when it is used.
    pub until: Timestamp,
}

/// A token, and whether it was there already, so that a new one may do better.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) text: SecretString,
    pub(crate) was_kept: bool,
}

/// All tokens that have not run out.
#[derive(Default)]
pub(crate) struct Tokens {
    /// By the engine's name and what the token is for. Whoever asks for one waits for another who does so already.
    slots: Mutex<HashMap<(String, String), Slot>>,
}

type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

impl Tokens {
    /// The token that was kept, else a new one; or why the delivery cannot be sent. Of it nothing was sent then.
    pub(crate) async fn give(
        &self,
        source: Arc<dyn TokenSource>,
        engine: &Engine,
        http: &Http,
        keys: &Arc<Keys>,
        now: fn() -> Timestamp,
    ) -> Result<Given, Judgement> {
        let slot = self.slot(engine, source.subject(), now());
        let mut kept = slot.lock().await;
        if let Some(token) = &*kept
            && token.until > now()
        {
            return Ok(Given { text: token.text.clone(), was_kept: true });
        }
        let token = fetch(source, engine, http, keys, now).await?;
        let text = token.text.clone();
        *kept = Some(token);
        Ok(Given { text, was_kept: false })
    }

    /// Fetches a new one when it is next needed.
    pub(crate) async fn forget(&self, source: &dyn TokenSource, engine: &Engine, now: Timestamp) {
        *self.slot(engine, source.subject(), now).lock().await = None;
    }

    fn slot(&self, engine: &Engine, subject: String, now: Timestamp) -> Slot {
        // A map of whole entries is in order even if a holder panicked.
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // Some are for one task only.
        slots.retain(|_, slot| {
            slot.try_lock().map_or(true, |kept| kept.as_ref().is_some_and(|token| token.until > now))
        });
        slots.entry((engine.name.clone(), subject)).or_default().clone()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

async fn fetch(
    source: Arc<dyn TokenSource>,
    engine: &Engine,
    http: &Http,
    keys: &Arc<Keys>,
    now: fn() -> Timestamp,
) -> Result<Token, Judgement> {
    let asking = {
        let (source, keys) = (source.clone(), keys.clone());
        tokio::task::spawn_blocking(move || source.request(&keys, now())).await
    };
    let request = match asking {
        Ok(Ok(request)) => request,
        Ok(Err(error)) => {
            return Err(parked(
                Park::Auth,
                format!("Nothing was sent, for no token can be asked for. {error}"),
            ));
        }
        Err(_) => {
            let words = "Nothing was sent: the place for keys broke down. Start Placet again.";
            return Err(parked(Park::Auth, words.to_owned()));
        }
    };
    let (exchange, credentials) = http.ask_for_token(request, engine).await;
    let answer = exchange.answer.map_err(|why| unreached(&why))?;
    match answer.status {
        200..=299 => source.read(&answer, now()).map_err(|why| {
            let why = credentials.hidden_in(why.into(), false);
            let why = String::from_utf8_lossy(&why);
            parked(
                Park::Auth,
                format!("Nothing was sent. No token was given: {why}. Put that right, then try again."),
            )
        }),
        408 | 425 | 429 | 500..=599 => Err(Judgement {
            outcome: Outcome::Failed,
            words: format!(
                "Nothing was sent: whoever hands out tokens is not available (HTTP {}). It is tried again.",
                answer.status
            ),
            retry_after_ms: None,
        }),
        status => Err(parked(
            Park::Auth,
            format!(
                "Nothing was sent: whoever hands out tokens refused us one (HTTP {status}). Check the credentials in \
                 the engine's profile, then try again."
            ),
        )),
    }
}

/// The receiver itself was sent nothing, whatever became of the token's request.
fn unreached(why: &Unanswered) -> Judgement {
    match why {
        Unanswered::NotAllowed(_) | Unanswered::Untrusted(_) | Unanswered::Offline(_) => unanswered(why),
        Unanswered::TurnedAway(_) => parked(
            Park::Policy,
            format!(
                "Nothing was sent: whoever hands out tokens turned us away before it read anything: {why}."
            ),
        ),
        Unanswered::Unreached(_) | Unanswered::Silent(_) => Judgement {
            outcome: Outcome::Failed,
            words: format!(
                "Nothing was sent: whoever hands out tokens did not answer: {why}. It is tried again."
            ),
            retry_after_ms: None,
        },
    }
}
