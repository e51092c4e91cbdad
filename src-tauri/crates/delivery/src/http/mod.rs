//! The only socket out: one request, one answer, under one deadline.
//!
//! Each engine has connections of its own, which are made by its own rules and serve nobody else. A connection is
//! checked when it is made, by what its host led to at that moment, and goes to the addresses that were checked.

mod address;
mod credentials;
mod failure;
mod handshake;
mod loopback;
mod offline;
mod progress;
mod resolver;
mod trust;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::http::header::USER_AGENT;
use ::http::{HeaderMap, HeaderValue, Method, Uri};
use bytes::{Bytes, BytesMut};
use http_body::Body;
use http_body_util::BodyExt as _;
use placet_review::{Engine, Phase};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use self::address::Bounds;
pub(crate) use self::credentials::Credentials;
use self::progress::{Progress, Sending};
use self::resolver::Resolver;
use self::trust::Trust;

use crate::Keys;
use crate::keys::Use;
use crate::signer::SigningKey;

pub use self::loopback::Loopback;
pub use self::resolver::LookUp;

/// How long one exchange may take in all, from looking the host up to the end of the answer.
const EXCHANGE: Duration = Duration::from_secs(30);
/// How long it may take until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request. Receivers commonly close theirs after a minute, and
/// a request on a connection that is just being closed is an attempt of which nobody knows the outcome.
const KEPT: Duration = Duration::from_secs(20);
/// How much of an answer is read, in bytes.
const ANSWER_BYTES: usize = 64 * 1024;

/// What is sent. It has no `Debug`: headers and query may hold credentials.
#[derive(Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Where to, with its query.
    pub url: Url,
    /// All headers but those of the connection.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// What else must not be seen, should the receiver repeat it: what opens a door and stands in the body or path.
    pub secrets: Vec<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. Of a receiver's, the first 64 KiB, with `[hidden]` where it repeats our own credentials or holds
    /// what looks like somebody's token.
    pub body: Bytes,
}

/// Why no answer came back. The text completes "The receiver was not reached: ..." or another such start, and names no
/// URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nothing was sent: Placet does not connect there.
    #[error("{0}")]
    NotAllowed(String),
    /// Nothing was sent: the receiver's certificate is not trusted.
    #[error("{0}")]
    Untrusted(String),
    /// The receiver refused the client certificate that it was shown, or that it was shown none, and with it the connection.
    /// It read nothing of it, even where the request had gone out: TLS 1.3 lets clients send before they hear of that
    /// (RFC 8446 section 4.4.2).
    #[error("{0}")]
    TurnedAway(String),
    /// Nothing was sent: no connection could be made.
    #[error("{0}")]
    Unreached(String),
    /// Nothing was sent: this machine reaches nobody.
    #[error("{0}")]
    Offline(String),
    /// It was sent, all or in part, and nothing is known of what became of it.
    #[error("{0}")]
    Silent(String),
}

/// What became of one request.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// How far it got. If it sent nothing, or was turned away, the receiver certainly did nothing.
    pub phase: Phase,
    /// What came back.
    pub answer: Result<Answer, Unanswered>,
}

/// The client that reaches receivers: no redirects, no proxy of the system, no decompression. Connections
/// are kept and shared. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    own_ports: Vec<u16>,
    deadline: Duration,
    look_up: LookUp,
    trust: Trust,
    keys: Option<Arc<Keys>>,
    /// By the name of the engine.
    ways: Arc<Mutex<HashMap<String, Way>>>,
}

/// The connections of one engine, and the part of its profile by which they were made.
struct Way {
    bounds: Arc<Bounds>,
    ca: Option<String>,
    https: bool,
    certificate: Option<Arc<SigningKey>>,
    client: Client,
}

impl Http {
    /// Opens nothing yet.
    pub fn new() -> Self {
        Self {
            own_ports: Vec::new(),
            deadline: EXCHANGE,
            look_up: resolver::system(),
            trust: Trust::default(),
            keys: None,
            ways: Arc::default(),
        }
    }

    /// Never connects to this port of this machine, where Placet itself listens, whatever a profile says.
    pub fn away_from(mut self, port: u16) -> Self {
        self.own_ports.push(port);
        self
    }

    /// An exchange may take so long in all; 30 s, if nothing is said.
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Hosts are looked up like this; as the system does it, if nothing is said.
    pub fn looking_up(mut self, look_up: LookUp) -> Self {
        self.look_up = look_up;
        self
    }

    /// The certificates that profiles name are among these keys; without them, no receiver that wants one is reached.
    pub fn with_keys(mut self, keys: Arc<Keys>) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Sends the request, if the engine's profile allows its address, and reads the answer.
    pub async fn send(&self, request: Request, engine: &Engine) -> Exchange {
        let credentials = Credentials::of(&request);
        self.sent(request, engine, |body, cut| credentials.hidden_in(body, cut)).await
    }

    /// Sends a request for a token, and reads the answer as it came: a token that is hidden is none. What is told of such
    /// an answer has to be hidden in by the credentials that come with it.
    pub(crate) async fn ask_for_token(&self, request: Request, engine: &Engine) -> (Exchange, Credentials) {
        let credentials = Credentials::of(&request);
        (self.sent(request, engine, |body, _| body).await, credentials)
    }

    async fn sent(
        &self,
        request: Request,
        engine: &Engine,
        hiding: impl FnOnce(Bytes, bool) -> Bytes,
    ) -> Exchange {
        let url = request.url.clone();
        let progress = Progress::towards(url.port_or_known_default().unwrap_or_default());
        let answer = progress.during(self.exchange(request, engine, &progress, hiding)).await;
        if let (Err(_), Some(keys), Some(name)) = (&answer, &self.keys, &engine.signing.client_certificate) {
            // It may have run out, and somebody may have put another in its place.
            keys.forget(&[name]);
        }
        let answer = answer.map_err(|why| offline::or_offline(why, &url));
        Exchange { phase: progress.phase(), answer }
    }

    async fn exchange(
        &self,
        request: Request,
        engine: &Engine,
        progress: &Progress,
        hiding: impl FnOnce(Bytes, bool) -> Bytes,
    ) -> Result<Answer, Unanswered> {
        let certificate = self.certificate(engine).await.map_err(Unanswered::NotAllowed)?;
        let started = Instant::now();
        let ends = started + self.deadline;
        let (client, bounds) = self.way(engine, certificate);
        address::check(&request.url, engine, &bounds)?;
        if matches!(request.url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) {
            // There is nothing to look up.
            progress.begins(Phase::Connect);
        }
        let sending = client.execute(over_http(request, progress)?);
        tokio::pin!(sending);
        let connect = CONNECT.min(self.deadline);
        let mut answered = timeout_at(started + connect, &mut sending).await;
        if answered.is_err() && progress.phase().sent_something() {
            answered = timeout_at(ends, &mut sending).await;
        }
        let answered = answered.map_err(|_| failure::late(progress.phase(), started.elapsed()))?;
        let answered = answered.map_err(|error| failure::read(&error.without_url(), progress.phase()))?;
        progress.begins(Phase::GotHeaders);
        let (head, body) = ::http::Response::from(answered).into_parts();
        let (body, whole) = start_of(body, ends).await;
        if whole || body.len() == ANSWER_BYTES {
            progress.begins(Phase::GotBody);
        }
        let body = hiding(body, !whole);
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// The certificate that the engine's receivers are shown. May take as long as a keychain waits to be unlocked.
    async fn certificate(&self, engine: &Engine) -> Result<Option<Arc<SigningKey>>, String> {
        let Some(name) = engine.signing.client_certificate.clone() else { return Ok(None) };
        let unusable = |why: &dyn std::fmt::Display| format!("its client certificate cannot be shown. {why}");
        let keys = self.keys.clone().ok_or_else(|| unusable(&"There are no keys here"))?;
        if let Some(kept) = keys.kept(&name, Use::ClientCertificate) {
            return Ok(Some(kept));
        }
        let loaded = tokio::task::spawn_blocking(move || keys.load(&name, Use::ClientCertificate)).await;
        let loaded = loaded.map_err(|_| unusable(&"The place for keys broke down"))?;
        loaded.map(Some).map_err(|error| unusable(&error.to_string().trim_end_matches('.')))
    }

    /// The engine's connections; new ones, if its profile or its certificate is another than when they were made.
    fn way(&self, engine: &Engine, certificate: Option<Arc<SigningKey>>) -> (Client, Arc<Bounds>) {
        let https = engine.allow.iter().any(placet_review::Allowed::is_https);
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(way) = ways.get(&engine.name)
            && way.bounds.addresses == engine.addresses
            && way.ca == engine.ca
            && way.https == https
            && way.certificate.as_ref().map(Arc::as_ptr) == certificate.as_ref().map(Arc::as_ptr)
        {
            return (way.client.clone(), way.bounds.clone());
        }
        let bounds =
            Arc::new(Bounds { addresses: engine.addresses.clone(), own_ports: self.own_ports.clone() });
        let shown = certificate.as_deref().and_then(|key| match key {
            SigningKey::Certificate(key) => Some(key.shown()),
            _ => None,
        });
        let tls = if https { self.trust.with(engine.ca.as_deref(), shown) } else { trust::nobody() };
        let resolver = Resolver { bounds: bounds.clone(), look_up: self.look_up.clone() };
        let client = client(resolver, tls);
        let way =
            Way { bounds: bounds.clone(), ca: engine.ca.clone(), https, certificate, client: client.clone() };
        ways.insert(engine.name.clone(), way);
        (client, bounds)
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

/// Says what is wrong with the part of a profile that tells where its engine is reached, as a sentence that names
/// the member to change.
pub fn check_profile(engine: &Engine) -> Result<(), String> {
    if let Some(never) = address::never(&engine.addresses) {
        return Err(format!("addresses: {never}."));
    }
    if let Some(oauth) = &engine.signing.oauth
        && !engine.allows(&oauth.token_url)
    {
        let origin = oauth.token_url.origin().ascii_serialization();
        return Err(format!(
            "signing.oauth.token_url: add its place on {origin} to the allow-list, for tokens are fetched there."
        ));
    }
    match engine.ca.as_deref().map(trust::authorities) {
        Some(Err(wrong)) => Err(format!("ca: {wrong}.")),
        Some(Ok(_)) | None => Ok(()),
    }
}

fn client(resolver: Resolver, mut tls: rustls::ClientConfig) -> Client {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    tls.resumption = handshake::told();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .pool_idle_timeout(KEPT)
        .pool_max_idle_per_host(crate::worker::IN_FLIGHT)
        .dns_resolver(resolver)
        .tls_backend_preconfigured(tls)
        .build()
        .expect("nothing of the machine is needed")
}

/// The request as the client takes it.
fn over_http(request: Request, progress: &Progress) -> Result<reqwest::Request, Unanswered> {
    let Request { method, url, headers, body, secrets: _ } = request;
    if url.as_str().parse::<Uri>().is_err() {
        return Err(Unanswered::NotAllowed(
            "its address cannot be written into a request; have the engine correct it".into(),
        ));
    }
    let mut sending = reqwest::Request::new(method, url);
    *sending.headers_mut() = headers;
    let placet = HeaderValue::from_static(concat!("Placet/", env!("CARGO_PKG_VERSION")));
    sending.headers_mut().insert(USER_AGENT, placet);
    *sending.body_mut() = Some(reqwest::Body::wrap(Sending::new(body, progress.clone())));
    Ok(sending)
}

/// The start of the answer's body, and whether that is all of it. The status has come by now and says what matters,
/// so a body that breaks off or does not end is taken as far as it came.
async fn start_of(body: impl Body<Data = Bytes>, ends: Instant) -> (Bytes, bool) {
    let mut start = BytesMut::new();
    tokio::pin!(body);
    loop {
        match timeout_at(ends, body.frame()).await {
            Ok(Some(Ok(frame))) => {
                let Some(piece) = frame.data_ref() else { continue };
                let room = ANSWER_BYTES - start.len();
                start.extend_from_slice(&piece[..piece.len().min(room)]);
                if piece.len() > room || start.len() == ANSWER_BYTES && !body.is_end_stream() {
                    return (start.freeze(), false);
                }
            }
            Ok(None) => return (start.freeze(), true),
            Ok(Some(Err(_))) | Err(_) => return (start.freeze(), false),
        }
    }
}

#[cfg(test)]
mod tests;
