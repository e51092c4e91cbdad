//! `Retry-After` (RFC 9110 section 10.2.3), against the words of the standard for seconds and against another
//! library's reading for dates.

use arbitrary::Unstructured;
use http::{HeaderMap, HeaderValue, header};
use jiff::fmt::rfc2822;
use placet_delivery::{Answer, protocol};
use placet_review::{Outcome, Timestamp};

/// What is asked for is believed up to a day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The input is a moment and the value of the header.
pub(crate) fn put_in(input: &[u8]) {
    let mut input = Unstructured::new(input);
    let now = Timestamp::from_millis(input.arbitrary().unwrap_or_default());
    let value = input.take_rest();
    let Ok(header) = HeaderValue::from_bytes(value) else { return };
    let asked = asked(429, &header, now);

    assert!(asked.is_none_or(|ms| (0..=DAY_MS).contains(&ms)), "{header:?} asks for {asked:?} ms");
    let text = header.to_str().unwrap_or_default().trim();
    if let Some(seconds) = seconds(text) {
        assert_eq!(
            asked,
            Some(seconds.saturating_mul(1_000).min(DAY_MS)),
            "{header:?} is a number of seconds"
        );
        let later = now.plus_millis(DAY_MS);
        assert_eq!(self::asked(429, &header, later), asked, "seconds are the same at any time");
    } else if let Some(date) = date(text) {
        let until_ms = date.saturating_sub(now.as_millis());
        assert_eq!(asked, Some(until_ms.clamp(0, DAY_MS)), "{header:?} is a date, and now it is {now}");
    } else if asked.is_some() {
        // Two older forms of dates are left (RFC 9110 section 5.6.7). Both begin with the day of the week.
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        assert!(days.iter().any(|day| text.starts_with(day)), "{header:?} is read as {asked:?} ms");
    }
    for status in [200, 404, 503] {
        assert_eq!(
            self::asked(status, &header, now),
            asked,
            "{header:?} means the same whatever else is said"
        );
    }
}

/// How long the receiver asks to be left alone, in milliseconds.
fn asked(status: u16, value: &HeaderValue, now: Timestamp) -> Option<i64> {
    let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value.clone())]);
    let answer = Answer { status, headers, body: bytes::Bytes::new() };
    let judgement = protocol::by_status(&answer, now);
    assert_eq!(judgement.outcome == Outcome::Throttled, status == 429);
    judgement.retry_after_ms
}

/// `delay-seconds = 1*DIGIT`. What does not fit into a number is longer than all that do.
fn seconds(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    digits.then(|| {
        text.chars()
            .filter_map(|c| c.to_digit(10))
            .fold(0_i64, |sum, digit| sum.saturating_mul(10).saturating_add(i64::from(digit)))
    })
}

/// `IMF-fixdate`, such as `Sun, 06 Nov 1994 08:49:37 GMT`, in milliseconds since 1970 and not earlier.
fn date(text: &str) -> Option<i64> {
    let shaped = text.len() == "Sun, 06 Nov 1994 08:49:37 GMT".len()
        && text.bytes().zip(*b"Aaa, 00 Aaa 0000 00:00:00 GMT").all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_lowercase(),
            b'A' => byte.is_ascii_uppercase(),
            _ => byte == shape,
        });
    let shaped = shaped && text.ends_with(" GMT");
    let date = shaped.then(|| rfc2822::DateTimeParser::new().parse_timestamp(text).ok())??;
    // A leap second is read as the one before by the one and as none by the other.
    (date.as_millisecond() >= 0 && &text[23..25] != "60").then(|| date.as_millisecond())
}
