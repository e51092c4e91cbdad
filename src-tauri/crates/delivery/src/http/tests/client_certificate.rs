//! Receivers that want to see a certificate before they read anything.

use std::io::{Seek as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::sync::Arc;

use placet_review::{Engine, Outcome, Park, Signing};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ProtocolVersion, RootCertStore, ServerConfig, SupportedProtocolVersion, version};

use super::{Exchange, Http, Unanswered, engine, request};
use crate::protocol::unanswered;
use crate::{KeyChoice, Keys};

/// An authority, and a client that it vouches for: chain and private key in one PEM.
struct Made {
    authority: CertifiedIssuer<'static, KeyPair>,
    client: String,
}

fn made() -> Made {
    let mut authority = CertificateParams::new(vec![]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"));
    let authority = authority.expect("an authority");
    let mut client = CertificateParams::new(vec!["placet".into()]).expect("parameters");
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().expect("a key");
    let certificate = client.signed_by(&key, &authority).expect("signed");
    Made { client: format!("{}{}", certificate.pem(), key.serialize_pem()), authority }
}

/// Listens, takes clients of this authority only, and tells of each request which certificate came with it.
struct Receiver {
    url: String,
    ca: String,
    shown: mpsc::UnboundedReceiver<Vec<u8>>,
}

impl Receiver {
    async fn start(
        authority: &CertifiedIssuer<'static, KeyPair>,
        tls: &'static SupportedProtocolVersion,
    ) -> Self {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".into()]).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
        let server =
            ServerConfig::builder_with_provider(provider).with_protocol_versions(&[tls]).expect("a version");
        let server = server.with_client_cert_verifier(verifier.build().expect("a verifier"));
        let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let server = server.with_single_cert(vec![own.cert.der().clone()], key).expect("a TLS server");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://localhost:{}/", listener.local_addr().expect("bound").port());
        let (tell, shown) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(server));
            loop {
                let (connection, _) = listener.accept().await.expect("a connection");
                let mut connection = match acceptor.accept(connection).into_fallible().await {
                    Ok(connection) => connection,
                    // What it wrote of that gets lost if it closes before it read what had come.
                    Err((_, mut refused)) => {
                        let _ = refused.read_to_end(&mut Vec::new()).await;
                        continue;
                    }
                };
                let mut read = Vec::new();
                while !read.ends_with(b"{}") {
                    assert_ne!(
                        connection.read_buf(&mut read).await.expect("a request"),
                        0,
                        "a whole request"
                    );
                }
                let certificates = connection.get_ref().1.peer_certificates().expect("it was wanted");
                tell.send(certificates[0].to_vec()).expect("somebody listens");
                let end = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
                connection.write_all(end).await.expect("answered");
            }
        });
        Self { url, ca: own.cert.pem(), shown }
    }

    fn engine(&self, name: &str, certificate: Option<&str>) -> Engine {
        let signing = Signing { client_certificate: certificate.map(str::to_owned), ..Signing::default() };
        let ca = Some(self.ca.clone());
        Engine { name: name.into(), ca, signing, ..engine(&self.url) }
    }
}

fn keys(named: &[(&str, &str)]) -> Arc<Keys> {
    let mut lines = tempfile::tempfile().expect("a file");
    for (name, text) in named {
        writeln!(lines, "{name}={}", serde_json::json!(text)).expect("written");
    }
    lines.rewind().expect("rewound");
    let descriptor = KeyChoice::Descriptor(u32::try_from(lines.as_raw_fd()).expect("a number"));
    Arc::new(Keys::open(&descriptor).expect("read"))
}

fn certificate_of(client: &str) -> Vec<u8> {
    pem::parse(client).expect("PEM").contents().to_vec()
}

#[tokio::test]
async fn a_receiver_that_wants_a_certificate_is_shown_the_engines_own() {
    for tls in [&version::TLS12, &version::TLS13] {
        let Made { authority, client } = made();
        let mut receiver = Receiver::start(&authority, tls).await;
        let stranger = made().client;
        let http =
            Http::new().with_keys(keys(&[("ours", &client), ("strange", &stranger), ("broken", "hush")]));
        let Exchange { answer, .. } =
            http.send(request(&receiver.url), &receiver.engine("a", Some("ours"))).await;
        assert_eq!(answer.expect("answered").status, 204);
        assert_eq!(receiver.shown.recv().await, Some(certificate_of(&client)));

        for (name, wanting) in [("b", None), ("c", Some("strange"))] {
            let refused = http.send(request(&receiver.url), &receiver.engine(name, wanting)).await;
            let why = refused.answer.expect_err("no certificate that it knows");
            let judgement = unanswered(&why);
            assert_eq!(judgement.outcome, Outcome::Parked(Park::Policy), "{}", judgement.words);
            assert!(judgement.words.contains("client_certificate"), "{}", judgement.words);
            // In version 1.3 the client hears of it only after it sent its request.
            let sent = tls.version == ProtocolVersion::TLSv1_3;
            assert_eq!(refused.phase.sent_something(), sent, "{:?}", refused.phase);
            assert!(!judgement.words.contains("Nothing was sent"), "{}", judgement.words);
            assert!(judgement.words.contains("before it read anything"), "{}", judgement.words);
        }
        for (name, wanting, why) in [("d", "broken", "PEM"), ("e", "missing", "no key \"missing\"")] {
            let refused =
                http.send(request(&receiver.url), &receiver.engine(name, Some(wanting))).await.answer;
            let words = refused.expect_err("nothing to show").to_string();
            assert!(
                words.contains("client certificate") && words.contains(why) && !words.contains("hush"),
                "{words}"
            );
        }
        assert!(receiver.shown.try_recv().is_err(), "nobody else was let in");
    }
}

#[tokio::test]
async fn a_profile_that_names_another_certificate_makes_its_connections_anew() {
    let Made { authority, client } = made();
    let mut receiver = Receiver::start(&authority, &version::TLS13).await;
    let mut other = CertificateParams::new(vec!["placet".into()]).expect("parameters");
    other.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().expect("a key");
    let other =
        format!("{}{}", other.signed_by(&key, &authority).expect("signed").pem(), key.serialize_pem());
    let http = Http::new().with_keys(keys(&[("first", &client), ("second", &other)]));
    for (name, text) in [("first", &client), ("second", &other)] {
        let answer = http.send(request(&receiver.url), &receiver.engine("a", Some(name))).await.answer;
        assert_eq!(answer.expect("answered").status, 204);
        assert_eq!(receiver.shown.recv().await, Some(certificate_of(text)), "{name}");
    }
}

#[tokio::test]
async fn without_keys_nobody_is_reached_who_wants_a_certificate() {
    let Made { authority, .. } = made();
    let receiver = Receiver::start(&authority, &version::TLS13).await;
    let refused = Http::new().send(request(&receiver.url), &receiver.engine("a", Some("ours"))).await.answer;
    assert!(matches!(refused, Err(Unanswered::NotAllowed(_))));
}
