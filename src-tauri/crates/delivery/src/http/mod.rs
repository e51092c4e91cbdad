//! The only socket out: one request, one answer, under one deadline.

mod address;
mod failure;
mod loopback;

use std::time::Duration;

use ::http::{HeaderMap, Method};
use bytes::{Bytes, BytesMut};
use placet_review::Engine;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use url::Url;

pub use self::loopback::Loopback;

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
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; of a receiver's, the first 64 KiB.
    pub body: Bytes,
}

/// Why no answer came back. The text completes "The receiver was not reached: ..." and names no URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// Nothing was sent: Placet does not connect there.
    #[error("{0}")]
    NotAllowed(String),
    /// Nothing was sent: the receiver's certificate is not trusted.
    #[error("{0}")]
    Untrusted(String),
    /// Nothing was sent: no connection could be made.
    #[error("{0}")]
    Unreached(String),
    /// It was sent, all or in part, and nothing is known of what became of it.
    #[error("{0}")]
    Silent(String),
}

/// The client that reaches receivers: no redirects, no proxy of the system, no decompression. Connections
/// are kept and shared. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    client: Client,
}

impl Http {
    /// Opens nothing yet.
    pub fn new() -> Self {
        // Without a single trusted certificate on the machine there is no client that verifies any. Plain
        // HTTP to an engine on this machine still works then, and https is refused as untrusted.
        let client = builder().build().unwrap_or_else(|error| {
            tracing::warn!(%error, "no trusted certificates on this machine: https receivers cannot be reached");
            builder().tls_certs_only([]).build().expect("without certificates nothing of the machine is needed")
        });
        Self { client }
    }

    /// Sends the request, if the engine's profile allows its address, and reads the answer.
    pub async fn send(&self, request: Request, engine: &Engine) -> Result<Answer, Unanswered> {
        address::check(&request.url, engine)?;
        let Request { method, url, headers, body } = request;
        let sent = self.client.request(method, url).headers(headers).body(body).send().await;
        let mut response = sent.map_err(failure::read)?;
        let body = start_of(&mut response).await;
        let headers = std::mem::take(response.headers_mut());
        Ok(Answer { status: response.status().as_u16(), headers, body })
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

fn builder() -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("Placet/", env!("CARGO_PKG_VERSION")))
        .timeout(EXCHANGE)
        .connect_timeout(CONNECT)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .pool_idle_timeout(KEPT)
        .pool_max_idle_per_host(crate::worker::IN_FLIGHT)
        .dns_resolver(address::Resolver)
}

/// The start of the answer's body. The status has come by now and says what matters, so a body that breaks
/// off is taken as far as it came.
async fn start_of(response: &mut Response) -> Bytes {
    let mut start = BytesMut::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        start.extend_from_slice(&chunk[..chunk.len().min(ANSWER_BYTES - start.len())]);
        if start.len() == ANSWER_BYTES {
            break;
        }
    }
    start.freeze()
}

#[cfg(test)]
mod tests;
