//! The door for the command line: the same verbs over loopback HTTP, for whoever can read `running.json`.

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{Desk, verb};

/// What is asked, and who asks.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked<R> {
    pub(crate) reviewer: String,
    pub(crate) request: R,
}

#[derive(Clone)]
struct Door {
    desk: Desk,
    /// Compared as digests, so that neither length nor content shows in the time it takes.
    secret: [u8; 32],
}

/// `POST /v1/desk/{verb}`.
pub(crate) fn router(desk: Desk, secret: &str) -> Router {
    let door = Door { desk, secret: Sha256::digest(secret).into() };
    Router::new()
        .route("/v1/desk/{verb}", post(ask))
        // The owner's command sends whole files in batches.
        .layer(DefaultBodyLimit::max(256 * 1024 * 1024))
        .with_state(door)
}

async fn ask(
    State(door): State<Door>,
    Path(verb): Path<String>,
    headers: HeaderMap,
    Json(Asked { reviewer, request }): Json<Asked<Value>>,
) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let given: [u8; 32] = Sha256::digest(given).into();
    if !bool::from(given.ct_eq(&door.secret)) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match verb::answer(&door.desk, &reviewer, &verb, request).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (StatusCode::CONFLICT, Json(error)).into_response(),
    }
}
