//! Where receivers look up the keys that tokens are signed with. Intake knows none of them; it is handed a function.

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;

use crate::problem::{Code, Problem};

/// The route `GET /.well-known/jwks.json`. `read` gives the set (RFC 7517), or nothing while it cannot be read. The route
/// belongs behind [`super::guard`], as the others do.
pub fn key_set<R>(read: impl Fn() -> R + Clone + Send + Sync + 'static) -> Router
where
    R: Future<Output = Option<Value>> + Send,
{
    Router::new().route("/.well-known/jwks.json", get(async move || told(read().await)))
}

fn told(set: Option<Value>) -> Response {
    // Who meets a key that is not in the set asks again before that.
    const HEADERS: [(http::HeaderName, &str); 2] =
        [(CONTENT_TYPE, "application/jwk-set+json"), (CACHE_CONTROL, "public, max-age=300")];
    match set {
        Some(set) => (HEADERS, set.to_string()).into_response(),
        None => {
            let detail = "the public keys cannot be read now; ask again later";
            Problem::new(Code::LedgerUnavailable, detail).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode};
    use serde_json::{Value, json};
    use tower::ServiceExt as _;

    use super::key_set;

    async fn told(set: Option<Value>) -> (StatusCode, String, Value) {
        let routes = key_set(move || std::future::ready(set.clone()));
        let request = Request::get("/.well-known/jwks.json").body(Body::empty()).expect("a request");
        let (head, body) = routes.oneshot(request).await.expect("answered").into_parts();
        let body = to_bytes(body, 10_000).await.expect("read");
        let kind = head.headers["content-type"].to_str().expect("text").to_owned();
        (head.status, kind, serde_json::from_slice(&body).expect("JSON"))
    }

    #[tokio::test]
    async fn the_set_is_told_as_it_is() {
        let set = json!({ "keys": [{ "kty": "OKP" }] });
        let told = told(Some(set.clone())).await;
        assert_eq!(told, (StatusCode::OK, "application/jwk-set+json".to_owned(), set));
    }

    #[tokio::test]
    async fn a_set_that_cannot_be_read_is_a_problem() {
        let (status, kind, _) = told(None).await;
        assert_eq!((status, kind.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json"));
    }
}
