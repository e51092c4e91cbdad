//! GitHub as its documentation has it, on this machine: where an app is given its installation's token, and the review of a
//! deployment. It knows nothing of Placet.

use std::sync::{Arc, Mutex};
use std::time::UNIX_EPOCH;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use placet_delivery::presets;
use placet_review::{DeliveryState, Draft, Engine, OauthGrant, OauthSigning, Signing, Timestamp, Verdict};
use placet_tests::draft;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::keys::JwtKey;
use crate::real::console::Console;

const APP: &str = "Iv23liPlacet";
const TOKENS: &str = "/app/installations/9/access_tokens";
const RULE: &str = "/repos/octo/shop/actions/runs/4711/deployment_protection_rule";
/// What the documentation lets an app's own token live at most, in seconds.
const LONGEST: i64 = 600;

type Shared = Arc<Mutex<Service>>;

struct Service {
    /// DER of the app's public key.
    public: Vec<u8>,
    /// Tokens given out; the last one holds.
    given: u32,
    /// What reviews said.
    reviews: Vec<Value>,
}

impl Service {
    fn token(&self) -> String {
        format!("ghs_{}", self.given)
    }
}

async fn start(public_pem: &str) -> (String, Shared) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let body: String = public_pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let public = STANDARD.decode(body).expect("base64");
    let service = Arc::new(Mutex::new(Service { public, given: 0, reviews: vec![] }));
    let routes =
        Router::new().route(TOKENS, post(give)).route(RULE, post(review)).with_state(service.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (base, service)
}

fn shown(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The claims of a token that the app signed, if it did.
fn claims(token: &str, public: &[u8]) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).verify(signed.as_bytes(), &signature).ok()?;
    let (_, claims) = signed.split_once('.')?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// <https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>
async fn give(State(service): State<Shared>, headers: HeaderMap) -> Response {
    let mut service = service.lock().expect("not poisoned");
    let now = i64::try_from(UNIX_EPOCH.elapsed().expect("after 1970").as_secs()).expect("this century");
    let holds = shown(&headers).and_then(|token| claims(token, &service.public)).is_some_and(|claims| {
        let (iat, exp) =
            (claims["iat"].as_i64().expect("a number"), claims["exp"].as_i64().expect("a number"));
        claims["iss"] == APP && iat <= now && now < exp && exp - now <= LONGEST
    });
    if !holds {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "message": "Bad credentials" }))).into_response();
    }
    service.given += 1;
    let expires_at = Timestamp::from_millis((now + 3_600) * 1_000);
    (StatusCode::CREATED, Json(json!({ "token": service.token(), "expires_at": expires_at }))).into_response()
}

/// <https://docs.github.com/rest/actions/workflow-runs#review-custom-deployment-protection-rules-for-a-workflow-run>
async fn review(State(service): State<Shared>, headers: HeaderMap, Json(said): Json<Value>) -> Response {
    let mut service = service.lock().expect("not poisoned");
    if shown(&headers) != Some(&service.token()) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "message": "Bad credentials" }))).into_response();
    }
    service.reviews.push(said);
    StatusCode::NO_CONTENT.into_response()
}

async fn console(base: &str, private: &str) -> Console {
    let preset = presets::named("github-deployments").expect("it comes with Placet");
    let grant = OauthGrant::GithubApp { app: APP.to_owned(), key: "app".to_owned() };
    let token_url = format!("{base}{TOKENS}").parse().expect("a URL");
    let engine = Engine {
        signing: Signing {
            oauth: Some(OauthSigning { token_url, grant, scope: None }),
            ..Signing::default()
        },
        ..preset.engine("deployments", base).expect("a profile")
    };
    Console::open(engine, &[("app", private)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_reviews_deployments_with_the_token_of_its_installation() {
    let key = JwtKey::rs256();
    let (base, service) = start(&key.public).await;
    let callback = json!({ "protocol": "http", "url": format!("{base}{RULE}"), "environment": "production" });
    let no = || Draft { verdict: Verdict::Reject, answer: None, note: Some("Not on a Friday.".to_owned()) };

    let stranger = console(&base, &JwtKey::rs256().private).await;
    let item = stranger.ask(&callback, json!({})).await;
    assert_eq!(stranger.answer(&item, no()).await.row.state, DeliveryState::Parked);

    let console = console(&base, &key.private).await;
    let states = async |draft: Draft| {
        let item = console.ask(&callback, json!({})).await;
        console.answer(&item, draft).await.row.state
    };
    assert_eq!(states(draft(Verdict::Approve, None)).await, DeliveryState::Delivered);
    // GitHub would not know the token that is kept any more; a new one does better.
    service.lock().expect("not poisoned").given += 1;
    assert_eq!(states(no()).await, DeliveryState::Delivered);
    let service = service.lock().expect("not poisoned");
    assert_eq!(
        service.given, 3,
        "one that is used until it is refused, one that was taken back, and the next"
    );
    let said = |state: &str, comment: &str| json!({ "environment_name": "production", "state": state, "comment": comment });
    let wanted = [said("approved", "approve by ada in Placet"), said("rejected", "Not on a Friday.")];
    assert_eq!(service.reviews, wanted);
}
