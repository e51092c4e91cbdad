use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method, StatusCode, header};
use placet_review::{ItemId, Timestamp};
use rstest::rstest;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Site, guard, openapi, router};
use crate::fixture::{Ledger, PIXEL, noon, submission};
use crate::{Code, MAX_DEPTH, MAX_ITEM_BYTES, MAX_REQUEST_BYTES};

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

// Who may knock.

#[rstest]
#[case(&[], "token-missing")]
#[case(&["Basic ZmFjZXM6c2VjcmV0"], "token-missing")]
#[case(&["Bearer"], "token-missing")]
#[case(&["Bearer plc_somebody-elses"], "token-unknown")]
#[case(&["Bearer "], "token-unknown")]
#[case(&["Bearer OWN", "Bearer OWN"], "token-missing")]
#[tokio::test]
async fn without_one_engines_token_nothing_is_answered(#[case] shown: &[&str], #[case] code: &str) {
    let served = Served::open().await;
    for (method, path) in [(Method::POST, "/v1/items"), (Method::GET, "/v1/items/faces/1")] {
        // It is refused before the body is read: this one would never end.
        let mut request = served.request(method, path, endless());
        request.headers_mut().remove(header::AUTHORIZATION);
        for value in shown {
            let value = value.replace("OWN", &served.token);
            request.headers_mut().append(header::AUTHORIZATION, value.parse().expect("ASCII"));
        }
        let told = served.ask(request).await;
        assert_eq!(told.problem(), (401, code), "{path}");
        assert!(told.headers[header::WWW_AUTHENTICATE].to_str().expect("ASCII").starts_with("Bearer"));
    }
    assert_eq!(served.ledger.waiting().await, 0);
}

#[tokio::test]
async fn a_token_that_was_replaced_opens_nothing() {
    let served = Served::open().await;
    assert_eq!(served.hand_in(&submission("1")).await.status, 201);
    served.ledger.token("faces", 2).await;
    assert_eq!(served.hand_in(&submission("2")).await.problem(), (401, "token-unknown"));
}

#[rstest]
#[case("127.0.0.1:7410", 201)]
#[case("localhost:7410", 201)]
#[case("[::1]:7410", 201)]
#[case("127.0.0.1", 421)]
#[case("127.0.0.1:7411", 421)]
#[case("rebound.evil.example:7410", 421)]
#[case("127.0.0.1.evil.example:7410", 421)]
#[case("0.0.0.0:7410", 421)]
#[tokio::test]
async fn only_loopback_by_name_is_this_host(#[case] host: &str, #[case] status: u16) {
    let served = Served::open().await;
    let mut request = served.post(JSON, submission("1").to_string());
    request.headers_mut().insert(header::HOST, host.parse().expect("ASCII"));
    let told = served.ask(request).await;
    assert_eq!(told.status, status, "{told:?}");
    if status == 421 {
        assert_eq!(told.problem(), (421, "host-refused"));
    }
}

#[tokio::test]
async fn no_host_two_hosts_and_another_host_in_the_target_are_refused() {
    let served = Served::open().await;
    let mut none = served.request(Method::GET, "/healthz", Body::empty());
    none.headers_mut().remove(header::HOST);
    let mut two = served.request(Method::GET, "/healthz", Body::empty());
    two.headers_mut().append(header::HOST, "localhost:7410".parse().expect("ASCII"));
    let target = served.request(Method::GET, "http://evil.example/healthz", Body::empty());
    for request in [none, two, target] {
        assert_eq!(served.ask(request).await.problem(), (421, "host-refused"));
    }
}

#[rstest]
#[case("origin", "https://evil.example")]
#[case("origin", "http://127.0.0.1:7410")]
#[case("origin", "null")]
#[case("sec-fetch-site", "cross-site")]
#[case("sec-fetch-site", "same-origin")]
#[tokio::test]
async fn what_a_web_page_sent_is_refused(#[case] name: &'static str, #[case] value: &str) {
    let served = Served::open().await;
    for (method, path) in
        [(Method::POST, "/v1/items"), (Method::OPTIONS, "/v1/items"), (Method::GET, "/healthz")]
    {
        let mut request = served.request(method, path, submission("1").to_string());
        request.headers_mut().insert(header::CONTENT_TYPE, JSON.parse().expect("ASCII"));
        request.headers_mut().insert(name, value.parse().expect("ASCII"));
        assert_eq!(served.ask(request).await.problem(), (403, "origin-refused"), "{path}");
    }
    assert_eq!(served.ledger.waiting().await, 0);
}

#[tokio::test]
async fn an_address_typed_into_a_browser_is_answered() {
    let served = Served::open().await;
    let mut request = served.request(Method::GET, "/healthz", Body::empty());
    request.headers_mut().insert("sec-fetch-site", "none".parse().expect("ASCII"));
    assert_eq!(served.ask(request).await.status, 200);
}

// What may be handed in, and in which form.

#[tokio::test]
async fn one_submission_is_created_and_again_it_is_there() {
    let served = Served::open().await;
    let created = served.hand_in(&submission("task 4711/ä")).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body["outcome"], "admitted");
    created.fits("Admitted");
    let location = created.headers[header::LOCATION].to_str().expect("ASCII");
    let standing = served.get(location).await;
    assert_eq!((standing.status.as_u16(), &standing.body["id"]), (200, &json!("task 4711/ä")), "{location}");

    let again = served.hand_in(&submission("task 4711/ä")).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body["outcome"], "duplicate");
    assert_eq!(again.body["item"], created.body["item"]);
}

#[tokio::test]
async fn the_order_of_members_makes_no_other_submission() {
    let served = Served::open().await;
    served.hand_in(&submission("1")).await;
    let reordered = r#"{ "title": "Deploy?", "queue": "gate", "id": "1", "content": { "commit": "abc" },
        "callbacks": [{ "url": "https://e.example/done", "protocol": "webhook" }], "v": 1 }"#;
    let told = served.ask(served.post(JSON, reordered)).await;
    assert_eq!((told.status.as_u16(), &told.body["outcome"]), (200, &json!("duplicate")));
}

#[tokio::test]
async fn the_same_id_with_another_body_is_a_conflict() {
    let served = Served::open().await;
    served.hand_in(&submission("1")).await;
    let mut other = submission("1");
    other["title"] = json!("Deploy it?");
    let told = served.hand_in(&other).await;
    assert_eq!(told.problem(), (409, "submission-conflict"));
    assert_eq!(told.body["pointer"], "/id");
}

#[tokio::test]
async fn what_does_not_fit_is_told_with_its_place() {
    let served = Served::open().await;
    let with = |name: &str, value: Value| {
        let mut submission = submission("1");
        submission[name] = value;
        submission
    };
    let elsewhere = json!([{ "protocol": "webhook", "url": "https://evil.example/" }]);
    let suggestion = json!([{ "answer": 1, "confidence": 2 }]);
    for (submission, status, code, pointer) in [
        (with("v", json!(2)), 422, "version-unsupported", "/v"),
        (with("title", json!("")), 422, "submission-invalid", "/title"),
        (with("suggestions", suggestion), 422, "submission-invalid", "/suggestions/0/confidence"),
        (with("queue", json!("nowhere")), 422, "queue-unknown", "/queue"),
        (with("engine", json!("voices")), 403, "engine-mismatch", "/engine"),
        (with("callbacks", elsewhere), 422, "callback-refused", "/callbacks/0/url"),
        (
            with("content", json!({ "url": "data:image/png;base64,AAAA" })),
            422,
            "attachment-refused",
            "/content/url",
        ),
    ] {
        let told = served.hand_in(&submission).await;
        assert_eq!(told.problem(), (status, code));
        assert_eq!(told.body["pointer"], pointer);
    }
    assert_eq!(served.ledger.waiting().await, 0);
}

#[rstest]
#[case("")]
#[case("nonsense")]
#[case("{\"v\":1")]
#[case("[{\"v\":1}")]
#[case("{\"v\":1}{}")]
#[tokio::test]
async fn what_is_no_json_is_told_so(#[case] text: &'static str) {
    let served = Served::open().await;
    assert_eq!(served.ask(served.post(JSON, text)).await.problem(), (400, "json-malformed"), "{text}");
}

#[rstest]
#[case(None)]
#[case(Some("text/plain"))]
#[case(Some("text/json"))]
#[case(Some("application/jsonp"))]
#[case(Some("application/x-www-form-urlencoded"))]
#[tokio::test]
async fn other_media_types_are_not_read(#[case] content_type: Option<&str>) {
    let served = Served::open().await;
    // Nor is the body waited for: this one would never end.
    let mut request = served.request(Method::POST, "/v1/items", endless());
    if let Some(content_type) = content_type {
        request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().expect("ASCII"));
    }
    assert_eq!(served.ask(request).await.problem(), (415, "content-type-unsupported"));
}

#[rstest]
#[case("application/json; charset=utf-8")]
#[case("APPLICATION/JSON")]
#[tokio::test]
async fn a_media_type_has_no_case_and_may_have_parameters(#[case] content_type: &str) {
    let served = Served::open().await;
    let told = served.ask(served.post(content_type, submission("1").to_string())).await;
    assert_eq!(told.status, 201, "{told:?}");
}

#[rstest]
#[case("application/jsonl")]
#[case("application/x-ndjson")]
#[tokio::test]
async fn each_line_gets_its_own_answer_and_the_good_are_kept(#[case] content_type: &str) {
    let served = Served::open().await;
    served.hand_in(&submission("3")).await;
    let mut bad = submission("2");
    bad["queue"] = json!("nowhere");
    let body = format!("{}\r\n\nnonsense\n{bad}\n{}", submission("1"), submission("3"));
    let told = served.ask(served.post(content_type, body)).await;
    assert_eq!(told.status, 207);
    told.fits("Results");
    let results = told.body["results"].as_array().expect("a list");
    let said: Vec<_> = results
        .iter()
        .map(|line| (line["line"].as_u64(), line["outcome"].as_str(), line["problem"]["code"].as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Some(1), Some("admitted"), None),
            (Some(3), None, Some("json-malformed")),
            (Some(4), None, Some("queue-unknown")),
            (Some(5), Some("duplicate"), None),
        ]
    );
    assert_eq!(results[2]["problem"]["pointer"], "/queue");
    assert_eq!(results[2]["problem"]["status"], 422);
    assert_eq!(served.ledger.waiting().await, 2);
}

#[tokio::test]
async fn a_batch_in_which_all_is_good_is_simply_good() {
    let served = Served::open().await;
    let both = [submission("1"), submission("2")];
    let told = served.ask(served.post(LINES, lines(&both))).await;
    assert_eq!(told.status, 200);
    told.fits("Results");
    let again = served.ask(served.post(JSON, json!(both).to_string())).await;
    assert_eq!((again.status.as_u16(), &again.body["results"][1]["outcome"]), (200, &json!("duplicate")));
    assert_eq!(served.ask(served.post(LINES, "\n\n")).await.body, json!({ "results": [] }));
    assert_eq!(served.ask(served.post(JSON, "[]")).await.body, json!({ "results": [] }));
}

#[tokio::test]
async fn the_places_of_an_array_count_from_one() {
    let served = Served::open().await;
    let told = served.ask(served.post(JSON, json!([submission("1"), 17, submission("2")]).to_string())).await;
    assert_eq!(told.status, 207);
    let said: Vec<_> = told.body["results"].as_array().expect("a list").iter().collect();
    assert_eq!((&said[1]["line"], &said[1]["problem"]["code"]), (&json!(2), &json!("submission-invalid")));
    assert_eq!((&said[2]["line"], &said[2]["outcome"]), (&json!(3), &json!("admitted")));
}

#[tokio::test]
async fn files_come_with_the_submission_that_names_them() {
    let served = Served::open().await;
    let pixel = STANDARD.decode(PIXEL).expect("base64");
    let mut with_image = submission("1");
    with_image["content"] = json!({ "image": { "file": "face" } });
    let told =
        served.hand_in_parts(&[("face", &pixel), ("submission", with_image.to_string().as_bytes())]).await;
    assert_eq!(told.status, 201, "{told:?}");
    let item = ItemId(told.body["item"].as_i64().expect("a number"));
    let item = served.ledger.store.item(item).await.expect("read").expect("there");
    let hash = item.asked.content["image"]["attachment"].as_str().expect("its hash");
    assert_eq!(served.ledger.attachments.read(hash).expect("read").as_deref(), Some(&pixel[..]));
}

#[tokio::test]
async fn parts_that_do_not_fit_together_are_refused() {
    let served = Served::open().await;
    let text = submission("1").to_string();
    let text = text.as_bytes();
    let malformed: [&[(&str, &[u8])]; 4] = [
        &[],
        &[("face", b"bytes")],
        &[("submission", text), ("submission", text)],
        &[("submission", text), ("face", b"a"), ("face", b"b")],
    ];
    for parts in malformed {
        assert_eq!(served.hand_in_parts(parts).await.problem(), (400, "multipart-malformed"), "{parts:?}");
    }
    let unnamed = served.hand_in_parts(&[("submission", text), ("face", b"bytes")]).await;
    assert_eq!(unnamed.problem(), (422, "attachment-refused"), "nothing refers to the file");
    let broken = served.ask(served.post("multipart/form-data; boundary=edge", "--edge\r\nhalf")).await;
    assert_eq!(broken.problem(), (400, "multipart-malformed"));
    let no_edge = served.ask(served.post("multipart/form-data", "")).await;
    assert_eq!(no_edge.problem(), (400, "multipart-malformed"));
    assert_eq!(served.ledger.waiting().await, 0);
}

// How large, how deep, how long.

#[tokio::test]
async fn a_submission_may_have_a_mebibyte() {
    let served = Served::open().await;
    let sized = |bytes: usize| {
        let bare = submission("1").to_string().len();
        let mut sized = submission("1");
        sized["content"] = json!({ "commit": "a".repeat(bytes - bare + "abc".len()) });
        assert_eq!(sized.to_string().len(), bytes);
        sized
    };
    let told = served.hand_in(&sized(MAX_ITEM_BYTES + 1)).await;
    assert_eq!(told.problem(), (413, "submission-too-large"));
    assert_eq!(served.hand_in(&sized(MAX_ITEM_BYTES)).await.status, 201);
}

#[tokio::test]
async fn what_is_too_large_or_too_deep_is_not_even_parsed() {
    let served = Served::open().await;
    // Neither is JSON, which nobody who has not parsed them could know.
    let large = format!("{{{}", " ".repeat(MAX_ITEM_BYTES));
    assert_eq!(served.ask(served.post(JSON, large)).await.problem(), (413, "submission-too-large"));
    let deep = "{\"a\":".repeat(MAX_DEPTH + 1);
    assert_eq!(served.ask(served.post(JSON, deep)).await.problem(), (400, "json-too-deep"));
    let bomb = format!("[{}", "[".repeat(MAX_ITEM_BYTES));
    let told = served.ask(served.post(JSON, bomb)).await;
    assert!(told.status.is_client_error(), "a bomb in an array is refused as well: {told:?}");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_taken_in() {
    let served = Served::open().await;
    let told = served.ask(served.post(LINES, vec![b' '; MAX_REQUEST_BYTES + 1])).await;
    assert_eq!(told.problem(), (413, "request-too-large"));
    let told = served.ask(served.post(LINES, vec![b'\n'; MAX_REQUEST_BYTES])).await;
    assert_eq!(told.status, 200);
}

#[tokio::test]
async fn a_body_that_breaks_off_admits_nothing() {
    let served = Served::open().await;
    let whole = submission("1").to_string();
    let broken = futures::stream::iter([Ok(whole), Err(std::io::Error::other("the line went dead"))]);
    let told = served.ask(served.post(JSON, Body::from_stream(broken))).await;
    assert_eq!(told.problem(), (408, "request-timeout"));
    assert_eq!(served.ledger.waiting().await, 0);
}

// Asking after an item.

#[tokio::test]
async fn an_engine_sees_where_its_own_items_stand() {
    let served = Served::open().await;
    let item = ItemId(served.hand_in(&submission("1")).await.body["item"].as_i64().expect("a number"));
    let waiting = served.get("/v1/items/faces/1").await;
    waiting.fits("ItemStanding");
    assert_eq!(waiting.body["state"], "waiting");
    assert_eq!(waiting.body["admitted_at"], "2026-12-01T12:00:00.000Z");

    served.ledger.approve(item).await;
    let decided = served.get("/v1/items/faces/1").await;
    decided.fits("ItemStanding");
    assert_eq!(decided.body["state"], "decided");
    assert_eq!(decided.body["decision"], json!(null), "it can still be taken back");

    let served = served.at(|| noon().plus_millis(10_000));
    let stands = served.get("/v1/items/faces/1").await;
    stands.fits("ItemStanding");
    let decision = &stands.body["decision"];
    assert_eq!((&decision["verdict"], &decision["by"]), (&json!("approve"), &json!("ada")));
    assert_eq!((&decision["note"], &decision["answer"]), (&json!("fine"), &json!(null)));
}

#[rstest]
#[case("/v1/items/faces/2")]
#[case("/v1/items/nobody/1")]
#[case("/v1/items/voices/1")]
#[case("/v1/items/faces/%ff")]
#[tokio::test]
async fn anothers_item_is_as_good_as_not_there(#[case] path: &str) {
    let served = Served::open().await;
    served.hand_in(&submission("1")).await;
    let others = Served { token: served.ledger.token("voices", 2).await, ..served };
    others.hand_in(&submission("1")).await;
    let served = Served { token: others.ledger.token("faces", 3).await, ..others };
    assert_eq!(served.get(path).await.problem(), (404, "item-unknown"));
}

// What is served besides.

#[tokio::test]
async fn the_description_lists_every_route_and_its_schemas_are_schemas() {
    let served = Served::open().await;
    let told = served.get("/v1/openapi.json").await;
    assert_eq!(
        (told.status.as_u16(), &told.headers[header::CONTENT_TYPE]),
        (200, &JSON.parse().expect("ASCII"))
    );
    let description = &told.body;
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    let described: BTreeSet<_> = description["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, methods)| methods.as_object().expect("methods").keys().map(move |it| (it, path)))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let routes = [
        "get /healthz",
        "get /v1/items/{engine}/{id}",
        "get /v1/openapi.json",
        "get /v1/submission.schema.json",
        "post /v1/items",
    ];
    assert_eq!(described, routes.map(str::to_owned).into());
    for (name, schema) in description["components"]["schemas"].as_object().expect("schemas") {
        assert!(jsonschema::meta::is_valid(schema), "{name} is no JSON Schema");
    }
}

#[tokio::test]
async fn the_served_schema_takes_what_the_door_takes() {
    let served = Served::open().await;
    let schema = served.get("/v1/submission.schema.json").await;
    let validator = jsonschema::validator_for(&schema.body).expect("a schema");
    assert!(validator.is_valid(&submission("1")));
    assert!(!validator.is_valid(&json!({ "v": 1 })));
}

#[tokio::test]
async fn it_says_that_it_is_up_and_who_it_is_without_a_token() {
    let served = Served::open().await;
    let mut request = served.request(Method::GET, "/healthz", Body::empty());
    request.headers_mut().remove(header::AUTHORIZATION);
    let told = served.ask(request).await;
    assert_eq!((told.status.as_u16(), &told.body), (200, &json!({ "status": "ok", "instance": "here" })));
    told.fits("Health");
}

#[tokio::test]
async fn paths_and_methods_that_are_not_served_are_problems_too() {
    let served = Served::open().await;
    for path in ["/", "/v1", "/v1/items/faces", "/v2/items", "/v1/items/faces/1/decision"] {
        assert_eq!(served.get(path).await.problem(), (404, "route-unknown"), "{path}");
    }
    for (method, path, allowed) in [
        (Method::GET, "/v1/items", "POST"),
        (Method::DELETE, "/v1/items/faces/1", "GET,HEAD"),
        (Method::OPTIONS, "/v1/items", "POST"),
        (Method::POST, "/healthz", "GET,HEAD"),
    ] {
        let told = served.ask(served.request(method.clone(), path, Body::empty())).await;
        assert_eq!(told.problem(), (405, "method-not-allowed"), "{method} {path}");
        assert_eq!(told.headers[header::ALLOW], allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_a_problem_and_the_next_is_answered() {
    let served = Served::open().await;
    async fn panics() -> &'static str {
        panic!("of a handler, in a test")
    }
    let site = Site { instance: "here".to_owned(), port: PORT, clock: noon };
    let routes = router(served.ledger.inbox.clone(), site.clone()).route("/panic", get(panics));
    let served = Served { routes: guard(routes, site), ..served };
    let told = served.get("/panic").await;
    assert_eq!(told.problem(), (500, "internal"));
    assert!(!told.body.to_string().contains("in a test"), "its words may hold what was handed in: {told:?}");
    assert_eq!(served.get("/healthz").await.status, 200);
}
