//! One line of the table: ours, the bare program's, and how they compare.

use std::fmt;
use std::time::Instant;

use serde::Serialize;

/// What was measured: the median of the rounds of both sides, which took turns.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The figure.
    pub(crate) name: &'static str,
    /// Which of its cases.
    pub(crate) case: String,
    /// Ours.
    pub(crate) value: f64,
    /// The bare program's.
    pub(crate) baseline: f64,
    /// Ours by the bare program's.
    pub(crate) ratio: f64,
    /// Of `value` and `baseline`.
    pub(crate) unit: &'static str,
    /// What is wanted.
    pub(crate) goal: Option<Goal>,
    /// Whether it is what is wanted.
    pub(crate) met: Option<bool>,
}

/// What is wanted of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// `ratio` is at least this.
    RatioAtLeast(f64),
    /// `ratio` is at most this.
    RatioAtMost(f64),
    /// `value` is at most this, in the row's unit.
    ValueAtMost(f64),
}

impl Goal {
    fn is_met(self, row: &Row) -> bool {
        match self {
            Self::RatioAtLeast(least) => row.ratio >= least,
            Self::RatioAtMost(most) => row.ratio <= most,
            Self::ValueAtMost(most) => row.value <= most,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RatioAtLeast(least) => write!(f, "ratio >= {least}"),
            Self::RatioAtMost(most) => write!(f, "ratio <= {most}"),
            Self::ValueAtMost(most) => write!(f, "value <= {most}"),
        }
    }
}

impl Serialize for Goal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Row {
    pub(crate) fn new(
        name: &'static str,
        case: impl Into<String>,
        unit: &'static str,
        (value, baseline): (f64, f64),
    ) -> Self {
        let ratio = value / baseline;
        Self { name, case: case.into(), value, baseline, ratio, unit, goal: None, met: None }
    }

    pub(crate) fn wanted(mut self, goal: Goal) -> Self {
        self.met = Some(goal.is_met(&self));
        self.goal = Some(goal);
        self
    }
}

/// How many a second it were, if `count` took from `started` until now.
pub(crate) fn per_second(count: usize, started: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some thousands")]
    let count = count as f64;
    count / started.elapsed().as_secs_f64()
}

/// The middle one (the lower of two); not a number if there is none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    quantile(values, 0.5)
}

/// The value below which this share (0 to 1) of them lies, by the nearest rank.
pub(crate) fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a rank is small and positive"
    )]
    let rank = ((values.len() as f64 * share).ceil() as usize).max(1);
    values.get(rank - 1).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let hundred = || (1..=100).map(f64::from);
        assert_eq!(median(hundred()), 50.0);
        assert_eq!(quantile(hundred(), 0.99), 99.0);
        assert_eq!(median([7.0]), 7.0);
        assert!(median([]).is_nan());
    }

    #[test]
    fn a_goal_that_is_missed_is_said_so() {
        let row = |value, baseline| Row::new("intake", "", "1/s", (value, baseline));
        assert_eq!(row(5.0, 10.0).wanted(Goal::RatioAtLeast(0.5)).met, Some(true));
        assert_eq!(row(4.0, 10.0).wanted(Goal::RatioAtLeast(0.5)).met, Some(false));
        assert_eq!(row(20.0, 10.0).wanted(Goal::RatioAtMost(1.5)).met, Some(false));
        assert_eq!(row(20.0, 10.0).wanted(Goal::ValueAtMost(20.0)).met, Some(true));
    }
}
