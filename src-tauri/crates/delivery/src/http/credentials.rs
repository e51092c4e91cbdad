//! What a receiver says is kept and shown to people, so nothing in it may open a door: neither what we showed the
//! receiver, nor what looks like a token of somebody else's.

use std::sync::LazyLock;

use ::http::header::AUTHORIZATION;
use bytes::Bytes;
use regex::Regex;

use super::Request;
use crate::signer::standard_webhooks;

/// What stands in place of a credential.
const HIDDEN: &str = "[hidden]";
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
pub(super) struct Credentials(Vec<String>);

impl Credentials {
    /// The tokens and signatures in the headers, what the request says is secret, and all values of the query: which of
    /// them are secrets is not known.
    pub(super) fn of(request: &Request) -> Self {
        let mut shown = request.secrets.clone();
        for name in [AUTHORIZATION, standard_webhooks::SIGNATURE] {
            for value in request.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()) {
                // The value without its scheme as well: `Bearer`, or the version of a signature.
                shown.extend(value.split([' ', ',']).filter(|part| part.len() > 8).map(str::to_owned));
            }
        }
        shown.extend(request.url.query_pairs().map(|(_, value)| value.into_owned()));
        // As it stands in the URL, and with its signs escaped.
        let written =
            request.url.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        shown.extend(written.map(|(_, value)| value.to_owned()));
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
    pub(super) fn hidden_in(&self, body: Bytes, cut: bool) -> Bytes {
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

#[cfg(test)]
mod tests;
