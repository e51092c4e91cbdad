//! Google Cloud Workflows as its documentation has it, on this machine: where tokens are given out, callback endpoints
//! with one slot each, and executions that can be read. It knows nothing of Placet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use placet_review::{DeliveryState, Engine, OauthGrant, OauthSigning, Outcome, Signing, Verdict};
use placet_tests::draft;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::keys::JwtKey;
use crate::real::console::Console;

const ACCOUNT: &str = "placet@p.iam.gserviceaccount.com";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const EXECUTION: &str = "/v1/projects/p/locations/eu/workflows/w/executions/e";

/// The service, and what a test may ask it or have it do.
struct Google {
    base: String,
    state: Shared,
}

type Shared = Arc<Mutex<Service>>;

struct Service {
    /// DER of the account's public key.
    public: Vec<u8>,
    base: String,
    tokens: Vec<String>,
    /// Calls with a token that ran out meanwhile.
    turned_away: u32,
    endpoints: HashMap<String, Endpoint>,
    /// `state` and `result` of the execution.
    execution: (String, Option<String>),
}

struct Endpoint {
    method: Method,
    /// A call that the workflow has not read yet.
    slot: Option<Call>,
    /// The workflow waits there, or will.
    open: bool,
    /// Takes the next call in and breaks the answer off.
    silent_once: bool,
}

#[derive(Clone)]
struct Call {
    content_type: String,
    query: String,
    body: Bytes,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl Google {
    async fn start(public_pem: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("bound"));
        let body: String = public_pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let state = Arc::new(Mutex::new(Service {
            public: STANDARD.decode(body).expect("base64"),
            base: base.clone(),
            tokens: Vec::new(),
            turned_away: 0,
            endpoints: HashMap::new(),
            execution: ("ACTIVE".to_owned(), None),
        }));
        let routes = Router::new()
            .route("/token", post(token))
            .route(EXECUTION, get(execution))
            .route(&format!("{EXECUTION}/callbacks/{{id}}"), any(call))
            .with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base, state }
    }

    /// What `events.create_callback_endpoint` gives a workflow.
    fn endpoint(&self, id: &str, method: Method) -> Value {
        let endpoint = Endpoint { method: method.clone(), slot: None, open: true, silent_once: false };
        self.change(|service| service.endpoints.insert(id.to_owned(), endpoint));
        json!({
            "protocol": "google-workflows", "url": format!("{}{EXECUTION}/callbacks/{id}", self.base),
            "method": method.as_str(),
        })
    }

    /// What `events.await_callback` returns, once something came; the endpoint is over then.
    fn read(&self, id: &str) -> Option<Call> {
        self.change(|service| {
            let endpoint = service.endpoints.get_mut(id).expect("it was made");
            let call = endpoint.slot.take();
            endpoint.open &= call.is_none();
            call
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Service) -> T) -> T {
        change(&mut self.state.lock().expect("not poisoned"))
    }
}

/// A signed assertion is changed for an access token
/// (<https://developers.google.com/identity/protocols/oauth2/service-account#httprest>).
async fn token(State(service): State<Shared>, form: String) -> Response {
    let form = reqwest::Url::parse(&format!("http://form.invalid/?{form}")).expect("a form");
    let form: HashMap<_, _> = form.query_pairs().into_owned().collect();
    let mut service = service.lock().expect("not poisoned");
    let refused = |why: &str| {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant", "error_description": why })))
            .into_response()
    };
    if form["grant_type"] != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
        return refused("grant_type");
    }
    let (signed, signature) = form["assertion"].rsplit_once('.').expect("a token");
    let (header, claims) = signed.split_once('.').expect("a token");
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let header: Value = serde_json::from_slice(&part(header)).expect("JSON");
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &service.public);
    if header["alg"] != "RS256" || key.verify(signed.as_bytes(), &part(signature)).is_err() {
        return refused("signature");
    }
    let Claims { iss, scope, aud, iat, exp } = serde_json::from_slice(&part(claims)).expect("all of them");
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs()).expect("fits");
    if iss != ACCOUNT || scope != SCOPE || aud != format!("{}/token", service.base) {
        return refused("claims");
    }
    // At most an hour, and not of another time.
    if exp - iat > 3_600 || (now - iat).abs() > 60 {
        return refused("time");
    }
    let token = format!("ya29.{}", service.tokens.len());
    service.tokens.push(token.clone());
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3_599 })).into_response()
}

fn let_in(service: &mut Service, headers: &HeaderMap) -> bool {
    let shown = headers.get("authorization").and_then(|value| value.to_str().ok());
    let token = shown.and_then(|shown| shown.strip_prefix("Bearer "));
    let known = token.is_some_and(|token| service.tokens.iter().any(|known| known == token));
    service.turned_away += u32::from(!known);
    known
}

/// 200 takes the call, 429 has one already, 404 waits no more
/// (<https://docs.cloud.google.com/workflows/docs/creating-callback-endpoints>).
async fn call(
    State(service): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let silent = {
        let mut service = service.lock().expect("not poisoned");
        if !let_in(&mut service, &headers) {
            return StatusCode::UNAUTHORIZED;
        }
        let Some(endpoint) = service.endpoints.get_mut(&id).filter(|endpoint| endpoint.open) else {
            return StatusCode::NOT_FOUND;
        };
        if method != endpoint.method {
            return StatusCode::METHOD_NOT_ALLOWED;
        }
        if endpoint.slot.is_some() {
            return StatusCode::TOO_MANY_REQUESTS;
        }
        let content_type = headers.get("content-type").map(|value| value.to_str().expect("text").to_owned());
        let query = uri.query().unwrap_or_default().to_owned();
        endpoint.slot = Some(Call { content_type: content_type.unwrap_or_default(), query, body });
        std::mem::take(&mut endpoint.silent_once)
    };
    if silent { StatusCode::BAD_GATEWAY } else { StatusCode::OK }
}

/// <https://docs.cloud.google.com/workflows/docs/reference/executions/rest/v1/projects.locations.workflows.executions/get>
async fn execution(State(service): State<Shared>, headers: HeaderMap) -> Response {
    let mut service = service.lock().expect("not poisoned");
    if !let_in(&mut service, &headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let (state, result) = &service.execution;
    Json(json!({ "name": EXECUTION, "state": state, "result": result })).into_response()
}

async fn open() -> (Google, Console) {
    let key = JwtKey::rs256();
    let google = Google::start(&key.public).await;
    let grant = OauthGrant::Assertion { issuer: ACCOUNT.to_owned(), key: "google".to_owned(), kid: None };
    let token_url = format!("{}/token", google.base).parse().expect("a URL");
    let oauth = OauthSigning { token_url, grant, scope: Some(SCOPE.to_owned()) };
    let allow = vec![google.base.parse().expect("an entry")];
    let mut engine = Engine {
        signing: Signing { oauth: Some(oauth), ..Signing::default() },
        ..Engine::new("workflows", allow)
    };
    engine.settings.insert("google-workflows".to_owned(), json!({ "ask_for_state": true }));
    let console = Console::open(engine, &[("google", &key.private)]).await;
    (google, console)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_reads_the_answer_by_every_method() {
    let (google, console) = open().await;
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let callback = google.endpoint(method, method.parse().expect("a method"));
        let item = console.ask(&callback, json!({})).await;
        let deadline = item.deadline.expect("the workflow waits half a day");
        assert_eq!(deadline.millis_since(item.admitted_at), 43_200_000);
        let story = console.answer(&item, draft(Verdict::Approve, None)).await;
        assert_eq!(story.row.state, DeliveryState::Delivered, "{method}: {:?}", story.row.reason);
        let call = google.read(method).expect("it came");
        if call.body.is_empty() {
            assert!(call.query.contains("verdict=approve"), "{}", call.query);
        } else {
            assert_eq!(call.content_type, "application/json");
            let body: Value = serde_json::from_slice(&call.body).expect("JSON");
            assert_eq!(
                (&body["verdict"], &body["id"]),
                (&json!("approve"), &json!(story.row.id.to_string()))
            );
        }
    }
    assert_eq!(google.change(|service| service.tokens.len()), 1, "one token does for an hour");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ran_out_early_is_renewed_once() {
    let (google, console) = open().await;
    for id in ["one", "two"] {
        let item = console.ask(&google.endpoint(id, Method::POST), json!({})).await;
        let story = console.answer(&item, draft(Verdict::Approve, None)).await;
        assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
        assert_eq!(story.attempts.len(), 1, "the renewal is no try of its own");
        google.change(|service| service.tokens[0] = "void".to_owned());
    }
    assert_eq!(google.change(|service| (service.tokens.len(), service.turned_away)), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_google_does_not_know_waits_for_a_person() {
    let (google, console) = open().await;
    google.change(|service| service.public = vec![0; 8]);
    let item = console.ask(&google.endpoint("one", Method::POST), json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Parked);
    assert!(google.read("one").is_none(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_may_be_in_the_slot_already_is_not_made_twice() {
    let (google, console) = open().await;
    let callback = google.endpoint("one", Method::POST);
    google.change(|service| service.endpoints.get_mut("one").expect("made").silent_once = true);
    let item = console.ask(&callback, json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{:?}", story.row.reason);
    let outcomes: Vec<_> = story.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Ambiguous), Some(Outcome::AlreadyDone)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_gone_is_told_as_far_as_the_execution_shows_it() {
    let (google, console) = open().await;
    // Nobody waits any more, and nothing of ours got there.
    let callback = google.endpoint("one", Method::POST);
    google.change(|service| service.endpoints.get_mut("one").expect("made").open = false);
    let item = console.ask(&callback, json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Dead, "{:?}", story.row.reason);
    // It was cancelled, and the execution says so.
    let callback = google.endpoint("two", Method::POST);
    google.change(|service| {
        service.endpoints.get_mut("two").expect("made").open = false;
        service.execution.0 = "CANCELLED".to_owned();
    });
    let item = console.ask(&callback, json!({})).await;
    let story = console.answer(&item, draft(Verdict::Approve, None)).await;
    assert_eq!(story.row.state, DeliveryState::Dead);
    assert!(story.row.reason.is_some_and(|reason| reason.contains("cancelled")));
}
