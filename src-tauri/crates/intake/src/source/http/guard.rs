//! Refuses what a browser sent and what was meant for another host, and answers for a handler that panicked.

use std::any::Any;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Uri, header};
use tower_http::catch_panic::CatchPanicLayer;

use super::Site;
use crate::problem::{Code, Problem};

/// Puts the routes behind the checks that every request to this site must pass:
///
/// - `Host` is exactly a loopback name with the site's port; a DNS name that was rebound to 127.0.0.1 is not;
/// - there is no `Origin` and no `Sec-Fetch-Site` but `none`: no web page may talk to Placet, so there are
///   no CORS headers either.
///
/// A panic in a handler becomes a problem with status 500.
pub fn guard(routes: Router, site: Site) -> Router {
    routes
        .layer(middleware::from_fn_with_state(site.port, check))
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| panicked()))
}

async fn check(State(port): State<u16>, request: Request, next: Next) -> Response {
    match host(request.headers(), request.uri(), port).and_then(|()| origin(request.headers())) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn host(headers: &HeaderMap, uri: &Uri, port: u16) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let named_here = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(|host| is_loopback(host, port)),
        _ => false,
    };
    // A request in absolute form (RFC 9112 section 3.2.2) names its host twice.
    if named_here && uri.authority().is_none_or(|authority| is_loopback(authority.as_str(), port)) {
        return Ok(());
    }
    let detail = format!("Placet answers to 127.0.0.1:{port}, localhost:{port} and [::1]:{port} only");
    Err(Problem::new(Code::HostRefused, detail))
}

fn is_loopback(host: &str, port: u16) -> bool {
    host.rsplit_once(':').is_some_and(|(name, given)| {
        given.parse() == Ok(port)
            && ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
    })
}

fn origin(headers: &HeaderMap) -> Result<(), Problem> {
    let fetched_by_a_page = headers.get_all("sec-fetch-site").iter().any(|site| site != "none");
    if fetched_by_a_page || headers.contains_key(header::ORIGIN) {
        let detail = "items are handed in by programs; requests with an Origin come from a web page";
        return Err(Problem::new(Code::OriginRefused, detail));
    }
    Ok(())
}

fn panicked() -> Response {
    // The message may hold what was handed in, so it goes to the panic hook alone.
    tracing::error!("a request handler panicked");
    let detail = "Placet failed while it answered; what was admitted is safe, and handing in again is, too";
    Problem::new(Code::Internal, detail).into_response()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_loopback;

    #[rstest]
    #[case("127.0.0.1:7070", true)]
    #[case("localhost:7070", true)]
    #[case("LocalHost:7070", true)]
    #[case("[::1]:7070", true)]
    #[case("localhost", false)]
    #[case("localhost:7071", false)]
    #[case("localhost:", false)]
    #[case("localhost:7070.evil.example:7070", false)]
    #[case("user@localhost:7070", false)]
    #[case("evil.example:7070", false)]
    #[case("127.0.0.2:7070", false)]
    #[case("::1:7070", false)]
    #[case("", false)]
    fn only_loopback_names_with_the_port_are_this_host(#[case] host: &str, #[case] own: bool) {
        assert_eq!(is_loopback(host, 7070), own, "{host}");
    }
}
