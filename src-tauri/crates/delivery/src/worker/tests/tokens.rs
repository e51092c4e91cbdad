//! Access tokens of an engine, whatever is sent to it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_review::{Callback, DeliveryState, Engine, Signing};
use placet_store::Store as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::ledger::Ledger;
use super::{all_in, courier, eventually, keys, with_heartbeats};
use crate::protocol::News;
use crate::{Heartbeats, Notices, Worker};

/// Hands out a token that is good for an hour, and takes what comes with it.
async fn engine() -> MockServer {
    let server = MockServer::start().await;
    let token = json!({ "access_token": "of-an-hour", "token_type": "Bearer", "expires_in": 3_600 });
    let given = ResponseTemplate::new(200).set_body_json(token);
    Mock::given(method("POST")).and(path("/token")).respond_with(given).mount(&server).await;
    let shown = Mock::given(method("POST")).and(header("authorization", "Bearer of-an-hour"));
    shown.respond_with(ResponseTemplate::new(204)).mount(&server).await;
    server
}

fn signing(url: &str) -> Signing {
    let oauth = json!({ "oauth": {
        "token_url": format!("{url}/token"),
        "grant": { "client_credentials": { "client_id": "placet", "key": "login" } },
    } });
    serde_json::from_value(oauth).expect("a profile")
}

/// Of a process that wants to hear who took its question up.
fn wanting_news(url: &str) -> Callback {
    let token = STANDARD.encode(json!({ "node": "n", "anchor": "a" }).to_string());
    let parameters: Value = json!({ "url": format!("{url}/news"), "token": token });
    let parameters = parameters.as_object().expect("an object").clone();
    Callback { protocol: "callback-step".into(), parameters }
}

#[tokio::test]
async fn answers_signs_of_life_and_news_go_out_with_one_token() {
    let engine = engine().await;
    let url = engine.uri();
    let ledger = Ledger::open(&url, signing(&url)).await;
    let (keys, _handed_over) = keys("login=hush\n");
    let courier = courier(&ledger, keys);
    let (stop, stopped) = watch::channel(false);
    let (notices, to_tell) = Notices::new();
    let parts = [
        tokio::spawn(Worker::new(courier.clone()).run(stopped.clone())),
        tokio::spawn(Heartbeats::new(courier.clone()).run(stopped.clone())),
        tokio::spawn(to_tell.run(courier, stopped)),
    ];

    let item = ledger.hand_in("task-1", wanting_news(&url), None).await;
    let item = Arc::new(ledger.item(item).await.expect("read").expect("there"));
    let profile: Engine = ledger.engine("engine").await.expect("read").expect("there");
    notices.tell(item, Arc::new(profile), News::TakenUp("ada".into()));
    ledger.hand_in("task-2", with_heartbeats(&url), Some(1)).await;
    ledger.decide("task-3", &format!("{url}/answer")).await;
    all_in(&ledger, DeliveryState::Delivered).await;
    let taken = async |place: &str| {
        let requests = engine.received_requests().await.expect("recorded");
        requests.iter().filter(|request| request.url.path() == place).count()
    };
    eventually("each of them is there", async || {
        taken("/news").await == 1 && taken("/alive").await >= 2 && taken("/answer").await == 1
    })
    .await;
    assert_eq!(taken("/token").await, 1, "it is good for all of them");

    stop.send_replace(true);
    for part in parts {
        part.await.expect("it ends well");
    }
}
