//! A receiver that fails is spared: after some failures nothing is sent to its origin for a while, then one delivery
//! finds out whether it is well again.

use crate::{Outcome, Timestamp};

/// So many failures in a row open it.
const IN_A_ROW: u32 = 5;
/// It opens as well where half of what was sent lately failed, if that was so much at least.
const LATELY: u32 = 10;
/// How long "lately" is, in milliseconds.
const LATELY_MS: i64 = 5 * 60 * 1_000;
/// How long it is open the first time, in milliseconds. Each time that the probe fails it is twice as long.
const FIRST_MS: i64 = 30_000;
/// It is never open for longer, in milliseconds.
const LONGEST_MS: i64 = 15 * 60 * 1_000;
/// How long a machine without a network waits before it tries again, in milliseconds.
pub(crate) const OFFLINE_MS: i64 = 30_000;
/// How long a receiver that asks for patience without saying how much is left alone, in milliseconds.
const PATIENCE_MS: i64 = 1_000;

/// What is known of an origin (scheme, host and port) that callbacks go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    /// It is open: nothing is sent until then, and then one delivery as a probe.
    pub open_until: Option<Timestamp>,
    /// The probe is under way.
    pub probing: bool,
    /// Nothing is sent until then: the receiver asked for patience, or this machine had no network.
    pub rests_until: Option<Timestamp>,
    /// Failures since the last answer.
    pub failed_in_a_row: u32,
    /// How often it has opened since the last answer.
    pub opened: u32,
    /// When counting began that is not older than five minutes; only after a failure.
    pub counted_since: Option<Timestamp>,
    /// Exchanges since then.
    pub counted: u32,
    /// Failures since then.
    pub counted_failed: u32,
}

/// What may be sent to an origin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lets {
    /// Whatever is due.
    All,
    /// One delivery, to find out.
    Probe,
    /// Nothing before that moment.
    NothingUntil(Timestamp),
    /// Nothing before the probe has come back.
    NothingYet,
}

impl Breaker {
    /// What may be sent at `now`.
    pub fn lets(&self, now: Timestamp) -> Lets {
        let resting = self.rests_until.filter(|until| *until > now);
        match (self.open_until, resting) {
            (_, Some(until)) => Lets::NothingUntil(until),
            (Some(_), None) if self.probing => Lets::NothingYet,
            (Some(until), None) if until > now => Lets::NothingUntil(until),
            (Some(_), None) => Lets::Probe,
            (None, None) => Lets::All,
        }
    }

    /// The delivery that finds out is on its way.
    pub fn probe(&mut self) {
        self.probing = true;
    }

    /// What an attempt at this origin came to. It stays open no longer than `longest_ms`, the longest wait of the
    /// engine's schedule: an engine that is asked every minute is not left alone for a quarter of an hour.
    pub fn heard(&mut self, outcome: Outcome, retry_after_ms: Option<i64>, longest_ms: i64, now: Timestamp) {
        match outcome {
            Outcome::Failed | Outcome::Ambiguous => self.failed(longest_ms, now),
            Outcome::Accepted
            | Outcome::AlreadyDone
            | Outcome::Gone
            | Outcome::NotFound
            | Outcome::Refused
            | Outcome::Throttled => self.answered(now),
            // Nothing is known of the receiver. Another one has to find out.
            Outcome::Parked(_) | Outcome::Interrupted | Outcome::Offline => self.probing = false,
        }
        let rests_ms = match outcome {
            Outcome::Throttled => retry_after_ms.unwrap_or(0).max(PATIENCE_MS),
            Outcome::Offline => OFFLINE_MS,
            _ => return,
        };
        self.rests_until = self.rests_until.max(Some(now.plus_millis(rests_ms)));
    }

    /// A person does not want to wait for the probe.
    pub fn try_now(&mut self, now: Timestamp) {
        self.open_until = self.open_until.map(|until| until.min(now));
        self.rests_until = None;
        self.probing = false;
    }

    /// The clock went backwards: nobody can say how long it has been open.
    pub fn clock_set_back(&mut self, now: Timestamp) {
        self.open_until = self.open_until.map(|until| until.min(now));
        self.rests_until = None;
        self.counted_since = None;
    }

    fn failed(&mut self, longest_ms: i64, now: Timestamp) {
        self.failed_in_a_row = self.failed_in_a_row.saturating_add(1);
        if self.counted_since.is_none_or(|since| now.millis_since(since) > LATELY_MS) {
            (self.counted_since, self.counted, self.counted_failed) = (Some(now), 0, 0);
        }
        self.counted += 1;
        self.counted_failed += 1;
        let opens = match self.open_until {
            // What was under way when it opened tells nothing new.
            Some(_) => self.probing,
            None => {
                self.failed_in_a_row >= IN_A_ROW
                    || (self.counted >= LATELY && self.counted_failed * 2 >= self.counted)
            }
        };
        if opens {
            let wait_ms = (FIRST_MS << self.opened.min(16)).min(LONGEST_MS).min(longest_ms.max(PATIENCE_MS));
            self.open_until = Some(now.plus_millis(wait_ms));
            self.opened = self.opened.saturating_add(1);
            self.probing = false;
        }
    }

    fn answered(&mut self, now: Timestamp) {
        if self.open_until.is_some() {
            // Well again: what failed before counts no more.
            self.counted_since = None;
        }
        if self.counted_since.is_some_and(|since| now.millis_since(since) > LATELY_MS) {
            self.counted_since = None;
        }
        if self.counted_since.is_some() {
            self.counted += 1;
        } else {
            (self.counted, self.counted_failed) = (0, 0);
        }
        self.open_until = None;
        self.probing = false;
        self.failed_in_a_row = 0;
        self.opened = 0;
        self.rests_until = self.rests_until.filter(|until| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::{Breaker, LONGEST_MS, Lets};
    use crate::{Outcome, Park, Timestamp};

    const HOUR: i64 = 3_600_000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    fn heard(breaker: &mut Breaker, outcome: Outcome, now: i64) {
        breaker.heard(outcome, None, HOUR, at(now));
    }

    fn opened_at(now: i64) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            assert_eq!(breaker.lets(at(now)), Lets::All);
            heard(&mut breaker, Outcome::Failed, now);
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_for_half_a_minute_and_then_one_finds_out() {
        let mut breaker = opened_at(0);
        assert_eq!(breaker.lets(at(0)), Lets::NothingUntil(at(30_000)));
        assert_eq!(breaker.lets(at(30_000)), Lets::Probe);
        breaker.probe();
        assert_eq!(breaker.lets(at(30_001)), Lets::NothingYet);
        heard(&mut breaker, Outcome::Accepted, 30_002);
        assert_eq!(breaker, Breaker::default());
    }

    #[test]
    fn a_probe_that_fails_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let mut breaker = opened_at(0);
        let mut waits = vec![];
        let mut now = 0;
        for _ in 0..7 {
            let Lets::NothingUntil(until) = breaker.lets(at(now)) else { panic!("{breaker:?}") };
            waits.push((until.as_millis() - now) / 1_000);
            now = until.as_millis();
            breaker.probe();
            heard(&mut breaker, Outcome::Ambiguous, now);
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn what_was_under_way_when_it_opened_does_not_double_the_wait() {
        let mut breaker = opened_at(0);
        heard(&mut breaker, Outcome::Failed, 10);
        assert_eq!(breaker.lets(at(10)), Lets::NothingUntil(at(30_000)));
    }

    #[test]
    fn half_of_ten_lately_opens_it_and_half_of_nine_does_not() {
        let mut breaker = Breaker::default();
        for nth in 0..9 {
            let outcome = if nth % 2 == 0 { Outcome::Failed } else { Outcome::Accepted };
            heard(&mut breaker, outcome, nth);
            assert_eq!(breaker.lets(at(nth)), Lets::All);
        }
        heard(&mut breaker, Outcome::Accepted, 9);
        heard(&mut breaker, Outcome::Failed, 10);
        assert!(matches!(breaker.lets(at(10)), Lets::NothingUntil(_)), "{breaker:?}");
    }

    #[test]
    fn failures_long_ago_count_no_more() {
        let mut breaker = Breaker::default();
        for nth in 0..40 {
            heard(&mut breaker, Outcome::Failed, nth * 200_000);
            heard(&mut breaker, Outcome::Accepted, nth * 200_000 + 1);
        }
        assert_eq!(breaker.lets(at(40 * 200_000)), Lets::All);
    }

    #[rstest]
    #[case(Outcome::Interrupted)]
    #[case(Outcome::Parked(Park::Auth))]
    fn a_probe_that_tells_nothing_is_followed_by_another(#[case] outcome: Outcome) {
        let mut breaker = opened_at(0);
        breaker.probe();
        heard(&mut breaker, outcome, 31_000);
        assert_eq!(breaker.lets(at(31_000)), Lets::Probe);
    }

    #[test]
    fn a_receiver_that_asks_for_patience_is_left_alone_and_has_not_failed() {
        let mut breaker = Breaker::default();
        breaker.heard(Outcome::Throttled, Some(90_000), HOUR, at(0));
        assert_eq!(breaker.lets(at(89_999)), Lets::NothingUntil(at(90_000)));
        assert_eq!(breaker.lets(at(90_000)), Lets::All);
        assert_eq!(breaker.failed_in_a_row, 0);
    }

    #[test]
    fn a_machine_without_a_network_waits_and_its_receivers_have_not_failed() {
        let mut breaker = Breaker::default();
        for _ in 0..9 {
            heard(&mut breaker, Outcome::Offline, 0);
        }
        assert_eq!(breaker.lets(at(29_999)), Lets::NothingUntil(at(30_000)));
        assert_eq!(breaker.lets(at(30_000)), Lets::All);
    }

    #[test]
    fn an_engine_that_is_asked_every_minute_is_spared_no_longer() {
        let mut breaker = opened_at(0);
        for nth in 1..9 {
            breaker.probe();
            breaker.heard(Outcome::Failed, None, 60_000, at(nth * 60_000));
            assert_eq!(breaker.open_until, Some(at((nth + 1) * 60_000)));
        }
    }

    #[test]
    fn a_person_can_have_it_tried_now() {
        let mut breaker = opened_at(0);
        breaker.try_now(at(5));
        assert_eq!(breaker.lets(at(5)), Lets::Probe);
    }

    proptest! {
        #[test]
        fn it_is_never_shut_for_good(outcomes in proptest::collection::vec(0_usize..6, 0..200)) {
            let kinds = [Outcome::Failed, Outcome::Ambiguous, Outcome::Accepted, Outcome::Interrupted,
                Outcome::Parked(Park::Tls), Outcome::Refused];
            let (mut breaker, mut now) = (Breaker::default(), 0);
            for kind in outcomes {
                match breaker.lets(at(now)) {
                    Lets::All => {}
                    Lets::Probe => breaker.probe(),
                    Lets::NothingUntil(until) => {
                        prop_assert!(until.as_millis() - now <= LONGEST_MS);
                        now = until.as_millis();
                        prop_assert_eq!(breaker.lets(at(now)), Lets::Probe);
                        breaker.probe();
                    }
                    Lets::NothingYet => prop_assert!(false, "the probe has come back: {:?}", breaker),
                }
                heard(&mut breaker, kinds[kind], now);
                now += 1;
            }
        }
    }
}
