//! What a receiver answers: how it is judged, by the design's table and in words a person can read, and what a
//! delivery becomes of it.

use arbitrary::{Arbitrary, Unstructured};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use placet_delivery::{Answer, protocol};
use placet_review::{
    CustomSchedule, DeliveryState, Event, Judgement, Outcome, Park, Schedule, Standing, Terms, Timestamp,
};

/// Between two answers stands the record separator of ASCII.
const BETWEEN: u8 = 0x1e;
/// A sentence for the person is no longer, in characters: 200 of them are the receiver's.
const WORDS: usize = 500;

/// What is so before the first answer comes.
#[derive(Arbitrary)]
struct Setting {
    schedule: u8,
    waits: [u16; 3],
    give_up_after_seconds: u16,
    undo_ms: u16,
    deadline_seconds: Option<u32>,
    jitter: u8,
}

/// One answer, and when it comes.
struct Said {
    answer: Answer,
    /// From the moment it was due to the attempt.
    late_ms: i64,
    /// From the attempt to the answer.
    lasts_ms: i64,
}

/// The input is a [`Setting`] and answers, each after the one before.
pub(crate) fn put_in(input: &[u8]) {
    let mut input = Unstructured::new(input);
    let Ok(setting) = Setting::arbitrary(&mut input) else { return };
    let mut now = Timestamp::from_millis(1_800_000_000_000);
    let schedule = match setting.schedule % 4 {
        0 => Schedule::Voicebase,
        1 => Schedule::StandardWebhooks,
        2 => Schedule::Fast,
        _ => Schedule::Custom(CustomSchedule {
            waits_seconds: setting.waits.map(u32::from).into(),
            give_up_after_seconds: setting.give_up_after_seconds.into(),
        }),
    };
    let deadline = setting.deadline_seconds.map(|seconds| now.plus_millis(i64::from(seconds) * 1_000));
    let terms = Terms { schedule: &schedule, deadline };
    let jitter = f64::from(setting.jitter) / 255.0;
    let mut standing = Standing::held_until(now.plus_millis(setting.undo_ms.into()));
    for said in input.take_rest().split(|byte| *byte == BETWEEN).map(Said::read) {
        let Some(due) = standing.due_at else { return };
        now = due.max(now).plus_millis(said.late_ms);
        if standing.expires_at(deadline).is_some_and(|over| over <= now) {
            let ambiguous = standing.ambiguous;
            let over = standing.after(Event::DeadlinePassed, terms, now, jitter).expect("its time is over");
            let wanted = if ambiguous { DeliveryState::Unconfirmed } else { DeliveryState::Expired };
            assert_eq!((over.state, over.ambiguous, over.due_at), (wanted, ambiguous, None));
            return;
        }
        let began = now;
        let leased = standing.after(Event::Leased { there_since: due }, terms, now, jitter);
        let sending = leased.expect("what is due can be sent");
        now = now.plus_millis(said.lasts_ms);
        let judgement = judged(&said.answer, now);
        let event = Event::Judged { judgement: judgement.clone(), began };
        let after = sending.clone().after(event, terms, now, jitter).expect("what is sent can be judged");
        follows(&sending, &judgement, &after, terms, now, jitter);
        standing = after;
    }
}

impl Said {
    /// `STATUS LASTS LATE`, both in milliseconds and both 0 if absent; header lines; an empty line; the body.
    fn read(mut text: &[u8]) -> Self {
        let mut line = || {
            let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
            let line = &text[..end];
            text = text.get(end + 1..).unwrap_or_default();
            line
        };
        let first = String::from_utf8_lossy(line()).into_owned();
        let mut numbers = first.split(' ');
        let status = numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let mut ms = || numbers.next().and_then(|number| number.parse::<u32>().ok()).unwrap_or(0).into();
        let (lasts_ms, late_ms) = (ms(), ms());
        let mut headers = HeaderMap::new();
        loop {
            let line = line();
            let Some(colon) = line.iter().position(|byte| *byte == b':') else { break };
            let name = HeaderName::from_bytes(&line[..colon]);
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(line[colon + 1..].trim_ascii())) {
                headers.append(name, value);
            }
        }
        Self { answer: Answer { status, headers, body: Bytes::copy_from_slice(text) }, late_ms, lasts_ms }
    }
}

/// The judgement, which follows the table of the design and depends on nothing else.
fn judged(answer: &Answer, now: Timestamp) -> Judgement {
    let judgement = protocol::by_status(answer, now);
    let Judgement { outcome, words, retry_after_ms } = &judgement;
    let status = answer.status;
    let fits = match status {
        200..=299 => *outcome == Outcome::Accepted,
        300..=399 => *outcome == Outcome::Parked(Park::Policy),
        401 | 403 => *outcome == Outcome::Parked(Park::Auth),
        404 => *outcome == Outcome::NotFound,
        408 | 425 => *outcome == Outcome::Failed,
        409 => *outcome == Outcome::AlreadyDone,
        410 => *outcome == Outcome::Gone,
        429 => *outcome == Outcome::Throttled,
        500 | 502 | 504 => *outcome == Outcome::Ambiguous,
        501 | 505 => *outcome == Outcome::Refused,
        503 | 506..=599 => matches!(outcome, Outcome::Failed | Outcome::Ambiguous),
        0..=199 | 400..=499 | 600.. => *outcome == Outcome::Refused,
    };
    assert!(fits, "HTTP {status} is {outcome:?}");

    let length = words.chars().count();
    assert!(length <= WORDS && words.ends_with('.'), "{length} characters: {words}");
    assert!(!words.chars().any(char::is_control), "no one line: {words:?}");
    assert!(words.contains(&status.to_string()), "{status} is not in {words}");
    let asks = answer.headers.contains_key(header::RETRY_AFTER);
    assert!(asks || retry_after_ms.is_none(), "nobody asked to wait {retry_after_ms:?} ms");

    let patience = answer.headers.iter().filter(|(name, _)| *name == header::RETRY_AFTER);
    let headers = patience.map(|(name, value)| (name.clone(), value.clone())).collect();
    let without = Answer { headers, ..answer.clone() };
    assert_eq!(protocol::by_status(&without, now), judgement, "a header leaks into the judgement");
    let empty = protocol::by_status(&Answer { body: Bytes::new(), ..without }, now);
    assert_eq!((empty.outcome, empty.retry_after_ms), (*outcome, *retry_after_ms), "the body decides");
    judgement
}

/// What the delivery became, given what it was and what came.
fn follows(
    sending: &Standing,
    judgement: &Judgement,
    after: &Standing,
    terms: Terms<'_>,
    now: Timestamp,
    jitter: f64,
) {
    use DeliveryState::{Dead, Delivered, Due, Expired, Parked, Unconfirmed};
    let Judgement { outcome, words, retry_after_ms } = judgement;
    let (state, perhaps_ours) = (after.state, sending.ambiguous);
    let next = || {
        let first_try = after.first_try.expect("there was a try");
        terms.schedule.next_try(first_try, after.tries, now, jitter, *retry_after_ms)
    };
    let fair = match outcome {
        Outcome::Accepted => state == Delivered,
        Outcome::AlreadyDone => state == if perhaps_ours { Delivered } else { Dead },
        Outcome::Gone => state == if perhaps_ours { Unconfirmed } else { Dead },
        Outcome::Refused => state == Dead,
        Outcome::Parked(_) => state == Parked,
        Outcome::NotFound if sending.tries >= 2 => state == if perhaps_ours { Unconfirmed } else { Dead },
        Outcome::Throttled | Outcome::Offline => {
            matches!(state, Due | Expired | Unconfirmed) && after.tries == sending.tries
        }
        Outcome::NotFound | Outcome::Failed | Outcome::Ambiguous => {
            let counted = after.tries == sending.tries + 1;
            counted
                && matches!(
                    (state, next()),
                    (Due | Expired | Unconfirmed, Some(_)) | (Dead | Expired | Unconfirmed, None)
                )
        }
        Outcome::Interrupted => false,
    };
    assert!(fair, "{outcome:?} made it {after:?} of {sending:?}");
    assert_eq!(after.ambiguous, perhaps_ours || *outcome == Outcome::Ambiguous);
    assert!(!(state == Expired && after.ambiguous), "too late, and perhaps done");
    assert!(state != Unconfirmed || after.ambiguous, "nothing speaks for its having got through");
    assert_eq!(after.reason.as_ref(), Some(words));
    assert_eq!(after.due_at.is_some(), state == Due);
    if let Some(due) = after.due_at {
        assert!(due.millis_since(now) >= retry_after_ms.unwrap_or(0), "Retry-After is undercut: {after:?}");
        let in_time = |deadline| due < deadline || after.first_try.is_some_and(|first| first >= deadline);
        assert!(terms.deadline.is_none_or(in_time), "it would be tried after its deadline: {after:?}");
    }
    if matches!(state, Expired | Unconfirmed) && !matches!(outcome, Outcome::Gone | Outcome::NotFound) {
        assert!(terms.deadline.is_some(), "too late without a deadline: {after:?}");
    }
}
