//! Airflow's own tokens
//! (<https://airflow.apache.org/docs/apache-airflow/stable/security/api.html>).

use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderValue, Method};
use placet_review::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::keys::Use;
use crate::protocol::address;
use crate::signer::SigningKey;
use crate::token::{Token, TokenSource};
use crate::{Answer, Keys, KeysError, Request};

/// How long a token is used, in milliseconds: they live for a day unless Airflow is told otherwise
/// (<https://airflow.apache.org/docs/apache-airflow/stable/configurations-ref.html>, `jwt_expiration_time`). One that ran
/// out earlier is fetched anew.
const USED_MS: i64 = 23 * 60 * 60 * 1_000;

/// A user, who gets a token for a password.
pub(super) struct Login {
    pub(super) base: Url,
    pub(super) user: String,
    /// The name of the key that is the password.
    pub(super) key: String,
}

#[derive(Serialize)]
struct Credentials<'a> {
    username: &'a str,
    password: &'a str,
}

#[derive(Deserialize)]
struct Given {
    access_token: SecretString,
}

/// Where tokens are given out.
pub(super) fn address(base: &Url) -> Url {
    address::under(base, &["auth", "token"])
}

impl TokenSource for Login {
    fn subject(&self) -> String {
        format!("{} {} {}", self.base, self.user, self.key)
    }

    fn request(&self, keys: &Keys, _now: Timestamp) -> Result<Request, KeysError> {
        // Read anew each time, which is once a day: if the last token was refused, somebody may have changed it.
        let password = keys.load(&self.key, Use::Password)?;
        let SigningKey::Text(password) = &*password else {
            return Err(KeysError::Unusable {
                key: self.key.clone(),
                reason: "it was read for something else",
            });
        };
        let password = password.expose();
        let body = serde_json::to_vec(&Credentials { username: &self.user, password });
        let json = HeaderValue::from_static("application/json");
        Ok(Request {
            method: Method::POST,
            url: address(&self.base),
            headers: HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)]),
            body: body.expect("texts can be written as JSON").into(),
            secrets: vec![password.to_owned()],
        })
    }

    fn read(&self, answer: &Answer, now: Timestamp) -> Result<Token, String> {
        let given: Given = serde_json::from_slice(&answer.body)
            .map_err(|_| "Airflow's answer holds no access_token".to_owned())?;
        Ok(Token { text: given.access_token, until: now.plus_millis(USED_MS) })
    }
}
