//! Receivers of VoiceBase's callbacks (<https://voicebase.readthedocs.io/en/v3/how-to-guides/callbacks.html>), on this
//! machine: one that takes each type with its Content-Type, and a store that verifies URLs that were signed beforehand,
//! as S3 does. They know nothing of Placet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::{digest, hmac};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_review::{DeliveryState, Draft, Engine, Verdict};
use placet_tests::{draft, eventually};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::real::console::Console;

const SECRET: &str = "of-the-store";
const SCOPE: &str = "20261201/eu-west-1/s3/aws4_request";

/// What came in, by its path: Content-Type and body.
type Kept = Arc<Mutex<BTreeMap<String, (String, Bytes)>>>;

struct Receiver {
    host: String,
    kept: Kept,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let host = listener.local_addr().expect("bound").to_string();
        let kept = Kept::default();
        let routes = Router::new()
            .route("/callback/{name}", any(call))
            .route("/bucket/{name}", any(put))
            .with_state(kept.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { host, kept }
    }

    fn callback(&self, name: &str, besides: Value) -> Value {
        let mut callback =
            json!({ "protocol": "voicebase", "url": format!("http://{}/callback/{name}", self.host) });
        callback.as_object_mut().expect("an object").extend(besides.as_object().expect("an object").clone());
        callback
    }

    /// A URL at which this may be stored, as AWS's own tools make it.
    fn signed(&self, name: &str, content_type: &str) -> String {
        let path = format!("/bucket/{name}");
        let scope = SCOPE.replace('/', "%2F");
        let query = format!(
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=id%2F{scope}&X-Amz-Date=20261201T120000Z\
             &X-Amz-Expires=604800&X-Amz-SignedHeaders=content-type%3Bhost"
        );
        let signature = signature("PUT", &path, &query, content_type, &self.host);
        format!("http://{}{path}?{query}&X-Amz-Signature={signature}", self.host)
    }

    fn kept(&self, path: &str) -> Option<(String, Bytes)> {
        self.kept.lock().expect("not poisoned").get(path).cloned()
    }
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// POST is the default, PUT the other method; each result comes with its Content-Type ("Configuration Description", and
/// the table below it).
async fn call(
    State(kept): State<Kept>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let content_type = text(&headers, "content-type");
    let wanted = match uri.path().rsplit('/').next().expect("a name") {
        "analytics" | "json" => "application/json",
        "text" => "text/plain",
        "srt" => "text/srt",
        "webvtt" => "text/vtt",
        "dfxp" => "application/ttaf+xml",
        _ => return StatusCode::NOT_FOUND,
    };
    if content_type != wanted {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE;
    }
    if ![Method::POST, Method::PUT].contains(&method) {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    kept.lock().expect("not poisoned").insert(uri.path().to_owned(), (content_type, body));
    StatusCode::OK
}

/// A PUT that was allowed beforehand (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>). A
/// second way to say who one is, and a body of unknown length, are refused
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>: `InvalidArgument`, `MissingContentLength`).
async fn put(
    State(kept): State<Kept>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if headers.contains_key("authorization") {
        return StatusCode::BAD_REQUEST;
    }
    if text(&headers, "content-length") != body.len().to_string() {
        return StatusCode::LENGTH_REQUIRED;
    }
    // What is for the store has to be signed as well; other headers need not be.
    if headers.keys().any(|name| name.as_str().starts_with("x-amz-")) {
        return StatusCode::FORBIDDEN;
    }
    let (content_type, host) = (text(&headers, "content-type"), text(&headers, "host"));
    let Some((query, signed)) = uri.query().and_then(|query| query.split_once("&X-Amz-Signature=")) else {
        return StatusCode::FORBIDDEN;
    };
    if signature(method.as_str(), uri.path(), query, &content_type, &host) != signed {
        return StatusCode::FORBIDDEN;
    }
    kept.lock().expect("not poisoned").insert(uri.path().to_owned(), (content_type, body));
    StatusCode::OK
}

/// The query stands in its canonical order already.
fn signature(method: &str, path: &str, query: &str, content_type: &str, host: &str) -> String {
    let request = format!(
        "{method}\n{path}\n{query}\ncontent-type:{content_type}\nhost:{host}\n\ncontent-type;host\nUNSIGNED-PAYLOAD"
    );
    let digest = hex(digest::digest(&digest::SHA256, request.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n20261201T120000Z\n{SCOPE}\n{digest}");
    let keyed = |key: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
    };
    let key = SCOPE.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| keyed(&key, part));
    hex(&keyed(&key, &to_sign))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn open() -> (Receiver, Console) {
    let receiver = Receiver::start().await;
    let allow = vec![format!("http://{}/", receiver.host).parse().expect("an entry")];
    let console = Console::open(Engine::new("calls", allow), &[]).await;
    (receiver, console)
}

/// A call that waits for a transcript, and what became of the transcript of the machine.
fn asked(callbacks: &[Value]) -> Value {
    let segments = json!([{ "start": 0, "end": 1_600, "speaker": "Agent", "text": "Haw can I help?" }]);
    let arguments = json!({ "transcript": { "segments": segments } });
    json!({ "callbacks": callbacks, "content": { "tool": "publish", "arguments": arguments }, "metadata": { "call": 7 } })
}

fn corrected() -> Draft {
    let segments = json!([{ "start": 0, "end": 1_600, "speaker": "Agent", "text": "How can I help?" }]);
    draft(Verdict::Correct, Some(json!({ "arguments": { "transcript": { "segments": segments } } })))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_transcript_reaches_each_callback_in_its_own_form() {
    let (receiver, console) = open().await;
    let formats = ["json", "text", "srt", "webvtt", "dfxp"];
    let mut callbacks: Vec<Value> = formats
        .iter()
        .map(|format| {
            let method = if *format == "text" { "POST" } else { "PUT" };
            receiver.callback(format, json!({ "type": "transcript", "format": format, "method": method }))
        })
        .collect();
    callbacks.push(receiver.callback("analytics", json!({ "include": ["transcript", "metadata"] })));
    let item = console.ask(&callbacks[0], asked(&callbacks)).await;
    console.answer(&item, corrected()).await;
    for format in formats {
        let path = format!("/callback/{format}");
        let (_, body) = eventually("it comes", async || Ok(receiver.kept(&path))).await.expect("it came");
        let body = String::from_utf8(body.to_vec()).expect("UTF-8");
        assert!(body.contains("How can I help?") && !body.contains("Haw"), "{format}: {body}");
    }
    let came =
        eventually("it comes", async || Ok(receiver.kept("/callback/analytics"))).await.expect("it came");
    let body: Value = serde_json::from_slice(&came.1).expect("JSON");
    assert_eq!((&body["status"], &body["metadata"]), (&json!("finished"), &json!({ "call": 7 })));
    let srt = &body["transcript"]["alternateFormats"][1];
    let data = STANDARD.decode(srt["data"].as_str().expect("a text")).expect("base64");
    assert_eq!(data, receiver.kept("/callback/srt").expect("it came").1, "{srt}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_takes_what_was_signed_beforehand() {
    let (receiver, console) = open().await;
    let callback = json!({ "protocol": "voicebase", "url": receiver.signed("call.srt", "text/srt"), "method": "PUT",
                           "type": "transcript", "format": "srt" });
    let item = console.ask(&callback, asked(std::slice::from_ref(&callback))).await;
    let story = console.answer(&item, corrected()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    let (content_type, body) = receiver.kept("/bucket/call.srt").expect("it was stored");
    assert_eq!(content_type, "text/srt");
    assert_eq!(&body[..], b"1\n00:00:00,000 --> 00:00:01,600\nAgent: How can I help?\n\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_was_promised_something_else_is_told_as_that() {
    let (receiver, console) = open().await;
    let callback = json!({ "protocol": "voicebase", "url": receiver.signed("call.srt", "text/vtt"), "method": "PUT",
                           "type": "transcript", "format": "srt" });
    let item = console.ask(&callback, asked(std::slice::from_ref(&callback))).await;
    let story = console.answer(&item, corrected()).await;
    assert_eq!(story.row.state, DeliveryState::Parked);
    assert!(story.row.reason.is_some_and(|reason| reason.contains("Content-Type")));
    assert_eq!(receiver.kept("/bucket/call.srt"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_reaches_the_analytics_alone() {
    let (receiver, console) = open().await;
    let callbacks = [
        receiver.callback("srt", json!({ "type": "transcript", "format": "srt" })),
        receiver.callback("analytics", json!({})),
    ];
    let item = console.ask(&callbacks[0], asked(&callbacks)).await;
    let note = Some("The wrong call.".to_owned());
    let story = console.answer(&item, Draft { note, ..draft(Verdict::Reject, None) }).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    let (_, body) = receiver.kept("/callback/analytics").expect("it came");
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((&body["status"], &body["decision"]["note"]), (&json!("failed"), &json!("The wrong call.")));
    assert_eq!(receiver.kept("/callback/srt"), None);
}
