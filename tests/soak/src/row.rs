//! One line of the table: what was counted, how much of it there was, and how much there may be.

use std::fmt;

use serde::Serialize;
use xtask::trial::Trial;

use crate::Order;

/// What was counted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// The trial.
    pub(crate) trial: &'static str,
    /// What is counted, such as "decisions lost".
    pub(crate) what: String,
    /// How often the trial was asked to do it.
    pub(crate) size: u64,
    /// What all that was random was drawn from.
    pub(crate) seed: u64,
    /// How many there were.
    pub(crate) found: u64,
    /// How many there may be.
    pub(crate) wanted: Wanted,
    /// Whether it is what is wanted.
    pub(crate) passed: bool,
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// None.
    None,
    /// So many or more.
    AtLeast(u64),
}

impl Wanted {
    fn is_met_by(self, found: u64) -> bool {
        match self {
            Self::None => found == 0,
            Self::AtLeast(least) => found >= least,
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(f, "none"),
            Self::AtLeast(least) => write!(f, ">= {least}"),
        }
    }
}

impl Serialize for Wanted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Row {
    pub(crate) fn new(
        trial: Trial,
        what: impl Into<String>,
        order: Order,
        found: u64,
        wanted: Wanted,
    ) -> Self {
        let Order { size, seed } = order;
        let passed = wanted.is_met_by(found);
        Self { trial: trial.name(), what: what.into(), size, seed, found, wanted, passed }
    }

    pub(crate) fn passed(&self) -> bool {
        self.passed
    }
}

/// All rows, for people and for RELIABILITY.md.
pub(crate) fn table(rows: &[Row]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(["Trial", "What", "Size", "Found", "Wanted", "Passed"]);
    for row in rows {
        table.add_row([
            row.trial.to_owned(),
            row.what.clone(),
            row.size.to_string(),
            row.found.to_string(),
            row.wanted.to_string(),
            if row.passed { "yes" } else { "NO" }.to_owned(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn what_is_wanted_is_told_from_what_is_not() {
        assert!(Wanted::None.is_met_by(0) && !Wanted::None.is_met_by(1));
        assert!(Wanted::AtLeast(3).is_met_by(3) && !Wanted::AtLeast(3).is_met_by(2));
    }
}
