//! What waits, and one item in full.

use placet_desk::verb::{Inbox, Look, LookAround, LookUp};
use placet_desk::view::ItemView;
use placet_review::ItemId;

use crate::Desk;
use crate::arguments::List;
use crate::failure::Failure;
use crate::print::Printer;

pub(crate) async fn list(desk: &Desk, options: List, printer: Printer) -> Result<(), Failure> {
    let Some(queue) = options.queue else { return queues(desk, printer).await };
    let page = desk.ask(Inbox { queue, offset: options.offset, limit: options.limit }).await?;
    printer.rows(["ITEM", "ENGINE/TASK", "SURE", "STATE", "TITLE"], &page.rows, |row| {
        [
            row.id.to_string(),
            format!("{}/{}", row.engine, row.task),
            row.confidence.map_or_else(String::new, |sure| format!("{:.0} %", sure * 100.0)),
            row.state.name().to_owned(),
            row.title.clone(),
        ]
    })
}

pub(crate) async fn queues(desk: &Desk, printer: Printer) -> Result<(), Failure> {
    let overview = desk.ask(LookAround {}).await?;
    if overview.queues.is_empty() && !printer.is_json() {
        let advice = "No queue yet. Add one: placet queue add NAME --kind classify --choice yes --choice no";
        return printer.line(&(), |()| advice.to_owned());
    }
    printer.rows(["QUEUE", "KIND", "WAITING", "HELD", "DECIDED"], &overview.queues, |view| {
        [
            view.queue.name.clone(),
            format!("{:?}", view.queue.kind).to_lowercase(),
            view.waiting.to_string(),
            view.leased.to_string(),
            view.decided.to_string(),
        ]
    })
}

pub(crate) async fn show(desk: &Desk, name: &str, printer: Printer) -> Result<(), Failure> {
    let item = find(desk, name).await?;
    printer.document(&item, |item| {
        let mut lines = vec![
            item.title.clone(),
            format!(
                "item {} of {}/{}, {} in {}",
                item.id,
                item.engine,
                item.task,
                item.state.name(),
                item.queue
            ),
            serde_json::to_string_pretty(&item.content).unwrap_or_default(),
        ];
        for suggestion in &item.suggestions {
            let sure =
                suggestion.confidence.map_or_else(String::new, |sure| format!(" {:.0} %", sure * 100.0));
            let by = suggestion.by.as_deref().map_or_else(String::new, |by| format!(" by {by}"));
            lines.push(format!("suggested: {}{sure}{by}", suggestion.answer));
        }
        if let Some(decision) = &item.decision {
            let answer = decision.answer.as_ref().map_or_else(String::new, |answer| format!(" {answer}"));
            lines.push(format!(
                "decided: {}{answer} by {} at {}",
                decision.verdict.name(),
                decision.by,
                decision.at
            ));
            lines.extend(decision.note.as_ref().map(|note| format!("note: {note}")));
        }
        lines.join("\n")
    })
}

/// The item with this number, or this ENGINE/TASK.
pub(crate) async fn find(desk: &Desk, name: &str) -> Result<ItemView, Failure> {
    if let Ok(number) = name.parse() {
        return desk.ask(Look { item: ItemId(number) }).await;
    }
    let Some((engine, task)) = name.split_once('/') else {
        return Err(Failure::usage(format!("\"{name}\" is neither an item's number nor ENGINE/TASK")));
    };
    desk.ask(LookUp { engine: engine.to_owned(), task: task.to_owned() }).await
}
