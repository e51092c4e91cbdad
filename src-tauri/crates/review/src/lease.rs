//! One reviewer's hold on one item. Only a lease can decide, and a lease is only had from the store.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    Decision, DecisionId, Draft, Item, Kind, Queue, Refusal, Suggestion, Timestamp, Verdict, digest,
};

/// One reviewer's hold on one item until a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Lease {
    /// What is held.
    pub item: Item,
    /// The rules of its queue when the lease was granted.
    pub queue: Arc<Queue>,
    /// Who holds it.
    pub reviewer: String,
    /// Grows with every lease of this ledger: an older lease cannot decide over a newer one.
    pub fence: i64,
    /// When the hold ends unless it is renewed.
    pub until: Timestamp,
    /// The answer the reviewer was working on when they last held this item.
    pub draft: Option<Draft>,
}

impl Lease {
    /// [`digest`] of all that a reviewer is shown and that could change the answer.
    pub fn shown(&self) -> String {
        let asked = &self.item.asked;
        digest(&json!({
            "title": asked.title,
            "content": asked.content,
            "suggestions": asked.suggestions,
            "choices": self.queue.choices,
            "guidelines": self.queue.guidelines,
        }))
    }

    /// Turns a draft into a decision, or says why not. `shown` is the digest of what the reviewer saw.
    ///
    /// Of a `classify` item the decision says *approve* exactly when its answer is one that a machine
    /// proposed, whichever key the person pressed.
    pub fn decide(
        &self,
        draft: Draft,
        shown: &str,
        id: DecisionId,
        now: Timestamp,
    ) -> Result<Decision, Refusal> {
        if now >= self.until {
            return Err(Refusal::LeaseLost);
        }
        if let Some(deadline) = self.item.asked.deadline
            && now >= deadline
        {
            return Err(Refusal::DeadlinePassed(deadline));
        }
        if shown != self.shown() {
            return Err(Refusal::ShownDiffers);
        }
        if !self.queue.kind.verdicts().contains(&draft.verdict) {
            return Err(Refusal::VerdictNotOffered(draft.verdict));
        }
        let (verdict, answer) = match self.queue.kind {
            Kind::Classify => self.classified(draft.verdict, draft.answer)?,
            Kind::Action => (draft.verdict, self.acted(draft.verdict, draft.answer)?),
            Kind::Fallback => (draft.verdict, None),
        };
        let note = draft.note.filter(|note| !note.trim().is_empty());
        if note.is_none() && self.queue.note_required.contains(&verdict) {
            return Err(Refusal::NoteRequired(verdict));
        }
        Ok(Decision {
            id,
            item: self.item.id,
            verdict,
            answer,
            note,
            by: self.reviewer.clone(),
            at: now,
            shown: shown.to_owned(),
        })
    }

    fn classified(
        &self,
        verdict: Verdict,
        answer: Option<Value>,
    ) -> Result<(Verdict, Option<Value>), Refusal> {
        let answer = match verdict {
            Verdict::Reject | Verdict::Respond | Verdict::Cancel => return Ok((verdict, None)),
            Verdict::Approve => match answer.or_else(|| self.best_answer()) {
                Some(answer) => answer,
                None => return Err(Refusal::NothingToApprove),
            },
            Verdict::Correct => answer.ok_or(Refusal::AnswerRequired("pick a choice"))?,
        };
        let answer = self.labelled(&answer)?;
        let proposed = |suggestion: &Suggestion| {
            self.labelled(&suggestion.answer).is_ok_and(|proposal| proposal == answer)
        };
        match (verdict, self.item.asked.suggestions.iter().any(proposed)) {
            (_, true) => Ok((Verdict::Approve, Some(answer))),
            (Verdict::Approve, false) => Err(Refusal::NothingToApprove),
            (_, false) => Ok((Verdict::Correct, Some(answer))),
        }
    }

    fn best_answer(&self) -> Option<Value> {
        self.item.best_suggestion().map(|suggestion| suggestion.answer.clone())
    }

    /// The answer with its labels checked; many labels come back in the queue's order, each once.
    fn labelled(&self, answer: &Value) -> Result<Value, Refusal> {
        let known = |label: &str| self.queue.choices.iter().any(|choice| choice.label == label);
        if !self.queue.many {
            let label = answer
                .get("label")
                .and_then(Value::as_str)
                .ok_or_else(|| Refusal::AnswerMisshapen("{\"label\": \"...\"} is expected".to_owned()))?;
            return if known(label) {
                Ok(json!({ "label": label }))
            } else {
                Err(Refusal::LabelUnknown(label.to_owned()))
            };
        }
        let labels: Vec<&str> = answer
            .get("labels")
            .and_then(Value::as_array)
            .and_then(|labels| labels.iter().map(Value::as_str).collect())
            .ok_or_else(|| Refusal::AnswerMisshapen("{\"labels\": [\"...\"]} is expected".to_owned()))?;
        if let Some(unknown) = labels.iter().find(|label| !known(label)) {
            return Err(Refusal::LabelUnknown((*unknown).to_owned()));
        }
        let given = self.queue.choices.iter().map(|choice| choice.label.as_str());
        Ok(json!({ "labels": given.filter(|label| labels.contains(label)).collect::<Vec<_>>() }))
    }

    fn acted(&self, verdict: Verdict, answer: Option<Value>) -> Result<Option<Value>, Refusal> {
        match verdict {
            Verdict::Reject | Verdict::Cancel => Ok(None),
            Verdict::Approve => {
                let arguments = self.item.asked.content.get("arguments");
                Ok(arguments.map(|arguments| json!({ "arguments": arguments })))
            }
            Verdict::Respond => {
                let response = answer.as_ref().and_then(|answer| answer.get("response")?.as_str());
                match response {
                    Some(words) if !words.trim().is_empty() => Ok(Some(json!({ "response": words }))),
                    _ => Err(Refusal::AnswerRequired("write the response")),
                }
            }
            Verdict::Correct => {
                let arguments = answer
                    .as_ref()
                    .and_then(|answer| answer.get("arguments"))
                    .ok_or(Refusal::AnswerRequired("correct the arguments"))?;
                if let Some(schema) = &self.queue.answer_schema {
                    let validator = jsonschema::validator_for(schema)
                        .map_err(|error| Refusal::AnswerMisshapen(error.to_string()))?;
                    if let Err(error) = validator.validate(arguments) {
                        let place = error.instance_path().to_string();
                        let place = if place.is_empty() { "/".to_owned() } else { place };
                        return Err(Refusal::AnswerMisshapen(format!("{place}: {error}")));
                    }
                }
                Ok(Some(json!({ "arguments": arguments })))
            }
        }
    }
}

#[cfg(test)]
mod tests;
