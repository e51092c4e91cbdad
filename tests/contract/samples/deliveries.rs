//! What is asked and told of deliveries, and of the audit chain.

use placet_desk::verb::{self, FirstInLog, Which};
use placet_desk::view::{
    AttemptView, AuditFindingView, AuditHeadView, AuditReportView, AuditRowView, DeliveryCount,
    DeliveryRowView, DeliveryView, OriginView, RequestView, RetriedView, Spared, WithdrawnView,
};
use placet_review::{DeliveryState, ItemId, Outcome, Phase};
use serde_json::json;

use super::{Samples, decision, decision_id, delivery_id, noon};

impl Samples {
    pub(super) fn deliveries(&mut self) {
        let due = DeliveryRowView {
            id: delivery_id(),
            item: ItemId(1),
            title: "Which pet is it?".into(),
            engine: "engine".into(),
            task: "task-1".into(),
            protocol: "webhook".into(),
            target: "https://e.example/done".into(),
            state: DeliveryState::Due,
            reason: Some("The receiver is not there.".into()),
            due_at: Some(noon()),
            origin: "https://e.example".into(),
            decided_at: noon(),
            attempts: 1,
            last: Some(ended(Outcome::Failed)),
            can_retry: true,
            can_confirm: false,
            can_withdraw: false,
        };
        let held = DeliveryRowView {
            state: DeliveryState::Held,
            reason: None,
            due_at: None,
            attempts: 0,
            last: None,
            can_retry: false,
            can_confirm: true,
            can_withdraw: true,
            ..due.clone()
        };
        let which = Which {
            states: DeliveryState::ALL.to_vec(),
            engine: Some("engine".into()),
            older_than_seconds: Some(7_200),
            newer_than_seconds: Some(86_400),
        };
        let page = verb::Deliveries {
            which: which.clone(),
            first: FirstInLog::Oldest,
            past: Some(delivery_id()),
            up_to: Some(delivery_id()),
            limit: 50,
        };
        self.of(page, vec![due.clone(), held]);
        let counted = vec![DeliveryCount { state: DeliveryState::Dead, count: 7 }];
        self.of(verb::CountDeliveries { which: Which::default(), at_most: Some(10_000) }, counted);
        let under_way = AttemptView {
            number: 2,
            started_at: noon(),
            took_ms: None,
            outcome: None,
            phase: None,
            status: None,
            retry_after_ms: None,
            words: None,
            answer: None,
        };
        let attempts = Outcome::ALL.into_iter().map(ended).chain([under_way]).collect();
        let request = RequestView {
            method: "POST".into(),
            target: "https://e.example/done?run=...".into(),
            headers: vec!["content-type".into()],
        };
        let story = DeliveryView {
            row: due,
            next: Some("It is tried again by itself.".into()),
            ambiguous: true,
            deadline: Some(noon()),
            too_late_at: Some(noon()),
            queue: "pets".into(),
            decision: decision(),
            request: Some(request),
            body: "{}".into(),
            attempts,
        };
        self.of(verb::Delivery { delivery: delivery_id() }, story);
        self.of(verb::Retry { delivery: delivery_id() }, ());
        self.of(verb::RetryAll { which }, RetriedView { retried: 143 });
        self.of(verb::Confirm { delivery: delivery_id() }, ());
        let until = OriginView {
            origin: "https://e.example".into(),
            why: Spared::Failing,
            until: Some(noon()),
            failures: 5,
            waiting: 12,
        };
        let probing = OriginView { why: Spared::Resting, until: None, ..until.clone() };
        self.of(verb::Origins {}, vec![until, probing]);
        self.of(verb::TryOrigin { origin: "https://e.example".into() }, ());
        self.of(verb::Withdraw { delivery: delivery_id() }, WithdrawnView { item: ItemId(1) });
    }

    pub(super) fn audit(&mut self) {
        let head = format!("2:{}", "ab".repeat(32));
        self.of(verb::AuditEnd {}, AuditHeadView { head: head.clone() });
        let decided = AuditRowView {
            number: 1,
            at: noon(),
            kind: "decided".into(),
            subject: json!(decision_id()),
            reviewer: Some("ada".into()),
            digest: "cd".repeat(32),
            keyed: true,
            mac: "ef".repeat(32),
        };
        let admitted = AuditRowView {
            number: 2,
            kind: "admitted".into(),
            subject: json!(7),
            reviewer: None,
            keyed: false,
            ..decided.clone()
        };
        self.of(verb::AuditRows { after: 0, limit: 100 }, vec![decided, admitted]);
        let finding = |row| AuditFindingView { row, words: "it is not what was written.".into() };
        let report = AuditReportView {
            holds: false,
            rows: 2,
            head: head.clone(),
            notes: vec!["Row 1 was written before there was a key.".into()],
            found: 2,
            findings: vec![finding(Some(2)), finding(None)],
        };
        self.of(verb::VerifyAudit { kept: Some(head) }, report);
    }
}

fn ended(outcome: Outcome) -> AttemptView {
    AttemptView {
        number: 1,
        started_at: noon(),
        took_ms: Some(12),
        outcome: Some(outcome),
        phase: Some(Phase::GotBody),
        status: Some(503),
        retry_after_ms: Some(120_000),
        words: Some("The receiver answered 503.".into()),
        answer: Some("try later".into()),
    }
}
