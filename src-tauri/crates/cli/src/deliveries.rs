//! What was sent, and trying again.

use placet_desk::verb::{Deliveries as DeliveriesVerb, Delivery, Retry};
use placet_desk::view::DeliveryView;
use placet_review::{DeliveryId, DeliveryState};

use crate::Desk;
use crate::arguments::Deliveries;
use crate::failure::Failure;
use crate::print::Printer;

pub(crate) async fn run(desk: &Desk, options: Deliveries, printer: Printer) -> Result<(), Failure> {
    let Deliveries { delivery, retry, state, engine, limit } = options;
    if let Some(delivery) = delivery {
        let id: DeliveryId = delivery.parse().map_err(|_| {
            Failure::usage(format!("\"{delivery}\" is not a delivery's id; see placet deliveries"))
        })?;
        if retry {
            desk.ask(Retry { delivery: id }).await?;
        }
        let story = desk.ask(Delivery { delivery: id }).await?;
        return printer.document(&story, tell);
    }
    let states = state.iter().map(|name| state_named(name)).collect::<Result<_, _>>()?;
    let rows = desk.ask(DeliveriesVerb { states, engine, before: None, limit }).await?;
    printer.rows(["DELIVERY", "DECIDED", "ENGINE/TASK", "STATE", "TRIES", "TARGET", "WHY"], &rows, |row| {
        [
            row.id.to_string(),
            row.decided_at.to_string(),
            format!("{}/{}", row.engine, row.task),
            row.state.name().to_owned(),
            row.attempts.to_string(),
            row.target.clone(),
            row.reason.clone().unwrap_or_default(),
        ]
    })
}

fn state_named(name: &str) -> Result<DeliveryState, Failure> {
    DeliveryState::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| {
        let known: Vec<&str> = DeliveryState::ALL.into_iter().map(DeliveryState::name).collect();
        Failure::usage(format!("\"{name}\" is no state of a delivery; choose from {}", known.join(", ")))
    })
}

fn tell(story: &DeliveryView) -> String {
    let row = &story.row;
    let mut lines = vec![
        format!("{} to {}: {}", row.id, row.target, row.state.name()),
        format!("{}/{}: {} by {}", row.engine, row.task, story.decision.verdict.name(), story.decision.by),
    ];
    lines.extend(row.reason.clone());
    lines.extend(row.due_at.map(|due| format!("next try at {due}")));
    for attempt in &story.attempts {
        let outcome = attempt.outcome.map_or("under way", |outcome| outcome.name());
        let status = attempt.status.map_or_else(String::new, |status| format!(" HTTP {status}"));
        let took = attempt.took_ms.map_or_else(String::new, |ms| format!(" in {ms} ms"));
        lines.push(format!("{}. {} {outcome}{status}{took}", attempt.number, attempt.started_at));
    }
    lines.push(story.body.clone());
    lines.join("\n")
}
