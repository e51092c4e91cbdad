//! A row of the chain, and where the chain ends.

use std::fmt;
use std::str::FromStr;

use placet_review::{DeliveryState, ItemId, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a row tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// An item was admitted.
    Admitted,
    /// An item was leased to a reviewer.
    Leased,
    /// A decision was recorded, with its deliveries.
    Decided,
    /// A decision was taken back.
    TakenBack,
    /// A delivery was withdrawn with its decision.
    Withdrawn,
    /// The receiver has the delivery.
    Delivered,
    /// A delivery waits until a person has acted.
    Parked,
    /// The engine stopped waiting before the receiver had the delivery.
    Expired,
    /// Nobody waits for the delivery any more, and an attempt may have got through.
    Unconfirmed,
    /// A delivery was given up.
    Dead,
    /// A person asked for another try of a delivery.
    Retried,
    /// A person said that the engine has the delivery.
    Confirmed,
    /// An engine was added or its profile replaced.
    Engine,
    /// An engine got a new intake token.
    Token,
    /// A queue was added or its rules replaced.
    Queue,
}

impl AuditKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::Admitted,
        Self::Leased,
        Self::Decided,
        Self::TakenBack,
        Self::Withdrawn,
        Self::Delivered,
        Self::Parked,
        Self::Expired,
        Self::Unconfirmed,
        Self::Dead,
        Self::Retried,
        Self::Confirmed,
        Self::Engine,
        Self::Token,
        Self::Queue,
    ];

    /// The word in the ledger, in JSON and under the MAC.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::Leased => "leased",
            Self::Decided => "decided",
            Self::TakenBack => "taken_back",
            Self::Withdrawn => "withdrawn",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
            Self::Expired => "expired",
            Self::Unconfirmed => "unconfirmed",
            Self::Dead => "dead",
            Self::Retried => "retried",
            Self::Confirmed => "confirmed",
            Self::Engine => "engine",
            Self::Token => "token",
            Self::Queue => "queue",
        }
    }

    /// The kind that tells that a delivery came to this state, if it rests there: a delivery that is held, due or being
    /// sent moves on by itself.
    pub(crate) fn of_rest(state: DeliveryState) -> Option<Self> {
        match state {
            DeliveryState::Held | DeliveryState::Due | DeliveryState::Sending => None,
            DeliveryState::Withdrawn => Some(Self::Withdrawn),
            DeliveryState::Delivered => Some(Self::Delivered),
            DeliveryState::Parked => Some(Self::Parked),
            DeliveryState::Expired => Some(Self::Expired),
            DeliveryState::Unconfirmed => Some(Self::Unconfirmed),
            DeliveryState::Dead => Some(Self::Dead),
        }
    }
}

/// Whom or what a row is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AuditSubject {
    /// An item.
    Item(ItemId),
    /// A decision or a delivery.
    Id(Uuid),
    /// An engine or a queue.
    Name(String),
}

impl fmt::Display for AuditSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(item) => item.fmt(f),
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// A row as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Counted from 1, without a gap.
    pub number: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: AuditKind,
    /// To what.
    pub subject: AuditSubject,
    /// Who did it, where a reviewer did.
    pub reviewer: Option<String>,
    /// Of what was written.
    pub digest: [u8; 32],
    /// Sealed with the key, and not while there was none.
    pub keyed: bool,
    /// Over all that stands above and the MAC of the row before.
    pub mac: [u8; 32],
}

/// Where the chain ends: what a person keeps elsewhere, to hold the ledger to it later. Written `NUMBER:MAC`, the MAC
/// in hex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last row; 0 if there is none.
    pub number: i64,
    /// Its MAC; zeros if there is none.
    pub mac: [u8; 32],
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, hex::encode(self.mac))
    }
}

/// A text that is no head.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no head; it is a number, a colon and 64 hexadecimal digits, as `placet audit head` prints it"
)]
pub struct AuditHeadError(String);

impl FromStr for AuditHead {
    type Err = AuditHeadError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (number, mac_text) = text.split_once(':')?;
            let mut mac = [0; 32];
            hex::decode_to_slice(mac_text, &mut mac).ok()?;
            let number = number.parse().ok().filter(|number| *number >= 0)?;
            Some(Self { number, mac })
        };
        read().ok_or_else(|| AuditHeadError(text.chars().take(100).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditHead, AuditKind};

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let head = AuditHead { number: 12, mac: [0xab; 32] };
        assert_eq!(head.to_string().parse(), Ok(head));
        let empty = AuditHead::default();
        assert_eq!(empty.to_string().parse(), Ok(empty));
        for text in ["", "12", "12:", "12:abcd", "-1:00", &format!("-1:{}", "00".repeat(32))] {
            let error = text.parse::<AuditHead>().expect_err("no head").to_string();
            assert!(error.contains("placet audit head"), "{error}");
        }
    }

    #[test]
    fn a_kind_is_one_word_everywhere() {
        for kind in AuditKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.name());
        }
    }
}
