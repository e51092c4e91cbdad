use ::http::HeaderMap;
use ::http::header::RETRY_AFTER;
use placet_review::{Outcome, Park, Timestamp};
use proptest::prelude::*;
use rstest::rstest;

use super::{LONGEST_WAIT_MS, by_status, unanswered};
use crate::{Answer, Unanswered};

/// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples.
const NOW_MS: i64 = 784_111_777_000;

fn answer(status: u16, retry_after: Option<&str>, body: &str) -> Answer {
    let mut headers = HeaderMap::new();
    if let Some(text) = retry_after {
        headers.insert(RETRY_AFTER, text.parse().expect("a header's value"));
    }
    Answer { status, headers, body: body.to_owned().into() }
}

fn now() -> Timestamp {
    Timestamp::from_millis(NOW_MS)
}

#[rstest]
#[case(200, Outcome::Accepted)]
#[case(202, Outcome::Accepted)]
#[case(204, Outcome::Accepted)]
#[case(299, Outcome::Accepted)]
#[case(301, Outcome::Parked(Park::Policy))]
#[case(304, Outcome::Parked(Park::Policy))]
#[case(308, Outcome::Parked(Park::Policy))]
#[case(400, Outcome::Refused)]
#[case(401, Outcome::Parked(Park::Auth))]
#[case(402, Outcome::Refused)]
#[case(403, Outcome::Parked(Park::Auth))]
#[case(404, Outcome::NotFound)]
#[case(405, Outcome::Refused)]
#[case(408, Outcome::Failed)]
#[case(409, Outcome::AlreadyDone)]
#[case(410, Outcome::Gone)]
#[case(413, Outcome::Refused)]
#[case(422, Outcome::Refused)]
#[case(425, Outcome::Failed)]
#[case(426, Outcome::Refused)]
#[case(429, Outcome::Throttled)]
#[case(451, Outcome::Refused)]
#[case(500, Outcome::Ambiguous)]
#[case(501, Outcome::Refused)]
#[case(502, Outcome::Ambiguous)]
#[case(503, Outcome::Failed)]
#[case(504, Outcome::Ambiguous)]
#[case(505, Outcome::Refused)]
#[case(507, Outcome::Failed)]
#[case(511, Outcome::Failed)]
#[case(524, Outcome::Ambiguous)]
#[case(600, Outcome::Refused)]
fn a_status_means(#[case] status: u16, #[case] outcome: Outcome) {
    let judgement = by_status(&answer(status, None, ""), now());
    assert_eq!(judgement.outcome, outcome, "{status}");
    assert!(judgement.words.contains(&status.to_string()), "the status is said: {}", judgement.words);
}

#[rstest]
#[case(Unanswered::NotAllowed("because".into()), Outcome::Parked(Park::Policy))]
#[case(Unanswered::Untrusted("because".into()), Outcome::Parked(Park::Tls))]
#[case(Unanswered::TurnedAway("because".into()), Outcome::Parked(Park::Policy))]
#[case(Unanswered::Unreached("because".into()), Outcome::Failed)]
#[case(Unanswered::Offline("because".into()), Outcome::Offline)]
#[case(Unanswered::Silent("because".into()), Outcome::Ambiguous)]
fn without_an_answer_it_counts_what_was_sent(#[case] why: Unanswered, #[case] outcome: Outcome) {
    let judgement = unanswered(&why);
    assert_eq!(judgement.outcome, outcome);
    assert!(judgement.words.contains("because"), "{}", judgement.words);
}

#[rstest]
#[case("120", Some(120_000))]
#[case(" 1 ", Some(1_000))]
#[case("0", Some(0))]
#[case("Sun, 06 Nov 1994 08:50:37 GMT", Some(60_000))]
#[case("Sunday, 06-Nov-94 08:50:37 GMT", Some(60_000))]
#[case("Sun Nov  6 08:50:37 1994", Some(60_000))]
#[case("Sun, 06 Nov 1994 08:48:37 GMT", Some(0))]
#[case("99999999999999999999999", Some(LONGEST_WAIT_MS))]
#[case("Sat, 06 Nov 2094 08:49:37 GMT", Some(LONGEST_WAIT_MS))]
#[case("-5", None)]
#[case("1.5", None)]
#[case("soon", None)]
#[case("", None)]
fn retry_after_is_seconds_or_a_date(#[case] text: &str, #[case] wait_ms: Option<i64>) {
    for status in [429, 503] {
        assert_eq!(by_status(&answer(status, Some(text), ""), now()).retry_after_ms, wait_ms, "{text:?}");
    }
}

#[test]
fn a_refusal_repeats_the_receivers_words_on_one_line() {
    let long = "x".repeat(1_000);
    let words =
        by_status(&answer(422, None, &format!("{{\n  \"error\":\t\"no such task\"\u{7}\n}} {long}")), now())
            .words;
    assert!(words.contains(r#"{ "error": "no such task" }"#), "{words}");
    assert!(!words.contains('\n') && words.len() < 400, "{words}");
}

proptest! {
    #[test]
    fn seconds_are_waited_for_up_to_a_day(seconds: u64) {
        let told = by_status(&answer(503, Some(&seconds.to_string()), ""), now()).retry_after_ms;
        let wanted = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000).min(LONGEST_WAIT_MS);
        prop_assert_eq!(told, Some(wanted));
    }

    #[test]
    fn a_date_is_waited_for_up_to_a_day(from_now in -2_000_000_i64..2_000_000) {
        let moment = (NOW_MS / 1_000 + from_now).unsigned_abs();
        let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(moment));
        let told = by_status(&answer(429, Some(&date), ""), now()).retry_after_ms;
        prop_assert_eq!(told, Some((from_now * 1_000).clamp(0, LONGEST_WAIT_MS)), "{}", date);
    }

    #[test]
    fn what_is_neither_asks_for_no_wait(text in "[ -~]{0,40}") {
        let told = by_status(&answer(503, Some(&text), ""), now()).retry_after_ms;
        let digits = text.trim().bytes().all(|byte| byte.is_ascii_digit()) && !text.trim().is_empty();
        prop_assert!(digits || httpdate::parse_http_date(text.trim()).is_ok() || told.is_none(), "{text:?}");
    }

    #[test]
    fn every_answer_is_judged_with_a_sentence(status: u16, retry_after in "[ -~]{0,40}", body in ".{0,400}") {
        let judgement = by_status(&answer(status, Some(&retry_after), &body), now());
        prop_assert!(judgement.words.ends_with('.'), "{}", judgement.words);
        prop_assert!(judgement.retry_after_ms.is_none_or(|ms| (0..=LONGEST_WAIT_MS).contains(&ms)));
    }
}
