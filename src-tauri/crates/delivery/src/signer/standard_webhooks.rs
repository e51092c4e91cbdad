//! Signatures by the Standard Webhooks specification: the symmetric scheme `v1` (HMAC-SHA256) and the asymmetric one,
//! `v1a` (Ed25519). A key's text tells which of them it is for.

use ::http::HeaderName;
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use secrecy::{ExposeSecret as _, SecretString};

use super::put_secret;
use crate::Request;

/// The id of the message, the same in every attempt.
pub const ID: HeaderName = HeaderName::from_static("webhook-id");
/// When this attempt was made, in seconds since 1970.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// The signature over id, timestamp and body.
pub const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

const PREFIX: &str = "whsec_";
const PRIVATE_PREFIX: &str = "whsk_";
const PUBLIC_PREFIX: &str = "whpk_";
/// The least that the specification asks of a shared secret.
const LEAST_BYTES: usize = 24;
/// Of both halves of an Ed25519 key.
const HALF_BYTES: usize = 32;
/// Secrets are copied by hand, and the padding at their end is easily lost.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret that is ready to sign.
pub struct Key(Scheme);

enum Scheme {
    V1(Box<hmac::Key>),
    V1a(Ed25519KeyPair),
}

impl Key {
    /// Reads `whsk_` and the base64 of an Ed25519 private key, 32 bytes of seed with or without the 32 of its public
    /// half behind them; or else `whsec_` and base64, or the base64 alone, of at least 24 bytes.
    /// The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub fn parse(secret: &SecretString) -> Result<Self, &'static str> {
        let text = secret.expose_secret().trim();
        if let Some(text) = text.strip_prefix(PRIVATE_PREFIX) {
            const WANTED: &str =
                "a private key of Standard Webhooks is whsk_ and the base64 of an Ed25519 private key";
            let bytes = BASE64.decode(text).map_err(|_| WANTED)?;
            let pair = match bytes.split_at_checked(HALF_BYTES) {
                Some((seed, [])) => Ed25519KeyPair::from_seed_unchecked(seed),
                Some((seed, public)) => Ed25519KeyPair::from_seed_and_public_key(seed, public),
                None => return Err(WANTED),
            };
            return Ok(Self(Scheme::V1a(pair.map_err(|_| WANTED)?)));
        }
        if text.starts_with(PUBLIC_PREFIX) {
            return Err("whpk_ is the public half, for the receiver; the private one begins with whsk_");
        }
        let text = text.strip_prefix(PREFIX).unwrap_or(text);
        const WANTED: &str = "a Standard Webhooks secret is whsec_ and the base64 of 24 bytes or more (`openssl rand -base64 32`)";
        let bytes = BASE64.decode(text).map_err(|_| WANTED)?;
        if bytes.len() < LEAST_BYTES {
            return Err(WANTED);
        }
        Ok(Self(Scheme::V1(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))))
    }

    /// One signature of those in [`SIGNATURE`]: `v1,` or `v1a,` and base64.
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let before = format!("{id}.{seconds}.");
        match &self.0 {
            Scheme::V1(key) => {
                let mut signed = hmac::Context::with_key(key);
                signed.update(before.as_bytes());
                signed.update(body);
                format!("v1,{}", STANDARD.encode(signed.sign()))
            }
            Scheme::V1a(pair) => {
                let signature = pair.sign(&[before.as_bytes(), body].concat());
                format!("v1a,{}", STANDARD.encode(signature))
            }
        }
    }

    /// The half that the receiver of `v1a` needs, `whpk_...`; none where it needs the secret itself.
    pub fn public(&self) -> Option<String> {
        match &self.0 {
            Scheme::V1(_) => None,
            Scheme::V1a(pair) => Some(format!("{PUBLIC_PREFIX}{}", STANDARD.encode(pair.public_key()))),
        }
    }
}

/// Puts the signatures of all these keys side by side. The id and the moment are the same for all.
pub(super) fn sign<'a>(
    request: &mut Request,
    id: &str,
    seconds: i64,
    keys: impl Iterator<Item = &'a Key>,
) -> Result<(), &'static str> {
    let signatures: Vec<String> = keys.map(|key| key.sign(id, seconds, &request.body)).collect();
    if signatures.is_empty() {
        return Ok(());
    }
    const ODD: &str = "the id of the delivery makes no header";
    request.headers.insert(ID, id.parse().map_err(|_| ODD)?);
    request.headers.insert(TIMESTAMP, seconds.into());
    put_secret(request, SIGNATURE, &signatures.join(" "))
}

/// Whether the text is such a secret, and no key of another kind.
pub(crate) fn is_secret(text: &SecretString) -> bool {
    text.expose_secret().starts_with(PREFIX)
}

/// The secret that these bytes make.
pub fn secret_of(random: [u8; 32]) -> SecretString {
    format!("{PREFIX}{}", STANDARD.encode(random)).into()
}

/// The private key of `v1a` that these bytes are the seed of.
pub fn private_key_of(seed: [u8; HALF_BYTES]) -> Result<SecretString, &'static str> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| "these bytes make no key")?;
    let both = [&seed[..], pair.public_key().as_ref()].concat();
    Ok(format!("{PRIVATE_PREFIX}{}", STANDARD.encode(both)).into())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use rstest::rstest;
    use secrecy::ExposeSecret as _;
    use standardwebhooks::Webhook;

    use super::{ID, Key, SIGNATURE, TIMESTAMP, private_key_of, secret_of};

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

    #[test]
    fn the_private_key_verifies_under_its_public_half() {
        let private = private_key_of([7; 32]).expect("a key");
        let key = Key::parse(&private).expect("our own key");
        let public = key.public().expect("it has one");
        let public =
            STANDARD.decode(public.strip_prefix("whpk_").expect("as receivers want it")).expect("base64");
        let signature = key.sign("0192", 1, b"\xff{}");
        let signature = STANDARD.decode(signature.strip_prefix("v1a,").expect("the scheme")).expect("base64");
        let public = UnparsedPublicKey::new(&ED25519, public);
        public.verify(b"0192.1.\xff{}", &signature).expect("verified");
        public.verify(b"0192.2.\xff{}", &signature).expect_err("another moment is refused");

        let bytes = STANDARD.decode(&private.expose_secret()["whsk_".len()..]).expect("base64");
        let seed = format!("whsk_{}", STANDARD.encode(&bytes[..32]));
        assert_eq!(Key::parse(&seed.into()).expect("the seed alone").public(), key.public());
        let crossed = [&bytes[..32], &[9; 32]].concat();
        let crossed = format!("whsk_{}", STANDARD.encode(crossed));
        assert!(Key::parse(&crossed.into()).is_err(), "halves of two keys");
        assert!(Key::parse(&secret_of([7; 32])).expect("a secret").public().is_none());
    }

    #[rstest]
    #[case("whsec_")]
    #[case("whsk_")]
    #[case("whsk_c2hvcnQ=")]
    #[case("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")]
    #[case("whsec_c2hvcnQ=")]
    #[case("whsec_not base64")]
    #[case("-----BEGIN PRIVATE KEY-----")]
    fn what_is_no_secret_is_refused(#[case] text: &str) {
        assert!(Key::parse(&text.into()).is_err(), "{text}");
    }
}
