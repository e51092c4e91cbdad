//! Signatures by the Standard Webhooks specification, version 1 of the symmetric scheme (`v1`, HMAC-SHA256).

use ::http::HeaderName;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use secrecy::{ExposeSecret as _, SecretString};

/// The id of the message, the same in every attempt.
pub const ID: HeaderName = HeaderName::from_static("webhook-id");
/// When this attempt was made, in seconds since 1970.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// The signature over id, timestamp and body.
pub const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

const PREFIX: &str = "whsec_";
/// The least that the specification asks for.
const LEAST_BYTES: usize = 24;
/// Secrets are copied by hand, and the padding at their end is easily lost.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret that is ready to sign.
pub struct Key(Box<hmac::Key>);

impl Key {
    /// Reads `whsec_` and base64, or the base64 alone, of at least 24 bytes.
    /// The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub fn parse(secret: &SecretString) -> Result<Self, &'static str> {
        let text = secret.expose_secret().trim();
        let text = text.strip_prefix(PREFIX).unwrap_or(text);
        const WANTED: &str = "a Standard Webhooks secret is whsec_ and the base64 of 24 bytes or more (`openssl rand -base64 32`)";
        let bytes = BASE64.decode(text).map_err(|_| WANTED)?;
        if bytes.len() < LEAST_BYTES {
            return Err(WANTED);
        }
        Ok(Self(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &bytes))))
    }

    /// The value of [`SIGNATURE`]: `v1,` and base64.
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut signed = hmac::Context::with_key(&self.0);
        signed.update(format!("{id}.{seconds}.").as_bytes());
        signed.update(body);
        format!("v1,{}", STANDARD.encode(signed.sign()))
    }
}

/// The secret that these bytes make.
pub fn secret_of(random: [u8; 32]) -> SecretString {
    format!("{PREFIX}{}", STANDARD.encode(random)).into()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use secrecy::ExposeSecret as _;
    use standardwebhooks::Webhook;

    use super::{ID, Key, SIGNATURE, TIMESTAMP, secret_of};

    #[rstest]
    #[case("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    #[case("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    fn signs_as_the_published_example(#[case] secret: &str) {
        let key = Key::parse(&secret.into()).expect("the example's secret");
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn the_specifications_own_library_accepts_it() {
        let secret = secret_of([7; 32]);
        let key = Key::parse(&secret).expect("our own secret");
        let verifier = Webhook::new(secret.expose_secret()).expect("the same secret");
        let body = "{\"answer\":\"Größe\"}".as_bytes();
        let since_epoch = std::time::UNIX_EPOCH.elapsed().expect("after 1970");
        let seconds = i64::try_from(since_epoch.as_secs()).expect("this century");
        let mut headers = ::http::HeaderMap::new();
        headers.insert(ID, "0192".parse().expect("a value"));
        headers.insert(TIMESTAMP, seconds.into());
        headers.insert(SIGNATURE, key.sign("0192", seconds, body).parse().expect("a value"));
        verifier.verify(body, &headers).expect("accepted");
        verifier.verify(b"{\"answer\":\"other\"}", &headers).expect_err("another body is refused");
    }

    #[test]
    fn a_secret_that_lost_its_padding_is_the_same_secret() {
        let whole = secret_of([7; 32]);
        let cut: secrecy::SecretString = whole.expose_secret().trim_end_matches('=').into();
        let sign = |secret| Key::parse(secret).expect("a secret").sign("0192", 1, b"{}");
        assert_eq!(sign(&cut), sign(&whole));
    }

    #[rstest]
    #[case("whsec_")]
    #[case("whsec_c2hvcnQ=")]
    #[case("whsec_not base64")]
    #[case("-----BEGIN PRIVATE KEY-----")]
    fn what_is_no_secret_is_refused(#[case] text: &str) {
        assert!(Key::parse(&text.into()).is_err(), "{text}");
    }
}
