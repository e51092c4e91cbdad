use placet_desk::ErrorCode;
use placet_desk::verb::{Delivery, PutEngine, RecordedAnswer, TryEngine};
use placet_review::{DeliveryState, Draft, Engine, Schedule, Verdict};
use placet_tests::{Office, draft, pets};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// An office whose engine is resumed by what its profile says, with a pet that waits.
async fn open() -> (Office, placet_desk::view::ItemView) {
    let office = Office::open([pets()]).await;
    put_engine(&office, settings(&office)).await.expect("the profile works");
    let (status, answer) = office.hand_in(&submission(&office)).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let item = office.next("ada", "pets").await;
    (office, item)
}

async fn put_engine(office: &Office, settings: Value) -> Result<(), placet_desk::Error> {
    let allow = vec![office.receiver.url("/api").parse().expect("allowed")];
    let mut engine = Engine { schedule: Schedule::Fast, ..Engine::new("engine", allow) };
    engine.settings.insert("http".into(), settings);
    office.ask("owner", PutEngine { engine }).await.map(drop)
}

fn settings(office: &Office) -> Value {
    json!({
        "base": office.receiver.url("/api"),
        "parameters": { "task": { "required": true, "secret": true } },
        "request": {
            "method": "PUT",
            "url": "{{ base }}/tasks/{{ callback.task }}/{{ 'cancel' if decision.no else 'resume' }}",
            "headers": { "x-by": "{{ decision.by }}" },
            "body": { "json": { "pet": "{{ decision.answer.label if decision.answer }}", "run": "{{ item.metadata.run }}" } },
        },
        "answers": [
            { "status": 410, "means": "gone" },
            { "status": 500, "contains": "no such pet", "means": "dead", "words": "The engine knows no such pet. Teach it." },
        ],
        "probe": {
            "request": { "url": "{{ base }}/tasks/{{ callback.task }}" },
            "answers": [
                { "status": 200, "pointer": "/pet", "equals": "{{ decision.answer.label if decision.answer }}", "means": "has" },
                { "status": 200, "pointer": "/pet", "means": "closed", "words": "Somebody else said what it is." },
                { "status": 200, "means": "waits" },
            ],
        },
        "example": { "metadata": { "run": 1 } },
    })
}

fn submission(office: &Office) -> Value {
    let mut submission = office.pet(1);
    submission["metadata"] = json!({ "run": 7 });
    submission["callbacks"] = json!([{ "protocol": "http", "task": "s3cret/1" }]);
    submission
}

/// The whole story of the newest delivery, once it is in this state.
async fn story(office: &Office, state: DeliveryState) -> placet_desk::view::DeliveryView {
    let row = office.delivery_in(state).await;
    office.ask("owner", Delivery { delivery: row.id }).await.expect("it is there")
}

#[tokio::test]
async fn an_engine_is_resumed_as_its_profile_says() {
    let (office, item) = open().await;
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let received = office.receiver.received(1).await;
    let story = story(&office, DeliveryState::Delivered).await;
    assert_eq!(
        (received[0].method.as_str(), received[0].uri.path()),
        ("PUT", "/api/tasks/s3cret%2F1/resume")
    );
    assert_eq!(received[0].json(), json!({ "pet": "cat", "run": 7 }));
    assert_eq!((received[0].header("x-by"), received[0].header("content-type")), ("ada", "application/json"));
    assert_eq!(received[0].header("idempotency-key"), story.row.id.to_string());
    let shown = format!("{story:?}");
    assert!(shown.contains("/api/tasks/[hidden]/resume") && !shown.contains("s3cret"), "{shown}");
    office.close().await;
}

#[tokio::test]
async fn what_the_engine_may_have_already_is_asked_about_before_it_is_told_again() {
    let (office, item) = open().await;
    office.receiver.answer_next([StatusCode::BAD_GATEWAY]);
    office.receiver.say_next(StatusCode::OK, &json!({ "waits": true }));
    office.receiver.answer_next([StatusCode::CONFLICT]);
    office.receiver.say_next(StatusCode::OK, &json!({ "waits": true }));
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let story = story(&office, DeliveryState::Delivered).await;
    assert_eq!(story.row.attempts, 2, "it already had it, and perhaps from us: {story:?}");
    let asked = office.receiver.received(4).await;
    let methods: Vec<&str> = asked.iter().map(|request| request.method.as_str()).collect();
    assert_eq!(methods, ["PUT", "GET", "PUT", "GET"]);
    assert_eq!(asked[2].body, asked[0].body);
    assert_eq!(asked[1].uri.path(), "/api/tasks/s3cret%2F1");
    office.close().await;
}

#[tokio::test]
async fn a_task_that_is_gone_may_have_gone_on_with_this_answer() {
    let (office, item) = open().await;
    office.receiver.answer_next([StatusCode::GONE]);
    office.receiver.say_next(StatusCode::OK, &json!({ "pet": "cat" }));
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let story = story(&office, DeliveryState::Delivered).await;
    assert_eq!(story.row.attempts, 1);
    assert_eq!(office.receiver.received(2).await.len(), 2, "told once and asked once");
    office.close().await;
}

#[tokio::test]
async fn or_with_another() {
    let (office, item) = open().await;
    office.receiver.answer_next([StatusCode::GONE]);
    office.receiver.say_next(StatusCode::OK, &json!({ "pet": "dog" }));
    office.decide("ada", &item, draft(Verdict::Approve, None)).await.expect("decided");
    let row = office.delivery_in(DeliveryState::Dead).await;
    assert_eq!(row.reason.as_deref(), Some("Somebody else said what it is."));
    office.close().await;
}

#[tokio::test]
async fn what_the_profile_calls_hopeless_is_not_tried_again() {
    let (office, item) = open().await;
    office.receiver.say_next(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "no such pet s3cret/1" }));
    let no = Draft { note: Some("blurred".into()), ..draft(Verdict::Reject, None) };
    office.decide("ada", &item, no).await.expect("decided");
    let story = story(&office, DeliveryState::Dead).await;
    assert_eq!(story.row.reason.as_deref(), Some("The engine knows no such pet. Teach it."));
    assert!(!format!("{story:?}").contains("s3cret"), "{story:?}");
    let received = office.receiver.received(1).await;
    assert_eq!((received.len(), received[0].uri.path()), (1, "/api/tasks/s3cret%2F1/cancel"));
    office.close().await;
}

#[tokio::test]
async fn a_profile_that_does_not_work_is_not_kept() {
    let office = Office::open([pets()]).await;
    let mut settings = settings(&office);
    settings["request"]["url"] = "{{ base }}/{{ callback.tusk }}".into();
    let refused = put_engine(&office, settings).await.expect_err("no such parameter");
    assert_eq!(refused.code, ErrorCode::Invalid);
    assert!(refused.message.starts_with("settings/http/request/url: line 1, column"), "{refused}");
    assert!(office.receiver.so_far().is_empty(), "nothing is sent to find that out");
    office.close().await;
}

#[tokio::test]
async fn a_profile_can_be_tried_without_sending_anything() {
    let (office, _item) = open().await;
    let answer = |status, body: Value| Some(RecordedAnswer { status, headers: Default::default(), body });
    let attempt = |answer| TryEngine {
        engine: "engine".into(),
        submission: submission(&office).to_string(),
        draft: draft(Verdict::Approve, None),
        answer,
    };
    let rehearsed = office.ask("ada", attempt(None)).await.expect("it could be sent");
    assert_eq!(rehearsed.len(), 1);
    assert_eq!((rehearsed[0].method.as_str(), &rehearsed[0].fate), ("PUT", &None));
    assert!(rehearsed[0].url.ends_with("/api/tasks/[hidden]/resume"), "{}", rehearsed[0].url);
    assert_eq!(rehearsed[0].body, r#"{"pet":"cat","run":7}"#);

    let busy = office.ask("ada", attempt(answer(503, Value::Null))).await.expect("judged");
    let busy = busy[0].fate.clone().expect("a fate");
    assert!(busy.state == DeliveryState::Due && busy.again_in_ms.is_some(), "{busy:?}");
    let dead = office.ask("ada", attempt(answer(500, json!("no such pet")))).await.expect("judged");
    let dead = dead[0].fate.clone().expect("a fate");
    assert_eq!((dead.state, dead.again_in_ms), (DeliveryState::Dead, None));
    assert_eq!(dead.words, "The engine knows no such pet. Teach it.");

    let elsewhere = TryEngine { draft: draft(Verdict::Respond, None), ..attempt(None) };
    office.ask("ada", elsewhere).await.expect_err("this queue offers no such verdict");
    assert!(office.receiver.so_far().is_empty(), "nothing was sent");
    office.close().await;
}
