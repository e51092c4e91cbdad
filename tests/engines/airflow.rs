//! Tasks of Airflow answered through Placet: what their runs say came of it.

use placet_desk::view::DeliveryView;
use placet_review::{DeliveryState, Draft, Engine, Verdict};
use placet_tests::draft;
use serde_json::{Map, Value, json};

use crate::real::airflow::{Airflow, OPERATOR, Paused, VIEWER};
use crate::real::console::Console;

/// A console whose Placet answers as this user.
async fn console(airflow: &Airflow, user: &str, password: &str) -> Console {
    let mut engine = Engine::new("airflow", vec![airflow.endpoint.parse().expect("an entry")]);
    engine.settings.insert("airflow".to_owned(), json!({ "user": user, "key": "airflow" }));
    Console::open(engine, &[("airflow", password)]).await
}

fn callback(airflow: &Airflow, paused: &Paused) -> Value {
    let Paused { dag, run, question } = paused;
    json!({
        "protocol": "airflow", "url": airflow.endpoint, "dag_id": dag, "dag_run_id": run, "task_id": "approve",
        "options": question["options"], "multiple": question["multiple"], "params": question["params"],
    })
}

/// The item proposes the parameters that the task has.
async fn answered(console: &Console, callback: &Value, draft: Draft) -> DeliveryView {
    let params = callback["params"].as_object().expect("parameters").iter();
    let arguments: Map<_, _> = params.map(|(name, param)| (name.clone(), param["value"].clone())).collect();
    let content = json!({ "content": { "tool": "publish", "arguments": arguments } });
    let item = console.ask(callback, content).await;
    console.answer(&item, draft).await
}

fn words(story: &DeliveryView) -> &str {
    let attempt = story.attempts.last().expect("it was tried");
    attempt.words.as_deref().expect("it says what happened")
}

fn yes() -> Draft {
    draft(Verdict::Approve, None)
}

fn no() -> Draft {
    Draft { verdict: Verdict::Reject, answer: None, note: Some("Not this one.".to_owned()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_airflow_go_by_what_was_answered_in_time() {
    let airflow = Airflow::start().await;
    let console = console(&airflow, OPERATOR, &airflow.password).await;
    goes_by_the_first_answer(&airflow, &console).await;
    is_not_called_answered_when_it_was_over(&airflow, &console).await;
    is_not_lost_to_what_is_wrong(&airflow, &console).await;
}

async fn goes_by_the_first_answer(airflow: &Airflow, console: &Console) {
    let (approved, rejected) = (airflow.pause("release").await, airflow.pause("release").await);
    let comment = "Go, „gern“ – 好的";
    let with_comment = draft(Verdict::Correct, Some(json!({ "arguments": { "comment": comment } })));
    let story = answered(console, &callback(airflow, &approved), with_comment).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    let outcome = airflow.outcome(&approved).await;
    let published = outcome.output.expect("it was published");
    assert_eq!(outcome.status, "success");
    assert_eq!(published["chosen_options"], json!(["Approve"]));
    assert_eq!(published["params_input"]["comment"], comment);

    let story = answered(console, &callback(airflow, &rejected), no()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    let outcome = airflow.outcome(&rejected).await;
    assert_eq!((outcome.status.as_str(), outcome.output), ("success", None), "what comes after is skipped");

    // The second answers.
    let with_another_comment = draft(Verdict::Correct, Some(json!({ "arguments": { "comment": "Wait." } })));
    for (paused, draft, chosen) in [
        (&approved, no(), "Approve"),
        (&approved, with_another_comment, "Approve"),
        (&rejected, yes(), "Reject"),
    ] {
        let story = answered(console, &callback(airflow, paused), draft).await;
        assert_eq!(story.row.state, DeliveryState::Dead);
        assert!(words(&story).contains("another answer"), "{}", words(&story));
        assert_eq!(airflow.question(paused).await["chosen_options"], json!([chosen]));
    }
}

/// Airflow would take the answer, and say so, and do nothing.
async fn is_not_called_answered_when_it_was_over(airflow: &Airflow, console: &Console) {
    let hasty = airflow.pause("hasty").await;
    assert_eq!(airflow.outcome(&hasty).await.status, "failed");
    let story = answered(console, &callback(airflow, &hasty), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert!(words(&story).contains("is over"), "{}", words(&story));
    assert_eq!(airflow.question(&hasty).await["response_received"], false, "nothing was sent");
}

async fn is_not_lost_to_what_is_wrong(airflow: &Airflow, console: &Console) {
    let paused = airflow.pause("release").await;
    let with = |name: &str, value: Value| {
        let mut callback = callback(airflow, &paused);
        callback[name] = value;
        callback
    };
    // A run that never was, and an option that the task does not have.
    for bogus in [with("dag_run_id", json!("manual__never")), with("options", json!(["Ship", "Reject"]))] {
        let story = answered(console, &bogus, yes()).await;
        assert_eq!(story.row.state, DeliveryState::Dead, "{}", words(&story));
    }
    for (user, password) in [(OPERATOR, "another"), (VIEWER, airflow.password.as_str())] {
        let stranger = self::console(airflow, user, password).await;
        let story = answered(&stranger, &callback(airflow, &paused), yes()).await;
        assert_eq!(story.row.state, DeliveryState::Parked, "{user}: {}", words(&story));
    }
    assert!(airflow.waits(&paused).await);
    let story = answered(console, &callback(airflow, &paused), yes()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    assert_eq!(airflow.outcome(&paused).await.status, "success");
}
