//! The words of Placet and the rules that join them: an item waits in a queue, a lease lets one reviewer
//! decide it, a decision goes out as deliveries.
//!
//! Nothing here reads a clock, draws a random number or does I/O: time, ids and randomness come in as
//! arguments, so that the app, the simulator and every store share one set of rules.

mod breaker;
mod decision;
mod delivery;
mod digest;
mod engine;
mod id;
mod item;
mod lease;
mod misread;
mod outcome;
mod queue;
mod schedule;
mod signing;
mod time;

pub use breaker::{Breaker, Lets};
pub use decision::{Decision, Draft, Refusal, Verdict, undo_until};
pub use delivery::{Attempt, Delivery, DeliveryState, Event, Impossible, NewDelivery, Standing, Terms};
pub use digest::digest;
pub use engine::{Allowed, AllowedError, Engine};
pub use id::{DecisionId, DeliveryId, ItemId};
pub use item::{Callback, Item, ItemState, NewItem, Suggestion};
pub use lease::Lease;
pub use misread::without_values;
pub use outcome::{Judgement, Outcome, Park, Phase};
pub use queue::{Choice, Kind, Order, Queue, Rank};
pub use schedule::{CustomSchedule, Schedule};
pub use signing::{
    AwsSigning, BasicSigning, HeaderSigning, JwtAlgorithm, JwtPlace, JwtSigning, KEY_NAME_RULE, KeyKind,
    MessageAlgorithm, MessageSigning, OauthGrant, OauthSigning, PublishedKey, SecretPlace, Signing,
    is_key_name, next_key_name,
};
pub use time::{Timestamp, TimestampError};
