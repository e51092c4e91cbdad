use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use placet_review::{Callback, Decision, Draft, Engine, Outcome, Timestamp, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use super::CallbackStep;
use crate::protocol::fixture::{self, ID, at, decision, delivery, freeze, item, rejection};
use crate::protocol::{self, News, Noticed, Probed, Protocol as _, Sending};
use crate::{Answer, Request};

const PLACE: &str = "https://e.example/acme/refunds";

fn token() -> String {
    STANDARD.encode(json!({ "node": "acme.refunds", "anchor": "ask", "id": "hush" }).to_string())
}

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("callback-step", json!({ "url": PLACE, "token": token() }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn engine() -> Engine {
    Engine::new("faces", vec![PLACE.parse().expect("a place")])
}

fn renamed() -> Engine {
    let mut engine = engine();
    let names = json!({ "token": "token", "status": "status", "data": "data", "query": "query" });
    engine.settings.insert("callback-step".into(), names);
    engine
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

fn sent(decision: &Decision, callback: &Callback, engine: &Engine) -> Request {
    let frozen = freeze(&CallbackStep, decision, callback, engine).expect("it can be sent");
    let delivery = delivery(callback.clone(), &frozen);
    CallbackStep.prepare(&Sending { delivery: &delivery, engine, token: None }).expect("a good callback")
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: Default::default(), body: body.to_owned().into() }
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "createData": { "caller": "A" }, "retention": true }))]
#[case(json!({ "token": URL_SAFE_NO_PAD.encode(r#"{"node":"ü?","anchor":"~"}"#), "retention": "PT24H" }))]
fn a_callback_that_can_be_served_is_accepted(#[case] parameters: Value) {
    assert_eq!(CallbackStep.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "url": "https://elsewhere.example/" }), "/url")]
#[case(json!({ "token": null }), "/token")]
#[case(json!({ "token": "hush" }), "/token")]
#[case(json!({ "token": STANDARD.encode("hush") }), "/token")]
#[case(json!({ "token": STANDARD.encode(r#"{"node":"hush"}"#) }), "/token")]
#[case(json!({ "token": STANDARD.encode(r#"{"node":"hush","anchor":""}"#) }), "/token")]
#[case(json!({ "token": r#"{"node":"hush","anchor":"a"}"# }), "/token")]
#[case(json!({ "createData": [1] }), "/createData")]
#[case(json!({ "retention": false }), "/retention")]
#[case(json!({ "retention": "a while" }), "/retention")]
#[case(json!({ "retention": "-PT1H" }), "/retention")]
#[case(json!({ "retention": "PT0S" }), "/retention")]
#[case(json!({ "callbackToken": "t" }), "/callbackToken")]
fn a_callback_that_could_not_be_served_is_refused(#[case] parameters: Value, #[case] pointer: &str) {
    let wrong = CallbackStep.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
    assert!(!wrong.message.contains("hush"), "{wrong}");
}

#[rstest]
#[case(json!({}), Some("2026-12-01T13:00:00Z"))]
#[case(json!({ "retention": "1 h" }), Some("2026-12-01T13:00:00Z"))]
#[case(json!({ "retention": "PT24H" }), Some("2026-12-02T12:00:00Z"))]
#[case(json!({ "retention": "P1M" }), Some("2027-01-01T12:00:00Z"))]
#[case(json!({ "retention": "P9000Y" }), None)]
#[case(json!({ "retention": true }), None)]
fn the_item_waits_for_as_long_as_the_callback_is_kept(
    #[case] parameters: Value,
    #[case] until: Option<&str>,
) {
    let until: Option<Timestamp> = until.map(|text| text.parse().expect("a moment"));
    assert_eq!(CallbackStep.waits_until(&callback(parameters), &engine(), at()), until);
}

#[test]
fn an_answer_is_laid_over_the_data_that_the_callback_was_created_with() {
    let callback = callback(json!({ "createData": { "caller": "A", "label": "?", "by": "nobody" } }));
    let request = sent(&decision(), &callback, &engine());
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", PLACE));
    assert_eq!(request.headers["content-type"], "application/json");
    let wanted = json!({
        "type": "CALLBACK", "callbackToken": token(), "callbackStatus": "complete",
        "callbackData": {
            "caller": "A", "label": "A. Turing", "delivery": ID, "verdict": "correct", "by": "ada",
            "at": "2026-12-01T12:00:00.000Z",
        },
    });
    assert_eq!(body(&request), wanted);

    let in_words = Decision { answer: Some(json!("Ask the bank.")), verdict: Verdict::Respond, ..decision() };
    assert_eq!(body(&sent(&in_words, &callback, &engine()))["callbackData"]["answer"], "Ask the bank.");
}

#[rstest]
#[case(Verdict::Approve, "complete")]
#[case(Verdict::Correct, "complete")]
#[case(Verdict::Respond, "complete")]
#[case(Verdict::Reject, "error")]
#[case(Verdict::Cancel, "cancel")]
fn a_verdict_is_a_status(#[case] verdict: Verdict, #[case] status: &str) {
    let decision = Decision { verdict, ..rejection("because") };
    let said = body(&sent(&decision, &callback(json!({})), &engine()));
    assert_eq!(said["callbackStatus"], status);
    assert_eq!(
        (&said["callbackData"]["verdict"], &said["callbackData"]["note"]),
        (&json!(verdict.name()), &json!("because"))
    );
}

#[test]
fn a_profile_may_name_the_members() {
    assert_eq!(CallbackStep.check_settings(&renamed()), Ok(()));
    let said = body(&sent(&decision(), &callback(json!({})), &renamed()));
    let mut names: Vec<&String> = said.as_object().expect("an object").keys().collect();
    names.sort();
    assert_eq!(names, ["data", "status", "token", "type"]);
}

#[rstest]
#[case(json!({ "token": "type" }), "/token")]
#[case(json!({ "token": "callbackStatus" }), "/status")]
#[case(json!({ "data": "" }), "/data")]
#[case(json!({ "query": "" }), "/query")]
#[case(json!({ "names": {} }), "")]
fn settings_that_leave_members_without_a_name_are_refused(#[case] settings: Value, #[case] pointer: &str) {
    let mut engine = engine();
    engine.settings.insert("callback-step".into(), settings);
    assert_eq!(CallbackStep.check_settings(&engine).expect_err("refused").pointer, pointer);
}

#[rstest]
#[case(200, "", Outcome::Accepted)]
#[case(200, "<response><errorNumber>0</errorNumber><return>complete</return></response>", Outcome::Accepted)]
#[case(200, "<return>{&quot;status&quot;:&quot;complete&quot;}</return>", Outcome::Accepted)]
#[case(200, r#"{"status":"complete"}"#, Outcome::Accepted)]
#[case(200, r#"{"callbackStatus":"complete"}"#, Outcome::Accepted)]
#[case(200, "<return>noop</return>", Outcome::Accepted)]
#[case(200, "<return>cancel</return>", Outcome::Gone)]
#[case(200, "<return>timeout</return>", Outcome::Gone)]
#[case(200, "<return>\"orphan\"</return>", Outcome::Gone)]
#[case(200, r#"{"status":"notFound"}"#, Outcome::Gone)]
#[case(200, "<return>error</return>", Outcome::Gone)]
#[case(200, "<return>progress</return>", Outcome::Ambiguous)]
#[case(200, "<return>active</return>", Outcome::Ambiguous)]
#[case(200, "<response><errorNumber>1042</errorNumber></response>", Outcome::Refused)]
#[case(200, r#"{"errorNumber":1042,"errorMessage":"no"}"#, Outcome::Refused)]
#[case(404, "<return>complete</return>", Outcome::NotFound)]
#[case(503, "", Outcome::Failed)]
fn what_is_returned_on_an_answer_means(#[case] status: u16, #[case] body: &str, #[case] outcome: Outcome) {
    let (callback, engine) = (callback(json!({})), engine());
    let frozen = freeze(&CallbackStep, &decision(), &callback, &engine).expect("it can be sent");
    let delivery = delivery(callback, &frozen);
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    let judgement = CallbackStep.judge(&sending, &answer(status, body), at());
    assert_eq!(judgement.outcome, outcome, "{}", judgement.words);
}

#[test]
fn a_no_that_comes_to_its_own_status_is_accepted_and_one_that_comes_too_late_is_told() {
    let (callback, engine) = (callback(json!({})), engine());
    let frozen = freeze(&CallbackStep, &rejection("because"), &callback, &engine).expect("it can be sent");
    let delivery = delivery(callback, &frozen);
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    for (returned, outcome) in [("error", Outcome::Accepted), ("complete", Outcome::AlreadyDone)] {
        assert_eq!(CallbackStep.judge(&sending, &answer(200, returned), at()).outcome, outcome);
    }
}

#[test]
fn asking_names_the_action_and_gives_no_status() {
    for (engine, token_in, query) in
        [(engine(), "callbackToken", "getCallback"), (renamed(), "token", "query")]
    {
        let delivery = delivery(callback(json!({})), b"");
        let request = CallbackStep.probe(&Sending { delivery: &delivery, engine: &engine, token: None });
        let request = request.expect("it can be asked");
        assert_eq!(body(&request), json!({ "type": "CALLBACK", "callbackAction": query, token_in: token() }));
        assert!(!request.headers.contains_key("idempotency-key"));
    }
}

#[rstest]
#[case("complete", Some(ID), "has")]
#[case("complete", Some("another"), "closed")]
#[case("complete", None, "unclear")]
#[case("progress", None, "waits")]
#[case("active", None, "waits")]
#[case("cancel", None, "closed")]
#[case("timeout", None, "unclear")]
#[case("notFound", None, "unclear")]
#[case("error", None, "unclear")]
#[case("error", Some("another"), "closed")]
#[case("whatever", Some(ID), "unclear")]
fn what_an_engine_tells_of_a_callback_means(
    #[case] state: &str,
    #[case] known: Option<&str>,
    #[case] meaning: &str,
) {
    let (callback, engine) = (callback(json!({ "createData": { "caller": "A" } })), engine());
    let frozen = freeze(&CallbackStep, &decision(), &callback, &engine).expect("it can be sent");
    let mut data = body(&sent(&decision(), &callback, &engine))["callbackData"].clone();
    match known {
        Some(id) => data["delivery"] = json!(id),
        None => data = json!({ "caller": "A" }),
    }
    let delivery = delivery(callback, &frozen);
    let sending = Sending { delivery: &delivery, engine: &engine, token: None };
    let said = json!({ "status": state, "token": "t", "data": data });
    let in_xml = format!("<response><return><![CDATA[{said}]]></return></response>");
    for said in [said.to_string(), in_xml] {
        let probed = match CallbackStep.judge_probe(&sending, &answer(200, &said)) {
            Probed::Has(_) => "has",
            Probed::Closed(_) => "closed",
            Probed::Waits => "waits",
            Probed::Unclear => "unclear",
        };
        assert_eq!(probed, meaning, "{said}");
    }
    assert_eq!(CallbackStep.judge_probe(&sending, &answer(500, &said.to_string())), Probed::Unclear);
}

#[test]
fn taking_up_starts_a_callback_and_a_draft_is_its_progress() {
    assert!(CallbackStep.wants_news());
    let (item, callback, engine) = (item(), callback(json!({ "createData": { "caller": "A" } })), engine());
    let notice = |news| {
        let about = Noticed { item: &item, callback: &callback, engine: &engine, news: &news };
        CallbackStep.notice(&about, at()).map(|request| body(&request))
    };
    assert_eq!(notice(News::Waits), None);
    let wanted = json!({ "type": "CALLBACK", "callbackToken": token(), "callbackStatus": "start",
                         "callbackData": { "caller": "A", "by": "ada" } });
    assert_eq!(notice(News::TakenUp("ada".into())), Some(wanted));
    let draft = Draft { verdict: Verdict::Correct, answer: Some(json!({ "label": "cat" })), note: None };
    let wanted = json!({ "type": "CALLBACK", "callbackToken": token(), "callbackStatus": "progress",
                         "callbackData": { "caller": "A", "verdict": "correct", "label": "cat" } });
    assert_eq!(notice(News::Drafted(draft)), Some(wanted));
}

#[rstest]
#[case(200, "<return>start</return>", false)]
#[case(200, "<return>cancel</return>", true)]
#[case(200, "<return>orphan</return>", true)]
#[case(200, "<return>error</return>", false)]
#[case(500, "<return>cancel</return>", false)]
#[case(410, "", true)]
fn news_ends_an_item_only_where_the_engine_says_that_it_is_over(
    #[case] status: u16,
    #[case] body: &str,
    #[case] over: bool,
) {
    let (item, callback, engine) = (item(), callback(json!({})), engine());
    let about = Noticed { item: &item, callback: &callback, engine: &engine, news: &News::Waits };
    let judgement = CallbackStep.judge_notice(&about, &answer(status, body), at());
    assert_eq!(judgement.outcome == Outcome::Gone, over);
}

#[test]
fn the_token_is_a_secret_and_no_target_shows_it() {
    assert_eq!(CallbackStep.secrets(&callback(json!({}))), [token()]);
    let callback = callback(json!({ "url": "https://e.example/a?session=hush" }));
    assert_eq!(protocol::target(&callback), "https://e.example/a?session=...");
    assert_eq!(CallbackStep.origin(&callback, &engine()), "https://e.example");
}
