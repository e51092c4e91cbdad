use std::sync::Arc;

use rstest::rstest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::*;

const NOW: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millis(NOW)
}

fn lease(queue: Queue, content: Value, suggestions: Vec<Suggestion>) -> Lease {
    let asked = NewItem {
        engine: "engine".into(),
        task: "task".into(),
        queue: queue.name.clone(),
        title: "Which?".into(),
        content,
        suggestions,
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: vec![],
        metadata: Default::default(),
        submission_digest: String::new(),
    };
    Lease {
        item: Item { id: ItemId(1), asked, state: ItemState::Leased, admitted_at: now(), flagged: false },
        queue: Arc::new(queue),
        reviewer: "ada".into(),
        fence: 1,
        until: now().plus_millis(1000),
        draft: None,
    }
}

fn classify(many: bool) -> Lease {
    let choice = |label: &str| Choice { label: label.into(), title: None };
    let queue =
        Queue { choices: vec![choice("cat"), choice("dog")], many, ..Queue::new("pets", Kind::Classify) };
    let answer = |label| if many { json!({"labels": [label]}) } else { json!({"label": label}) };
    let suggestion =
        |label, confidence| Suggestion { answer: answer(label), confidence: Some(confidence), by: None };
    lease(queue, json!({"text": "meow"}), vec![suggestion("dog", 0.3), suggestion("cat", 0.6)])
}

fn action() -> Lease {
    let schema = json!({"type": "object", "properties": {"amount": {"type": "number", "maximum": 100}}});
    let queue = Queue { answer_schema: Some(schema), ..Queue::new("refunds", Kind::Action) };
    lease(queue, json!({"tool": "refund", "arguments": {"amount": 20}}), vec![])
}

fn decide(lease: &Lease, draft: Value) -> Result<Decision, Refusal> {
    let draft: Draft = serde_json::from_value(draft).expect("a draft");
    lease.decide(draft, &lease.shown(), DecisionId(Uuid::nil()), now())
}

#[test]
fn approving_takes_the_surest_suggestion() {
    let decision = decide(&classify(false), json!({"verdict": "approve"})).expect("decided");
    assert_eq!(decision.answer, Some(json!({"label": "cat"})));
    assert_eq!(decision.by, "ada");
}

#[rstest]
#[case(json!({"verdict": "correct", "answer": {"label": "cat"}}), Verdict::Approve)]
#[case(json!({"verdict": "approve", "answer": {"label": "dog"}}), Verdict::Approve)]
fn a_label_that_a_machine_proposed_is_an_approval(#[case] draft: Value, #[case] verdict: Verdict) {
    assert_eq!(decide(&classify(false), draft).expect("decided").verdict, verdict);
}

#[test]
fn a_label_that_no_machine_proposed_is_a_correction() {
    let mut lease = classify(false);
    lease.item.asked.suggestions.truncate(1);
    let decision = decide(&lease, json!({"verdict": "correct", "answer": {"label": "cat"}}));
    assert_eq!(decision.expect("decided").verdict, Verdict::Correct);
}

#[test]
fn many_labels_come_out_in_the_queues_order_each_once() {
    let draft = json!({"verdict": "correct", "answer": {"labels": ["dog", "cat", "dog"]}});
    let decision = decide(&classify(true), draft).expect("decided");
    assert_eq!(decision.answer, Some(json!({"labels": ["cat", "dog"]})));
}

#[rstest]
#[case(classify(false), json!({"verdict": "correct"}), Refusal::AnswerRequired("pick a choice"))]
#[case(classify(false), json!({"verdict": "correct", "answer": {"label": "cow"}}), Refusal::LabelUnknown("cow".into()))]
#[case(classify(true), json!({"verdict": "correct", "answer": {"labels": ["cow"]}}), Refusal::LabelUnknown("cow".into()))]
#[case(classify(false), json!({"verdict": "reject"}), Refusal::NoteRequired(Verdict::Reject))]
#[case(classify(false), json!({"verdict": "reject", "note": "  "}), Refusal::NoteRequired(Verdict::Reject))]
#[case(classify(false), json!({"verdict": "respond"}), Refusal::VerdictNotOffered(Verdict::Respond))]
#[case(action(), json!({"verdict": "correct"}), Refusal::AnswerRequired("correct the arguments"))]
#[case(action(), json!({"verdict": "respond", "answer": {"response": ""}}), Refusal::AnswerRequired("write the response"))]
fn an_answer_that_does_not_fit_is_refused_with_its_reason(
    #[case] lease: Lease,
    #[case] draft: Value,
    #[case] refusal: Refusal,
) {
    assert_eq!(decide(&lease, draft), Err(refusal));
}

#[test]
fn a_misshapen_label_says_the_shape_that_is_expected() {
    let refusal =
        decide(&classify(false), json!({"verdict": "correct", "answer": "cat"})).expect_err("shape");
    assert!(refusal.to_string().contains("{\"label\": \"...\"}"), "{refusal}");
}

#[test]
fn nothing_to_approve_is_said_so() {
    let mut lease = classify(false);
    lease.item.asked.suggestions.clear();
    assert_eq!(decide(&lease, json!({"verdict": "approve"})), Err(Refusal::NothingToApprove));
}

#[test]
fn an_action_is_approved_with_its_own_arguments() {
    let decision = decide(&action(), json!({"verdict": "approve"})).expect("decided");
    assert_eq!(decision.answer, Some(json!({"arguments": {"amount": 20}})));
}

#[test]
fn a_correction_must_satisfy_the_schema_and_the_refusal_names_the_place() {
    let good = json!({"verdict": "correct", "answer": {"arguments": {"amount": 5}}});
    assert_eq!(decide(&action(), good).expect("decided").answer, Some(json!({"arguments": {"amount": 5}})));
    let bad = json!({"verdict": "correct", "answer": {"arguments": {"amount": 500}}});
    let refusal = decide(&action(), bad).expect_err("above the maximum");
    assert!(refusal.to_string().contains("/amount"), "{refusal}");
}

#[test]
fn a_lease_that_ran_out_cannot_decide() {
    let lease = classify(false);
    let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
    let late = lease.decide(draft, &lease.shown(), DecisionId(Uuid::nil()), lease.until);
    assert_eq!(late, Err(Refusal::LeaseLost));
}

#[test]
fn an_item_past_its_deadline_cannot_be_decided() {
    let mut lease = classify(false);
    lease.item.asked.deadline = Some(now());
    assert_eq!(decide(&lease, json!({"verdict": "approve"})), Err(Refusal::DeadlinePassed(now())));
}

#[test]
fn a_decision_on_something_else_than_was_shown_is_refused() {
    let lease = classify(false);
    let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
    let decision = lease.decide(draft, "sha256:other", DecisionId(Uuid::nil()), now());
    assert_eq!(decision, Err(Refusal::ShownDiffers));
}
