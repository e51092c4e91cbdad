//! Receivers that speak TLS, or should.

use anyhow::Result;
use placet_review::{Outcome, Park, Phase};

use super::super::certificates::{Authority, Good};
use super::super::server::{Server, Step};
use super::super::{Fault, Host};
use super::{ACCEPTED, fault};

pub(super) fn tls() -> Result<Vec<Fault>> {
    let authority = Authority::new()?;
    let other = Authority::new()?;
    let trusting =
        |fault: Fault| Fault { host: Host::Localhost, https: true, ca: Some(authority.pem.clone()), ..fault };
    let answers = || vec![Step::ReadAll, Step::Send(ACCEPTED.to_vec())];
    let parked = Outcome::Parked(Park::Tls);
    let secure =
        |name, config, outcome, phase| trusting(fault(name, Server::Tls(config, answers()), outcome, phase));
    let plain = |name, steps, outcome| trusting(fault(name, Server::Plain(steps), outcome, Phase::Tls));
    let send = |text: &[u8]| Step::Send(text.to_vec());
    let good = authority.server("localhost", Good::Now)?;
    let certificate = |fault: Fault| Fault { says: "certificate", ..fault };
    Ok(vec![
        secure(
            "has a certificate of the engine's authority",
            good.clone(),
            Outcome::Accepted,
            Phase::GotBody,
        ),
        certificate(secure(
            "has an expired certificate",
            authority.server("localhost", Good::Before)?,
            parked,
            Phase::Tls,
        )),
        certificate(secure(
            "has a certificate of the future",
            authority.server("localhost", Good::Later)?,
            parked,
            Phase::Tls,
        )),
        certificate(secure(
            "has the certificate of another host",
            authority.server("other.example", Good::Now)?,
            parked,
            Phase::Tls,
        )),
        certificate(secure(
            "has a certificate of nobody known",
            other.server("localhost", Good::Now)?,
            parked,
            Phase::Tls,
        )),
        certificate(Fault {
            ca: None,
            ..secure("has a certificate that another engine trusts", good.clone(), parked, Phase::Tls)
        }),
        Fault {
            // TLS 1.3 tells it only after the request was sent (RFC 8446 section 4.4.2).
            // Where the alert comes through, the profile has to name one. It is turned away then, whatever was sent.
            outcomes: vec![parked, Outcome::Parked(Park::Policy), Outcome::Ambiguous],
            phases: vec![Phase::Tls, Phase::SentHeaders, Phase::SentBody],
            ..secure("asks for our certificate", authority.server_that_asks("localhost")?, parked, Phase::Tls)
        },
        Fault {
            says: "does not speak TLS",
            ..plain(
                "speaks plain HTTP on a TLS port",
                vec![send(b"HTTP/1.1 400 Bad Request\r\n\r\n")],
                parked,
            )
        },
        Fault {
            says: "does not speak TLS",
            ..plain("speaks SSH on a TLS port", vec![send(b"SSH-2.0-OpenSSH_9.2\r\n"), Step::Silence], parked)
        },
        Fault { says: "secure", ..plain("is silent in the handshake", vec![Step::Silence], Outcome::Failed) },
        Fault { says: "secure", ..plain("resets in the handshake", vec![Step::Reset], Outcome::Failed) },
        Fault { says: "secure", ..plain("closes in the handshake", vec![], Outcome::Failed) },
        // Alerts: level 2, and handshake_failure 40 or internal_error 80 (RFC 8446 section 6).
        Fault {
            says: "secure",
            ..plain(
                "refuses the handshake",
                vec![send(b"\x15\x03\x03\x00\x02\x02\x28"), Step::Silence],
                parked,
            )
        },
        Fault {
            says: "secure",
            ..plain(
                "breaks down in the handshake",
                vec![send(b"\x15\x03\x03\x00\x02\x02\x50"), Step::Silence],
                Outcome::Failed,
            )
        },
        trusting(fault(
            "resets after a secure request",
            Server::Tls(good.clone(), vec![Step::ReadAll, Step::Reset]),
            Outcome::Ambiguous,
            Phase::SentBody,
        )),
        trusting(fault(
            "is silent after a secure request",
            Server::Tls(good, vec![Step::ReadAll, Step::Silence]),
            Outcome::Ambiguous,
            Phase::SentBody,
        )),
    ])
}
