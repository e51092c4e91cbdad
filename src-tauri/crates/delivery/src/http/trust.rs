//! Whose certificates are believed: those that the platform believes, and an engine's own authorities. Never all.

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{PemObject as _, SectionKind};
use rustls::sign::SingleCertAndKey;
use rustls_platform_verifier::Verifier;

/// What the platform believes. Reading it takes some milliseconds, so it is read when it is first needed.
#[derive(Clone, Default)]
pub(super) struct Trust(Arc<OnceLock<Option<Arc<dyn ServerCertVerifier>>>>);

impl Trust {
    /// With the authorities of an engine's profile beside the platform's, and with the certificate that its receivers are
    /// shown.
    pub(super) fn with(&self, ca: Option<&str>, shown: Option<Arc<SingleCertAndKey>>) -> ClientConfig {
        let verifier = match ca.map(authorities) {
            Some(Ok(authorities)) => platform(authorities),
            Some(Err(wrong)) => {
                // Profiles are checked when they are put into the ledger.
                tracing::error!(wrong, "the authorities of a profile cannot be read");
                self.platform()
            }
            None => self.platform(),
        };
        match verifier {
            Some(verifier) => {
                let config = config().dangerous().with_custom_certificate_verifier(verifier);
                match shown {
                    Some(shown) => config.with_client_cert_resolver(shown),
                    None => config.with_no_client_auth(),
                }
            }
            None => nobody(),
        }
    }

    fn platform(&self) -> Option<Arc<dyn ServerCertVerifier>> {
        self.0.get_or_init(|| platform(Vec::new())).clone()
    }
}

/// Believes no certificate at all.
pub(super) fn nobody() -> ClientConfig {
    config().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
}

/// What the platform verifies by, and these. `None` where nobody at all is believed: plain HTTP works then, and
/// https is refused as untrusted.
fn platform(authorities: Vec<CertificateDer<'static>>) -> Option<Arc<dyn ServerCertVerifier>> {
    match Verifier::new_with_extra_roots(authorities, provider()) {
        Ok(verifier) => Some(Arc::new(verifier)),
        Err(error) => {
            tracing::warn!(%error, "no trusted certificates on this machine: https receivers cannot be reached");
            None
        }
    }
}

/// The certificates in a PEM text. The error says, as a sentence, what is wrong.
pub(super) fn authorities(pem: &str) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    const NONE: &str = "this holds no certificate; give the authority's certificate as PEM";
    let sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(pem.as_bytes());
    let mut found = Vec::new();
    let mut roots = rustls::RootCertStore::empty();
    for section in sections {
        let (SectionKind::Certificate, der) = section.map_err(|_| NONE)? else {
            return Err("this holds more than certificates; leave private keys out of profiles");
        };
        let certificate = CertificateDer::from(der);
        roots.add(certificate.clone()).map_err(|_| "one of its certificates is damaged")?;
        found.push(certificate);
    }
    if found.is_empty() { Err(NONE) } else { Ok(found) }
}

fn config() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    let versions = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    versions.expect("the provider knows TLS 1.2 and 1.3")
}

fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(aws_lc_rs::default_provider())).clone()
}
