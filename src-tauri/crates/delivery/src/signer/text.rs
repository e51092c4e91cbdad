//! Keys whose text itself is shown to the receiver: bearer tokens, passwords, and headers of an engine's own.

use ::http::HeaderValue;
use ::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_review::HeaderSigning;
use secrecy::{ExposeSecret as _, SecretString};

use super::{header_name, put_secret};
use crate::Request;

/// A text that can stand where it is wanted.
pub(crate) struct Text(SecretString);

impl Text {
    /// For the value of a header. The error completes "The key cannot sign: ...".
    pub(super) fn of_a_header(secret: &SecretString) -> Result<Self, &'static str> {
        let text = secret.expose_secret().trim();
        let is_ascii = text.bytes().all(|b| (b' '..=b'~').contains(&b));
        if text.is_empty() || !is_ascii || HeaderValue::from_str(text).is_err() {
            return Err("the text of a header is one line of ASCII characters");
        }
        Ok(Self(text.into()))
    }

    /// For a password: any text, without the line end that files add.
    pub(super) fn of_a_password(secret: &SecretString) -> Result<Self, &'static str> {
        let text = secret.expose_secret().trim_end_matches(['\r', '\n']);
        if text.is_empty() || text.contains(char::is_control) {
            return Err("a password is one line of text");
        }
        Ok(Self(text.into()))
    }

    /// The text.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// `Authorization: Bearer ...` (RFC 6750 section 2.1).
pub(super) fn bear(request: &mut Request, token: &str) -> Result<(), &'static str> {
    put_secret(request, AUTHORIZATION, &format!("Bearer {token}"))
}

/// `Authorization: Basic ...` (RFC 7617).
pub(super) fn put_user(request: &mut Request, user: &str, password: &Text) -> Result<(), &'static str> {
    let both = STANDARD.encode(format!("{user}:{}", password.expose()));
    put_secret(request, AUTHORIZATION, &format!("Basic {both}"))
}

/// A header of the engine's own.
pub(super) fn put_header(
    request: &mut Request,
    header: &HeaderSigning,
    text: &Text,
) -> Result<(), &'static str> {
    put_secret(request, header_name(&header.name)?, text.expose())
}
