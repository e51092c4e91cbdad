//! Bodies in which items are handed in, against the published schema and another way of taking them apart.
//!
//! The door is the real one before a real ledger, in which there is an engine and no queue: so nothing is ever
//! admitted, one input cannot change what becomes of the next, and a submission in which all is right is the one that
//! is refused for its queue.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body as Content, to_bytes};
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use jsonschema::Validator;
use placet_intake::{
    Code, Document, Inbox, MAX_DEPTH, MAX_ITEM_BYTES, Problem, SCHEMA, Site, Submitter, new_token, router,
};
use placet_review::{Engine, Timestamp};
use placet_store::{SqliteStore, Store};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::Body;

const ENGINE: &str = "faces";

/// Opens the door.
pub(crate) fn body() -> Body {
    let door = Door::open();
    Box::new(move |input| door.put_in(input))
}

struct Door {
    runtime: Runtime,
    inbox: Arc<Inbox>,
    routes: Router,
    bearer: HeaderValue,
    /// By the words of the draft, where `format` says nothing.
    shape: Validator,
    /// The same, and dates are dates.
    schema: Validator,
    _folder: TempDir,
}

impl Door {
    fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let (token, sha256) = new_token([7; 32]);
        let inbox = runtime.block_on(async {
            let store = SqliteStore::open(folder.path()).expect("a new ledger opens");
            let attachments = store.attachments().clone();
            let store: Arc<dyn Store> = Arc::new(store);
            store.put_engine(Engine::new(ENGINE, vec![]), noon()).await.expect("added");
            store.put_token(ENGINE, sha256, noon()).await.expect("kept");
            Arc::new(Inbox::new(store, attachments, |_, _, _| Ok(None)))
        });
        let site = Site { instance: "fuzz".to_owned(), port: 7410, clock: noon };
        let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let reader = |formats| {
            let options = jsonschema::options().should_validate_formats(formats);
            options.build(&schema).expect("the schema is a schema")
        };
        Self {
            runtime,
            routes: router(inbox.clone(), site),
            inbox,
            bearer: HeaderValue::try_from(format!("Bearer {token}")).expect("ASCII"),
            shape: reader(false),
            schema: reader(true),
            _folder: folder,
        }
    }

    /// The input is a content type, a line break and a body.
    fn put_in(&self, input: &[u8]) {
        let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
        let body = input.get(end + 1..).unwrap_or_default();
        let Ok(content_type) = HeaderValue::from_bytes(&input[..end]) else { return };
        let (status, answer) = self.post(&content_type, body);
        let media_type =
            content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "application/json" => match array(body) {
                Some(entries) => self.each(&entries, status, &answer),
                None if body.trim_ascii_start().starts_with(b"[") => {
                    is_problem(status, &answer, &Code::JsonMalformed.name().into());
                }
                None => {
                    let problem = self.read(body);
                    is_problem(status, &answer, &serde_json::to_value(&problem).expect("JSON")["code"]);
                }
            },
            "application/jsonl" | "application/x-ndjson" => {
                // Blanks around a line, such as the carriage return, are none of the document.
                let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).enumerate();
                let lines: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
                self.each(&lines, status, &answer);
            }
            "multipart/form-data" => is_problem(status, &answer, &answer["code"]),
            _ => is_problem(status, &answer, &Code::ContentTypeUnsupported.name().into()),
        }
    }

    /// Each of many has an answer of its own, which is the one it would get alone.
    fn each(&self, documents: &[(usize, &[u8])], status: StatusCode, answer: &Value) {
        let results = answer["results"].as_array().expect("a batch gets results");
        let wanted = if documents.is_empty() { StatusCode::OK } else { StatusCode::MULTI_STATUS };
        assert_eq!((status, results.len()), (wanted, documents.len()), "{answer}");
        for ((before, document), result) in documents.iter().zip(results) {
            assert_eq!(result["line"], before + 1, "{answer}");
            let alone = serde_json::to_value(self.read(document)).expect("JSON");
            assert_eq!(result["problem"], alone);
        }
    }

    /// What is wrong with one submission, which is what the schema and another reading say.
    fn read(&self, json: &[u8]) -> Problem {
        let by = Submitter::Engine(ENGINE.to_owned());
        let documents = vec![Document::new(json.to_vec())];
        let admitted = self.runtime.block_on(self.inbox.admit(&by, documents, noon()));
        let [answer] = <[_; 1]>::try_from(admitted.expect("the ledger is well")).expect("one answer for one");
        let problem = answer.expect_err("there is no queue");
        let fits = matches!(problem.code, Code::QueueUnknown | Code::EngineMismatch);

        let brackets = json.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
        let large = json.len() > MAX_ITEM_BYTES;
        match (serde_json::from_slice::<Value>(json), problem.code) {
            (_, Code::JsonTooDeep) => assert!(brackets > MAX_DEPTH, "{problem}"),
            (_, Code::SubmissionTooLarge) => assert!(large, "{problem}"),
            (Err(error), code) => assert_eq!(code, Code::JsonMalformed, "{error}"),
            (Ok(value), code) => {
                assert_ne!(code, Code::JsonMalformed, "it is JSON: {problem}");
                assert!(depth(&value) <= MAX_DEPTH, "too deep, and taken");
                if let Some(pointer) = &problem.pointer {
                    assert!(value.pointer(pointer).is_some() || fits, "{pointer} leads nowhere in {value}");
                }
                let other = value.get("engine").is_some_and(|engine| !engine.is_null() && engine != ENGINE);
                assert!(!fits || other == (code == Code::EngineMismatch), "{problem}");
                if code == Code::AttachmentRefused {
                    assert!(value.get("content").is_some_and(has_image), "{value} has no image: {problem}");
                } else {
                    assert!(!fits || self.shape.is_valid(&value), "taken, and not by the schema: {value}");
                    assert!(
                        fits || !self.schema.is_valid(&value),
                        "not taken: {problem}, and by the schema: {value}"
                    );
                }
            }
        }
        problem
    }

    fn post(&self, content_type: &HeaderValue, body: &[u8]) -> (StatusCode, Value) {
        let request = Request::post("/v1/items")
            .header(header::CONTENT_TYPE, content_type)
            .header(header::AUTHORIZATION, &self.bearer)
            .body(Content::from(body.to_vec()))
            .expect("a request");
        self.runtime.block_on(async {
            let response: Response = match self.routes.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let status = response.status();
            let body = to_bytes(response.into_body(), usize::MAX).await.expect("an answer");
            (status, serde_json::from_slice(&body).expect("every answer is JSON"))
        })
    }
}

fn noon() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

/// A refusal by RFC 9457 that blames whoever handed it in.
fn is_problem(status: StatusCode, answer: &Value, code: &Value) {
    assert!(status.is_client_error(), "{status}: {answer}");
    assert_eq!(answer["status"], status.as_u16());
    assert_eq!(&answer["code"], code, "{answer}");
    let known = Code::ALL.iter().find(|known| answer["code"] == known.name());
    assert_eq!(known.map(|known| known.status()), Some(status), "{answer}");
    assert!(answer["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{answer}");
}

/// The entries of an array as they are written, with their places from 0.
fn array(body: &[u8]) -> Option<Vec<(usize, &[u8])>> {
    if !body.trim_ascii_start().starts_with(b"[") {
        return None;
    }
    let entries: Vec<&serde_json::value::RawValue> = serde_json::from_slice(body).ok()?;
    Some(entries.into_iter().map(|entry| entry.get().as_bytes()).enumerate().collect())
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Whether something in it wants to be an image.
fn has_image(content: &Value) -> bool {
    match content {
        Value::Array(values) => values.iter().any(has_image),
        Value::Object(members) => members.iter().any(|(name, member)| match (name.as_str(), member) {
            ("url", Value::String(url)) => {
                url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
            }
            ("attachment", Value::String(hash)) => hash.starts_with("sha256:"),
            (_, member) => has_image(member),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
