//! Answers go out: every decision reaches the callback that waits for it, signed, again and again until the
//! receiver has it.
//!
//! Protocols think ([`protocol::Protocol`], pure), signers sign ([`signer`], pure but for the key), [`Http`]
//! is the only socket out, and [`Courier`] is the only one that acts: for the [`Worker`], the [`Heartbeats`] and the
//! [`Notices`].

mod attempt;
mod heartbeat;
mod http;
mod keys;
mod notices;
mod outline;
pub mod presets;
pub mod protocol;
mod rehearsal;
pub mod signer;
mod token;
pub mod verify;
mod worker;

pub use self::attempt::Courier;
pub use self::heartbeat::Heartbeats;
pub use self::http::{Answer, Exchange, Http, LookUp, Loopback, Request, Unanswered, check_profile};
pub use self::keys::{KeyChoice, Keys, KeysError, NewKey};
pub use self::notices::Notices;
pub use self::outline::Outline;
pub use self::rehearsal::{Fate, Rehearsal};
pub use self::token::{Token, TokenSource};
pub use self::worker::Worker;
