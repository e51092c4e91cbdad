//! What an engine's answer comes to, in terms of deliveries.

use placet_review::{Judgement, Outcome, Timestamp};

use super::super::by_status;
use super::super::judgement::quoted;
use super::rule::{self, Rule};
use super::settings::Meaning;
use crate::Answer;

/// What the first rule that fits says, else the status.
pub(super) fn by_rules(rules: &[Rule<Meaning>], answer: &Answer, now: Timestamp) -> Judgement {
    let by_default = by_status(answer, now);
    let Some(rule) = rule::first(rules, answer) else { return by_default };
    let (status, said) = (answer.status, quoted(answer));
    let (outcome, usual) = match rule.means {
        Meaning::Done => (Outcome::Accepted, format!("The engine took the answer (HTTP {status}).")),
        Meaning::AlreadyDone => (
            Outcome::AlreadyDone,
            format!(
                "The engine says that its task already had an answer (HTTP {status}){said} Look in the engine which one \
                 it goes by."
            ),
        ),
        Meaning::Gone => (
            Outcome::Gone,
            format!(
                "The engine says that nobody waits for this answer any more (HTTP {status}){said} If somebody should, \
                 have it ask again."
            ),
        ),
        // A failure after which it may have worked all the same stays one.
        Meaning::Retry if by_default.outcome == Outcome::Ambiguous => {
            (Outcome::Ambiguous, by_default.words.clone())
        }
        Meaning::Retry => (
            Outcome::Failed,
            format!("The engine could not take the answer yet (HTTP {status}){said} It is tried again."),
        ),
        Meaning::Throttled => (
            Outcome::Throttled,
            format!("The engine asks for patience (HTTP {status}). It is tried again when it may."),
        ),
        Meaning::Dead => (
            Outcome::Refused,
            format!(
                "The engine refused the answer (HTTP {status}){said} Have the engine put that right, or correct its \
                 profile, then try again."
            ),
        ),
    };
    let words = rule.words.clone().unwrap_or(usual);
    Judgement { outcome, words, retry_after_ms: by_default.retry_after_ms }
}
