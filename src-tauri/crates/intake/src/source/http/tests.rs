//! The routes as an engine meets them.

mod answers;
mod forms;
mod limits;
mod tokens;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use http::{HeaderMap, Method, StatusCode, header};
use placet_review::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Site, guard, openapi, router};
use crate::Code;
use crate::fixture::{Ledger, noon};

const PORT: u16 = 7410;
const JSON: &str = "application/json";
const LINES: &str = "application/jsonl";

/// The routes on a ledger of their own, as the desk serves them, and the token of the engine `faces`.
struct Served {
    ledger: Ledger,
    routes: Router,
    token: String,
}

/// What came back.
#[derive(Debug)]
struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Served {
    async fn open() -> Self {
        let ledger = Ledger::open().await;
        let token = ledger.token("faces", 1).await;
        let routes = routes(&ledger, noon);
        Self { ledger, routes, token }
    }

    /// The same routes at another time.
    fn at(self, clock: fn() -> Timestamp) -> Self {
        Self { routes: routes(&self.ledger, clock), ..self }
    }

    /// Sends it and, whatever it is, checks what holds for every answer.
    async fn ask(&self, request: Request) -> Told {
        let response = self.routes.clone().oneshot(request).await.expect("routes always answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a whole body");
        let told = Told {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&body).expect("every answer is JSON"),
        };
        for name in told.headers.keys() {
            assert!(
                !name.as_str().starts_with("access-control-"),
                "no web page may read an answer: {told:?}"
            );
        }
        if told.status.is_client_error() || told.status.is_server_error() {
            told.is_a_problem();
        }
        told
    }

    fn request(&self, method: Method, path: &str, body: impl Into<Body>) -> Request {
        let mut request = Request::new(body.into());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("a path");
        let headers = request.headers_mut();
        headers.insert(header::HOST, format!("127.0.0.1:{PORT}").parse().expect("ASCII"));
        headers.insert(header::AUTHORIZATION, format!("Bearer {}", self.token).parse().expect("ASCII"));
        request
    }

    fn post(&self, content_type: &str, body: impl Into<Body>) -> Request {
        let mut request = self.request(Method::POST, "/v1/items", body);
        request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().expect("ASCII"));
        request
    }

    async fn get(&self, path: &str) -> Told {
        self.ask(self.request(Method::GET, path, Body::empty())).await
    }

    async fn hand_in(&self, submission: &Value) -> Told {
        self.ask(self.post(JSON, submission.to_string())).await
    }

    /// Parts by name, as a form with files sends them.
    async fn hand_in_parts(&self, parts: &[(&str, &[u8])]) -> Told {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            let head = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        self.ask(self.post("multipart/form-data; boundary=edge", body)).await
    }
}

impl Told {
    /// The status and the code of a problem.
    fn problem(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body["code"].as_str().unwrap_or_default())
    }

    /// RFC 9457: its media type and its members, which agree with the status line and with the code.
    fn is_a_problem(&self) {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{self:?}");
        let code = self.body["code"].as_str().unwrap_or_default();
        assert!(Code::ALL.iter().any(|known| known.name() == code), "a code on the list: {self:?}");
        assert_eq!(self.body["type"], format!("urn:placet:problem:{code}"));
        assert_eq!(self.body["status"], self.status.as_u16());
        assert!(self.body["title"].is_string() && self.body["detail"].is_string(), "{self:?}");
        self.fits("Problem");
    }

    /// It is what the served description says of it.
    fn fits(&self, schema: &str) {
        let mut described: Value = serde_json::from_str(openapi()).expect("the description is JSON");
        described["$ref"] = json!(format!("#/components/schemas/{schema}"));
        let validator = jsonschema::validator_for(&described).expect("the description holds schemas");
        if let Err(error) = validator.validate(&self.body) {
            panic!("{} is no {schema}: {error}", self.body);
        }
    }
}

fn routes(ledger: &Ledger, clock: fn() -> Timestamp) -> Router {
    let site = Site { instance: "here".to_owned(), port: PORT, clock };
    guard(router(ledger.inbox.clone(), site.clone()), site)
}

fn lines(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A body whose end never comes.
fn endless() -> Body {
    Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>())
}
