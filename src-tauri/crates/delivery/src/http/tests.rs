mod client_certificate;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ::http::{HeaderMap, Method};
use placet_review::{Engine, Phase};
use rstest::rstest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use wiremock::matchers::{any, body_bytes, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{ANSWER_BYTES, Answer, Exchange, Http, LookUp, Loopback, Request, Unanswered, check_profile};

fn engine(place: &str) -> Engine {
    Engine::new("engine", vec![place.parse().expect("a place")])
}

/// Posts `{}` to the address, which the engine allows.
async fn post(http: &Http, url: &str) -> Result<Answer, Unanswered> {
    exchange(http, url).await.answer
}

async fn exchange(http: &Http, url: &str) -> Exchange {
    let request = request(url);
    let engine = engine(&request.url.origin().ascii_serialization());
    http.send(request, &engine).await
}

fn request(url: &str) -> Request {
    let url = url.parse().expect("a URL");
    Request { method: Method::POST, url, headers: HeaderMap::new(), body: b"{}"[..].into(), secrets: vec![] }
}

/// Every name leads to these addresses; tells how often one was looked up.
fn leading_to(addresses: &[&str]) -> (Http, Arc<AtomicUsize>) {
    let found: Vec<IpAddr> = addresses.iter().map(|ip| ip.parse().expect("an address")).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let look_up: LookUp = Arc::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        let found = found.clone();
        Box::pin(async move { Ok(found) })
    });
    (Http::new().looking_up(look_up), asked)
}

/// For `e.example` on this port, which may lead to 127.0.0.1.
fn behind_a_name(port: u16) -> Engine {
    Engine { addresses: vec![Ipv4Addr::LOCALHOST.into()], ..engine(&format!("http://e.example:{port}/")) }
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

#[rstest]
#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed(#[values(301, 302, 303, 307, 308)] status: u16) {
    let elsewhere = answering(ResponseTemplate::new(200)).await;
    let template = ResponseTemplate::new(status).insert_header("location", elsewhere.uri());
    let server = answering(template).await;
    assert_eq!(post(&Http::new(), &server.uri()).await.expect("answered").status, status);
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
    let Exchange { phase, answer } =
        Http::new().send(request(&server.uri()), &engine("https://e.example")).await;
    let refused = answer.expect_err("not allowed");
    assert!(matches!(refused, Unanswered::NotAllowed(_)) && phase == Phase::Policy, "{refused}");
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("bound");
    let url = format!("http://{free}/?token=hush");
    let Exchange { phase, answer } = exchange(&Http::new(), &url).await;
    assert_eq!(answer.expect_err("nobody"), Unanswered::Unreached("nothing listens at its address".into()));
    assert_eq!(phase, Phase::Connect);
}

#[tokio::test]
async fn a_host_that_has_no_address_was_sent_nothing() {
    let Exchange { phase, answer } = exchange(&Http::new(), "http://engine.invalid/?token=hush").await;
    let unreached = answer.expect_err("no such host");
    assert_eq!(phase, Phase::Dns);
    let words = unreached.to_string();
    assert!(matches!(unreached, Unanswered::Unreached(_)) && words.contains("looked up"), "{words}");
    assert!(!words.contains("hush"), "{words}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_the_outcome_open() {
    let url = listening(async |connection| drop(connection)).await;
    let Exchange { phase, answer } = exchange(&Http::new(), &format!("{url}?token=hush")).await;
    let silent = answer.expect_err("no answer");
    assert_eq!(phase, Phase::SentBody);
    assert!(matches!(&silent, Unanswered::Silent(words) if words.contains("broke")), "{silent}");
    assert!(!silent.to_string().contains("hush"), "{silent}");
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_the_outcome_open() {
    let url = listening(async |connection| {
        std::future::pending::<()>().await;
        drop(connection);
    });
    let http = Http::new().within(Duration::from_millis(500));
    let silent = post(&http, &url.await).await.expect_err("no answer");
    assert!(matches!(&silent, Unanswered::Silent(words) if words.contains("in time")), "{silent}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_counts_by_its_status() {
    let url = listening(async |mut connection| {
        let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
        connection.write_all(half).await.expect("written");
    });
    let Exchange { phase, answer } = exchange(&Http::new(), &url.await).await;
    let answer = answer.expect("the status came");
    assert_eq!((answer.status, &answer.body[..]), (200, &b"half"[..]));
    assert_eq!(phase, Phase::GotHeaders);
}

#[tokio::test]
async fn what_is_no_http_leaves_the_outcome_open() {
    let url = listening(async |mut connection| {
        connection.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").await.expect("written");
    });
    let silent = post(&Http::new(), &url.await).await.expect_err("no HTTP");
    assert!(matches!(silent, Unanswered::Silent(_)), "{silent}");
}

/// A server with a certificate of its own for this host, and the certificate.
fn tls(host: &str) -> (ServerConfig, String) {
    let made = rcgen::generate_simple_self_signed(vec![host.into()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let server = ServerConfig::builder().with_no_client_auth();
    let server = server.with_single_cert(vec![made.cert.der().clone()], key).expect("a TLS server");
    (server, made.cert.pem())
}

#[tokio::test]
async fn an_authority_of_the_engines_profile_is_trusted_for_that_engine_alone() {
    let (server, pem) = tls("localhost");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://localhost:{}/", listener.local_addr().expect("bound").port());
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(server));
        loop {
            let (connection, _) = listener.accept().await.expect("a connection");
            let Ok(mut connection) = acceptor.accept(connection).await else { continue };
            let mut read = Vec::new();
            while !read.ends_with(b"{}") {
                assert_ne!(connection.read_buf(&mut read).await.expect("a request"), 0, "a whole request");
            }
            connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("answered");
        }
    });
    let http = Http::new();
    let theirs = Engine { ca: Some(pem), ..engine(&url) };
    assert_eq!(check_profile(&theirs), Ok(()));
    let Exchange { phase, answer } = http.send(request(&url), &theirs).await;
    assert_eq!((answer.expect("trusted").status, phase), (204, Phase::GotBody));
    let other = Engine { name: "other".into(), ca: None, ..theirs.clone() };
    let untrusted = http.send(request(&url), &other).await.answer.expect_err("not its authority");
    assert!(matches!(untrusted, Unanswered::Untrusted(_)), "{untrusted:?}");
    let changed = Engine { ca: None, ..theirs };
    let untrusted = http.send(request(&url), &changed).await.answer.expect_err("not any more");
    assert!(
        matches!(untrusted, Unanswered::Untrusted(_)),
        "the kept connection serves no more: {untrusted:?}"
    );
}

#[rstest]
#[case("", "no certificate")]
#[case("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "damaged")]
#[case("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "private keys")]
fn what_is_no_authority_is_refused_with_the_profile(#[case] pem: &str, #[case] why: &str) {
    let wrong = check_profile(&Engine { ca: Some(pem.into()), ..engine("https://e.example/") });
    let wrong = wrong.expect_err("no authority");
    assert!(wrong.starts_with("ca: ") && wrong.contains(why), "{wrong}");
}

#[tokio::test]
async fn a_host_is_looked_up_once_for_all_requests_that_its_connection_serves() {
    let server = answering(ResponseTemplate::new(204)).await;
    let (http, asked) = leading_to(&["127.0.0.1"]);
    let port = server.address().port();
    for _ in 0..3 {
        let exchange = http.send(request(&format!("http://e.example:{port}/")), &behind_a_name(port)).await;
        assert_eq!(exchange.answer.expect("answered").status, 204);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn one_address_that_is_closed_closes_the_host() {
    let server = answering(ResponseTemplate::new(204)).await;
    let port = server.address().port();
    for found in [["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"], ["127.0.0.1", "169.254.169.254"]] {
        let (http, _) = leading_to(&found);
        let Exchange { phase, answer } =
            http.send(request(&format!("http://e.example:{port}/")), &behind_a_name(port)).await;
        let refused = answer.expect_err("closed");
        assert!(matches!(refused, Unanswered::NotAllowed(_)), "{refused:?}");
        assert_eq!(phase, Phase::Dns);
    }
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn connections_serve_the_engine_alone_for_which_they_were_made() {
    let server = answering(ResponseTemplate::new(204)).await;
    let port = server.address().port();
    let (http, asked) = leading_to(&["127.0.0.1"]);
    let url = format!("http://e.example:{port}/");
    let sent = http.send(request(&url), &behind_a_name(port)).await;
    assert!(sent.answer.is_ok(), "{sent:?}");
    let other = Engine { name: "other".into(), addresses: vec![], ..behind_a_name(port) };
    let refused = http.send(request(&url), &other).await.answer.expect_err("not its address");
    assert!(refused.to_string().contains("--address 127.0.0.1"), "it says what to do: {refused}");
    let closed = Engine { addresses: vec![], ..behind_a_name(port) };
    let refused = http.send(request(&url), &closed).await.answer.expect_err("not any more");
    assert!(matches!(refused, Unanswered::NotAllowed(_)), "{refused:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn placet_never_answers_itself() {
    let server = answering(ResponseTemplate::new(204)).await;
    let http = Http::new().away_from(server.address().port());
    let Exchange { phase, answer } = exchange(&http, &server.uri()).await;
    let refused = answer.expect_err("its own port");
    assert!(refused.to_string().contains("Placet itself") && phase == Phase::Policy, "{refused}");
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn a_name_that_leads_to_placet_is_closed_whatever_the_profile_says() {
    let server = answering(ResponseTemplate::new(204)).await;
    let port = server.address().port();
    let (http, _) = leading_to(&["127.0.0.1"]);
    let url = format!("http://e.example:{port}/");
    let Exchange { phase, answer } = http.away_from(port).send(request(&url), &behind_a_name(port)).await;
    let refused = answer.expect_err("its own port");
    assert!(refused.to_string().contains("Placet itself") && phase == Phase::Dns, "{refused}");
    assert!(server.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn what_the_receiver_repeats_of_our_credentials_is_hidden() {
    let server = answering(ResponseTemplate::new(400).set_body_string("bad token: hush-hush")).await;
    let answer = post(&Http::new(), &format!("{}/?token=hush-hush", server.uri())).await.expect("answered");
    assert_eq!(answer.body, "bad token: [hidden]");
}

#[tokio::test]
async fn a_large_body_is_sent_whole() {
    let server = answering(ResponseTemplate::new(204)).await;
    let body: bytes::Bytes = vec![b'x'; 3_000_000].into();
    let sending = Request { body: body.clone(), ..request(&server.uri()) };
    let Exchange { phase, answer } = Http::new().send(sending, &engine(&server.uri())).await;
    assert_eq!((answer.expect("answered").status, phase), (204, Phase::GotBody));
    let requests = server.received_requests().await.expect("recorded");
    assert_eq!(requests[0].headers["content-length"], "3000000");
    assert!(requests[0].body == body);
}

#[tokio::test]
async fn a_receiver_that_stops_reading_did_not_get_the_whole_body() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("bound"));
    let sending = Request { body: vec![b'x'; 50_000_000].into(), ..request(&url) };
    let http = Http::new().within(Duration::from_millis(500));
    let Exchange { phase, answer } = http.send(sending, &engine(&url)).await;
    assert_eq!(phase, Phase::SentHeaders, "{answer:?}");
    assert!(matches!(answer, Err(Unanswered::Silent(_))), "{answer:?}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let (server, _) = tls("localhost");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let (connection, _) = listener.accept().await.expect("a connection");
        let refused = TlsAcceptor::from(Arc::new(server)).accept(connection).await;
        assert!(refused.is_err(), "the client breaks the handshake off");
    });
    let Exchange { phase, answer } = exchange(&Http::new(), &format!("https://localhost:{port}/")).await;
    let untrusted = answer.expect_err("not trusted");
    assert!(matches!(untrusted, Unanswered::Untrusted(_)), "{untrusted:?}");
    assert_eq!(phase, Phase::Tls);
}

#[tokio::test]
async fn a_receiver_that_never_agrees_on_keys_was_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}/", listener.local_addr().expect("bound"));
    let Exchange { phase, answer } = exchange(&Http::new().within(Duration::from_millis(500)), &url).await;
    let unreached = answer.expect_err("no keys");
    assert_eq!(phase, Phase::Tls);
    assert!(matches!(&unreached, Unanswered::Unreached(words) if words.contains("secure")), "{unreached}");
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

#[tokio::test]
async fn only_who_asks_for_a_token_sees_one() {
    let server = answering(ResponseTemplate::new(200).set_body_string("eyJhbGciOiJub25lIn0.e30.")).await;
    let url = format!("{}/token", server.uri());
    let shown = post(&Http::new(), &url).await.expect("answered");
    assert_eq!(shown.body, "[hidden]");
    let (Exchange { answer, .. }, credentials) =
        Http::new().ask_for_token(request(&url), &engine(&url)).await;
    let body = answer.expect("answered").body;
    assert_eq!(body, "eyJhbGciOiJub25lIn0.e30.");
    assert_eq!(credentials.hidden_in(body, false), "[hidden]", "nor may it be told");
}

#[test]
fn a_token_that_could_not_be_fetched_is_told_when_the_profile_is_saved() {
    let signing = serde_json::json!({ "oauth": {
        "token_url": "https://login.example/token?hush=1",
        "grant": { "client_credentials": { "client_id": "placet", "key": "login" } },
    } });
    let with = |allow: &[&str]| Engine {
        signing: serde_json::from_value(signing.clone()).expect("a profile"),
        ..Engine::new("engine", allow.iter().map(|entry| entry.parse().expect("an entry")).collect())
    };
    assert_eq!(super::check_profile(&with(&["https://e.example/", "https://login.example/token"])), Ok(()));
    let wrong = super::check_profile(&with(&["https://e.example/"])).expect_err("nobody may go there");
    assert!(
        wrong.contains("token_url") && wrong.contains("https://login.example") && !wrong.contains("hush"),
        "{wrong}"
    );
}
