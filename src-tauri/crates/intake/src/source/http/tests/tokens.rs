//! Who may knock: whoever shows an engine's token, and no web page.

use axum::body::Body;
use http::{Method, header};
use rstest::rstest;

use super::{JSON, Served, endless};
use crate::fixture::submission;

#[rstest]
#[case(&[], "token-missing")]
#[case(&["Basic ZmFjZXM6c2VjcmV0"], "token-missing")]
#[case(&["Bearer"], "token-missing")]
#[case(&["Bearer plc_somebody-elses"], "token-unknown")]
#[case(&["Bearer "], "token-unknown")]
#[case(&["Bearer OWN", "Bearer OWN"], "token-missing")]
#[tokio::test]
async fn without_one_engines_token_nothing_is_answered(#[case] shown: &[&str], #[case] code: &str) {
    let served = Served::open().await;
    for (method, path) in [(Method::POST, "/v1/items"), (Method::GET, "/v1/items/faces/1")] {
        // It is refused before the body is read: this one would never end.
        let mut request = served.request(method, path, endless());
        request.headers_mut().remove(header::AUTHORIZATION);
        for value in shown {
            let value = value.replace("OWN", &served.token);
            request.headers_mut().append(header::AUTHORIZATION, value.parse().expect("ASCII"));
        }
        let told = served.ask(request).await;
        assert_eq!(told.problem(), (401, code), "{path}");
        assert!(told.headers[header::WWW_AUTHENTICATE].to_str().expect("ASCII").starts_with("Bearer"));
    }
    assert_eq!(served.ledger.waiting().await, 0);
}

#[tokio::test]
async fn a_token_that_was_replaced_opens_nothing() {
    let served = Served::open().await;
    assert_eq!(served.hand_in(&submission("1")).await.status, 201);
    served.ledger.token("faces", 2).await;
    assert_eq!(served.hand_in(&submission("2")).await.problem(), (401, "token-unknown"));
}

#[rstest]
#[case("127.0.0.1:7410", 201)]
#[case("localhost:7410", 201)]
#[case("[::1]:7410", 201)]
#[case("127.0.0.1", 421)]
#[case("127.0.0.1:7411", 421)]
#[case("rebound.evil.example:7410", 421)]
#[case("127.0.0.1.evil.example:7410", 421)]
#[case("0.0.0.0:7410", 421)]
#[tokio::test]
async fn only_loopback_by_name_is_this_host(#[case] host: &str, #[case] status: u16) {
    let served = Served::open().await;
    let mut request = served.post(JSON, submission("1").to_string());
    request.headers_mut().insert(header::HOST, host.parse().expect("ASCII"));
    let told = served.ask(request).await;
    assert_eq!(told.status, status, "{told:?}");
    if status == 421 {
        assert_eq!(told.problem(), (421, "host-refused"));
    }
}

#[tokio::test]
async fn no_host_two_hosts_and_another_host_in_the_target_are_refused() {
    let served = Served::open().await;
    let mut none = served.request(Method::GET, "/healthz", Body::empty());
    none.headers_mut().remove(header::HOST);
    let mut two = served.request(Method::GET, "/healthz", Body::empty());
    two.headers_mut().append(header::HOST, "localhost:7410".parse().expect("ASCII"));
    let target = served.request(Method::GET, "http://evil.example/healthz", Body::empty());
    for request in [none, two, target] {
        assert_eq!(served.ask(request).await.problem(), (421, "host-refused"));
    }
}

#[rstest]
#[case("origin", "https://evil.example")]
#[case("origin", "http://127.0.0.1:7410")]
#[case("origin", "null")]
#[case("sec-fetch-site", "cross-site")]
#[case("sec-fetch-site", "same-origin")]
#[tokio::test]
async fn what_a_web_page_sent_is_refused(#[case] name: &'static str, #[case] value: &str) {
    let served = Served::open().await;
    for (method, path) in
        [(Method::POST, "/v1/items"), (Method::OPTIONS, "/v1/items"), (Method::GET, "/healthz")]
    {
        let mut request = served.request(method, path, submission("1").to_string());
        request.headers_mut().insert(header::CONTENT_TYPE, JSON.parse().expect("ASCII"));
        request.headers_mut().insert(name, value.parse().expect("ASCII"));
        assert_eq!(served.ask(request).await.problem(), (403, "origin-refused"), "{path}");
    }
    assert_eq!(served.ledger.waiting().await, 0);
}

#[tokio::test]
async fn an_address_typed_into_a_browser_is_answered() {
    let served = Served::open().await;
    let mut request = served.request(Method::GET, "/healthz", Body::empty());
    request.headers_mut().insert("sec-fetch-site", "none".parse().expect("ASCII"));
    assert_eq!(served.ask(request).await.status, 200);
}
