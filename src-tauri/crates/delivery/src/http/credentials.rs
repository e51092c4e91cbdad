//! What a receiver says is kept and shown to people, so nothing in it may open a door: neither what we showed the
//! receiver, nor what looks like a token of somebody else's.

use std::sync::LazyLock;

use ::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use regex::Regex;
use url::form_urlencoded;

use super::Request;

/// What stands in place of a credential.
const HIDDEN: &str = "[hidden]";
/// The type of a body that is a form.
const FORM: &str = "application/x-www-form-urlencoded";
/// Shorter values hide nothing, and would be found everywhere.
const LEAST_BYTES: usize = 4;

/// How tokens commonly look: JSON Web Tokens (RFC 7519), bearer and basic credentials (RFC 6750, RFC 7617),
/// signatures of AWS, secrets and signatures of Standard Webhooks, and keys that say what they are.
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u)\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}|\b(?i:bearer|basic)[ +]+[A-Za-z0-9._~+/=-]{8,}|\bAWS4-HMAC-SHA256\b[ !#-;=-~]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bwhs(?:ec|k)_[A-Za-z0-9+/=_-]+|\bv1a?,[A-Za-z0-9+/_-]{32,}=*|-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\x5c]*(?:-----END [A-Z ]*PRIVATE KEY-----)?",
    )
    .expect("it is tested")
});

/// What one request shows the receiver to be let in.
pub(crate) struct Credentials(Vec<String>);

impl Credentials {
    /// What is marked as secret in the headers, with its parts, what the request says is secret, and all values of the
    /// query and of a form in the body: which of them are secrets is not known.
    pub(super) fn of(request: &Request) -> Self {
        let mut shown = request.secrets.clone();
        let secrets = request.headers.values().filter(|value| value.is_sensitive());
        for value in secrets.filter_map(|value| value.to_str().ok()) {
            shown.push(value.to_owned());
            // Without its scheme as well, `Bearer` or the version of a signature, and without its name or label.
            for part in value.split([' ', ',']) {
                let named = part.split_once('=').map(|(_, value)| value.trim_matches([':', '"', '=']));
                shown.extend(
                    [Some(part), named]
                        .into_iter()
                        .flatten()
                        .filter(|part| part.len() > 8)
                        .map(str::to_owned),
                );
            }
            shown.extend(password(value));
        }
        let mut written = vec![request.url.query().unwrap_or_default()];
        if request.headers.get(CONTENT_TYPE).is_some_and(|kind| kind == FORM) {
            written.extend(std::str::from_utf8(&request.body).ok());
        }
        for pairs in written {
            shown.extend(form_urlencoded::parse(pairs.as_bytes()).map(|(_, value)| value.into_owned()));
            // As it stands there, and with its signs escaped.
            let values = pairs.split('&').filter_map(|pair| pair.split_once('='));
            shown.extend(values.map(|(_, value)| value.to_owned()));
        }
        let escaped: Vec<String> =
            shown.iter().filter(|text| text.contains('/')).map(|text| text.replace('/', r"\/")).collect();
        shown.extend(escaped);
        shown.extend(
            shown.clone().iter().map(|text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect()),
        );
        shown.retain(|text| text.len() >= LEAST_BYTES);
        // What holds another one goes first.
        shown.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        shown.dedup();
        Self(shown)
    }

    /// The answer's body without them, and without what looks like a token. `cut` says that its end is missing, so
    /// that the start of a credential may be all that is left of it.
    pub(crate) fn hidden_in(&self, body: Bytes, cut: bool) -> Bytes {
        if body.is_empty() {
            return body;
        }
        let mut text = String::from_utf8_lossy(&body).into_owned();
        for credential in &self.0 {
            if text.contains(credential.as_str()) {
                text = text.replace(credential.as_str(), HIDDEN);
            }
        }
        if cut {
            let started = self.0.iter().filter_map(|credential| {
                (LEAST_BYTES..credential.len())
                    .rev()
                    .filter(|&length| credential.is_char_boundary(length))
                    .find(|&length| text.ends_with(&credential[..length]))
            });
            if let Some(length) = started.max() {
                text.truncate(text.len() - length);
                text.push_str(HIDDEN);
            }
        }
        if let std::borrow::Cow::Owned(hidden) = TOKENS.replace_all(&text, HIDDEN) {
            text = hidden;
        }
        text.into()
    }
}

/// The password in credentials of RFC 7617.
fn password(value: &str) -> Option<String> {
    let both = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    String::from_utf8(both).ok()?.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests;
