//! Answering an item from the command line.

use placet_desk::verb::{Decide as DecideVerb, Hold, LastDecision, Open, Release, Undo};
use placet_desk::view::ItemView;
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
    let draft = draft(options, &item)?;
    let decided = match desk.ask(DecideVerb { hold, shown: item.shown, draft }).await {
        Ok(decided) => decided,
        Err(refused) => {
            // The next person should not have to wait for this hold to run out.
            desk.ask(Release { holds: vec![hold] }).await?;
            return Err(refused);
        }
    };
    printer.document(&decided, |decided| {
        format!(
            "item {}: {}; placet undo takes it back until {}",
            item.id,
            decided.verdict.name(),
            decided.undo_until
        )
    })
}

/// The hold that opening an item gave.
pub(crate) fn hold(item: &ItemView) -> Result<Hold, Failure> {
    let lease = item.lease.as_ref().ok_or_else(|| Failure::fault("the item came without its lease"))?;
    Ok(Hold { item: item.id, fence: lease.fence })
}

fn draft(options: Decide, item: &ItemView) -> Result<Draft, Failure> {
    let Decide { item: _, approve: _, label, correct, reject, respond, cancel, note } = options;
    let (verdict, answer) = if !label.is_empty() {
        let answer = match (item.many, label.as_slice()) {
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
