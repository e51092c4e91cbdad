//! A process of a low-code engine that waits at its callback step, by what the documentation of Metrici says of such
//! steps. "The documentation" is
//! <https://www.metrici.com/metrici/documentation/devguide/standard_library_reference/worker/callback> and what lies
//! under it; each rule names its page.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How its one callback stands.
#[derive(Clone)]
pub(super) struct Standing {
    /// `create` at first (`concepts`).
    pub(super) status: String,
    /// What the steps after it are handed.
    pub(super) data: Map<String, Value>,
    /// The statuses that it was sent, in their order.
    pub(super) sent: Vec<String>,
    /// How often it was asked for.
    pub(super) asked: u32,
    /// A gateway before it loses the next answer to a callback with this status.
    loses: Option<&'static str>,
}

/// The process, on loopback.
pub(super) struct Process {
    pub(super) url: String,
    standing: Arc<watch::Sender<Standing>>,
}

impl Process {
    /// One that waits at its step.
    pub(super) async fn at_its_step() -> Self {
        let create_data = json!({ "callerRef": "A", "label": "none" });
        let standing = Standing {
            status: "create".to_owned(),
            data: create_data.as_object().expect("an object").clone(),
            sent: Vec::new(),
            asked: 0,
            loses: None,
        };
        let standing = Arc::new(watch::Sender::new(standing));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/acme/pets", listener.local_addr().expect("bound"));
        let routes =
            Router::new().route("/acme/pets", axum::routing::post(execute)).with_state(standing.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        Self { url, standing }
    }

    /// The callback as the process hands it out.
    pub(super) fn callback(&self) -> Value {
        let create_data = self.standing.borrow().data.clone();
        json!({
            "protocol": "callback-step", "url": self.url, "token": token(), "createData": create_data,
            "retention": "PT24H",
        })
    }

    /// Whoever runs the process wants no answer any more (`cancel`).
    pub(super) fn cancel(&self) {
        self.standing.send_modify(|standing| standing.status = "cancel".to_owned());
    }

    /// Takes the next callback with this status, and lets a gateway lose what it says to that.
    pub(super) fn lose_the_answer_to(&self, status: &'static str) {
        self.standing.send_modify(|standing| standing.loses = Some(status));
    }

    /// How the callback stands, once it stands so.
    pub(super) async fn once(&self, status: &str) -> Standing {
        let mut standing = self.standing.subscribe();
        let stands_so = standing.wait_for(|standing| standing.status == status);
        let patience = std::time::Duration::from_secs(60);
        let stands_so = tokio::time::timeout(patience, stands_so).await.expect("it should stand so by now");
        stands_so.expect("the process lives").clone()
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.borrow().clone()
    }
}

/// Names the step that is called back and the callback (`connections`).
fn token() -> String {
    STANDARD.encode(json!({ "node": "acme.pets", "anchor": "ask", "id": "4711" }).to_string())
}

async fn execute(State(standing): State<Arc<watch::Sender<Standing>>>, body: Bytes) -> (StatusCode, String) {
    let data: Value = serde_json::from_slice(&body).expect("a body that is no form is the step's data");
    // By this the step tells a callback from a run of the process (`callback_step_type`).
    assert_eq!(data["type"], "CALLBACK", "it must not be run anew");
    let mut answer = (StatusCode::OK, String::new());
    standing.send_modify(|standing| answer = standing.take(&data));
    answer
}

impl Standing {
    fn take(&mut self, data: &Value) -> (StatusCode, String) {
        let (status, said) =
            (self.status.clone(), |returned: &Value| (StatusCode::OK, service_response(returned)));
        if data["callbackToken"] != token() {
            return said(&"notFound".into());
        }
        if data["callbackAction"] == "getCallback" {
            self.asked += 1;
            // The response object, with the data as they are kept (`advanced`; `progress`, "Response store").
            return said(&json!({ "status": status, "token": token(), "data": self.data }));
        }
        let sent = data["callbackStatus"].as_str().unwrap_or_default().to_owned();
        // One of the permitted statuses, of a callback that is active (`callback_step_type`).
        if !["start", "progress", "complete", "cancel", "error"].contains(&sent.as_str()) {
            return (StatusCode::OK, "<response><errorNumber>1</errorNumber></response>".to_owned());
        }
        self.sent.push(sent.clone());
        if ["create", "accept", "start", "progress"].contains(&status.as_str()) {
            self.status = sent.clone();
            // Later data win (`advanced`).
            self.data.extend(data["callbackData"].as_object().expect("an object").clone());
        }
        if self.loses.take_if(|loses| **loses == *sent).is_some() {
            return (StatusCode::GATEWAY_TIMEOUT, String::new());
        }
        // The status goes back to the caller (`callback_step_type`), and is `cancel` where it was cancelled (`cancel`).
        said(&self.status.clone().into())
    }
}

/// As a service answers: 0 for a success, and what it returns as JSON
/// (<https://www.metrici.com/metrici/documentation/devguide/service_interface/rest/mapping_rest_to_services>).
fn service_response(returned: &Value) -> String {
    let returned = returned.to_string().replace('&', "&amp;").replace('<', "&lt;");
    format!("<response><errorNumber>0</errorNumber><return>{returned}</return></response>")
}
