//! Items come in: the wire form they are handed in, the one door they pass, and the sources that knock.
//!
//! A source (`source/<name>`) turns what it received into [`Document`]s; [`Inbox::admit`] is the only way
//! from there into the ledger. What is wrong with a submission is a [`Problem`]: an answer, never a fault.

mod attachment;
#[cfg(test)]
mod fixture;
mod inbox;
mod problem;
mod setup;
mod source;
mod submission;

pub use inbox::{Admitted, AdmittedOutcome, CallbackCheck, CallbackProblem, Inbox, Submitter};
pub use problem::{Code, Problem};
pub use source::http::{Site, guard, key_set, new_token, openapi, router};
pub use submission::{AttachedFile, Document, MAX_DEPTH, MAX_ITEM_BYTES, MAX_REQUEST_BYTES, SCHEMA};
