//! Answering an item from the command line.

use std::time::{SystemTime, UNIX_EPOCH};

use placet_desk::verb::{Decide as DecideVerb, Hold, LastDecision, Open, Release, Undo};
use placet_desk::view::{Decided, ItemView};
use placet_review::{Draft, Verdict};
use serde_json::{Value, json};

use crate::arguments::Decide;
use crate::failure::Failure;
use crate::print::Printer;
use crate::{Desk, items};

pub(crate) async fn decide(desk: &Desk, options: Decide, printer: Printer) -> Result<(), Failure> {
    let item = items::find(desk, &options.item).await?;
    let item = desk.ask(Open { item: item.id }).await?;
    let hold = hold(&item)?;
    match decide_held(desk, options, &item, hold).await {
        Ok(decided) => printer.document(&decided, |decided| told(&item, decided)),
        Err(refused) => {
            // The next person should not have to wait for this hold to run out.
            desk.ask(Release { holds: vec![hold] }).await?;
            Err(refused)
        }
    }
}

async fn decide_held(desk: &Desk, options: Decide, item: &ItemView, hold: Hold) -> Result<Decided, Failure> {
    let draft = draft(options, item.many)?;
    desk.ask(DecideVerb { hold, shown: item.shown.clone(), draft }).await
}

fn told(item: &ItemView, Decided { verdict, undo_until, .. }: &Decided) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let said = format!("item {}: {}", item.id, verdict.name());
    // Without an undo window, or close to a deadline, it is on its way already.
    if i128::from(undo_until.as_millis()) <= now.cast_signed() {
        return said;
    }
    format!("{said}; placet undo takes it back until {undo_until}")
}

/// The hold that opening an item gave.
pub(crate) fn hold(item: &ItemView) -> Result<Hold, Failure> {
    let lease = item.lease.as_ref().ok_or_else(|| Failure::fault("the item came without its lease"))?;
    Ok(Hold { item: item.id, fence: lease.fence })
}

fn draft(options: Decide, many: bool) -> Result<Draft, Failure> {
    let Decide { item: _, approve: _, label, correct, reject, respond, cancel, note } = options;
    let (verdict, answer) = if !label.is_empty() {
        let answer = match (many, label.as_slice()) {
            (true, labels) => json!({ "labels": labels }),
            (false, [label]) => json!({ "label": label }),
            (false, _) => return Err(Failure::usage("this queue takes one --label")),
        };
        (Verdict::Correct, Some(answer))
    } else if let Some(text) = correct {
        let answer: Value =
            serde_json::from_str(&text).map_err(|error| Failure::usage(format!("--correct: {error}")))?;
        (Verdict::Correct, Some(answer))
    } else if let Some(words) = respond {
        (Verdict::Respond, Some(json!({ "response": words })))
    } else if reject {
        (Verdict::Reject, None)
    } else if cancel {
        (Verdict::Cancel, None)
    } else {
        (Verdict::Approve, None)
    };
    Ok(Draft { verdict, answer, note })
}

pub(crate) async fn undo(desk: &Desk, printer: Printer) -> Result<(), Failure> {
    let Some(decision) = desk.ask(LastDecision {}).await? else {
        return Err(Failure::refused("no decision of yours can still be taken back"));
    };
    let item = desk.ask(Undo { decision }).await?;
    desk.ask(Release { holds: vec![hold(&item)?] }).await?;
    printer.document(&item, |item| format!("item {} waits again: {}", item.id, item.title))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use placet_review::{Draft, Verdict};
    use serde_json::json;

    use crate::arguments::{Arguments, Command};
    use crate::failure::Failure;

    fn draft(many: bool, words: &[&str]) -> Result<Draft, Failure> {
        let words = [&["placet", "decide", "7"], words].concat();
        match Arguments::try_parse_from(words).expect("it parses").command {
            Command::Decide(options) => super::draft(options, many),
            other => panic!("not a decision: {other:?}"),
        }
    }

    #[test]
    fn labels_are_the_answer_in_the_form_of_the_queue() {
        let one = draft(false, &["--label", "cat"]).expect("a draft");
        assert_eq!((one.verdict, one.answer), (Verdict::Correct, Some(json!({ "label": "cat" }))));
        let two = draft(true, &["--label", "cat", "--label", "dog"]).expect("a draft");
        assert_eq!(two.answer, Some(json!({ "labels": ["cat", "dog"] })));
        assert!(draft(false, &["--label", "cat", "--label", "dog"]).is_err(), "the queue takes one");
    }

    #[test]
    fn every_other_verdict_says_what_was_typed() {
        let correct = draft(false, &["--correct", r#"{"arguments":{"cents":50}}"#]).expect("a draft");
        assert_eq!(correct.answer, Some(json!({ "arguments": { "cents": 50 } })));
        assert!(draft(false, &["--correct", "{"]).is_err());
        let respond = draft(false, &["--respond", "Ask the boss."]).expect("a draft");
        assert_eq!(respond.answer, Some(json!({ "response": "Ask the boss." })));
        let reject = draft(false, &["--reject", "--note", "blurred"]).expect("a draft");
        assert_eq!((reject.verdict, reject.answer), (Verdict::Reject, None));
        assert_eq!(reject.note.as_deref(), Some("blurred"));
        assert_eq!(draft(false, &["--approve"]).expect("a draft").verdict, Verdict::Approve);
        assert_eq!(draft(false, &["--cancel"]).expect("a draft").verdict, Verdict::Cancel);
    }
}
