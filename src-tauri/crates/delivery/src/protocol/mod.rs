//! How an answer is spoken to a receiver. A protocol only thinks; the worker acts.

mod judgement;
mod webhook;

use placet_review::{Callback, Decision, Delivery, DeliveryId, Engine, Item, Judgement, Timestamp};

pub(crate) use self::judgement::{parked, unanswered};
use crate::{Answer, Request};

/// All protocols. A new one is a folder beside this file and a line here.
const PROTOCOLS: &[&dyn Protocol] = &[&webhook::Webhook];

/// One way of handing an answer to whoever waits for it. All of it is pure.
pub trait Protocol: Send + Sync {
    /// Its name in callbacks.
    fn name(&self) -> &'static str;

    /// Whether an answer could ever be handed to this callback of the engine: its parameters are complete,
    /// known and well-formed, and its address is on the engine's allow-list.
    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong>;

    /// Where it goes, for a person to read. What may be a secret, such as the values of a query, is left out.
    fn target(&self, callback: &Callback) -> String;

    /// The origin that it goes to: scheme, host and port (RFC 6454 section 6.2).
    fn origin(&self, callback: &Callback) -> String;

    /// The bytes that every attempt sends. They are made once, with the decision, and never again.
    fn freeze(&self, id: DeliveryId, decision: &Decision, item: &Item, callback: &Callback) -> Vec<u8>;

    /// The request of one attempt, not yet signed.
    fn prepare(&self, delivery: &Delivery) -> Result<Request, Wrong>;

    /// A sign of life at `now` while the item waits, not yet signed; `None` if the callback asks for none. An answer
    /// that is judged as [`placet_review::Outcome::Gone`] says that the engine gave up.
    fn heartbeat(&self, item: &Item, callback: &Callback, now: Timestamp) -> Option<Request>;

    /// What the receiver's answer, read at `now`, means. By default the status alone decides.
    fn judge(&self, answer: &Answer, now: Timestamp) -> Judgement {
        judgement::answered(answer, now)
    }
}

/// What is wrong with a callback.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message}")]
pub struct Wrong {
    /// Where, as a JSON pointer (RFC 6901) into the callback.
    pub pointer: String,
    /// What is wrong and what would be right, as a sentence.
    pub message: String,
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

/// The origin that a callback goes to; its protocol's name if nobody here knows more of it.
pub fn origin(callback: &Callback) -> String {
    named(&callback.protocol).map_or_else(|| callback.protocol.clone(), |protocol| protocol.origin(callback))
}
