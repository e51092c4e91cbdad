mod readers;

use placet_review::{Callback, Decision, Engine, Item, Kind, Outcome, Park, Queue, Verdict};
use rstest::rstest;
use serde_json::{Value, json};

use super::Voicebase;
use super::transcript::clock;
use crate::protocol::fixture::{self, ID, at, decision, delivery};
use crate::protocol::message::Message;
use crate::protocol::{Decided, Protocol as _, Sending, Wrong};
use crate::{Answer, Request};

const S3: &str = "https://b.s3.example/k%20k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=content-type%3Bhost&X-Amz-Signature=00";

fn engine() -> Engine {
    let allow = ["https://e.example/call", "https://b.s3.example/"];
    Engine::new("calls", allow.map(|entry| entry.parse().expect("an entry")).into())
}

fn callback(parameters: Value) -> Callback {
    let mut callback = fixture::callback("voicebase", json!({ "url": "https://e.example/call/7" }));
    callback.parameters.extend(parameters.as_object().expect("an object").clone());
    callback
}

fn transcript() -> Value {
    json!({ "segments": [
        { "start": 2_160, "end": 5_070, "speaker": "Agent", "text": "How can I\nhelp?" },
        { "start": 0, "end": 1_600, "text": "a < b && c --> d" },
    ] })
}

/// An item with this content, and these callbacks.
fn item(content: Value, callbacks: &[&Callback]) -> Item {
    let mut item = fixture::item();
    item.asked.content = content;
    item.asked.callbacks = callbacks.iter().map(|callback| (*callback).clone()).collect();
    item
}

fn approval() -> Decision {
    Decision { verdict: Verdict::Approve, answer: None, ..decision() }
}

fn asked<T>(item: &Item, decision: &Decision, callback: &Callback, ask: impl FnOnce(&Decided<'_>) -> T) -> T {
    let id = ID.parse().expect("an id");
    let (queue, engine) = (&Queue::new("calls", Kind::Action), &engine());
    ask(&Decided { id, decision, item, queue, callback, engine })
}

fn freeze(item: &Item, decision: &Decision, callback: &Callback) -> Result<Vec<u8>, Wrong> {
    asked(item, decision, callback, |decided| Voicebase.freeze(decided))
}

/// The request that hands the item's own transcript over.
fn sent(parameters: Value) -> Request {
    let callback = callback(parameters);
    let item = item(json!({ "transcript": transcript() }), &[&callback]);
    let frozen = freeze(&item, &approval(), &callback).expect("it can be told");
    let delivery = delivery(callback, &frozen);
    Voicebase
        .prepare(&Sending { delivery: &delivery, engine: &engine(), token: None })
        .expect("it can be sent")
}

fn body(frozen: &[u8]) -> Value {
    serde_json::from_slice(&Message::read(frozen).expect("a message").body).expect("JSON")
}

#[rstest]
#[case(json!({}))]
#[case(json!({ "method": "PUT", "type": "analytics", "include": ["transcript", "metadata"] }))]
#[case(json!({ "type": "transcript", "format": "dfxp" }))]
#[case(json!({ "url": S3, "method": "PUT", "type": "transcript", "format": "srt" }))]
fn a_callback_that_can_be_served_is_accepted(#[case] parameters: Value) {
    assert_eq!(Voicebase.check(&callback(parameters), &engine()), Ok(()));
}

#[rstest]
#[case(json!({ "url": 7 }), "/url")]
#[case(json!({ "url": "https://E.example/call" }), "/url")]
#[case(json!({ "url": "https://elsewhere.example/" }), "/url")]
#[case(json!({ "url": S3.replace("%3Bhost", "%3Bhost%3Bx-amz-acl") }), "/url")]
#[case(json!({ "method": "PATCH" }), "/method")]
#[case(json!({ "type": "media", "stream": "original" }), "/type")]
#[case(json!({ "type": null }), "/type")]
#[case(json!({ "type": "transcript" }), "/format")]
#[case(json!({ "type": "transcript", "format": "vtt" }), "/format")]
#[case(json!({ "type": "transcript", "format": "srt", "include": ["metadata"] }), "/include")]
#[case(json!({ "format": "srt" }), "/format")]
#[case(json!({ "stream": "original" }), "/stream")]
#[case(json!({ "include": ["everything"] }), "/include")]
#[case(json!({ "include": "metadata" }), "/include")]
#[case(json!({ "headers": {} }), "/headers")]
fn a_callback_that_could_not_be_served_is_refused_with_its_place(
    #[case] parameters: Value,
    #[case] pointer: &str,
) {
    let wrong = Voicebase.check(&callback(parameters), &engine()).expect_err("refused");
    assert_eq!(wrong.pointer, pointer, "{wrong}");
}

#[test]
fn a_url_that_is_signed_takes_no_token_beside() {
    let engine: Engine = serde_json::from_value(json!({
        "name": "calls", "allow": ["https://b.s3.example/"],
        "signing": { "jwt": { "key": "k", "algorithm": "EdDSA" } },
    }))
    .expect("a profile");
    for query in ["X-Amz-Signature=0&X-Amz-SignedHeaders=host", "AWSAccessKeyId=a&Expires=1&Signature=s"] {
        let signed = callback(json!({ "url": format!("https://b.s3.example/k?{query}") }));
        assert_eq!(Voicebase.check(&signed, &engine).expect_err("two ways").pointer, "/url");
    }
    let plain = callback(json!({ "url": "https://b.s3.example/k" }));
    assert_eq!(Voicebase.check(&plain, &engine), Ok(()));
}

#[rstest]
#[case("json", "application/json")]
#[case("text", "text/plain")]
#[case("srt", "text/srt")]
#[case("webvtt", "text/vtt")]
#[case("dfxp", "application/ttaf+xml")]
fn a_transcript_goes_out_with_exactly_its_content_type(#[case] format: &str, #[case] content_type: &str) {
    let request = sent(json!({ "url": S3, "method": "PUT", "type": "transcript", "format": format }));
    assert_eq!((request.method.as_str(), request.url.as_str()), ("PUT", S3));
    assert_eq!(request.headers.get_all("content-type").iter().collect::<Vec<_>>(), [content_type]);
}

#[rstest]
#[case("text", "a < b && c --> d\nAgent: How can I help?\n")]
#[case(
    "srt",
    "1\n00:00:00,000 --> 00:00:01,600\na < b && c -- > d\n\n\
               2\n00:00:02,160 --> 00:00:05,070\nAgent: How can I\nhelp?\n\n"
)]
#[case(
    "webvtt",
    "WEBVTT\n\n00:00:00.000 --> 00:00:01.600\na &lt; b &amp;&amp; c --&gt; d\n\n\
                  00:00:02.160 --> 00:00:05.070\n<v Agent>How can I\nhelp?</v>\n\n"
)]
#[case(
    "dfxp",
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                <tt xmlns=\"http://www.w3.org/2006/10/ttaf1\" xml:lang=\"\"><body><div>\n\
                <p begin=\"00:00:00.000\" end=\"00:00:01.600\">a &lt; b &amp;&amp; c --&gt; d</p>\n\
                <p begin=\"00:00:02.160\" end=\"00:00:05.070\">Agent: How can I<br/>help?</p>\n\
                </div></body></tt>\n"
)]
fn each_format_is_written_by_its_rules(#[case] format: &str, #[case] written: &str) {
    let request = sent(json!({ "type": "transcript", "format": format }));
    assert_eq!(request.method, "POST");
    assert_eq!(String::from_utf8_lossy(&request.body), written);
}

#[test]
fn more_than_99_hours_are_told() {
    assert_eq!(clock(0, ','), "00:00:00,000");
    assert_eq!(clock(359_999_999, '.'), "99:59:59.999");
    assert_eq!(clock(444_444_444, ','), "123:27:24,444");
}

#[rstest]
#[case(json!({ "transcript": { "segments": [{ "start": 0, "end": 9, "text": "new" }] } }))]
#[case(json!({ "arguments": { "transcript": { "segments": [{ "start": 0, "end": 9, "text": "new" }] } } }))]
fn the_answers_transcript_goes_before_the_items(#[case] answer: Value) {
    let callback = callback(json!({ "type": "transcript", "format": "text" }));
    let item = item(json!({ "transcript": transcript() }), &[&callback]);
    let decision = Decision { answer: Some(answer), ..decision() };
    let frozen = freeze(&item, &decision, &callback).expect("it can be told");
    assert_eq!(&Message::read(&frozen).expect("a message").body[..], b"new\n");
}

#[rstest]
#[case(json!({}), "none to send")]
#[case(json!({ "transcript": null }), "none to send")]
#[case(json!({ "transcript": { "segments": [{ "start": 0, "end": 1, "text": " \n\u{7}" }] } }), "none to send")]
#[case(json!({ "transcript": "text" }), "cannot be read")]
#[case(json!({ "transcript": { "words": [{ "start": 0.5, "end": 1, "text": "w" }] } }), "cannot be read")]
#[case(json!({ "transcript": { "segments": [{ "start": 2, "end": 1, "text": "w" }] } }), "ends before it starts")]
fn without_a_transcript_the_decision_is_refused(#[case] content: Value, #[case] says: &str) {
    for parameters in [json!({ "type": "transcript", "format": "srt" }), json!({ "include": ["transcript"] })]
    {
        let callback = callback(parameters);
        let item = item(content.clone(), &[&callback]);
        let wrong = freeze(&item, &approval(), &callback).expect_err("nothing to send");
        assert!(wrong.message.contains(says), "{wrong}");
    }
}

#[test]
fn captions_are_made_of_words() {
    let word = |start: u64, speaker: &str, text: &str| json!({ "start": start, "end": start + 100, "speaker": speaker, "text": text });
    let words = json!([
        word(0, "A", "Hi"),
        word(100, "A", ","),
        word(200, "A", "you"),
        word(300, "B", "Yes"),
        word(3_000, "B", "so")
    ]);
    let callback = callback(json!({ "include": ["transcript"] }));
    let item = item(json!({ "transcript": { "words": words } }), &[&callback]);
    let body = body(&freeze(&item, &approval(), &callback).expect("it can be told"));
    let text = body["transcript"]["alternateFormats"].as_array().expect("a list");
    let text = text.iter().find(|format| format["format"] == "text").expect("as text");
    assert_eq!(text["data"], "QTogSGksIHlvdQpCOiBZZXMKQjogc28K", "A: Hi, you / B: Yes / B: so");
    let first =
        json!([{ "p": 0, "s": 0, "e": 0, "m": "turn", "w": "A" }, { "p": 1, "s": 0, "e": 100, "w": "Hi" }]);
    assert_eq!(
        body["transcript"]["words"].as_array().expect("a list")[..2],
        first.as_array().expect("a list")[..]
    );
}

#[test]
fn analytics_have_the_sections_that_were_asked_for() {
    let all = callback(json!({}));
    let some = callback(json!({ "include": ["knowledge", "metadata", "streams"] }));
    let content =
        json!({ "transcript": transcript(), "knowledge": { "keywords": [] }, "spotting": { "groups": [] } });
    let item = item(content, &[&all, &some]);
    let body_of = |callback| body(&freeze(&item, &approval(), callback).expect("it can be told"));
    let names = |body: &Value| body.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let body = body_of(&all);
    assert_eq!(
        names(&body),
        ["decision", "knowledge", "mediaId", "metadata", "spotting", "status", "transcript"]
    );
    assert_eq!((&body["mediaId"], &body["status"]), (&json!("task-4711"), &json!("finished")));
    assert_eq!(body["decision"]["delivery"], ID);
    assert_eq!(body["transcript"]["alternateFormats"].as_array().expect("a list").len(), 4);
    assert_eq!(names(&body_of(&some)), ["decision", "knowledge", "mediaId", "metadata", "status"]);
}

#[test]
fn a_no_is_told_in_analytics_alone() {
    let analytics = callback(json!({ "include": ["transcript"] }));
    let captions = callback(json!({ "type": "transcript", "format": "srt" }));
    let (yes, no) = (approval(), fixture::rejection("Not a word of it is right."));
    let both = item(json!({ "transcript": transcript() }), &[&analytics, &captions]);
    let hears_of =
        |item, decision, callback| asked(item, decision, callback, |decided| Voicebase.hears_of(decided));
    assert!(hears_of(&both, &no, &analytics) && !hears_of(&both, &no, &captions));
    assert!(hears_of(&both, &yes, &captions));
    let body = body(&freeze(&both, &no, &analytics).expect("it can be told"));
    assert_eq!(
        (&body["status"], &body["decision"]["note"]),
        (&json!("failed"), &json!("Not a word of it is right."))
    );
    assert_eq!(body.get("transcript"), None);
    let alone = item(json!({ "transcript": transcript() }), &[&captions]);
    assert!(hears_of(&alone, &no, &captions), "somebody has to be told");
    assert!(
        freeze(&alone, &no, &captions).expect_err("it has no words for a no").message.contains("analytics")
    );
}

#[test]
fn a_signature_that_ran_out_is_told_as_what_it_is() {
    let answer = Answer { status: 403, headers: ::http::HeaderMap::new(), body: "".into() };
    for (url, says) in [(S3, "run out"), ("https://e.example/call", "key of the engine's profile")] {
        let delivery = delivery(callback(json!({ "url": url })), b"");
        let judgement =
            Voicebase.judge(&Sending { delivery: &delivery, engine: &engine(), token: None }, &answer, at());
        assert_eq!(judgement.outcome, Outcome::Parked(Park::Auth));
        assert!(judgement.words.contains(says), "{}", judgement.words);
    }
}
