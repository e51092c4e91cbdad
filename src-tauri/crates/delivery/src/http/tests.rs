use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, Method};
use placet_review::{Engine, Schedule, Signing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use wiremock::matchers::{any, body_bytes, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{ANSWER_BYTES, Answer, Http, Loopback, Request, Unanswered, builder};

fn engine(place: &str) -> Engine {
    Engine {
        name: "engine".into(),
        allow: vec![place.parse().expect("a place")],
        signing: Signing::default(),
        schedule: Schedule::Fast,
        at_once: None,
    }
}

/// Posts `{}` to the address, which the engine allows.
async fn post(http: &Http, url: &str) -> Result<Answer, Unanswered> {
    let url: url::Url = url.parse().expect("a URL");
    let request =
        Request { method: Method::POST, url: url.clone(), headers: HeaderMap::new(), body: b"{}"[..].into() };
    http.send(request, &engine(&url.origin().ascii_serialization())).await
}

async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(template).mount(&server).await;
    server
}

/// Listens, and does this with the one connection that comes, when its request has been read.
async fn listening<F: Future<Output = ()> + Send>(
    then: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let mut read = Vec::new();
        while !read.ends_with(b"{}") {
            assert_ne!(connection.read_buf(&mut read).await.expect("a request"), 0, "a whole request");
        }
        then(connection).await;
    });
    format!("http://127.0.0.1:{port}/")
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let elsewhere = answering(ResponseTemplate::new(200)).await;
    let template = ResponseTemplate::new(307).insert_header("location", elsewhere.uri());
    let server = answering(template).await;
    assert_eq!(post(&Http::new(), &server.uri()).await.expect("answered").status, 307);
    assert!(elsewhere.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_cap() {
    let long = vec![b'x'; 10 * ANSWER_BYTES];
    let server = answering(ResponseTemplate::new(200).set_body_bytes(long)).await;
    let answer = post(&Http::new(), &server.uri()).await.expect("answered");
    assert_eq!(answer.body.len(), ANSWER_BYTES);
}

#[tokio::test]
async fn placet_says_who_it_is_and_asks_for_no_compression() {
    let server = answering(ResponseTemplate::new(204)).await;
    post(&Http::new(), &server.uri()).await.expect("answered");
    let requests = server.received_requests().await.expect("recorded");
    assert!(requests[0].headers["user-agent"].to_str().expect("text").starts_with("Placet/"));
    assert!(!requests[0].headers.contains_key("accept-encoding"), "{:?}", requests[0].headers);
}

#[tokio::test]
async fn what_the_engine_does_not_allow_is_not_sent() {
    let server = answering(ResponseTemplate::new(204)).await;
    let request = Request {
        method: Method::POST,
        url: server.uri().parse().expect("a URL"),
        headers: HeaderMap::new(),
        body: b"{}"[..].into(),
    };
    let refused = Http::new().send(request, &engine("https://e.example")).await.expect_err("not allowed");
    assert!(matches!(refused, Unanswered::NotAllowed(_)), "{refused}");
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound");
    let url = format!("http://{free}/?token=hush");
    let unreached = post(&Http::new(), &url).await.expect_err("nobody listens");
    assert_eq!(unreached, Unanswered::Unreached("nothing listens at its address".into()));
}

#[tokio::test]
async fn a_host_that_has_no_address_was_sent_nothing() {
    let unreached = post(&Http::new(), "http://engine.invalid/?token=hush").await.expect_err("no such host");
    let words = unreached.to_string();
    assert!(matches!(unreached, Unanswered::Unreached(_)) && words.contains("looked up"), "{words}");
    assert!(!words.contains("hush"), "{words}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_the_outcome_open() {
    let url = listening(async |connection| drop(connection)).await;
    let silent = post(&Http::new(), &format!("{url}?token=hush")).await.expect_err("no answer");
    assert!(matches!(&silent, Unanswered::Silent(words) if words.contains("broke")), "{silent}");
    assert!(!silent.to_string().contains("hush"), "{silent}");
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_the_outcome_open() {
    let url = listening(async |connection| {
        std::future::pending::<()>().await;
        drop(connection);
    });
    let client = builder().timeout(Duration::from_millis(500)).build().expect("a client");
    let silent = post(&Http { client }, &url.await).await.expect_err("no answer");
    assert!(matches!(&silent, Unanswered::Silent(words) if words.contains("in time")), "{silent}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_counts_by_its_status() {
    let url = listening(async |mut connection| {
        let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
        connection.write_all(half).await.expect("written");
    });
    let answer = post(&Http::new(), &url.await).await.expect("the status came");
    assert_eq!((answer.status, &answer.body[..]), (200, &b"half"[..]));
}

#[tokio::test]
async fn what_is_no_http_leaves_the_outcome_open() {
    let url = listening(async |mut connection| {
        connection.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await.expect("written");
    });
    let silent = post(&Http::new(), &url.await).await.expect_err("no HTTP");
    assert!(matches!(silent, Unanswered::Silent(_)), "{silent}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let server = ServerConfig::builder().with_no_client_auth();
    let server = server.with_single_cert(vec![made.cert.der().clone()], key).expect("a TLS server");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.expect("a connection");
        let refused = TlsAcceptor::from(Arc::new(server)).accept(connection).await;
        assert!(refused.is_err(), "the client breaks the handshake off");
    });
    let untrusted = post(&Http::new(), &format!("https://localhost:{port}/")).await.expect_err("not trusted");
    assert!(matches!(untrusted, Unanswered::Untrusted(_)), "{untrusted:?}");
}

#[tokio::test]
async fn the_command_line_shows_its_secret_where_it_asks_and_not_where_it_looks() {
    let server = MockServer::start().await;
    let asked = Mock::given(method("POST"))
        .and(path("/v1/desk/next"))
        .and(header("authorization", "Bearer hush"))
        .and(header("content-type", "application/json"))
        .and(body_bytes(b"{}"))
        .respond_with(ResponseTemplate::new(409).set_body_bytes(vec![b'x'; 2 * ANSWER_BYTES]));
    asked.mount(&server).await;
    Mock::given(path("/healthz")).respond_with(ResponseTemplate::new(200)).mount(&server).await;

    let loopback = Loopback::new(server.address().port(), "hush".into());
    let health = loopback.get("/healthz").await.expect("answered");
    assert_eq!(health.status, 200);
    let answer = loopback.post("/v1/desk/next", b"{}".to_vec()).await.expect("answered");
    assert_eq!((answer.status, answer.body.len()), (409, 2 * ANSWER_BYTES), "read whole");
    let looked = &server.received_requests().await.expect("recorded")[0];
    assert!(!looked.headers.contains_key("authorization"), "nobody knows yet who listens there");
}
