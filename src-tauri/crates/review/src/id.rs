//! The names of things. Ids are drawn at the edge and passed in; here they are only carried.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// An item's number in this ledger, counted up from 1. The engine's own name of the task is `Item::task`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[ts(type = "number")]
pub struct ItemId(pub i64);

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! uuid_v7 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_v7! {
    /// A decision's id, a UUIDv7 (RFC 9562 section 5.7).
    DecisionId
}
uuid_v7! {
    /// A delivery's id, a UUIDv7. It is the `webhook-id`, the `Idempotency-Key` and the `jti` of every
    /// attempt, so that a receiver can tell a second try from a second answer.
    DeliveryId
}

impl DeliveryId {
    /// Where the ids of this moment begin: every one that was drawn before it is smaller. A UUIDv7 starts with the
    /// milliseconds since 1970 in 48 bits (RFC 9562 section 5.7).
    pub fn first_of(moment: Timestamp) -> Self {
        const LATEST: u64 = (1 << 48) - 1;
        let ms = u64::try_from(moment.as_millis()).unwrap_or(0).min(LATEST);
        Self(Uuid::from_u128(u128::from(ms) << 80))
    }
}

#[cfg(test)]
mod tests {
    use super::{DeliveryId, Timestamp, Uuid};

    #[test]
    fn ids_are_told_apart_by_their_moment() {
        let id = |ms: u64, random: u8| {
            DeliveryId(uuid::Builder::from_unix_timestamp_millis(ms, &[random; 10]).into_uuid())
        };
        let moment = Timestamp::from_millis(1_800_000_000_000);
        assert!(id(1_799_999_999_999, 255) < DeliveryId::first_of(moment));
        assert!(id(1_800_000_000_000, 0) > DeliveryId::first_of(moment));
        assert_eq!(DeliveryId::first_of(Timestamp::from_millis(-1)), DeliveryId(Uuid::nil()));
    }
}
