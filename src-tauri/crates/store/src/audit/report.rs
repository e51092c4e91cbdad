//! What a look at the chain came to.

use super::AuditHead;

/// What was found wrong, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFinding {
    /// The row that it was found at, where it was found at one.
    pub row: Option<i64>,
    /// One or two sentences.
    pub words: String,
}

/// What a look at the whole chain came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// How many rows there are.
    pub rows: u64,
    /// Where the chain ends.
    pub head: AuditHead,
    /// What a person should know though it is not wrong.
    pub notes: Vec<String>,
    /// What is wrong: of very much, the first.
    pub findings: Vec<AuditFinding>,
    /// How much is wrong.
    pub found: u64,
}

/// So many findings are told in full.
const TOLD: usize = 100;

impl AuditReport {
    /// Whether nothing was found wrong.
    pub fn holds(&self) -> bool {
        self.found == 0
    }

    pub(crate) fn find(&mut self, row: Option<i64>, words: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < TOLD {
            self.findings.push(AuditFinding { row, words: words.into() });
        }
    }
}
