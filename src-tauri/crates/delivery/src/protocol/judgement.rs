//! What an HTTP answer means where the protocol says nothing else (status codes by RFC 9110 section 15,
//! RFC 6585 and RFC 8470).

use std::time::{Duration, SystemTime};

use ::http::header::RETRY_AFTER;
use placet_review::{Judgement, Outcome, Park, Timestamp};

use crate::{Answer, Unanswered};

/// How long a receiver can make us wait at most, in milliseconds. Whoever asks for more than a day has
/// miscounted, and a task would wait for good.
const LONGEST_WAIT_MS: i64 = 24 * 60 * 60 * 1_000;

/// How much of the receiver's own words a sentence repeats, in characters.
const QUOTED: usize = 200;

/// Judges an answer that came at `now` by its status alone.
pub fn by_status(answer: &Answer, now: Timestamp) -> Judgement {
    let status = answer.status;
    let (outcome, words) = match status {
        200..=299 => (Outcome::Accepted, format!("The receiver took the answer (HTTP {status}).")),
        300..=399 => (
            Outcome::Parked(Park::Policy),
            format!(
                "The receiver points to another address (HTTP {status}), and redirects are never followed. \
                 Have the engine name its final address, or try again."
            ),
        ),
        401 | 403 => (
            Outcome::Parked(Park::Auth),
            format!(
                "The receiver does not accept our signature or credentials (HTTP {status}). Check that it has \
                 the key of the engine's profile, then try again."
            ),
        ),
        404 => (
            Outcome::NotFound,
            "Nobody answers to that address (HTTP 404). Check whether the engine still waits there."
                .to_owned(),
        ),
        409 => (
            Outcome::AlreadyDone,
            "The receiver says that it already had an answer to this task (HTTP 409). Look in the engine which \
             one it goes by."
                .to_owned(),
        ),
        410 => (
            Outcome::Gone,
            "The receiver says that nobody waits for this answer any more (HTTP 410). If somebody should, have the \
             engine ask again."
                .to_owned(),
        ),
        408 | 425 => {
            (Outcome::Failed, format!("The receiver was not ready (HTTP {status}). It is tried again."))
        }
        429 => (
            Outcome::Throttled,
            "The receiver asks for patience (HTTP 429). It is tried again when it may.".to_owned(),
        ),
        501 | 505 => (
            Outcome::Refused,
            format!(
                "The receiver cannot take such a request (HTTP {status}){} Have the engine name an address that \
                 can, then try again.",
                quoted(answer)
            ),
        ),
        500 | 502 | 504 | 520..=599 => (
            Outcome::Ambiguous,
            format!(
                "The receiver failed and may have taken the answer all the same (HTTP {status}){} It is tried \
                 again.",
                quoted(answer)
            ),
        ),
        503 | 506..=519 => (
            Outcome::Failed,
            format!("The receiver is not available (HTTP {status}){} It is tried again.", quoted(answer)),
        ),
        400 | 402 | 405..=407 | 411..=424 | 426..=428 | 430..=499 => {
            let words = format!(
                "The receiver refused the answer (HTTP {status}){} Have the engine put that right, then try again.",
                quoted(answer)
            );
            (Outcome::Refused, words)
        }
        0..=199 | 600.. => {
            let words = format!(
                "The receiver does not speak HTTP as it should (status {status}). Check that the engine's address is \
                 the right one, then try again."
            );
            (Outcome::Refused, words)
        }
    };
    Judgement { outcome, words, retry_after_ms: retry_after_ms(answer, now) }
}

/// Judges an exchange in which no answer came.
pub(crate) fn unanswered(why: &Unanswered) -> Judgement {
    match why {
        Unanswered::NotAllowed(_) => parked(Park::Policy, format!("Nothing was sent: {why}.")),
        Unanswered::Untrusted(_) => parked(
            Park::Tls,
            format!(
                "Nothing was sent: {why}. Have the receiver renew it, or trust its issuer on this machine, \
                     then try again."
            ),
        ),
        Unanswered::TurnedAway(_) => {
            parked(Park::Policy, format!("The receiver turned us away before it read anything: {why}."))
        }
        Unanswered::Unreached(_) => Judgement {
            outcome: Outcome::Failed,
            words: format!("The receiver was not reached: {why}. It is tried again."),
            retry_after_ms: None,
        },
        Unanswered::Offline(_) => Judgement {
            outcome: Outcome::Offline,
            words: format!("Nothing was sent: {why}. It goes out by itself once there is one."),
            retry_after_ms: None,
        },
        Unanswered::Silent(_) => Judgement {
            outcome: Outcome::Ambiguous,
            words: format!("The receiver may have the answer: {why}. It is tried again."),
            retry_after_ms: None,
        },
    }
}

/// A person has to act first.
pub(crate) fn parked(why: Park, words: String) -> Judgement {
    Judgement { outcome: Outcome::Parked(why), words, retry_after_ms: None }
}

/// What the receiver said, on one line, as the end of a sentence.
pub(super) fn quoted(answer: &Answer) -> String {
    let words = one_line(&String::from_utf8_lossy(&answer.body));
    if words.is_empty() { ".".to_owned() } else { format!(": \"{words}\".") }
}

/// The start of a text, on one line, as a sentence can repeat it.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).take(QUOTED).collect()
}

/// `Retry-After` in milliseconds from `now`: seconds or a date (RFC 9110 section 10.2.3). What is neither
/// says nothing, and what is past asks for no wait.
fn retry_after_ms(answer: &Answer, now: Timestamp) -> Option<i64> {
    let text = answer.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait_ms = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits for a number are still a wait: the longest.
        text.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1_000)
    } else {
        let date = httpdate::parse_http_date(text).ok()?;
        milliseconds(date)?.saturating_sub(now.as_millis())
    };
    Some(wait_ms.clamp(0, LONGEST_WAIT_MS))
}

/// Since 1970. HTTP dates are never earlier.
fn milliseconds(moment: SystemTime) -> Option<i64> {
    let since_epoch: Duration = moment.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since_epoch.as_millis()).ok()
}

#[cfg(test)]
mod tests;
