//! The door for the command line: the same verbs over loopback HTTP, for whoever can read `running.json`.

use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
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

/// Compared as a digest, so that neither length nor content shows in the time it takes.
type SecretDigest = [u8; 32];

/// `POST /v1/desk/{verb}`.
pub(crate) fn router(desk: Desk, secret: &str) -> Router {
    let secret: SecretDigest = Sha256::digest(secret).into();
    Router::new()
        .route("/v1/desk/{verb}", post(ask))
        // The owner's command sends whole files in batches; nobody else's body is read at all.
        .layer(DefaultBodyLimit::max(256 * 1024 * 1024))
        .route_layer(middleware::from_fn_with_state(secret, owner_only))
        .with_state(desk)
}

async fn owner_only(State(secret): State<SecretDigest>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    let given: SecretDigest = Sha256::digest(given).into();
    if bool::from(given.ct_eq(&secret)) {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

async fn ask(
    State(desk): State<Desk>,
    Path(verb): Path<String>,
    Json(Asked { reviewer, request }): Json<Asked<Value>>,
) -> Response {
    match verb::answer(&desk, &reviewer, &verb, request).await {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => (StatusCode::CONFLICT, Json(error)).into_response(),
    }
}
