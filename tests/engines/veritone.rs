//! aiWARE as its documentation has it (<https://docs.veritone.com/#/developer/engines/callbacks/>), on this machine: where
//! wakeup tokens are given out, and where paused tasks are woken up. It knows nothing of Placet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_review::{DeliveryState, Engine, Verdict};
use placet_tests::draft;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::real::console::Console;

const API_TOKEN: &str = "aiware:0123456789abcdef";

struct Aiware {
    base: String,
    state: Shared,
}

type Shared = Arc<Mutex<Service>>;

struct Service {
    /// Signs wakeup tokens.
    secret: String,
    /// All that were given out.
    tokens: Vec<String>,
    /// By the task: what the engine finds in `PAYLOAD_JSON`, once it was woken.
    tasks: HashMap<String, Option<Value>>,
    /// The query of each wakeup, as it came.
    queries: Vec<String>,
    /// Turns the next wakeup away and signs with another secret from then on.
    restarts_once: bool,
}

impl Service {
    /// "The JWT contains a cryptographic hash that can be verified by aiWARE".
    fn sealed(&self, signed: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()))
    }

    fn token(&mut self, resource: &Value) -> String {
        let claims = json!({ "resource": resource, "exp": now() + 3_600 });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": "HS256", "typ": "JWT" })), part(&claims));
        let token = format!("{signed}.{}", self.sealed(&signed));
        self.tokens.push(token.clone());
        token
    }

    /// What a token is for, if it is one of ours and has not run out.
    fn resource(&self, token: &str) -> Option<Value> {
        let (signed, seal) = token.rsplit_once('.')?;
        let claims = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
        let claims: Value = serde_json::from_slice(&claims).ok()?;
        (self.sealed(signed) == seal && claims["exp"].as_u64()? > now()).then(|| claims["resource"].clone())
    }
}

impl Aiware {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let state = Arc::new(Mutex::new(Service {
            secret: "first".to_owned(),
            tokens: Vec::new(),
            tasks: HashMap::new(),
            queries: Vec::new(),
            restarts_once: false,
        }));
        let routes = Router::new()
            .route("/v3/graphql", post(graphql))
            .route("/callback", get(wake))
            .with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, state }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Service) -> T) -> T {
        change(&mut self.state.lock().expect("not poisoned"))
    }

    /// A task of the engine `e-1` that pauses.
    fn pause(&self, task: &str) -> Value {
        self.change(|service| service.tasks.insert(task.to_owned(), None));
        json!({ "engineId": "e-1", "tdoId": "t-1", "jobId": "j-1", "taskId": task })
    }

    /// `PAYLOAD_JSON` of the engine that was woken for this task.
    fn payload(&self, task: &str) -> Option<Value> {
        self.change(|service| service.tasks[task].clone())
    }
}

/// "Obtain a wakeup token": a mutation, with an API token. Failures are told on HTTP 200
/// (<https://spec.graphql.org/October2021/#sec-Errors>).
async fn graphql(State(service): State<Shared>, headers: HeaderMap, Json(asked): Json<Value>) -> Json<Value> {
    let mut service = service.lock().expect("not poisoned");
    let failed = |message: &str| Json(json!({ "data": null, "errors": [{ "message": message }] }));
    if headers.get("authorization").is_none_or(|token| token != format!("Bearer {API_TOKEN}").as_str()) {
        return failed("The authentication token is invalid.");
    }
    let query = asked["query"].as_str().unwrap_or_default();
    let variables = &asked["variables"];
    let named = ["engineId", "tdoId", "jobId", "taskId"].iter().all(|name| variables[name].is_string());
    if !query.trim_start().starts_with("mutation") || !query.contains("getEngineJWT(") || !named {
        return failed("The query cannot be read.");
    }
    if !service.tasks.contains_key(variables["taskId"].as_str().unwrap_or_default()) {
        return failed("The requested object was not found.");
    }
    let token = service.token(variables);
    Json(json!({ "data": { "getEngineJWT": { "token": token } } }))
}

/// "After aiWARE (Edge) has validated the token, it will restart your engine", with `isCallback` and `data` in its
/// `PAYLOAD_JSON`.
async fn wake(State(service): State<Shared>, uri: Uri) -> StatusCode {
    let mut service = service.lock().expect("not poisoned");
    let query = uri.query().unwrap_or_default().to_owned();
    let url = reqwest::Url::parse(&format!("http://aiware.invalid/?{query}")).expect("a query");
    let values: HashMap<_, _> = url.query_pairs().into_owned().collect();
    service.queries.push(query);
    if std::mem::take(&mut service.restarts_once) {
        service.secret = "second".to_owned();
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let Some(resource) = values.get("jwt").and_then(|token| service.resource(token)) else {
        return StatusCode::UNAUTHORIZED;
    };
    if values.get("engineId").is_none_or(|id| resource["engineId"] != *id) {
        return StatusCode::FORBIDDEN;
    }
    let task = resource["taskId"].as_str().expect("a task").to_owned();
    let payload = json!({ "taskId": task, "isCallback": true, "data": values.get("data") });
    service.tasks.insert(task, Some(payload));
    StatusCode::OK
}

fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()
}

async fn open(api_token: &str) -> (Aiware, Console) {
    let aiware = Aiware::start().await;
    let allow =
        ["/callback", "/v3/graphql"].map(|path| format!("{}{path}", aiware.base).parse().expect("an entry"));
    let mut engine = Engine::new("faces", allow.into());
    let settings = json!({ "graphql": format!("{}/v3/graphql", aiware.base), "key": "aiware" });
    engine.settings.insert("veritone".to_owned(), settings);
    let console = Console::open(engine, &[("aiware", api_token)]).await;
    (aiware, console)
}

/// The state that the engine left itself, and the decision in it.
fn state(payload: &Value) -> Value {
    assert_eq!(payload["isCallback"], true);
    serde_json::from_str(payload["data"].as_str().expect("JSON as a string")).expect("JSON")
}

fn parts(aiware: &Aiware, task: &Value) -> Value {
    json!({ "protocol": "veritone", "base": aiware.base, "engine_id": task["engineId"], "tdo_id": task["tdoId"],
            "job_id": task["jobId"], "task_id": task["taskId"], "data": { "ref": "a+b ü" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wakeup_url_is_fired_as_it_was_handed_in() {
    let (aiware, console) = open(API_TOKEN).await;
    let task = aiware.pause("k-1");
    let token = aiware.change(|service| service.token(&task));
    // Encoded in the engine's own way, with more in it than is documented.
    let before = format!("jwt={token}&x=%7e{{1}}&engineId=e%2d1&data=");
    let url = format!("{}/callback?{before}%7b%22isCallback%22:true,%22ref%22:1e2%7d&z", aiware.base);
    let item = console.ask(&json!({ "protocol": "veritone", "url": url }), json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    let query = aiware.change(|service| service.queries.clone());
    assert_eq!(query.len(), 1);
    assert!(query[0].starts_with(&before) && query[0].ends_with("&z"), "{query:?}");
    let state = state(&aiware.payload("k-1").expect("it was woken"));
    assert_eq!((&state["isCallback"], &state["ref"]), (&json!(true), &json!(1e2)));
    assert_eq!(state["decision"]["verdict"], "approve");
    assert!(!format!("{story:?}").contains(&token), "the token is shown nowhere");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_task_is_woken_with_a_token_of_its_own() {
    let (aiware, console) = open(API_TOKEN).await;
    for number in 1..=2 {
        let task = aiware.pause(&format!("k-{number}"));
        let item = console.ask(&parts(&aiware, &task), json!({})).await;
        let story = console.answer(&item, draft(Verdict::Approve, None)).await;
        assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
        let state = state(&aiware.payload(&format!("k-{number}")).expect("it was woken"));
        assert_eq!(
            (&state["ref"], &state["decision"]["delivery"]),
            (&json!("a+b ü"), &json!(story.row.id.to_string()))
        );
        let tokens = aiware.change(|service| service.tokens.clone());
        assert_eq!(tokens.len(), number);
        let story = format!("{story:?}");
        assert!(!story.contains(API_TOKEN) && tokens.iter().all(|token| !story.contains(token)), "{story}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_void_before_its_end_is_renewed() {
    let (aiware, console) = open(API_TOKEN).await;
    let task = aiware.pause("k-1");
    aiware.change(|service| service.restarts_once = true);
    let item = console.ask(&parts(&aiware, &task), json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    assert_eq!(story.attempts.len(), 2, "the renewal is no try of its own");
    assert_eq!(aiware.change(|service| (service.tokens.len(), service.queries.len())), (2, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_aiware_says_on_a_200_is_told_and_nothing_is_fired() {
    let (aiware, console) = open("another-token-of-long-ago").await;
    let task = aiware.pause("k-1");
    let item = console.ask(&parts(&aiware, &task), json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Parked);
    let reason = story.row.reason.clone().expect("a sentence");
    assert!(reason.contains("The authentication token is invalid."), "{reason}");
    assert!(!format!("{story:?}").contains("another-token-of-long-ago"));
    assert!(aiware.change(|service| service.queries.is_empty()));
}
