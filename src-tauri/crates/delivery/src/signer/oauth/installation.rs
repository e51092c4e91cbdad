//! The token of a GitHub App's installation. It is no grant of OAuth, but is asked for and used like one.

use ::http::HeaderValue;
use ::http::header::{ACCEPT, CONTENT_TYPE};
use bytes::Bytes;
use placet_review::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::super::text::{Text, bear};
use super::{EARLIER_MS, jwt};
use crate::{Answer, Request};

/// By how much what we sign is dated back, in seconds, since clocks differ; and how long it may be used. GitHub advises the
/// one and allows no more than ten minutes
/// (<https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app>).
const DATED_BACK_SECONDS: i64 = 60;
const APP_SECONDS: i64 = 540;

/// What says which app asks.
#[derive(Serialize)]
struct Claims<'a> {
    iat: i64,
    exp: i64,
    iss: &'a str,
}

/// Makes the request ask for it. The error completes "The key cannot sign: ...".
pub(super) fn ask(
    request: &mut Request,
    app: &str,
    key: &jwt::Key,
    now: Timestamp,
) -> Result<(), &'static str> {
    let seconds = now.as_millis().div_euclid(1_000);
    let claims = Claims { iat: seconds - DATED_BACK_SECONDS, exp: seconds + APP_SECONDS, iss: app };
    request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request.headers.insert(ACCEPT, HeaderValue::from_static("application/vnd.github+json"));
    // For all that the installation may.
    request.body = Bytes::from_static(b"{}");
    bear(request, &key.token(None, &claims)?)
}

/// What GitHub says.
#[derive(Deserialize)]
struct Said {
    token: SecretString,
    expires_at: Timestamp,
}

/// The token in an answer, and until when it may be used. Else a sentence that holds nothing of the answer.
pub(super) fn read(answer: &Answer) -> Result<(SecretString, Timestamp), String> {
    let Ok(Said { token, expires_at }) = serde_json::from_slice(&answer.body) else {
        return Err("The answer that should have held an installation's token holds none. Correct the engine's profile."
            .to_owned());
    };
    if Text::of_a_header(&token).is_err() || token.expose_secret().contains(' ') {
        return Err("The installation's token cannot stand in a header.".to_owned());
    }
    Ok((token, expires_at.plus_millis(-EARLIER_MS)))
}
