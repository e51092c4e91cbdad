//! Takes items in over loopback HTTP: engines on this machine, one bearer token each.
//!
//! The server trusts nobody for being on this machine. A web page in the reviewer's browser can reach
//! loopback too, so whatever a browser sent is refused before anything is read ([`guard`]).

mod answer;
mod body;
mod guard;
mod handlers;
mod key_set;
mod openapi;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use placet_review::Timestamp;

use crate::{Inbox, MAX_REQUEST_BYTES};
pub use guard::guard;
pub use key_set::key_set;
pub use openapi::openapi;
pub use token::new_token;

/// The server that the routes run in.
#[derive(Clone, Debug)]
pub struct Site {
    /// Which running Placet this is: `/healthz` says it, so that a client can tell a port that was taken
    /// over by another program.
    pub instance: String,
    /// The port on loopback.
    pub port: u16,
    /// What time it is.
    pub clock: fn() -> Timestamp,
}

/// What the handlers share.
struct Door {
    inbox: Arc<Inbox>,
    site: Site,
}

/// The routes by which engines hand items in, and the answer to paths that nobody serves. They belong behind
/// [`guard`], together with whatever is merged into them.
pub fn router(inbox: Arc<Inbox>, site: Site) -> Router {
    Router::new()
        .route("/v1/items", post(handlers::hand_in))
        .route("/v1/items/{engine}/{id}", get(handlers::ask_after))
        .route("/v1/openapi.json", get(handlers::openapi))
        .route("/v1/submission.schema.json", get(handlers::submission_schema))
        .route("/healthz", get(handlers::health))
        .fallback(handlers::no_such_route)
        .method_not_allowed_fallback(handlers::no_such_method)
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(Arc::new(Door { inbox, site }))
}

#[cfg(test)]
mod tests;
