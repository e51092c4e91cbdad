//! JSON Web Tokens (RFC 7519), in `Authorization: Bearer`, in another header, or in the query.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{Arrived, Finding, TOLERANCE_SECONDS, body};

const SCHEME: &str = "jwt";
/// What a receiver's HMAC key has at least, in bytes (RFC 7518 section 3.2).
const LEAST_BYTES: usize = 32;

/// What is looked at of what the token says.
#[derive(Deserialize)]
struct Claims {
    aud: Option<String>,
    jti: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    body_sha256: Option<String>,
}

/// The token of the request, wherever it stands.
pub(super) fn token(arrived: &Arrived) -> Option<String> {
    let looks_like_one = |text: &str| text.starts_with("eyJ") && text.split('.').count() == 3;
    let bearer = arrived.header("authorization").and_then(|text| text.strip_prefix("Bearer "));
    let headers = arrived.headers.values().filter_map(|value| value.to_str().ok());
    bearer
        .into_iter()
        .chain(headers)
        .map(str::trim)
        .find(|text| looks_like_one(text))
        .map(str::to_owned)
        .or_else(|| {
            arrived.url.query_pairs().map(|(_, value)| value.into_owned()).find(|text| looks_like_one(text))
        })
}

/// The finding, if there is a token.
pub(super) fn verify(arrived: &Arrived, key: &str, now: i64) -> Option<Finding> {
    let token = token(arrived)?;
    Some(match verified(&token, key, arrived, now) {
        Ok(words) => Finding::holds(SCHEME, words),
        Err(words) => Finding::fails(SCHEME, words),
    })
}

fn verified(token: &str, key: &str, arrived: &Arrived, now: i64) -> Result<String, String> {
    let header = decode_header(token).map_err(|_| "The token's header cannot be read.".to_owned())?;
    let key = decoding_key(key, header.alg, header.kid.as_deref())?;
    let mut validation = Validation::new(header.alg);
    // All of these are looked at below, with words of their own.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims: Claims = decode(token, &key, &validation)
        .map_err(|_| "The token's signature does not hold: the sender has another key.".to_owned())?
        .claims;
    let Claims { aud, jti, exp, nbf, body_sha256 } = claims;
    let late = exp.is_some_and(|exp| exp + TOLERANCE_SECONDS < now);
    let early = nbf.is_some_and(|nbf| nbf - TOLERANCE_SECONDS > now);
    if late || early {
        return Err("The token's signature holds, but not at this time: it ran out, or is not good yet. If the request \
                    is a recorded one, say when it came; else look at the clocks."
            .to_owned());
    }
    if let Some(digest) = body_sha256 {
        let is = |bytes: &[u8]| hex::encode(Sha256::digest(bytes)).eq_ignore_ascii_case(&digest);
        if !is(&arrived.body) {
            let how = body::variants(&arrived.body).into_iter().find(|(variant, _)| is(variant));
            return Err(body::changed(
                how.map_or("its SHA-256 is another one than body_sha256 says", |(_, how)| how),
            ));
        }
    }
    let of = jti.map_or_else(String::new, |jti| format!(" of {jti}"));
    let aud = aud.map_or_else(String::new, |aud| format!(" It is meant for {aud}: see that this is you."));
    Ok(format!("The token{of} ({:?}) holds, and so does what it says of the body.{aud}", header.alg))
}

/// The key as this algorithm takes it. A public key is never taken for the text of an HMAC key, whatever the token asks.
fn decoding_key(text: &str, algorithm: Algorithm, kid: Option<&str>) -> Result<DecodingKey, String> {
    use Algorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512};
    let other = || format!("The token says {algorithm:?}, and the key is of another kind.");
    let is_hmac = matches!(algorithm, HS256 | HS384 | HS512);
    if text.starts_with('{') {
        let set: JwkSet =
            serde_json::from_str(text).map_err(|_| "The key is no JWK Set (RFC 7517).".to_owned())?;
        let jwk = match kid {
            Some(kid) => set.find(kid).ok_or_else(|| {
                format!("The JWK Set has no key \"{kid}\", which is the one that the token was signed with. Fetch it again.")
            })?,
            None => match &set.keys[..] {
                [only] => only,
                _ => return Err("The token does not say by which key of the JWK Set it was signed.".to_owned()),
            },
        };
        return if is_hmac { Err(other()) } else { DecodingKey::from_jwk(jwk).map_err(|_| other()) };
    }
    let pem = text.starts_with("-----BEGIN");
    match algorithm {
        HS256 | HS384 | HS512 if !pem && text.len() >= LEAST_BYTES => {
            Ok(DecodingKey::from_secret(text.as_bytes()))
        }
        RS256 | RS384 | RS512 | PS256 | PS384 | PS512 if pem => {
            DecodingKey::from_rsa_pem(text.as_bytes()).map_err(|_| other())
        }
        ES256 | ES384 if pem => DecodingKey::from_ec_pem(text.as_bytes()).map_err(|_| other()),
        EdDSA if pem => DecodingKey::from_ed_pem(text.as_bytes()).map_err(|_| other()),
        _ => Err(other()),
    }
}
