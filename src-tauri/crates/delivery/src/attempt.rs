//! One attempt, from its row in the ledger to its outcome on disk.

use std::sync::Arc;
use std::time::Duration;

use placet_review::{Attempt, Delivery, Engine, Judgement, Outcome, Park, Phase, Timestamp};
use placet_store::{Fault, LeasedDelivery, Store};
use secrecy::ExposeSecret as _;

use crate::protocol::{self, Probed, Protocol, Sending, parked, unanswered};
use crate::signer::{self, SigningKeys, Subject};
use crate::token::{Given, TokenSource, Tokens};
use crate::{Answer, Exchange, Http, Keys, KeysError, Request};

/// How much of the receiver's answer is kept, in bytes.
const KEPT_BYTES: usize = 8 * 1024;

/// Carries answers and news out. It is the one place where the pure parts and the effects meet. Whoever sends shares one,
/// for with it goes what was fetched once for an engine: its access tokens.
pub struct Courier {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) http: Http,
    pub(crate) keys: Arc<Keys>,
    pub(crate) tokens: Tokens,
    pub(crate) now: fn() -> Timestamp,
}

/// What an attempt came to.
pub(crate) struct Came {
    judgement: Judgement,
    phase: Phase,
    answer: Option<Answer>,
    /// It went out with a token that was there already.
    token_was_kept: bool,
}

/// A request that can go out.
pub(crate) struct Signed {
    pub(crate) request: Request,
    /// It carries a token that was there already.
    token_was_kept: bool,
}

/// Of an attempt that came no further than to see whether it may be sent.
impl From<Judgement> for Came {
    fn from(judgement: Judgement) -> Self {
        Self { judgement, phase: Phase::Policy, answer: None, token_was_kept: false }
    }
}

impl Courier {
    /// `now` is the clock that everything is measured by.
    pub fn new(store: Arc<dyn Store>, http: Http, keys: Arc<Keys>, now: fn() -> Timestamp) -> Self {
        Self { store, http, keys, tokens: Tokens::default(), now }
    }

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
        let source: Option<Arc<dyn TokenSource>> = protocol.token(delivery, engine).map(Arc::from);
        let came = self.with_token(protocol, delivery, engine, source.as_ref()).await;
        let came = came.unwrap_or_else(Came::from);
        if !(came.token_was_kept && came.judgement.outcome == Outcome::Parked(Park::Auth)) {
            return came;
        }
        // A token may have run out before its time: a new one is worth another try, once.
        for source in source.iter().chain(&signer::access(engine)) {
            self.tokens.forget(&**source, engine, (self.now)()).await;
        }
        self.with_token(protocol, delivery, engine, source.as_ref()).await.unwrap_or_else(Came::from)
    }

    /// What the attempt came to with the token of this source, if there is one.
    async fn with_token(
        &self,
        protocol: &dyn Protocol,
        delivery: &Delivery,
        engine: &Engine,
        source: Option<&Arc<dyn TokenSource>>,
    ) -> Result<Came, Judgement> {
        let token = match source {
            Some(source) => {
                Some(self.tokens.give(source.clone(), engine, &self.http, &self.keys, self.now).await?)
            }
            None => None,
        };
        let token_was_kept = token.as_ref().is_some_and(|token| token.was_kept);
        let token = token.as_ref().map(|Given { text, .. }| text.expose_secret());
        let sending = Sending { delivery, engine, token };
        let known = if delivery.standing.ambiguous {
            // An earlier attempt may have worked. Who can be asked is not told again before that.
            self.probe(protocol, &sending).await
        } else {
            self.look(protocol, &sending).await
        };
        if let Some((judgement, answer)) = known {
            return Ok(Came { judgement, phase: Phase::GotBody, answer: Some(answer), token_was_kept });
        }
        let mut came = self.send(protocol, &sending).await?;
        came.token_was_kept |= token_was_kept;
        if protocol.doubts(&came.judgement)
            && let Some((judgement, _)) = self.probe(protocol, &sending).await
        {
            came.judgement = judgement;
        }
        Ok(came)
    }

    async fn send(&self, protocol: &dyn Protocol, sending: &Sending<'_>) -> Result<Came, Judgement> {
        let &Sending { delivery, engine, token: _ } = sending;
        let request = protocol.prepare(sending).map_err(|wrong| {
            parked(Park::Policy, format!("Nothing was sent: the callback is wrong at {wrong}."))
        })?;
        let request = hiding(request, protocol, sending);
        let Signed { request, token_was_kept } =
            self.signed(request, &Subject::from(delivery), engine).await?;
        let Exchange { phase, answer } = self.http.send(request, engine).await;
        let (judgement, answer) = match answer {
            Ok(answer) => (protocol.judge(sending, &answer, (self.now)()), Some(answer)),
            Err(why) => (unanswered(&why), None),
        };
        Ok(Came { judgement, phase, answer, token_was_kept })
    }

    /// What asking the engine whether it has this answer leads to.
    async fn probe(&self, protocol: &dyn Protocol, sending: &Sending<'_>) -> Option<(Judgement, Answer)> {
        let answer = self.ask(protocol, sending, protocol.probe(sending)?).await?;
        Some((found(protocol.judge_probe(sending, &answer))?, answer))
    }

    /// What asking the engine whether its task waits at all leads to.
    async fn look(&self, protocol: &dyn Protocol, sending: &Sending<'_>) -> Option<(Judgement, Answer)> {
        let answer = self.ask(protocol, sending, protocol.look(sending)?).await?;
        Some((found(protocol.judge_look(sending, &answer))?, answer))
    }

    /// What the engine says of its task. `None` if it cannot be asked.
    async fn ask(&self, protocol: &dyn Protocol, sending: &Sending<'_>, request: Request) -> Option<Answer> {
        let &Sending { delivery, engine, token: _ } = sending;
        let request = hiding(request, protocol, sending);
        let signed = self.signed(request, &Subject::from(delivery), engine).await.ok()?;
        self.http.send(signed.request, engine).await.answer.ok()
    }

    /// The request, signed with the keys of the engine's profile; else why it cannot be sent.
    pub(crate) async fn signed(
        &self,
        mut request: Request,
        subject: &Subject<'_>,
        engine: &Engine,
    ) -> Result<Signed, Judgement> {
        let keys = self.keys_of(engine).await.map_err(unsigned)?;
        let access = match signer::access(engine) {
            Some(source) => Some(self.tokens.give(source, engine, &self.http, &self.keys, self.now).await?),
            None => None,
        };
        let token = access.as_ref().map(|given| &given.text);
        request.secrets.extend(token.map(|token| token.expose_secret().to_owned()));
        signer::sign(&mut request, subject, engine, &keys, token, (self.now)()).map_err(unsigned)?;
        Ok(Signed { request, token_was_kept: access.is_some_and(|given| given.was_kept) })
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
        let Came { judgement, phase, answer, token_was_kept: _ } = came;
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

fn unsigned(error: KeysError) -> Judgement {
    parked(Park::Auth, format!("Nothing was sent, for it cannot be signed. {error}"))
}

/// What a delivery comes to by what was found out without sending it. `None` if the task still waits, or nobody knows.
fn found(probed: Probed) -> Option<Judgement> {
    let (outcome, words) = match probed {
        Probed::Has(words) => (Outcome::Accepted, words),
        Probed::Closed(words) => (Outcome::Refused, words),
        Probed::Waits | Probed::Unclear => return None,
    };
    Some(Judgement { outcome, words, retry_after_ms: None })
}

/// The request, with all that must not be seen in what comes back.
fn hiding(mut request: Request, protocol: &dyn Protocol, sending: &Sending<'_>) -> Request {
    request.secrets.extend(protocol.secrets(&sending.delivery.callback));
    request.secrets.extend(sending.token.map(str::to_owned));
    request
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
