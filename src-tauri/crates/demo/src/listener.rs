//! Hears the answers: `POST /callbacks/{task}`; and tells how the engine stands: `GET /` or `GET /report`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::callback::Refusal;
use crate::engine::Engine;
use crate::report::Summary;
use crate::tasks::Resume;

/// How large a callback may be: Placet's about a digit has some hundred bytes, and a note.
const LARGEST: usize = 256 * 1024;

pub(crate) fn router(engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/callbacks/{task}", post(callback))
        .route("/", get(standing))
        .route("/report", get(standing))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(engine)
}

async fn standing(State(engine): State<Arc<Engine>>) -> Json<Summary> {
    Json(engine.summary())
}

/// Takes the raw body: the signature is over its bytes.
async fn callback(
    State(engine): State<Arc<Engine>>,
    Path(task): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // It waits for the disk, which must not hold up others who call.
    let heard = {
        let (engine, task) = (engine.clone(), task.clone());
        tokio::task::spawn_blocking(move || engine.hear(&task, &headers, &body)).await
    };
    match heard.unwrap_or_else(|error| Err(Refusal::NotKept(error.to_string()))) {
        Ok(Resume::Now(_)) => Json(json!({ "task": task, "resumed": "now" })).into_response(),
        Ok(Resume::Before) => Json(json!({ "task": task, "resumed": "before" })).into_response(),
        Err(refusal) => {
            let words = json!({ "task": task, "code": refusal.code(), "detail": refusal.to_string() });
            (refusal.status(), Json(words)).into_response()
        }
    }
}
