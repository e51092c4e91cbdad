//! Receives decisions from Placet: with axum, tokio, standardwebhooks, serde_json, sha2 and base64,
//!
//! ```sh
//! PLACET_SECRET=whsec_... PORT=8000 cargo run
//! ```

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use standardwebhooks::Webhook;

struct Receiver {
    webhook: Webhook,
    /// Deliveries that were heard. Keep them where your tasks are, and in the same transaction.
    heard: Mutex<HashSet<String>>,
}

/// Resume the task here. It is called once for each delivery.
fn resume(answer: &Value) {
    println!(
        "{} {}",
        answer["id"].as_str().unwrap_or("?"),
        answer["decision"]["verdict"].as_str().unwrap_or("?")
    );
}

/// The body is taken as bytes: JSON that is read and written again has another signature.
async fn hear(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    // Checks the signature, and that it was made within five minutes of now.
    if receiver.webhook.verify(&body, &headers).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // RFC 9530. A header that is not there says nothing; what is signed was looked at above.
    let ours = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&body)));
    if header("content-digest").is_some_and(|said| !said.contains(&ours)) {
        return StatusCode::BAD_REQUEST;
    }
    let (Some(delivery), Ok(answer)) = (header("webhook-id"), serde_json::from_slice(&body)) else {
        return StatusCode::BAD_REQUEST;
    };
    if receiver.heard.lock().expect("nothing panics while it is held").insert(delivery.to_owned()) {
        resume(&answer);
    }
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let webhook = Webhook::new(&std::env::var("PLACET_SECRET")?)?;
    let receiver = Arc::new(Receiver { webhook, heard: Mutex::default() });
    let port: u16 = std::env::var("PORT").map_or(Ok(8_000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, Router::new().fallback(post(hear)).with_state(receiver)).await?)
}
