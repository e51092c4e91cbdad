//! New keys of every kind.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pem::{EncodeConfig, LineEnding, Pem, encode_config};
use placet_review::KeyKind;
use secrecy::SecretString;

use super::standard_webhooks;

/// As many as the longest hash of HMAC has.
const SHARED_BYTES: usize = 64;

/// The text of a new key, and its public half where the receiver needs no more. The error completes a sentence.
pub(crate) fn key(kind: KeyKind) -> Result<(SecretString, Option<String>), &'static str> {
    const FAILED: &str = "The key could not be made; try again";
    let failed = |Unspecified| FAILED;
    match kind {
        KeyKind::WebhookSecret => Ok((standard_webhooks::secret_of(rand::random()), None)),
        KeyKind::WebhookPair => {
            let private = standard_webhooks::private_key_of(rand::random())?;
            let public = standard_webhooks::Key::parse(&private)?.public();
            Ok((private, public))
        }
        KeyKind::SharedSecret => Ok((STANDARD.encode(rand::random::<[u8; SHARED_BYTES]>()).into(), None)),
        KeyKind::Ed25519 => {
            let pair = Ed25519KeyPair::generate().map_err(failed)?;
            let private: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
            pems(private.as_ref(), pair.public_key().as_der()).map_err(failed)
        }
        KeyKind::P256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed),
        KeyKind::P384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(failed),
        KeyKind::Rsa2048 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
            let private: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
            pems(private.as_ref(), pair.public_key().as_der()).map_err(failed)
        }
    }
}

fn ecdsa(curve: &'static EcdsaSigningAlgorithm) -> Result<(SecretString, Option<String>), Unspecified> {
    let pair = EcdsaKeyPair::generate(curve)?;
    pems(pair.to_pkcs8v1()?.as_ref(), pair.public_key().as_der())
}

fn pems(
    private: &[u8],
    public: Result<PublicKeyX509Der<'_>, Unspecified>,
) -> Result<(SecretString, Option<String>), Unspecified> {
    let pem = |label, der: &[u8]| {
        let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
        encode_config(&Pem::new(label, der), config)
    };
    Ok((pem("PRIVATE KEY", private).into(), Some(pem("PUBLIC KEY", public?.as_ref()))))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
    use placet_review::{JwtAlgorithm, KeyKind};
    use rstest::rstest;
    use secrecy::ExposeSecret as _;

    use super::key;
    use crate::keys::Use;
    use crate::signer::{SigningKey, standard_webhooks};

    #[rstest]
    #[case(KeyKind::WebhookSecret, Use::StandardWebhooks)]
    #[case(KeyKind::WebhookPair, Use::StandardWebhooks)]
    #[case(KeyKind::SharedSecret, Use::Jwt(JwtAlgorithm::HS512))]
    #[case(KeyKind::Ed25519, Use::Jwt(JwtAlgorithm::EdDSA))]
    #[case(KeyKind::P256, Use::Jwt(JwtAlgorithm::ES256))]
    #[case(KeyKind::P384, Use::Jwt(JwtAlgorithm::ES384))]
    #[case(KeyKind::Rsa2048, Use::Jwt(JwtAlgorithm::PS256))]
    fn what_is_made_signs_as_it_should(#[case] kind: KeyKind, #[case] used: Use) {
        let (secret, public) = key(kind).expect("a key");
        assert!(SigningKey::parse(&secret, used).is_ok());
        let is_shared = matches!(kind, KeyKind::WebhookSecret | KeyKind::SharedSecret);
        assert_eq!(public.is_none(), is_shared);
        assert!(public.is_none_or(|public| !public.contains("PRIVATE") && !public.contains("whsk_")));
        let (other, _) = key(kind).expect("a key");
        assert_ne!(secret.expose_secret(), other.expose_secret());
        if let Use::Jwt(algorithm) = used {
            assert_eq!(KeyKind::of(algorithm), kind);
        }
    }

    #[test]
    fn the_public_half_is_of_the_same_pair() {
        let (secret, public) = key(KeyKind::Ed25519).expect("a key");
        let (_, der) =
            (public.as_ref().expect("it has one").lines().count(), pem::parse(public.expect("there")));
        let public = ParsedPublicKey::new(&ED25519, der.expect("PEM").contents()).expect("a key");
        let jwt = crate::signer::jwt::Key::parse(&secret, JwtAlgorithm::EdDSA).expect("a key");
        let token = jwt.token(None, &serde_json::json!({})).expect("a token");
        let (signed, signature) = token.rsplit_once('.').expect("parts");
        let signature = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature);
        public.verify_sig(signed.as_bytes(), &signature.expect("base64")).expect("verified");
        let (secret, public) = key(KeyKind::WebhookPair).expect("a key");
        assert_eq!(standard_webhooks::Key::parse(&secret).expect("a key").public(), public);
    }
}
