//! The certificate that a receiver is shown when a connection is made.

use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use secrecy::{ExposeSecret as _, SecretString};

/// A chain of certificates and the private key of its first.
pub(crate) struct Key(Arc<CertifiedKey>);

impl Key {
    /// Reads both from one PEM. The error completes "The key cannot sign: ..." and holds nothing of the secret.
    pub(super) fn parse(secret: &SecretString) -> Result<Self, &'static str> {
        const WANTED: &str =
            "a client certificate is PEM: the certificate, those of its issuers, and its private key";
        let pem = secret.expose_secret().as_bytes();
        let chain = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().map_err(|_| WANTED)?;
        let private = PrivateKeyDer::from_pem_slice(pem).map_err(|_| WANTED)?;
        if chain.is_empty() {
            return Err(WANTED);
        }
        CertifiedKey::from_der(chain, private, &aws_lc_rs::default_provider())
            .map(Arc::new)
            .map(Self)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    "its private key is not the one of its first certificate"
                }
                _ => WANTED,
            })
    }

    /// As connections are made with it.
    pub(crate) fn shown(&self) -> Arc<SingleCertAndKey> {
        Arc::new(self.0.clone().into())
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    fn made() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(vec!["placet".into()]).expect("a certificate");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    #[test]
    fn certificate_and_private_key_stand_in_one_text() {
        let ((certificate, private), (other, _)) = (made(), made());
        assert!(Key::parse(&format!("{certificate}{private}").into()).is_ok());
        assert!(
            Key::parse(&format!("{private}{certificate}{other}").into()).is_ok(),
            "in any order, with a chain"
        );
        for (text, why) in [
            (certificate.clone(), "its private key"),
            (private.clone(), "PEM"),
            ("hush".to_owned(), "PEM"),
            (format!("{other}{private}"), "first certificate"),
        ] {
            let wrong = Key::parse(&text.into()).err().expect("refused");
            assert!(wrong.contains(why) && !wrong.contains("hush"), "{wrong}");
        }
    }
}
