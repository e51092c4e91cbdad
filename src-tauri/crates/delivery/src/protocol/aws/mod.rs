//! What the callbacks of AWS's services share: where a service is, what it is told, and what its errors mean.
//!
//! Signature Version 4 is the business of the engine's profile; nothing here signs.

mod fault;
mod place;

use placet_review::{Callback, Timestamp};
use serde::Serialize;
use serde_json::Value;

pub(super) use self::fault::{code, judge};
pub(super) use self::place::Service;
use super::{Decided, Wrong, address};

/// The decision, as a state machine or a function gets it. Members are only ever added; all of them are always there.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    verdict: &'static str,
    answer: Option<&'a Value>,
    note: Option<&'a str>,
    by: &'a str,
    at: Timestamp,
    /// The engine's own name of the task.
    id: &'a str,
    queue: &'a str,
    /// The same in every attempt.
    delivery: String,
}

impl<'a> Told<'a> {
    pub(super) fn of(decided: &Decided<'a>) -> Self {
        let &Decided { id, decision, item, .. } = decided;
        Self {
            verdict: decision.verdict.name(),
            answer: decision.answer.as_ref(),
            note: decision.note.as_deref(),
            by: &decision.by,
            at: decision.at,
            id: &item.asked.task,
            queue: &item.asked.queue,
            delivery: id.to_string(),
        }
    }

    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).expect("texts and JSON that was parsed can be written as JSON")
    }
}

/// The parameter that names the error of a no.
pub(super) const ERROR: &str = "error";

/// The name of the error that a no is: the callback's, or one that tells the verdict.
pub(super) fn error_name<'a>(decided: &Decided<'a>) -> &'a str {
    use placet_review::Verdict::{Approve, Cancel, Correct, Reject, Respond};
    let named = decided.callback.parameters.get(ERROR).and_then(Value::as_str);
    named.unwrap_or(match decided.decision.verdict {
        Approve => "Placet.Approved",
        Correct => "Placet.Corrected",
        Reject => "Placet.Rejected",
        Respond => "Placet.Responded",
        Cancel => "Placet.Cancelled",
    })
}

/// Why it is a no: the note, or who said so.
pub(super) fn cause(decided: &Decided<'_>) -> String {
    let decision = decided.decision;
    decision.note.clone().unwrap_or_else(|| format!("{} said \"{}\".", decision.by, decision.verdict.name()))
}

/// The error's name, if the callback has one and it is no longer than `longest` characters.
pub(super) fn check_error(callback: &Callback, longest: usize) -> Result<Option<&str>, Wrong> {
    let Some(named) = callback.parameters.get(ERROR) else { return Ok(None) };
    let named = named.as_str().filter(|named| (1..=longest).contains(&named.chars().count()));
    named.map(Some).ok_or_else(|| {
        address::wrong(ERROR, format!("give the error's name as a text of 1 to {longest} characters"))
    })
}

/// The value as a text, if it is one of 1 to `longest` characters (ASCII) that all fit.
pub(super) fn text_of_form(
    value: Option<&Value>,
    longest: usize,
    fits: impl Fn(char) -> bool,
) -> Option<&str> {
    value?.as_str().filter(|text| (1..=longest).contains(&text.len()) && text.chars().all(fits))
}

#[cfg(test)]
mod tests;
