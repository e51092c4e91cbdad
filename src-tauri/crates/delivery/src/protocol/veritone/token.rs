//! Wakeup tokens, asked for with the mutation `getEngineJWT`
//! (<https://docs.veritone.com/#/developer/engines/callbacks/>, "Obtain a wakeup token").

use ::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderValue, Method};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_review::Timestamp;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::json;

use super::super::address;
use super::wakeup::Task;
use crate::token::{Token, TokenSource};
use crate::{Answer, Keys, KeysError, Request};

const MUTATION: &str = "mutation ($engineId: ID!, $tdoId: ID!, $jobId: ID!, $taskId: ID!) { getEngineJWT(input: { \
                        engineId: $engineId, resource: { tdoId: $tdoId, jobId: $jobId, taskId: $taskId } }) { token } }";
/// So long before its end a token is used no more, in milliseconds: it also has to arrive.
const BEFORE_ITS_END_MS: i64 = 60_000;
/// How much of what aiWARE says is repeated, in characters.
const QUOTED: usize = 200;

/// A wakeup token for one task.
pub(super) struct EngineJwt {
    /// Where it is asked for.
    pub(super) graphql: String,
    /// The name of the key that holds the API token.
    pub(super) key: String,
    pub(super) task: Task,
}

/// A GraphQL answer (<https://spec.graphql.org/October2021/#sec-Response-Format>): what failed is told on HTTP 200 as
/// well.
#[derive(Deserialize)]
struct Response {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<Failure>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "getEngineJWT")]
    given: Option<Given>,
}

#[derive(Deserialize)]
struct Given {
    token: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    message: String,
}

/// What a JSON Web Token claims of itself (RFC 7519 section 4.1.4).
#[derive(Deserialize)]
struct Claims {
    exp: f64,
}

impl TokenSource for EngineJwt {
    fn subject(&self) -> String {
        let Task { engine_id, tdo_id, job_id, task_id } = &self.task;
        json!([self.graphql, self.key, engine_id, tdo_id, job_id, task_id]).to_string()
    }

    fn request(&self, keys: &Keys, _now: Timestamp) -> Result<Request, KeysError> {
        let key = keys.text(&self.key)?;
        let unusable = |reason| KeysError::Unusable { key: self.key.clone(), reason };
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", key.expose_secret()))
            .map_err(|_| unusable("an API token is one line of ASCII characters"))?;
        bearer.set_sensitive(true);
        let url = address::parsed(&self.graphql)
            .map_err(|_| unusable("the engine's settings name no address to ask with it"))?;
        let json = HeaderValue::from_static("application/json");
        let headers =
            HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json), (AUTHORIZATION, bearer)]);
        let Task { engine_id, tdo_id, job_id, task_id } = &self.task;
        let variables = json!({ "engineId": engine_id, "tdoId": tdo_id, "jobId": job_id, "taskId": task_id });
        let body = json!({ "query": MUTATION, "variables": variables }).to_string();
        let secrets = vec![key.expose_secret().to_owned()];
        Ok(Request { method: Method::POST, url, headers, body: body.into(), secrets })
    }

    fn read(&self, answer: &Answer, now: Timestamp) -> Result<Token, String> {
        let Response { data, errors } =
            serde_json::from_slice(&answer.body).map_err(|_| "the answer is not GraphQL's".to_owned())?;
        if let Some(Failure { message }) = errors.first() {
            let message: String = message.chars().filter(|c| !c.is_control()).take(QUOTED).collect();
            return Err(format!("aiWARE says \"{message}\""));
        }
        let token = data.and_then(|data| data.given).and_then(|given| given.token);
        let token = token.filter(|token| !token.is_empty()).ok_or("there is none in aiWARE's answer")?;
        let until = end(&token).map_or(now, |end| end.plus_millis(-BEFORE_ITS_END_MS));
        Ok(Token { text: token.into(), until })
    }
}

/// When the token says that it ends. One that does not say is used once.
fn end(token: &str) -> Option<Timestamp> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number that is too large is as good as the largest"
    )]
    Some(Timestamp::from_millis((exp * 1_000.0).min(MOST_MS) as i64))
}

/// The year 9999.
const MOST_MS: f64 = 253_402_300_799_000.0;
