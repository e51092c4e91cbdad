//! A moment, to the millisecond, written as RFC 3339 in UTC everywhere it leaves the program.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z. On every wire it is an RFC 3339 string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest and the latest moment that RFC 3339 can write (years 0000 to 9999).
    const RANGE_MS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_207_199_999;

    /// The moment this many milliseconds after the epoch, held to the years RFC 3339 can write.
    pub fn from_millis(ms: i64) -> Self {
        Self(ms.clamp(*Self::RANGE_MS.start(), *Self::RANGE_MS.end()))
    }

    /// Milliseconds since the epoch.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// The moment `ms` milliseconds later (earlier, if negative); it never wraps.
    #[must_use]
    pub fn plus_millis(self, ms: i64) -> Self {
        Self::from_millis(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment, negative if `earlier` is later.
    pub fn millis_since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A text that is no RFC 3339 timestamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an RFC 3339 timestamp such as 2026-12-01T12:00:00Z")]
pub struct TimestampError(String);

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed: Option<jiff::Timestamp> = text.parse().ok().or_else(|| last_day(text));
        let parsed = parsed.ok_or_else(|| TimestampError(text.to_owned()))?;
        Ok(Self::from_millis(parsed.as_millisecond()))
    }
}

/// Who means "never" writes the end of the year 9999, which is a day later than jiff can count.
fn last_day(text: &str) -> Option<jiff::Timestamp> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let whole = pieces.time().is_some() && pieces.offset().is_some();
    let late = pieces.date() >= jiff::civil::date(9999, 12, 30);
    (whole && late).then_some(jiff::Timestamp::MAX)
}

impl TryFrom<String> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The constructor keeps every value inside jiff's range, so the fallback is never seen.
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        write!(f, "{moment:.3}")
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Timestamp;

    #[test]
    fn is_written_in_utc_to_the_millisecond() {
        let moment: Timestamp = "2026-12-01T13:00:00.5+01:00".parse().expect("valid");
        assert_eq!(moment.to_string(), "2026-12-01T12:00:00.500Z");
    }

    #[test]
    fn refuses_a_text_without_a_time_zone() {
        let error = "2026-12-01T12:00:00".parse::<Timestamp>().expect_err("no zone");
        assert!(error.to_string().contains("RFC 3339"), "the error names the form: {error}");
    }

    #[test]
    fn the_last_day_that_can_be_written_is_as_late_as_it_gets() {
        for never in ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999+01:00", "9999-12-30T23:00:00Z"] {
            let moment: Timestamp = never.parse().expect(never);
            assert_eq!(moment.as_millis(), *Timestamp::RANGE_MS.end(), "{never}");
        }
        for wrong in ["9999-12-31", "9999-12-31T23:59:59", "9999-12-32T00:00:00Z", "10000-01-01T00:00:00Z"] {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_comes_back_from_its_text(ms in Timestamp::RANGE_MS) {
            let moment = Timestamp::from_millis(ms);
            prop_assert_eq!(moment.to_string().parse::<Timestamp>(), Ok(moment));
        }
    }
}
