//! The way from the command line to the running app, on this machine.

use std::time::Duration;

use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use ::http::{HeaderValue, Method, Request};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use super::{Answer, CONNECT, Unanswered};

/// How long the running app may take for one verb; handing in a large file is one.
const VERB: Duration = Duration::from_secs(300);

/// The running app, as a port of this machine and the secret that opens it.
pub struct Loopback {
    client: Client<HttpConnector, Full<Bytes>>,
    port: u16,
    secret: SecretString,
}

impl Loopback {
    /// Opens nothing yet. `secret` goes out as a bearer token.
    pub fn new(port: u16, secret: String) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT));
        Self { client: Client::builder(TokioExecutor::new()).build(connector), port, secret: secret.into() }
    }

    /// Reads `path`, without showing the secret: whoever listens there is not yet known to be the app.
    pub async fn get(&self, path: &str) -> Result<Answer, Unanswered> {
        self.exchange(self.request(Method::GET, path, Bytes::new())?).await
    }

    /// Sends a JSON body to `path`.
    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Result<Answer, Unanswered> {
        let mut request = self.request(Method::POST, path, body.into())?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(AUTHORIZATION, self.bearer()?);
        self.exchange(request).await
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Full<Bytes>>, Unanswered> {
        let uri = format!("http://127.0.0.1:{}{path}", self.port);
        let request = Request::builder().method(method).uri(uri).body(Full::new(body));
        request.map_err(|_| Unanswered::Unreached(format!("{path} is no path")))
    }

    fn bearer(&self) -> Result<HeaderValue, Unanswered> {
        let bearer = HeaderValue::try_from(format!("Bearer {}", self.secret.expose_secret()));
        let mut bearer =
            bearer.map_err(|_| Unanswered::Unreached("its secret in running.json is damaged".to_owned()))?;
        bearer.set_sensitive(true);
        Ok(bearer)
    }

    /// Whoever runs the app also runs this command, so its answers are read whole.
    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, Unanswered> {
        let whole = async {
            let answered = self.client.request(request).await.map_err(|error| {
                if error.is_connect() {
                    Unanswered::Unreached("nothing listens at its port".to_owned())
                } else {
                    Unanswered::Silent(format!("the connection broke ({error})"))
                }
            })?;
            let (head, body) = answered.into_parts();
            let body = body.collect().await;
            let body = body.map_err(|error| Unanswered::Silent(format!("the connection broke ({error})")))?;
            Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes() })
        };
        let late = || Err(Unanswered::Silent(format!("no answer came within {} s", VERB.as_secs())));
        timeout(VERB, whole).await.unwrap_or_else(|_| late())
    }
}
