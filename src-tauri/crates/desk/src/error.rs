//! Why a verb did not do what was asked, in words for the person and a code for the window.

use placet_review::{DeliveryState, Impossible, Refusal};
use placet_store::Fault;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a verb answers when it could not. The draft that was sent with it is still the person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What the window branches on.
    pub code: ErrorCode,
    /// What happened and what to do next.
    pub message: String,
}

/// What the window and the exit code of the command branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The hold on the item is lost: open it again.
    LeaseLost,
    /// Somebody else holds the item.
    HeldByAnother,
    /// The item has its answer, or its engine stopped waiting.
    Closed,
    /// The answer does not fit: change it.
    AnswerRefused,
    /// It can no longer be taken back.
    TooLate,
    /// There is no such thing.
    Missing,
    /// What was asked for is wrong in itself.
    Invalid,
    /// A key is missing or the key store cannot hold it.
    Keys,
    /// The ledger or the system failed. The details are in the log.
    Fault,
}

impl Error {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The item has expired.
    pub(crate) fn nobody_waits() -> Self {
        let words = "The engine does not wait for this any more. Nothing was sent; go on with the next one.";
        Self::new(ErrorCode::Closed, words)
    }

    pub(crate) fn missing(what: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Missing, format!("There is no {what}."))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let code = match &refusal {
            Refusal::LeaseLost | Refusal::ShownDiffers => ErrorCode::LeaseLost,
            Refusal::AlreadyDecided | Refusal::DeadlinePassed(_) => ErrorCode::Closed,
            Refusal::VerdictNotOffered(_)
            | Refusal::NothingToApprove
            | Refusal::AnswerRequired(_)
            | Refusal::AnswerMisshapen(_)
            | Refusal::LabelUnknown(_)
            | Refusal::NoteRequired(_) => ErrorCode::AnswerRefused,
        };
        Self::new(code, refusal.to_string())
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Missing(what) => Self::missing(what),
            Fault::Impossible(impossible) => {
                let Impossible { state, event } = impossible;
                Self::new(ErrorCode::TooLate, format!("This delivery cannot be {event}. {}", stands(state)))
            }
            fault => {
                tracing::error!(%fault, "the ledger failed");
                Self::new(ErrorCode::Fault, format!("Nothing was changed: {fault}."))
            }
        }
    }
}

/// Why nothing else can be done with a delivery in this state, and what to do instead.
fn stands(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Held => "It is held until its undo window is over and then goes out by itself.",
        DeliveryState::Withdrawn => "Its decision was taken back, so nothing is sent.",
        DeliveryState::Due => "It goes out by itself when its time comes.",
        DeliveryState::Sending => "An attempt is under way: wait for what it comes to.",
        DeliveryState::Delivered => "The engine has it already.",
        DeliveryState::Parked => "It was sent before and waits for a person: try it again.",
        DeliveryState::Expired => "The engine stopped waiting for it.",
        DeliveryState::Unconfirmed => "It was sent before and may have got through.",
        DeliveryState::Dead => "It was sent before and given up.",
    }
}

/// What every verb returns.
pub type Result<T> = std::result::Result<T, Error>;
