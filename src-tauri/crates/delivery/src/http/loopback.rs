//! The way from the command line to the running app, on this machine.

use std::time::Duration;

use ::http::HeaderValue;
use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use bytes::Bytes;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Answer, CONNECT, Unanswered, failure};

/// How long the running app may take for one verb; handing in a large file is one.
const VERB: Duration = Duration::from_secs(300);

/// The running app, as a port of this machine and the secret that opens it.
pub struct Loopback {
    client: Client,
    port: u16,
    secret: SecretString,
}

impl Loopback {
    /// Opens nothing yet. `secret` goes out as a bearer token.
    pub fn new(port: u16, secret: String) -> Self {
        let client = Client::builder()
            .timeout(VERB)
            .connect_timeout(CONNECT)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            // It never speaks TLS, so it need not read the machine's certificates.
            .tls_certs_only([])
            .build()
            .expect("without certificates nothing of the machine is needed");
        Self { client, port, secret: secret.into() }
    }

    /// Reads `path`, without showing the secret: whoever listens there is not yet known to be the app.
    pub async fn get(&self, path: &str) -> Result<Answer, Unanswered> {
        exchange(self.client.get(self.url(path))).await
    }

    /// Sends a JSON body to `path`.
    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Result<Answer, Unanswered> {
        let request = self
            .client
            .post(self.url(path))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(AUTHORIZATION, self.bearer()?)
            .body(body.into());
        exchange(request).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn bearer(&self) -> Result<HeaderValue, Unanswered> {
        let bearer = HeaderValue::try_from(format!("Bearer {}", self.secret.expose_secret()));
        let mut bearer =
            bearer.map_err(|_| Unanswered::Unreached("its secret in running.json is damaged".to_owned()))?;
        bearer.set_sensitive(true);
        Ok(bearer)
    }
}

/// Whoever runs the app also runs this command, so its answers are read whole.
async fn exchange(request: RequestBuilder) -> Result<Answer, Unanswered> {
    let mut response = request.send().await.map_err(unanswered)?;
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let body = response.bytes().await.map_err(unanswered)?;
    Ok(Answer { status, headers, body })
}

fn unanswered(error: reqwest::Error) -> Unanswered {
    let error = error.without_url();
    if error.is_connect() {
        Unanswered::Unreached("nothing listens at its port".to_owned())
    } else if error.is_builder() {
        Unanswered::Unreached(format!("the request could not be made ({})", failure::root(&error)))
    } else if error.is_timeout() {
        Unanswered::Silent(format!("no answer came within {} s", VERB.as_secs()))
    } else {
        Unanswered::Silent(format!("the connection broke ({})", failure::root(&error)))
    }
}
