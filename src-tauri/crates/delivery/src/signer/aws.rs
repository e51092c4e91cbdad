//! Version 4 of AWS's signatures, by AWS's own library.

use std::time::{Duration, UNIX_EPOCH};

use ::http::HeaderName;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sign_by_aws};
use aws_sigv4::sign::v4;
use placet_review::{AwsSigning, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::put_secret;
use crate::Request;

/// Credentials that are ready to sign.
pub(crate) struct Key(Credentials);

/// The text of the key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    access_key_id: String,
    secret_access_key: SecretString,
    session_token: Option<SecretString>,
}

impl Key {
    /// The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub(super) fn parse(secret: &SecretString) -> Result<Self, &'static str> {
        const WANTED: &str = "AWS credentials are one line of JSON: {\"access_key_id\": \"...\", \
                              \"secret_access_key\": \"...\"}, and \"session_token\" where there is one";
        let form: Form = serde_json::from_str(secret.expose_secret()).map_err(|_| WANTED)?;
        let Form { access_key_id, secret_access_key, session_token } = form;
        Self::of(
            &access_key_id,
            secret_access_key.expose_secret(),
            session_token.as_ref().map(|token| token.expose_secret()),
        )
        .ok_or(WANTED)
    }

    /// Nothing, if one of them cannot be written into a request.
    pub(crate) fn of(id: &str, secret: &str, session_token: Option<&str>) -> Option<Self> {
        let fits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        let all_fit = fits(id) && fits(secret) && session_token.is_none_or(fits);
        all_fit.then(|| Self(Credentials::new(id, secret, session_token.map(str::to_owned), None, "placet")))
    }
}

/// Signs method, address, all headers and the body. Everything else that the request will carry must be there by now.
pub(super) fn sign(
    request: &mut Request,
    signing: &AwsSigning,
    key: &Key,
    now: Timestamp,
) -> Result<(), &'static str> {
    const ODD: &str = "AWS's signature cannot be made of this request";
    let since_epoch = Duration::from_millis(u64::try_from(now.as_millis()).map_err(|_| ODD)?);
    let identity = key.0.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&signing.region)
        .name(&signing.service)
        .time(UNIX_EPOCH + since_epoch)
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| ODD)?
        .into();
    let headers: Option<Vec<(&str, &str)>> =
        request.headers.iter().map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let mut url = request.url.clone();
    url.set_fragment(None);
    let signable = SignableRequest::new(
        request.method.as_str(),
        url.as_str(),
        headers.ok_or(ODD)?.into_iter(),
        SignableBody::Bytes(&request.body),
    );
    let signed = sign_by_aws(signable.map_err(|_| ODD)?, &parameters).map_err(|_| ODD)?;
    let (headers, _) = signed.into_parts().0.into_parts();
    for header in headers {
        let name = HeaderName::from_static(header.name());
        if header.sensitive() || name == ::http::header::AUTHORIZATION {
            put_secret(request, name, header.value())?;
        } else {
            request.headers.insert(name, header.value().parse().map_err(|_| ODD)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
