//! Reads from an error whether anything was sent, and says it in plain words.

use std::error::Error;
use std::io;
use std::time::Duration;

use placet_review::Phase;
use rustls::AlertDescription;

use super::Unanswered;
use super::address::Closed;
use super::resolver::NotFound;

/// What the error of an exchange that got as far as `phase` means for the attempt.
pub(super) fn read(error: &(dyn Error + 'static), phase: Phase) -> Unanswered {
    if let Some(closed) = cause::<Closed>(error) {
        return Unanswered::NotAllowed(closed.to_string());
    }
    if let Some(rustls::Error::AlertReceived(alert)) = cause::<rustls::Error>(error)
        && refuses_our_certificate(*alert)
    {
        return Unanswered::TurnedAway(format!(
            "it wants a client certificate and was shown none that it accepts ({alert:?}); name its key as \
             client_certificate in the engine's profile, or correct the key"
        ));
    }
    if phase.sent_something() {
        return Unanswered::Silent(format!("the connection broke before an answer came ({})", root(error)));
    }
    match cause::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => {
            return Unanswered::Untrusted(format!("its certificate is not trusted ({reason})"));
        }
        Some(rustls::Error::InvalidMessage(_)) => {
            return Unanswered::Untrusted("it does not speak TLS at that port, which https needs".to_owned());
        }
        // These pass: the other side had no time, or broke down.
        Some(rustls::Error::AlertReceived(
            AlertDescription::InternalError | AlertDescription::UserCanceled,
        ))
        | None => {}
        Some(other) => {
            return Unanswered::Untrusted(format!("no secure connection could be agreed on ({other})"));
        }
    }
    if let Some(not_found) = cause::<NotFound>(error) {
        return Unanswered::Unreached(not_found.to_string());
    }
    Unanswered::Unreached(match cause::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "nothing listens at its address".to_owned(),
        Some(_) | None if phase == Phase::Tls => {
            format!("the connection broke before it was secure ({})", root(error))
        }
        Some(_) | None => format!("no connection could be made ({})", root(error)),
    })
}

/// RFC 8446 section 6.2: what a server says of the certificate of a client. It cannot verify the signature of one whose
/// authority has a new key under its old name.
fn refuses_our_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::DecryptError
    )
}

/// What it means that the exchange got no further than `phase` in `waited`.
pub(super) fn late(phase: Phase, waited: Duration) -> Unanswered {
    let seconds = waited.as_secs_f32();
    match phase {
        Phase::Policy | Phase::Dns => {
            Unanswered::Unreached(format!("its host could not be looked up within {seconds} s"))
        }
        Phase::Connect => Unanswered::Unreached(format!("no connection stood within {seconds} s")),
        Phase::Tls => Unanswered::Unreached(format!("the connection was not secure within {seconds} s")),
        Phase::SentHeaders => {
            Unanswered::Silent(format!("it did not take the whole request within {seconds} s"))
        }
        Phase::SentBody | Phase::GotHeaders | Phase::GotBody => {
            Unanswered::Silent(format!("the request was sent, and no answer came in time ({seconds} s)"))
        }
    }
}

/// The cause of this type, however deep.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The deepest cause: what the system itself said.
pub(super) fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    causes(error).last().unwrap_or(error)
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause: &&'a (dyn Error + 'static)| {
        // An I/O error that wraps another passes it over in `source`.
        match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use placet_review::Phase;
    use rstest::rstest;
    use rustls::AlertDescription;

    use super::{Unanswered, read};

    #[rstest]
    #[case(AlertDescription::CertificateRequired, Phase::SentBody)]
    #[case(AlertDescription::UnknownCA, Phase::SentHeaders)]
    #[case(AlertDescription::CertificateExpired, Phase::Tls)]
    #[case(AlertDescription::DecryptError, Phase::SentBody)]
    fn a_receiver_that_wants_another_certificate_did_not_take_the_request(
        #[case] alert: AlertDescription,
        #[case] phase: Phase,
    ) {
        let error = io::Error::other(rustls::Error::AlertReceived(alert));
        let refused = read(&error, phase);
        let words = refused.to_string();
        assert!(
            matches!(refused, Unanswered::TurnedAway(_)) && words.contains("client_certificate"),
            "{words}"
        );
        let other = io::Error::other(rustls::Error::AlertReceived(AlertDescription::InternalError));
        assert!(!matches!(read(&other, phase), Unanswered::TurnedAway(_)));
    }
}
