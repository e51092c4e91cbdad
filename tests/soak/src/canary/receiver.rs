//! A receiver that says back what it hears, as careless servers do, and fails in many ways.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The receiver. The last part of the path says how it answers: a status, after `echo-` with all that it heard.
pub(super) struct Receiver {
    pub(super) port: u16,
    memory: Memory,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Memory {
    /// Goes out in `Set-Cookie` and `WWW-Authenticate`.
    cookie: String,
    /// Every `Authorization` that came in, and every token in a query.
    shown: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// On any free port; `cookie` goes out with each answer.
    pub(super) async fn start(cookie: String) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let memory = Memory { cookie, shown: Arc::default() };
        let routes = Router::new().fallback(answer).with_state(memory.clone());
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                eprintln!("the receiver broke down: {error}");
            }
        });
        Ok(Self { port, memory, task })
    }

    /// The credentials that came in.
    pub(super) fn shown(&self) -> Vec<String> {
        self.memory.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(memory): State<Memory>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let in_query =
        uri.query().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("access_token="));
    memory
        .shown
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .extend([bearer, in_query].into_iter().flatten().map(str::to_owned));
    let last = uri.path().rsplit('/').next().unwrap_or_default();
    let status = last.rsplit('-').next().and_then(|status| status.parse().ok());
    let status =
        status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::NO_CONTENT);
    let said = if last.starts_with("echo") {
        format!("cannot take {uri}\n{headers:#?}\n{}", String::from_utf8_lossy(&body))
    } else {
        String::new()
    };
    let cookie = format!("session={}; HttpOnly", memory.cookie);
    let asks = format!("Bearer realm=\"{}\"", memory.cookie);
    let own =
        [(header::SET_COOKIE, cookie), (header::WWW_AUTHENTICATE, asks), (header::LOCATION, uri.to_string())];
    (status, own.map(|(name, value): (HeaderName, String)| (name, value)), said).into_response()
}
