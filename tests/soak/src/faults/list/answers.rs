//! Receivers that answer, and how.

use std::io::Write as _;
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use placet_review::{Outcome, Park, Phase};

use super::super::Fault;
use super::super::server::{ECHO, Step};
use super::{ACCEPTED, after_request};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A receiver that reads the request and answers this.
fn answer(name: &'static str, bytes: impl Into<Vec<u8>>, outcome: Outcome, phase: Phase) -> Fault {
    after_request(name, vec![Step::Send(bytes.into())], outcome, phase)
}
/// There are not many of them, and they last as long as the trial.
fn name(name: String) -> &'static str {
    name.leak()
}

pub(super) fn bodies() -> Result<Vec<Fault>> {
    let (accepted, whole, part) = (Outcome::Accepted, Phase::GotBody, Phase::GotHeaders);
    let open = |name, text: &str| answer(name, text, Outcome::Ambiguous, Phase::SentBody);
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![0; 64 * 1024 * 1024])?;
    let bomb = bomb.finish()?;
    let mut compressed =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len())
            .into_bytes();
    compressed.extend(bomb);
    let early = [b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(50), ACCEPTED.to_vec()].concat();
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x-a: b\r\n".repeat(500));
    let long = format!("HTTP/1.1 200 OK\r\nx-a: {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(100_000));
    Ok(vec![
        answer("sends a gzip bomb", compressed, accepted, whole),
        answer(
            "has a bad chunk",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nbad\r\n",
            accepted,
            part,
        ),
        answer(
            "has a chunk of all memory",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
            accepted,
            part,
        ),
        answer(
            "says too short a length",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more",
            accepted,
            whole,
        ),
        answer(
            "says too long a length",
            "HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\nok",
            accepted,
            part,
        ),
        answer(
            "says length and chunks",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            accepted,
            whole,
        ),
        open("says two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok"),
        open("says a negative length", "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nok"),
        open(
            "says a length beyond numbers",
            "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\nok",
        ),
        answer("gives early hints first", early, accepted, whole),
        answer(
            "has a body with 204",
            "HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok",
            accepted,
            whole,
        ),
        answer("speaks HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nok", accepted, whole),
        answer("gives no reason", "HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n", accepted, whole),
        answer(
            "gives a long reason",
            format!("HTTP/1.1 200 {}\r\ncontent-length: 0\r\n\r\n", "x".repeat(50_000)),
            accepted,
            whole,
        ),
        answer("has one long header", long, accepted, whole),
        open("has too many headers", &many),
        answer(
            "answers in bytes",
            b"HTTP/1.1 400 Bad\r\ncontent-length: 4\r\n\r\n\xff\xfe\x00\x07".to_vec(),
            Outcome::Refused,
            whole,
        ),
        answer(
            "answers with control signs",
            "HTTP/1.1 400 Bad\r\ncontent-length: 12\r\n\r\n\u{1b}[31mred\u{7}\r\n\t",
            Outcome::Refused,
            whole,
        ),
    ])
}

pub(super) fn no_http() -> Vec<Fault> {
    let cases: [(&'static str, &[u8]); 17] = [
        ("speaks HTTP/0.9", b"<html>hello</html>"),
        ("speaks SSH", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("speaks SMTP", b"220 mail.example ESMTP\r\n"),
        ("speaks FTP", b"220 (vsFTPd 3.0.3)\r\n"),
        ("speaks Redis", b"-ERR unknown command\r\n"),
        ("speaks RTSP", b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"),
        ("speaks HTTP/2 unasked", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00"),
        ("speaks TLS on a plain port", b"\x15\x03\x01\x00\x02\x02\x46"),
        ("says HTTP/9.9", b"HTTP/9.9 200 OK\r\n\r\n"),
        ("has a NUL in a header", b"HTTP/1.1 200 OK\r\nx-a: b\x00c\r\n\r\n"),
        ("has a NUL in the status line", b"HTTP/1.1 200 O\x00K\r\n\r\n"),
        ("has a header without a colon", b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"),
        ("has a folded header", b"HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\n\r\n"),
        ("has a space before the colon", b"HTTP/1.1 200 OK\r\nx-a : b\r\n\r\n"),
        ("says status 99", b"HTTP/1.1 99 Low\r\n\r\n"),
        ("says status 0099", b"HTTP/1.1 0099 Low\r\n\r\n"),
        ("says status OK", b"HTTP/1.1 OK 200\r\n\r\n"),
    ];
    cases.map(|(name, bytes)| answer(name, bytes, Outcome::Ambiguous, Phase::SentBody)).into()
}

/// The whole request is repeated in each answer.
pub(super) fn statuses() -> Vec<Fault> {
    let (auth, policy) = (Outcome::Parked(Park::Auth), Outcome::Parked(Park::Policy));
    // By the table of the design, and each class with what its sentence must say.
    let classes: [(&[u16], Outcome, &'static str); 15] = [
        (&[200, 201, 202, 203, 206, 207, 208, 226, 299], Outcome::Accepted, "took the answer"),
        (&[300, 304, 305, 306], policy, "redirects are never followed"),
        (&[401, 403], auth, "try again"),
        (&[404], Outcome::NotFound, "404"),
        (&[409], Outcome::AlreadyDone, "already had an answer"),
        (&[410], Outcome::Gone, "nobody waits"),
        (&[408, 425], Outcome::Failed, "tried again"),
        (&[500, 502, 504, 520, 522, 524, 530, 599], Outcome::Ambiguous, "tried again"),
        (&[503, 506, 507, 508, 510, 511], Outcome::Failed, "tried again"),
        (&[501, 505], Outcome::Refused, "cannot take"),
        (&[400, 402, 405, 406, 407, 411, 412, 413, 414, 415, 416, 417, 418], Outcome::Refused, "refused"),
        (&[421, 422, 423, 424, 426, 428, 431, 444, 451, 499], Outcome::Refused, "refused"),
        (&[600, 700, 999], Outcome::Refused, "does not speak HTTP"),
        (&[101], Outcome::Refused, "does not speak HTTP"),
        (&[429], Outcome::Throttled, "patience"),
    ];
    let mut faults = Vec::new();
    for (statuses, outcome, says) in classes {
        for status in statuses {
            let text = format!("HTTP/1.1 {status} So\r\nconnection: close\r\n\r\nyou sent {ECHO}");
            let name = name(format!("says {status}"));
            faults.push(Fault { says, ..answer(name, text, outcome, Phase::GotBody) });
        }
    }
    for status in [204, 205] {
        let text = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\n\r\n");
        faults.push(answer(name(format!("says {status}")), text, Outcome::Accepted, Phase::GotBody));
    }
    faults
}

pub(super) fn redirects(elsewhere: u16) -> Vec<Fault> {
    let places = [
        format!("http://127.0.0.1:{elsewhere}/"),
        format!("//127.0.0.1:{elsewhere}/"),
        format!("http://localhost:{elsewhere}/?token=hush-hush-token"),
        "/elsewhere".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
    ];
    let mut faults = Vec::new();
    for (number, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        let place = &places[number];
        let text = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: {place}\r\nconnection: close\r\n\r\nto {place}, {ECHO}"
        );
        let policy = Outcome::Parked(Park::Policy);
        let redirect = answer(name(format!("redirects by {status}")), text, policy, Phase::GotBody);
        faults.push(Fault { says: "redirects are never followed", ..redirect });
    }
    faults
}

pub(super) fn retry_after() -> Vec<Fault> {
    let date = |seconds: i64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let moment = UNIX_EPOCH + now.saturating_add_signed(seconds);
        httpdate::fmt_http_date(moment)
    };
    let about = |seconds: i64| Some((seconds - 60) * 1_000..=seconds * 1_000);
    let exactly = |ms: i64| Some(ms..=ms);
    let cases: [(&'static str, String, Option<RangeInclusive<i64>>); 14] = [
        ("120 seconds", "120".into(), exactly(120_000)),
        ("no time", "0".into(), exactly(0)),
        ("2 hours", "7200".into(), exactly(7_200_000)),
        ("one year", "31536000".into(), exactly(DAY_MS)),
        ("more than numbers hold", "99999999999999999999999999".into(), exactly(DAY_MS)),
        ("less than nothing", "-5".into(), None),
        ("a fraction", "1.5".into(), None),
        ("soon", "soon".into(), None),
        ("nothing", String::new(), None),
        ("a date", date(5_000), about(5_000)),
        ("a date long past", date(-5_000), exactly(0)),
        ("a date in a year", date(365 * 86_400), exactly(DAY_MS)),
        ("a date that is none", "Sun, 31 Feb 2027 25:61:61 GMT".into(), None),
        ("a token", "hush-hush-token".into(), None),
    ];
    let mut faults = Vec::new();
    for (what, value, wait) in cases {
        for (status, outcome) in [(429, Outcome::Throttled), (503, Outcome::Failed)] {
            let text =
                format!("HTTP/1.1 {status} So\r\nretry-after: {value}\r\nconnection: close\r\n\r\n{ECHO}");
            let name = name(format!("says {status} and to come back in {what}"));
            faults
                .push(Fault { retry_after_ms: wait.clone(), ..answer(name, text, outcome, Phase::GotBody) });
        }
    }
    faults
}

trait SignedAdd {
    fn saturating_add_signed(self, seconds: i64) -> Duration;
}

impl SignedAdd for Duration {
    fn saturating_add_signed(self, seconds: i64) -> Duration {
        let by = Self::from_secs(seconds.unsigned_abs());
        if seconds < 0 { self.saturating_sub(by) } else { self.saturating_add(by) }
    }
}
