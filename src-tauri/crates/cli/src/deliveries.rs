//! What was sent, and what a supervisor does about it.

use std::io::{self, IsTerminal as _, Write as _};

use placet_desk::verb::{
    Confirm, CountDeliveries, Deliveries as DeliveriesVerb, Delivery, FirstInLog, Origins,
    Retry as RetryVerb, RetryAll, TryOrigin, Which as WhichVerb, Withdraw,
};
use placet_desk::view::{AttemptView, DeliveryCount, DeliveryRowView, DeliveryView, RetriedView, Spared};
use placet_review::{DeliveryId, DeliveryState, Outcome, Park, Phase};

use crate::Desk;
use crate::arguments::{Deliveries, NEEDS_YOU, OneDelivery, Retry, Which};
use crate::failure::Failure;
use crate::print::Printer;

pub(crate) async fn run(desk: &Desk, options: Deliveries, printer: Printer) -> Result<(), Failure> {
    match options.command {
        None => list(desk, options, printer).await,
        Some(OneDelivery::Show { delivery }) => show(desk, delivery, printer).await,
        Some(OneDelivery::Retry(Retry { delivery: Some(delivery), .. })) => {
            desk.ask(RetryVerb { delivery }).await?;
            show(desk, delivery, printer).await
        }
        Some(OneDelivery::Retry(Retry { which, yes, .. })) => retry_all(desk, which, yes, printer).await,
        Some(OneDelivery::Confirm { delivery }) => {
            desk.ask(Confirm { delivery }).await?;
            show(desk, delivery, printer).await
        }
        Some(OneDelivery::Origins { r#try }) => origins(desk, r#try, printer).await,
        Some(OneDelivery::Withdraw { delivery }) => {
            let withdrawn = desk.ask(Withdraw { delivery }).await?;
            printer.document(&withdrawn, |withdrawn| {
                format!(
                    "nothing is sent; item {} waits again, with what was decided as its draft",
                    withdrawn.item
                )
            })
        }
    }
}

async fn origins(desk: &Desk, tried: Option<String>, printer: Printer) -> Result<(), Failure> {
    if let Some(origin) = tried {
        desk.ask(TryOrigin { origin }).await?;
    }
    let spared = desk.ask(Origins {}).await?;
    if spared.is_empty() && !printer.is_json() {
        return printer.line(&(), |()| "no receiver is spared".to_owned());
    }
    printer.rows(["ORIGIN", "WHY", "FAILURES", "WAITING", "NEXT TRY"], &spared, |origin| {
        let why = match origin.why {
            Spared::Failing => "fails",
            Spared::Resting => "rests: asked for patience, or no network",
        };
        [
            origin.origin.clone(),
            why.to_owned(),
            origin.failures.to_string(),
            origin.waiting.to_string(),
            origin.until.map_or_else(|| "now".to_owned(), |until| until.to_string()),
        ]
    })
}

async fn list(desk: &Desk, options: Deliveries, printer: Printer) -> Result<(), Failure> {
    let which = meant(options.which);
    let first = if options.oldest_first { FirstInLog::Oldest } else { FirstInLog::Newest };
    let (mut rows, mut past): (Vec<DeliveryRowView>, _) = (Vec::new(), options.past);
    let limit = options.limit as usize;
    while rows.len() < limit {
        let left = u32::try_from(limit - rows.len()).unwrap_or(u32::MAX);
        let page = DeliveriesVerb { which: which.clone(), first, past, up_to: None, limit: left };
        let page = desk.ask(page).await?;
        let Some(last) = page.last() else { break };
        past = Some(last.id);
        rows.extend(page);
    }
    if rows.is_empty() && !printer.is_json() {
        return printer.line(&(), |()| "no delivery fits".to_owned());
    }
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

fn meant(Which { state, engine, older_than, newer_than }: Which) -> WhichVerb {
    let fits = |one: &DeliveryState| {
        state.iter().any(|name| name == one.name() || (name == NEEDS_YOU && one.needs_a_person()))
    };
    let states = DeliveryState::ALL.into_iter().filter(fits).collect();
    WhichVerb { states, engine, older_than_seconds: older_than, newer_than_seconds: newer_than }
}

async fn retry_all(desk: &Desk, which: Which, yes: bool, printer: Printer) -> Result<(), Failure> {
    let which = meant(which);
    let counted = desk.ask(CountDeliveries { which: which.clone(), at_most: None }).await?;
    let counted: Vec<_> = counted.into_iter().filter(|one| one.state.can_be_retried()).collect();
    if counted.is_empty() {
        let nothing = RetriedView { retried: 0 };
        return printer.document(&nothing, |_| "nothing that fits can be tried again".to_owned());
    }
    if !yes {
        ask_first(&counted)?;
    }
    let retried = desk.ask(RetryAll { which }).await?;
    printer.document(&retried, |RetriedView { retried }| match retried {
        1 => "1 delivery is tried again".to_owned(),
        many => format!("{many} deliveries are tried again"),
    })
}

fn ask_first(counted: &[DeliveryCount]) -> Result<(), Failure> {
    let count: u64 = counted.iter().map(|one| one.count).sum();
    let by_state: Vec<String> =
        counted.iter().map(|one| format!("{} {}", one.count, one.state.name())).collect();
    let many =
        format!("{count} {} ({})", if count == 1 { "delivery" } else { "deliveries" }, by_state.join(", "));
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!(
            "{many} would be tried again; add --yes to do it without being asked"
        )));
    }
    let mut asked = io::stderr().lock();
    write!(asked, "Try {many} again? [y/N] ").and_then(|()| asked.flush()).map_err(Failure::output)?;
    drop(asked);
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::refused("nothing was tried again")),
    }
}

async fn show(desk: &Desk, delivery: DeliveryId, printer: Printer) -> Result<(), Failure> {
    let story = desk.ask(Delivery { delivery }).await?;
    printer.document(&story, tell)
}

fn tell(story: &DeliveryView) -> String {
    let DeliveryView { row, decision, .. } = story;
    let mut lines = vec![row.title.clone(), format!("{}, {}", row.id, row.state.name())];
    let mut fact = |name: &str, words: String| lines.push(format!("{name:<9} {words}"));
    if let Some(reason) = &row.reason {
        fact("why", reason.clone());
    }
    if let Some(next) = &story.next {
        fact("next", next.clone());
    }
    if let Some(due) = row.due_at {
        fact("next try", due.to_string());
    }
    if story.ambiguous {
        fact("unsure", "An attempt may have got through though no answer said so.".to_owned());
    }
    if let Some(deadline) = story.deadline {
        fact("deadline", deadline.to_string());
    }
    if let Some(too_late) = story.too_late_at {
        fact("too late", too_late.to_string());
    }
    fact("task", format!("{}/{} in {}", row.engine, row.task, story.queue));
    fact("decision", format!("{} by {} at {}", decision.verdict.name(), decision.by, decision.at));
    if let Some(note) = &decision.note {
        fact("note", note.clone());
    }
    if let Some(request) = &story.request {
        fact("request", format!("{} {}", request.method, request.target));
        fact("headers", request.headers.join(", "));
    }
    fact("body", story.body.clone());
    lines.push(match story.attempts.len() {
        0 => "no attempt yet".to_owned(),
        1 => "1 attempt:".to_owned(),
        many => format!("{many} attempts:"),
    });
    lines.extend(story.attempts.iter().flat_map(told));
    lines.join("\n")
}

/// An attempt in a line, and what was said below it.
fn told(attempt: &AttemptView) -> Vec<String> {
    let AttemptView { number, started_at, took_ms, outcome, status, words, answer, .. } = attempt;
    let status = status.map_or_else(String::new, |status| format!(" HTTP {status}"));
    let took = took_ms.map_or_else(String::new, |ms| format!(" after {ms} ms"));
    let stopped = attempt.phase.and_then(stopped).map_or_else(String::new, |phase| format!(", {phase}"));
    let mut lines =
        vec![format!("{number:>3}. {started_at} {}{status}{took}{stopped}", outcome_in_words(*outcome))];
    lines.extend(words.iter().map(|words| format!("     {words}")));
    let answer = answer.as_deref().unwrap_or_default();
    lines.extend(answer.lines().map(|line| format!("     > {line}")));
    lines
}

fn outcome_in_words(outcome: Option<Outcome>) -> String {
    match outcome {
        None => "under way".to_owned(),
        Some(Outcome::Parked(Park::Auth)) => "parked: credentials not accepted".to_owned(),
        Some(Outcome::Parked(Park::Tls)) => "parked: no trusted connection".to_owned(),
        Some(Outcome::Parked(Park::Policy)) => "parked: address not allowed".to_owned(),
        Some(other) => other.name().replace('_', " "),
    }
}

/// How far an attempt got that did not get the whole answer.
fn stopped(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Policy => Some("before anything was sent"),
        Phase::Dns => Some("looking its host up"),
        Phase::Connect => Some("connecting"),
        Phase::Tls => Some("agreeing on keys"),
        Phase::SentHeaders => Some("sending"),
        Phase::SentBody => Some("waiting for an answer"),
        Phase::GotHeaders => Some("reading the answer"),
        Phase::GotBody => None,
    }
}
