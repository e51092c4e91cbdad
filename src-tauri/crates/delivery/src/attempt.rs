//! One attempt, from its row in the ledger to its outcome on disk.

use std::sync::Arc;
use std::time::Duration;

use placet_review::{Attempt, Engine, Judgement, Outcome, Park, Phase, Timestamp};
use placet_store::{Fault, LeasedDelivery, Store};

use crate::protocol::{self, parked, unanswered};
use crate::signer::{self, SigningKeys, Subject};
use crate::{Answer, Exchange, Http, Keys, KeysError, Request};

/// How much of the receiver's answer is kept, in bytes.
const KEPT_BYTES: usize = 8 * 1024;

/// Carries deliveries out. It is the one place where the pure parts and the effects meet.
pub(crate) struct Courier {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) http: Http,
    pub(crate) keys: Arc<Keys>,
    pub(crate) now: fn() -> Timestamp,
}

/// What an attempt came to.
pub(crate) struct Came {
    judgement: Judgement,
    phase: Phase,
    answer: Option<Answer>,
}

/// Of an attempt that came no further than to see whether it may be sent.
impl From<Judgement> for Came {
    fn from(judgement: Judgement) -> Self {
        Self { judgement, phase: Phase::Policy, answer: None }
    }
}

impl Courier {
    /// Prepares, signs, sends and judges. Nothing is written down yet.
    pub(crate) async fn exchange(&self, leased: &LeasedDelivery) -> Came {
        let LeasedDelivery { delivery, attempt: _, engine } = leased;
        let Some(protocol) = protocol::named(&delivery.callback.protocol) else {
            let known = protocol::names().join(", ");
            let name = &delivery.callback.protocol;
            return parked(
                Park::Policy,
                format!("Nothing was sent: this Placet knows no protocol \"{name}\", only {known}."),
            )
            .into();
        };
        let request = match protocol.prepare(delivery) {
            Ok(request) => request,
            Err(wrong) => {
                return parked(Park::Policy, format!("Nothing was sent: the callback is wrong at {wrong}."))
                    .into();
            }
        };
        let request = match self.signed(request, &Subject::from(delivery), engine).await {
            Ok(request) => request,
            Err(error) => {
                return parked(Park::Auth, format!("Nothing was sent, for it cannot be signed. {error}"))
                    .into();
            }
        };
        let Exchange { phase, answer } = self.http.send(request, engine).await;
        match answer {
            Ok(answer) => {
                Came { judgement: protocol.judge(&answer, (self.now)()), phase, answer: Some(answer) }
            }
            Err(why) => Came { judgement: unanswered(&why), phase, answer: None },
        }
    }

    /// The request, signed with the keys of the engine's profile.
    pub(crate) async fn signed(
        &self,
        mut request: Request,
        subject: &Subject<'_>,
        engine: &Engine,
    ) -> Result<Request, KeysError> {
        let keys = self.keys_of(engine).await?;
        signer::sign(&mut request, subject, engine, &keys, (self.now)())?;
        Ok(request)
    }

    async fn keys_of(&self, engine: &Engine) -> Result<SigningKeys, KeysError> {
        let signing = &engine.signing;
        if let Some(keys) = SigningKeys::kept(&self.keys, signing) {
            return Ok(keys);
        }
        let (keys, signing) = (self.keys.clone(), signing.clone());
        // Keychains may wait for the person to unlock them.
        let loaded = tokio::task::spawn_blocking(move || SigningKeys::load(&keys, &signing)).await;
        loaded.unwrap_or_else(|_| {
            Err(KeysError::Unavailable("The place for keys broke down. Start Placet again.".to_owned()))
        })
    }

    /// Writes down what the attempt whose row was written at `started_at` came to, however long the ledger
    /// takes to recover: until then the delivery is sending, and after a crash it counts as interrupted.
    pub(crate) async fn record(&self, leased: LeasedDelivery, started_at: Timestamp, came: Came) {
        let LeasedDelivery { delivery, attempt: number, engine } = leased;
        let Came { judgement, phase, answer } = came;
        if judgement.outcome == Outcome::Parked(Park::Auth) {
            // Somebody may be about to put the right key there.
            signer::forget(&self.keys, &engine.signing);
        }
        let attempt = Attempt {
            number,
            started_at,
            ended_at: Some((self.now)()),
            outcome: Some(judgement.outcome),
            phase: Some(phase),
            retry_after_ms: judgement.retry_after_ms,
            status: answer.as_ref().map(|answer| answer.status),
            words: Some(judgement.words.clone()),
            answer: answer.as_ref().map(kept),
        };
        let mut pause = Pause::default();
        loop {
            let jitter = rand::random::<f64>();
            let recorded = self.store.record_outcome(
                delivery.id,
                delivery.fence,
                attempt.clone(),
                judgement.clone(),
                engine.schedule.clone(),
                jitter,
            );
            match recorded.await {
                Ok(state) => {
                    let outcome = judgement.outcome.name();
                    tracing::info!(delivery = %delivery.id, attempt = number, outcome, state = state.name(), "attempt recorded");
                    return;
                }
                Err(fault @ (Fault::Closed | Fault::Missing(_) | Fault::Impossible(_))) => {
                    tracing::error!(delivery = %delivery.id, attempt = number, %fault, "attempt not recorded");
                    return;
                }
                Err(fault) => {
                    tracing::error!(delivery = %delivery.id, attempt = number, %fault, "attempt not recorded yet");
                    pause.wait().await;
                }
            }
        }
    }
}

/// The start of what the receiver said, as text.
fn kept(answer: &Answer) -> String {
    let start = &answer.body[..answer.body.len().min(KEPT_BYTES)];
    let mut text = String::from_utf8_lossy(start).into_owned();
    // A replaced byte takes three.
    text.truncate(text.floor_char_boundary(KEPT_BYTES));
    text
}

/// Ever longer waits for a ledger that failed.
pub(crate) struct Pause(Duration);

impl Pause {
    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(30);

    pub(crate) async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(Self::LONGEST);
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self(Self::FIRST)
    }
}
