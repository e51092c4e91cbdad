//! From what the ledger holds to what a person is shown.

mod signing;

pub(crate) use self::signing::keys;

use placet_delivery::Outline;
use placet_intake::{Admitted, AdmittedOutcome, Problem};
use placet_review::{
    Attempt, CustomSchedule, Decision, DeliveryState, Engine, Item, ItemState, Lease, Lets, NewItem, Queue,
    Schedule, Timestamp,
};
use placet_store::{
    AuditFinding, AuditHead, AuditReport, AuditRow, AuditSubject, DeliveryLog, DeliveryRow, InboxRow,
    OriginRow,
};
use std::sync::Arc;

use crate::view::{
    AttemptView, AuditFindingView, AuditHeadView, AuditReportView, AuditRowView, DecisionView,
    DeliveryRowView, DeliveryView, EngineView, InboxRowView, ItemView, LeaseView, OriginView, RequestView,
    Spared, SubmittedView,
};

pub(crate) fn inbox_row(row: InboxRow) -> InboxRowView {
    let InboxRow {
        id,
        engine,
        task,
        title,
        kind,
        state,
        confidence,
        priority,
        deadline,
        admitted_at,
        flagged,
    } = row;
    InboxRowView {
        id,
        engine,
        task,
        title,
        kind,
        state,
        confidence,
        priority,
        deadline,
        admitted_at,
        flagged,
    }
}

pub(crate) fn leased_item(lease: Lease) -> ItemView {
    let shown = lease.shown();
    let hold = LeaseView { fence: lease.fence, until: lease.until, seconds: lease.queue.lease_seconds };
    let view = item(lease.item, &lease.queue, shown);
    ItemView { state: ItemState::Leased, lease: Some(hold), draft: lease.draft, ..view }
}

/// An item that is only looked at.
pub(crate) fn looked_at(seen: Item, queue: Queue, decision: Option<Decision>) -> ItemView {
    let queue = Arc::new(queue);
    let state = seen.state;
    // The digest of what is shown is a lease's to make; this one is never granted.
    let looking = Lease {
        until: seen.admitted_at,
        item: seen,
        queue: queue.clone(),
        reviewer: String::new(),
        fence: 0,
        draft: None,
    };
    let shown = looking.shown();
    let view = item(looking.item, &queue, shown);
    ItemView { state, decision: decision.map(self::decision), ..view }
}

fn item(item: Item, queue: &Queue, shown: String) -> ItemView {
    let best = item.best_suggestion().and_then(|best| {
        let place = item.asked.suggestions.iter().position(|suggestion| std::ptr::eq(suggestion, best))?;
        u32::try_from(place).ok()
    });
    let Item { id, asked, state, admitted_at, flagged } = item;
    ItemView {
        id,
        engine: asked.engine,
        task: asked.task,
        queue: asked.queue,
        kind: queue.kind,
        title: asked.title,
        content: asked.content,
        suggestions: asked.suggestions,
        best,
        choices: queue.choices.clone(),
        many: queue.many,
        guidelines: queue.guidelines.clone(),
        verdicts: queue.kind.verdicts().to_vec(),
        note_required: queue.note_required.clone(),
        priority: asked.priority,
        deadline: asked.deadline,
        admitted_at,
        flagged,
        state,
        lease: None,
        shown,
        draft: None,
        decision: None,
    }
}

pub(crate) fn decision(decision: Decision) -> DecisionView {
    let Decision { id, item: _, verdict, answer, note, by, at, shown: _ } = decision;
    DecisionView { id, verdict, answer, note, by, at }
}

pub(crate) fn submitted(result: Result<Admitted, Problem>) -> SubmittedView {
    match result {
        Ok(Admitted { item, outcome: AdmittedOutcome::Admitted, .. }) => SubmittedView::Admitted { item },
        Ok(Admitted { item, outcome: AdmittedOutcome::Duplicate, .. }) => SubmittedView::Duplicate { item },
        Err(problem) => SubmittedView::Refused {
            code: problem.code.name().to_owned(),
            message: problem.detail,
            pointer: problem.pointer,
        },
    }
}

pub(crate) fn delivery_row(row: DeliveryRow) -> DeliveryRowView {
    let DeliveryRow { delivery, title, decided_at, attempts, last_attempt } = row;
    let state = delivery.standing.state;
    DeliveryRowView {
        id: delivery.id,
        item: delivery.item,
        title,
        engine: delivery.engine,
        task: delivery.task,
        target: placet_delivery::protocol::target(&delivery.callback),
        protocol: delivery.callback.protocol,
        state,
        reason: delivery.standing.reason,
        due_at: delivery.standing.due_at,
        origin: delivery.origin,
        decided_at,
        attempts,
        last: last_attempt.map(attempt),
        can_retry: state.can_be_retried(),
        can_confirm: state.needs_a_person(),
        can_withdraw: state == DeliveryState::Held,
    }
}

/// `None` if it is spared no longer.
pub(crate) fn spared(row: OriginRow, now: Timestamp) -> Option<OriginView> {
    let OriginRow { origin, breaker, waiting } = row;
    let until = match breaker.lets(now) {
        Lets::All => return None,
        Lets::NothingUntil(until) => Some(until),
        Lets::Probe | Lets::NothingYet => None,
    };
    let why = if breaker.open_until.is_some() { Spared::Failing } else { Spared::Resting };
    Some(OriginView { origin, why, until, failures: breaker.failed_in_a_row, waiting })
}

/// Why what is due to this origin is not sent, and what to do.
pub(crate) fn held_up(spared: &OriginView) -> String {
    let OriginView { origin, why, failures, .. } = spared;
    match why {
        Spared::Failing => format!(
            "{origin} failed {failures} times in a row and is left alone for a while; then one delivery finds out \
             whether it is well again. Have it tried now if you know that it is."
        ),
        Spared::Resting => {
            format!(
                "{origin} asked for patience, or there was no network. It is left alone for a short while."
            )
        }
    }
}

/// `engine` is the one that waits, by its profile as it is now.
pub(crate) fn delivery(log: DeliveryLog, asked: NewItem, engine: Option<Engine>) -> DeliveryView {
    let DeliveryLog { delivery, decision, attempts } = log;
    let ambiguous = delivery.standing.ambiguous;
    let too_late_at = delivery.standing.expires_at(asked.deadline);
    let next = next(delivery.standing.state, attempts.len(), too_late_at.is_some()).map(str::to_owned);
    let outline = engine.and_then(|engine| Outline::of(&delivery, &engine));
    let (request, body) = match outline {
        Some(Outline { method, target, headers, body }) => {
            (Some(RequestView { method, target, headers }), body)
        }
        None => (None, String::new()),
    };
    let row = DeliveryRow {
        title: asked.title,
        decided_at: decision.at,
        attempts: u32::try_from(attempts.len()).unwrap_or(u32::MAX),
        last_attempt: attempts.last().cloned(),
        delivery,
    };
    DeliveryView {
        row: delivery_row(row),
        next,
        ambiguous,
        deadline: asked.deadline,
        too_late_at,
        queue: asked.queue,
        decision: self::decision(decision),
        request,
        body,
        attempts: attempts.into_iter().map(attempt).collect(),
    }
}

/// What happens next to a delivery in this state, or what a person should do.
fn next(state: DeliveryState, attempts: usize, expires: bool) -> Option<&'static str> {
    match state {
        DeliveryState::Held => {
            Some("It goes out when its undo window is over, unless the decision is taken back before.")
        }
        DeliveryState::Due if attempts == 0 => Some("It is sent as soon as there is room for it."),
        DeliveryState::Due => Some("The next try comes by itself. Try it now if the cause is gone."),
        DeliveryState::Sending => Some("An attempt is under way."),
        DeliveryState::Parked if expires => {
            Some("It waits for you. Remove the cause and try again before the engine stops waiting.")
        }
        DeliveryState::Parked => Some("It waits for you. Remove the cause, then try again."),
        DeliveryState::Expired => Some(
            "The engine stopped waiting before it had the answer. Try again if it waits after all, or mark it as \
             delivered if it got the answer another way.",
        ),
        DeliveryState::Unconfirmed => Some(
            "An attempt may have got through, and nobody waits there any more. Look into the engine: mark this as \
             delivered if it has the answer, else try again.",
        ),
        DeliveryState::Dead => Some(
            "It was given up, and the engine still lacks its answer. Remove the cause and try again, or mark it as \
             delivered if the engine got the answer another way.",
        ),
        DeliveryState::Withdrawn | DeliveryState::Delivered => None,
    }
}

fn attempt(attempt: Attempt) -> AttemptView {
    let Attempt { number, started_at, ended_at, outcome, phase, status, retry_after_ms, words, answer } =
        attempt;
    AttemptView {
        number,
        started_at,
        took_ms: ended_at.map(|ended| ended.millis_since(started_at)),
        outcome,
        phase,
        status,
        retry_after_ms,
        words,
        answer,
    }
}

pub(crate) fn engine(engine: Engine) -> EngineView {
    let mut keys: Vec<String> = Vec::new();
    for key in engine.signing.keys() {
        if !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    let schedule = match &engine.schedule {
        Schedule::Voicebase | Schedule::StandardWebhooks | Schedule::Fast => {
            engine.schedule.name().to_owned()
        }
        Schedule::Custom(CustomSchedule { waits_seconds, give_up_after_seconds }) => {
            let waits: Vec<String> = waits_seconds.iter().map(|wait| format!("{wait} s")).collect();
            format!("after {}, for {give_up_after_seconds} s", waits.join(", "))
        }
    };
    EngineView {
        at_once: engine.at_once(),
        name: engine.name,
        allow: engine.allow.iter().map(ToString::to_string).collect(),
        addresses: engine.addresses.iter().map(ToString::to_string).collect(),
        private_ca: engine.ca.is_some(),
        keys,
        signing: signing::words(&engine.signing),
        schedule,
    }
}

pub(crate) fn audit_head(head: AuditHead) -> AuditHeadView {
    AuditHeadView { head: head.to_string() }
}

pub(crate) fn audit_row(row: AuditRow) -> AuditRowView {
    let AuditRow { number, at, kind, subject, reviewer, digest, keyed, mac } = row;
    AuditRowView {
        number,
        at,
        kind: kind.name().to_owned(),
        subject: match subject {
            AuditSubject::Item(item) => item.0.into(),
            AuditSubject::Id(id) => id.to_string().into(),
            AuditSubject::Name(name) => name.into(),
        },
        reviewer,
        digest: hex::encode(digest),
        keyed,
        mac: hex::encode(mac),
    }
}

pub(crate) fn audit_report(report: AuditReport) -> AuditReportView {
    let holds = report.holds();
    let AuditReport { rows, head, notes, findings, found } = report;
    let finding = |AuditFinding { row, words }| AuditFindingView { row, words };
    AuditReportView {
        holds,
        rows,
        head: head.to_string(),
        notes,
        found,
        findings: findings.into_iter().map(finding).collect(),
    }
}
