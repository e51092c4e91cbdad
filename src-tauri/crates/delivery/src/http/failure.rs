//! Reads from an error whether anything was sent, and says it in plain words.

use std::error::Error;
use std::io;

use super::{CONNECT, Unanswered, address};

/// What the error means for the attempt. URLs are left out: they may hold credentials.
pub(super) fn read(error: reqwest::Error) -> Unanswered {
    let error = error.without_url();
    if let Some(metadata) = cause::<address::Metadata>(&error) {
        return Unanswered::NotAllowed(metadata.to_string());
    }
    if let Some(rustls::Error::InvalidCertificate(reason)) = cause::<rustls::Error>(&error) {
        return Unanswered::Untrusted(format!("its certificate is not trusted ({reason})"));
    }
    if error.is_connect() {
        return Unanswered::Unreached(not_connected(&error));
    }
    if error.is_builder() {
        return Unanswered::Unreached(format!("the request could not be made ({})", root(&error)));
    }
    Unanswered::Silent(if error.is_timeout() {
        "the request was sent, and no answer came in time".to_owned()
    } else {
        format!("the connection broke before an answer came ({})", root(&error))
    })
}

fn not_connected(error: &reqwest::Error) -> String {
    if error.is_dns() {
        return format!("its host could not be looked up ({})", root(error));
    }
    match cause::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => "nothing listens at its address".to_owned(),
        _ if error.is_timeout() => format!("no connection stood within {} s", CONNECT.as_secs()),
        _ => format!("no connection could be made ({})", root(error)),
    }
}

/// The cause of this type, however deep.
fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The deepest cause: what the system itself said.
fn root<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
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
