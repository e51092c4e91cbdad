//! Tokens: an engine shows its own, and only the hash is kept anywhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

use crate::problem::{Code, Problem};

/// A new token from 256 random bits, `plc_` and base64url, and the SHA-256 that the ledger keeps of it. The
/// prefix lets secret scanners find tokens that were committed by mistake.
pub fn new_token(random: [u8; 32]) -> (String, [u8; 32]) {
    let token = format!("plc_{}", URL_SAFE_NO_PAD.encode(random));
    let sha256 = sha256(&token);
    (token, sha256)
}

/// The hash of the request's bearer token (RFC 6750 section 2.1).
pub(super) fn shown_in(headers: &HeaderMap) -> Result<[u8; 32], Problem> {
    let missing = |detail| Problem::new(Code::TokenMissing, detail);
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(missing("send one header `Authorization: Bearer <the engine's token>`"));
    };
    let credentials = value.to_str().ok().and_then(|value| value.split_once(' '));
    match credentials {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(sha256(token.trim())),
        _ => Err(missing("the Authorization header is not `Bearer <the engine's token>`")),
    }
}

fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header};

    use super::{new_token, shown_in};

    #[test]
    fn a_token_is_recognised_by_its_hash() {
        let (token, sha256) = new_token([7; 32]);
        assert!(token.starts_with("plc_"), "scanners look for the prefix: {token}");
        assert_eq!(token.len(), 4 + 43);
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(&format!("bearer {token}")).expect("ASCII");
        headers.insert(header::AUTHORIZATION, value);
        assert_eq!(shown_in(&headers), Ok(sha256));
        assert_ne!(new_token([8; 32]).1, sha256);
    }

    #[test]
    fn two_tokens_are_as_bad_as_none() {
        let mut headers = HeaderMap::new();
        assert!(shown_in(&headers).is_err());
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer b"));
        assert!(shown_in(&headers).is_err());
    }
}
