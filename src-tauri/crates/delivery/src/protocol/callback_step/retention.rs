//! For how long an engine keeps a callback (`callbackRetention`, in `advanced` of the documentation).

use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use placet_review::{Callback, Timestamp};
use serde_json::Value;

use super::super::{Wrong, address};
use super::RETENTION;

/// How long.
#[derive(Debug)]
pub(super) enum Retention {
    /// It is never cleaned up.
    ForGood,
    /// For so long after its process came to rest, which it does when it hands the item in.
    For(Span),
}

impl Retention {
    /// When it ends, if it began at `now`. What no calendar can tell is as good as never.
    pub(super) fn ends(&self, now: Timestamp) -> Option<Timestamp> {
        let Self::For(span) = self else { return None };
        let begun = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
        let over = begun.to_zoned_datetime(TimeZone::UTC).checked_add(*span).ok()?;
        Some(Timestamp::from_millis(over.timestamp().as_millisecond()))
    }
}

/// `true` keeps it for good; a duration by ISO 8601, such as `PT24H`, or in words, such as `1 h`, for so long; and if
/// nothing is said it is an hour, as in the engine.
pub(super) fn of(callback: &Callback) -> Result<Retention, Wrong> {
    let lasts = |span: &Span| !span.is_zero() && !span.is_negative();
    let retention = match callback.parameters.get(RETENTION) {
        None => Some(Retention::For(1.hour())),
        Some(Value::Bool(true)) => Some(Retention::ForGood),
        Some(Value::String(text)) => text.parse().ok().filter(lasts).map(Retention::For),
        Some(_) => None,
    };
    retention.ok_or_else(|| {
        address::wrong(
            RETENTION,
            "give a duration by ISO 8601, such as PT24H, or true if it is kept for good",
        )
    })
}
