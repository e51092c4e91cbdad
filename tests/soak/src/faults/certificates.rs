//! Certificates, good ones and others.

use std::sync::Arc;

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

/// An authority that engines' profiles may name.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// As it stands in a profile.
    pub(super) pem: String,
    roots: Arc<RootCertStore>,
}

/// From when to when a certificate is good.
#[derive(Clone, Copy)]
pub(super) enum Good {
    Now,
    Before,
    Later,
}

impl Authority {
    pub(super) fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate()?;
        let certificate = params.self_signed(&key)?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone())?;
        Ok(Self { pem: certificate.pem(), issuer: Issuer::new(params, key), roots: roots.into() })
    }

    /// A server whose certificate is for this host.
    pub(super) fn server(&self, host: &str, good: Good) -> Result<Arc<ServerConfig>> {
        self.config(ServerConfig::builder().with_no_client_auth(), host, good)
    }

    /// A server that asks for a certificate itself.
    pub(super) fn server_that_asks(&self, host: &str) -> Result<Arc<ServerConfig>> {
        let verifier = WebPkiClientVerifier::builder(self.roots.clone()).build()?;
        self.config(ServerConfig::builder().with_client_cert_verifier(verifier), host, Good::Now)
    }

    fn config(
        &self,
        server: tokio_rustls::rustls::ConfigBuilder<
            ServerConfig,
            tokio_rustls::rustls::server::WantsServerCert,
        >,
        host: &str,
        good: Good,
    ) -> Result<Arc<ServerConfig>> {
        let mut params = CertificateParams::new(vec![host.to_owned()])?;
        let (from, to) = match good {
            Good::Now => (2020, 2100),
            Good::Before => (2020, 2021),
            Good::Later => (2099, 2100),
        };
        (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok(Arc::new(server.with_single_cert(vec![certificate.der().clone()], key)?))
    }
}
