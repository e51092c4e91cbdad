//! How an answer is spoken to a receiver. A protocol only thinks; the worker acts.

mod address;
mod airflow;
mod aws;
mod callback_step;
mod durable_functions;
mod element;
#[cfg(test)]
pub(crate) mod fixture;
mod google_workflows;
mod judgement;
mod langgraph;
mod message;
mod profile;
mod restate;
mod step_functions;
mod told;
mod veritone;
mod voicebase;
mod webhook;

use placet_review::{
    Callback, Decision, Delivery, DeliveryId, Draft, Engine, Item, Judgement, Outcome, Queue, Timestamp,
};
use url::Url;

pub(crate) use self::address::without_secrets;
pub use self::judgement::by_status;
pub(crate) use self::judgement::{parked, unanswered};
use self::message::Message;
use crate::token::TokenSource;
use crate::{Answer, Request};

/// All protocols. A new one is a folder beside this file and a line here.
const PROTOCOLS: &[&dyn Protocol] = &[
    &airflow::Airflow,
    &callback_step::CallbackStep,
    &durable_functions::DurableFunctions,
    &google_workflows::GoogleWorkflows,
    &profile::Http,
    &langgraph::Langgraph,
    &restate::Restate,
    &step_functions::StepFunctions,
    &veritone::Veritone,
    &voicebase::Voicebase,
    &webhook::Webhook,
];

/// One way of handing an answer to whoever waits for it. All of it is pure.
pub trait Protocol: Send + Sync {
    /// Its name in callbacks, and in an engine's settings.
    fn name(&self) -> &'static str;

    /// Whether the engine's settings for this protocol are complete, known and well-formed. By default there are none.
    fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        match engine.settings.get(self.name()) {
            None => Ok(()),
            Some(_) => Err(Wrong::at("", format!("the protocol \"{}\" has no settings", self.name()))),
        }
    }

    /// Whether an answer could ever be handed to this callback of the engine: its parameters are complete,
    /// known and well-formed, and its address is on the engine's allow-list.
    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong>;

    /// Until when the engine waits there, for an item that is admitted at `now`; `None` if the callback does not say.
    fn waits_until(&self, _callback: &Callback, _engine: &Engine, _now: Timestamp) -> Option<Timestamp> {
        None
    }

    /// Where it goes, for a person to read. What may be a secret, such as the values of a query, is left out.
    fn target(&self, callback: &Callback) -> String;

    /// Where its answer goes.
    fn address(&self, callback: &Callback, engine: &Engine) -> Result<Url, Wrong>;

    /// The origin that it goes to: scheme, host and port (RFC 6454 section 6.2); the protocol's name if it goes nowhere.
    fn origin(&self, callback: &Callback, engine: &Engine) -> String {
        let url = self.address(callback, engine);
        url.map_or_else(|_| self.name().to_owned(), |url| url.origin().ascii_serialization())
    }

    /// Texts of the callback that open a door, such as a task's token. Nobody is shown them.
    fn secrets(&self, _callback: &Callback) -> Vec<String> {
        Vec::new()
    }

    /// Whether this callback is told of the decision. One that is not gets no delivery, and another of the item has to be
    /// told then.
    fn hears_of(&self, _decided: &Decided<'_>) -> bool {
        true
    }

    /// What every attempt sends, as bytes. They are made once, with the decision, and never again. An answer that the
    /// engine could never take is refused here, before it is recorded.
    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong>;

    /// Where the token of an attempt comes from, if it needs one that the engine's profile does not sign with.
    fn token(&self, _delivery: &Delivery, _engine: &Engine) -> Option<Box<dyn TokenSource>> {
        None
    }

    /// The request of one attempt, not yet signed. By default the message that was frozen.
    fn prepare(&self, attempt: &Sending<'_>) -> Result<Request, Wrong> {
        Message::read(&attempt.delivery.body)?.request(attempt.delivery.id)
    }

    /// What the receiver's answer, read at `now`, means. By default the status alone decides.
    fn judge(&self, _attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        by_status(answer, now)
    }

    /// Asks the engine, before an answer of which certainly nothing came through yet, whether its task waits at all, and
    /// changes nothing there: for engines that take in what comes too late without a word. `None` where it need not or
    /// cannot be asked. Not yet signed.
    fn look(&self, _attempt: &Sending<'_>) -> Option<Request> {
        None
    }

    /// What the answer to a look says. Whatever its task goes by is not this answer.
    fn judge_look(&self, _attempt: &Sending<'_>, _answer: &Answer) -> Probed {
        Probed::Unclear
    }

    /// Asks the engine how its task stands, and changes nothing there; `None` where nobody can be asked. Not yet
    /// signed.
    fn probe(&self, _attempt: &Sending<'_>) -> Option<Request> {
        None
    }

    /// Whether this judgement only stands once the engine was asked.
    fn doubts(&self, judgement: &Judgement) -> bool {
        matches!(judgement.outcome, Outcome::AlreadyDone | Outcome::Gone | Outcome::NotFound)
    }

    /// What the answer to a probe says.
    fn judge_probe(&self, _attempt: &Sending<'_>, _answer: &Answer) -> Probed {
        Probed::Unclear
    }

    /// Whether engines that speak it may want to hear that an item was taken up or how far its answer got.
    fn wants_news(&self) -> bool {
        false
    }

    /// Tells the engine at `now` how the item fares before it has its answer, not yet signed; `None` if the callback
    /// asks for no such news. An answer that is judged as [`Outcome::Gone`] says that the engine gave up.
    fn notice(&self, _about: &Noticed<'_>, _now: Timestamp) -> Option<Request> {
        None
    }

    /// What the answer to a notice, read at `now`, means. By default the status alone decides.
    fn judge_notice(&self, _about: &Noticed<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        by_status(answer, now)
    }
}

/// A decision, with all that may be told of it to one callback.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    /// The delivery's, the same in every attempt.
    pub id: DeliveryId,
    /// What was decided.
    pub decision: &'a Decision,
    /// What was asked.
    pub item: &'a Item,
    /// Where it waited.
    pub queue: &'a Queue,
    /// Where the answer goes.
    pub callback: &'a Callback,
    /// Who asked, by its profile as it is now.
    pub engine: &'a Engine,
}

impl Decided<'_> {
    /// Whether the verdict is a no, by the queue's rules.
    pub fn is_a_no(&self) -> bool {
        self.queue.declined_by.contains(&self.decision.verdict)
    }
}

/// What one attempt is made from.
#[derive(Clone, Copy)]
pub struct Sending<'a> {
    /// The delivery.
    pub delivery: &'a Delivery,
    /// The engine that waits, by its profile as it is now.
    pub engine: &'a Engine,
    /// The token that [`Protocol::token`] asked for.
    pub token: Option<&'a str>,
}

/// What an engine may be told before it has its answer.
#[derive(Clone, Copy, Debug)]
pub struct Noticed<'a> {
    /// The item.
    pub item: &'a Item,
    /// One of its callbacks.
    pub callback: &'a Callback,
    /// The engine that waits.
    pub engine: &'a Engine,
    /// What there is to tell.
    pub news: &'a News,
}

/// How an item fares.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// It still waits: a sign of life.
    Waits,
    /// This reviewer took it up.
    TakenUp(String),
    /// This is how far the answer got.
    Drafted(Draft),
}

/// What an engine said of its task when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probed {
    /// It has this answer. A sentence for the person says how that is known.
    Has(String),
    /// It goes by another answer, or by none, and will take no more. A sentence for the person says so.
    Closed(String),
    /// It still waits for one.
    Waits,
    /// That cannot be told from what it said.
    Unclear,
}

/// What is wrong with a callback, a setting or an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct Wrong {
    /// Where, as a JSON pointer (RFC 6901) into what is wrong; empty for all of it.
    pub pointer: String,
    /// What is wrong and what would be right, as a sentence.
    pub message: String,
}

impl Wrong {
    /// At this pointer.
    pub(crate) fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }

    /// The same within the member of this name.
    pub(crate) fn under(self, name: &str) -> Self {
        let Self { pointer, message } = self;
        Self { pointer: format!("/{}{pointer}", name.replace('~', "~0").replace('/', "~1")), message }
    }
}

/// The protocol with this name.
pub fn named(name: &str) -> Option<&'static dyn Protocol> {
    PROTOCOLS.iter().copied().find(|protocol| protocol.name() == name)
}

/// The names of all protocols.
pub fn names() -> Vec<&'static str> {
    PROTOCOLS.iter().map(|protocol| protocol.name()).collect()
}

/// Where a callback goes, for a person to read; its protocol's name if nobody here knows more of it.
pub fn target(callback: &Callback) -> String {
    named(&callback.protocol).map_or_else(|| callback.protocol.clone(), |protocol| protocol.target(callback))
}

/// Says what is wrong with the settings that a profile holds for protocols, as a sentence that names the member to
/// change.
pub fn check_settings(engine: &Engine) -> Result<(), String> {
    if let Some(unknown) = engine.settings.keys().find(|name| named(name).is_none()) {
        return Err(format!(
            "settings: no protocol \"{unknown}\" is known; choose from {}",
            names().join(", ")
        ));
    }
    PROTOCOLS.iter().try_for_each(|protocol| {
        let place =
            |wrong: Wrong| format!("settings/{}{}: {}", protocol.name(), wrong.pointer, wrong.message);
        protocol.check_settings(engine).map_err(place)
    })
}
