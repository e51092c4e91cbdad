//! Engines that are asked how their task stands, before an answer is sent and after.

use placet_review::{Callback, DeliveryState, Engine, Outcome, Schedule, Signing};
use placet_store::Store as _;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::ledger::Ledger;
use super::{all_in, keys, now, work};

/// What looks like a token is hidden wherever somebody else shows it.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLW5vYm9keQ";
const QUESTION: &str = "/api/v2/dags/gate/dagRuns/run/taskInstances/approve/-1/hitlDetails";

/// An Airflow whose task stands like this, one after the other, each time that it is asked.
async fn airflow(standings: &[Value]) -> MockServer {
    let server = MockServer::start().await;
    let token = ResponseTemplate::new(201).set_body_json(json!({ "access_token": TOKEN }));
    Mock::given(method("POST")).and(path("/auth/token")).respond_with(token).mount(&server).await;
    let bearer = format!("Bearer {TOKEN}");
    for standing in standings {
        let answer = ResponseTemplate::new(200).set_body_json(standing);
        let asked = Mock::given(method("GET")).and(path(QUESTION)).and(header("authorization", &*bearer));
        asked.respond_with(answer).up_to_n_times(1).mount(&server).await;
    }
    let recorded = ResponseTemplate::new(200).set_body_json(json!({}));
    let told = Mock::given(method("PATCH")).and(path(QUESTION)).and(header("authorization", &*bearer));
    told.respond_with(recorded).mount(&server).await;
    server
}

/// Approves a task of it, and returns what became of the answer and which requests it took.
async fn approved(airflow: &MockServer, state: DeliveryState) -> (Vec<Option<Outcome>>, String, Vec<String>) {
    let ledger = Ledger::open(&airflow.uri(), Signing::default()).await;
    let allow = vec![airflow.uri().parse().expect("a place")];
    let mut engine = Engine { schedule: Schedule::Fast, ..Engine::new("engine", allow) };
    engine.settings.insert("airflow".into(), json!({ "user": "alice", "key": "alice" }));
    ledger.put_engine(engine, now()).await.expect("changed");
    let parameters =
        json!({ "url": airflow.uri(), "dag_id": "gate", "dag_run_id": "run", "task_id": "approve" });
    let parameters = parameters.as_object().expect("an object").clone();
    let (keys, _handed_over) = keys("alice=a password\n");
    let working = work(&ledger, keys);
    ledger.approve("task-1", Callback { protocol: "airflow".into(), parameters }).await;
    let log = all_in(&ledger, state).await.remove(0);
    working.stop().await;
    let requests = airflow.received_requests().await.expect("recorded");
    let outcomes = log.attempts.iter().map(|attempt| attempt.outcome).collect();
    let words = log.attempts.last().and_then(|attempt| attempt.words.clone()).expect("it says what happened");
    (outcomes, words, requests.iter().map(|request| request.method.to_string()).collect())
}

fn standing(state: &str, chosen: &Value) -> Value {
    let by = (!chosen.is_null()).then(|| json!({ "id": "alice", "name": "alice" }));
    json!({
        "response_received": !chosen.is_null(), "chosen_options": chosen, "responded_by_user": by,
        "responded_at": null, "task_instance": { "state": state, "end_date": null },
    })
}

#[tokio::test]
async fn an_engine_is_asked_before_and_after_with_the_token_that_it_gave() {
    let airflow =
        airflow(&[standing("awaiting_input", &Value::Null), standing("scheduled", &json!(["Approve"]))])
            .await;
    let (outcomes, words, requests) = approved(&airflow, DeliveryState::Delivered).await;
    assert_eq!(outcomes, [Some(Outcome::Accepted)]);
    assert_eq!(requests, ["POST", "GET", "PATCH", "GET"]);
    assert!(words.contains("goes on"), "{words}");
}

#[tokio::test]
async fn a_task_that_is_over_is_sent_nothing() {
    let airflow = airflow(&[standing("failed", &Value::Null)]).await;
    let (outcomes, words, requests) = approved(&airflow, DeliveryState::Dead).await;
    assert_eq!(outcomes, [Some(Outcome::Refused)]);
    assert_eq!(requests, ["POST", "GET"]);
    assert!(words.contains("is over"), "{words}");
}

#[tokio::test]
async fn an_engine_that_does_not_say_is_sent_the_answer() {
    let airflow = airflow(&[]).await;
    let (outcomes, _, requests) = approved(&airflow, DeliveryState::Delivered).await;
    assert_eq!(outcomes, [Some(Outcome::Accepted)]);
    assert_eq!(requests, ["POST", "GET", "PATCH", "GET"]);
}
