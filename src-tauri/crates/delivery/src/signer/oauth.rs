//! Access tokens (RFC 6749): the request that asks for one, and what the answer to it says.

mod installation;

use ::http::header::{ACCEPT, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderValue, Method};
use placet_review::{JwtAlgorithm, OauthGrant, OauthSigning, SecretPlace, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::text::{Text, put_user};
use super::{SigningKey, jwt};
use crate::keys::Use;
use crate::token::{Token, TokenSource};
use crate::{Answer, Keys, KeysError, Request};

/// How long what we sign may be used, in seconds: as long as Google lets it.
const ASSERTION_SECONDS: i64 = 3_600;
/// How long a token lives that does not say so, in milliseconds.
const UNSAID_MS: i64 = 300_000;
/// A token is not used in its last minute: clocks differ, and requests take time.
const EARLIER_MS: i64 = 60_000;

/// The key of a grant.
pub struct Key(Shown);

enum Shown {
    Secret(Text),
    Assertion(Box<jwt::Key>),
}

impl Key {
    /// The secret of a client. The error completes "The key cannot sign: ...".
    pub fn of_a_client(secret: &SecretString) -> Result<Self, &'static str> {
        Text::of_a_password(secret).map(Shown::Secret).map(Self)
    }

    /// The private key of who asks, as PEM. The error completes "The key cannot sign: ...".
    pub fn of_an_assertion(secret: &SecretString) -> Result<Self, &'static str> {
        jwt::Key::parse(secret, JwtAlgorithm::RS256).map(Box::new).map(Shown::Assertion).map(Self)
    }
}

/// What an assertion says.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

/// The request for a token. The error completes "The key cannot sign: ...".
pub fn token_request(signing: &OauthSigning, key: &Key, now: Timestamp) -> Result<Request, &'static str> {
    let OauthSigning { token_url, grant, scope } = signing;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    let mut request = Request {
        method: Method::POST,
        url: token_url.clone(),
        headers: HeaderMap::from_iter([
            (CONTENT_TYPE, form),
            (ACCEPT, HeaderValue::from_static("application/json")),
        ]),
        body: bytes::Bytes::new(),
        secrets: vec![],
    };
    let mut body = form_urlencoded::Serializer::new(String::new());
    match (grant, &key.0) {
        (OauthGrant::ClientCredentials { client_id, secret_in, .. }, Shown::Secret(secret)) => {
            body.append_pair("grant_type", "client_credentials");
            match secret_in {
                SecretPlace::Body => {
                    body.append_pair("client_id", client_id).append_pair("client_secret", secret.expose());
                }
                SecretPlace::Header => put_client(&mut request, client_id, secret)?,
            }
            scope.iter().for_each(|scope| {
                body.append_pair("scope", scope);
            });
        }
        (OauthGrant::Assertion { issuer, kid, .. }, Shown::Assertion(key)) => {
            let iat = now.as_millis().div_euclid(1_000);
            let exp = iat + ASSERTION_SECONDS;
            let claims = Claims { iss: issuer, scope: scope.as_deref(), aud: token_url.as_str(), iat, exp };
            let assertion = key.token(kid.as_deref(), &claims)?;
            body.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            body.append_pair("assertion", &assertion);
        }
        (OauthGrant::GithubApp { app, .. }, Shown::Assertion(key)) => {
            installation::ask(&mut request, app, key, now)?;
            return Ok(request);
        }
        _ => return Err("it is of another kind than the profile's grant"),
    }
    request.body = body.finish().into();
    Ok(request)
}

/// Id and secret are escaped first (RFC 6749 section 2.3.1), so that a colon in the id is no end of it.
fn put_client(request: &mut Request, id: &str, secret: &Text) -> Result<(), &'static str> {
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let password = Text::of_a_password(&escaped(secret.expose()).into())?;
    put_user(request, &escaped(id), &password)
}

/// What a token's giver says (RFC 6749 sections 5.1 and 5.2).
#[derive(Deserialize)]
struct Said {
    access_token: Option<SecretString>,
    token_type: Option<String>,
    expires_in: Option<serde_json::Value>,
    error: Option<String>,
}

/// The token in an answer that was read at `now`, and until when it may be used. Else a sentence that holds nothing of
/// the answer but the code of the error.
pub fn read_token(answer: &Answer, now: Timestamp) -> Result<(SecretString, Timestamp), String> {
    let said: Option<Said> = serde_json::from_slice(&answer.body).ok();
    if !(200..300).contains(&answer.status) {
        // RFC 6749 section 5.2 lets no other characters into a code; longer ones say something else.
        let code = said.and_then(|said| said.error).filter(|code| {
            (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        });
        let why = code.map_or_else(String::new, |code| format!(" ({code})"));
        return Err(format!(
            "No access token was given out: the answer was {}{why}. Correct the engine's profile or its key.",
            answer.status
        ));
    }
    let Some(Said { access_token: Some(token), token_type, expires_in, .. }) = said else {
        return Err(
            "The answer that should have held an access token holds none. Correct the engine's profile."
                .into(),
        );
    };
    if token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("The access token is of another kind than Bearer, and Placet knows no other.".to_owned());
    }
    if Text::of_a_header(&token).is_err() || token.expose_secret().contains(' ') {
        return Err("The access token cannot stand in a header.".to_owned());
    }
    // Some write the number as a text.
    let seconds = expires_in.and_then(|said| said.as_i64().or_else(|| said.as_str()?.parse().ok()));
    let lives_ms = seconds.map_or(UNSAID_MS, |seconds| seconds.clamp(0, 86_400 * 366) * 1_000);
    let until = now.as_millis().saturating_add((lives_ms - EARLIER_MS).max(0));
    Ok((token, Timestamp::from_millis(until)))
}

/// The access token of a profile.
pub(crate) struct Access {
    pub(crate) signing: OauthSigning,
}

impl TokenSource for Access {
    fn subject(&self) -> String {
        let OauthSigning { token_url, grant, scope } = &self.signing;
        format!("{token_url} {} {}", grant.key(), scope.as_deref().unwrap_or_default())
    }

    fn request(&self, keys: &Keys, now: Timestamp) -> Result<Request, KeysError> {
        let name = self.signing.grant.key();
        let used = match &self.signing.grant {
            OauthGrant::ClientCredentials { .. } => Use::OauthClient,
            OauthGrant::Assertion { .. } | OauthGrant::GithubApp { .. } => Use::OauthAssertion,
        };
        let unusable = |reason| KeysError::Unusable { key: name.to_owned(), reason };
        let key = keys.kept(name, used).map_or_else(|| keys.load(name, used), Ok)?;
        match &*key {
            SigningKey::Oauth(key) => token_request(&self.signing, key, now).map_err(unusable),
            _ => Err(unusable("it was read for something else")),
        }
    }

    fn read(&self, answer: &Answer, now: Timestamp) -> Result<Token, String> {
        let (text, until) = match &self.signing.grant {
            OauthGrant::GithubApp { .. } => installation::read(answer),
            OauthGrant::ClientCredentials { .. } | OauthGrant::Assertion { .. } => read_token(answer, now),
        }?;
        Ok(Token { text, until })
    }
}

#[cfg(test)]
mod tests;
