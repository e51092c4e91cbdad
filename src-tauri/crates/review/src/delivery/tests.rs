use proptest::prelude::*;
use rstest::rstest;

use crate::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

/// Of a worker that has always been there.
fn leased() -> Event {
    Event::Leased { there_since: at(0) }
}

fn judged(outcome: Outcome) -> Event {
    told(Judgement { outcome, words: outcome.name().into(), retry_after_ms: None })
}

/// Of an attempt that lasted no time, whenever it was.
fn told(judgement: Judgement) -> Event {
    Event::Judged { judgement, began: at(i64::MAX) }
}

const FAST: Terms<'_> = Terms { schedule: &Schedule::Fast, deadline: None };
const VOICEBASE: Terms<'_> = Terms { schedule: &Schedule::Voicebase, deadline: None };

/// On the fast schedule, for an engine that waits until `ms`.
fn fast_until(ms: i64) -> Terms<'static> {
    Terms { deadline: Some(at(ms)), ..FAST }
}

fn run(events: &[Event]) -> Result<Standing, Impossible> {
    events.iter().try_fold(Standing::held_until(at(0)), |standing, event| {
        let now = standing.due_at.unwrap_or(at(0));
        standing.after(event.clone(), VOICEBASE, now, 0.0)
    })
}

#[rstest]
#[case(&[Outcome::Accepted], DeliveryState::Delivered)]
#[case(&[Outcome::Failed, Outcome::Accepted], DeliveryState::Delivered)]
#[case(&[Outcome::AlreadyDone], DeliveryState::Dead)]
#[case(&[Outcome::Ambiguous, Outcome::AlreadyDone], DeliveryState::Delivered)]
#[case(&[Outcome::Ambiguous, Outcome::Gone], DeliveryState::Unconfirmed)]
#[case(&[Outcome::Interrupted, Outcome::Gone], DeliveryState::Unconfirmed)]
#[case(&[Outcome::Failed, Outcome::Gone], DeliveryState::Dead)]
#[case(&[Outcome::NotFound, Outcome::NotFound], DeliveryState::Due)]
#[case(&[Outcome::NotFound, Outcome::NotFound, Outcome::NotFound], DeliveryState::Dead)]
#[case(&[Outcome::Refused], DeliveryState::Dead)]
#[case(&[Outcome::Parked(Park::Auth)], DeliveryState::Parked)]
#[case(&[Outcome::Throttled; 40], DeliveryState::Due)]
#[case(&[Outcome::Offline; 40], DeliveryState::Due)]
#[case(&[Outcome::Failed; 9], DeliveryState::Due)]
#[case(&[Outcome::Failed; 10], DeliveryState::Dead)]
fn outcomes_lead_to(#[case] outcomes: &[Outcome], #[case] state: DeliveryState) {
    let events: Vec<Event> = outcomes.iter().flat_map(|outcome| [leased(), judged(*outcome)]).collect();
    assert_eq!(run(&events).expect("possible").state, state);
}

#[test]
fn a_held_delivery_can_be_withdrawn_and_a_sent_one_cannot() {
    assert_eq!(run(&[Event::Undone]).expect("possible").state, DeliveryState::Withdrawn);
    assert!(run(&[leased(), Event::Undone]).is_err());
}

#[test]
fn nothing_is_sent_before_its_time() {
    let held = Standing::held_until(at(10));
    assert!(held.after(leased(), FAST, at(9), 0.0).is_err());
}

#[test]
fn a_person_can_start_a_new_series_that_remembers_the_ambiguity() {
    let events = [leased(), judged(Outcome::Ambiguous), leased(), judged(Outcome::Gone)];
    let again = run(&events).and_then(|unconfirmed| unconfirmed.after(Event::Retried, VOICEBASE, at(5), 0.0));
    let again = again.expect("possible");
    assert_eq!((again.state, again.tries, again.due_at), (DeliveryState::Due, 0, Some(at(5))));
    assert!(again.ambiguous, "only a person may say that it had no effect");
}

/// Fails again and again, each time when it is due, and says when it was tried and where it ended.
fn fail(outcome: Outcome, terms: Terms<'_>) -> (Vec<i64>, Standing) {
    let mut standing = Standing::held_until(at(0));
    let mut tried = Vec::new();
    while let Some(now) = standing.due_at {
        standing = standing.after(leased(), terms, now, 0.0).expect("possible");
        tried.push(now.as_millis());
        standing = standing.after(judged(outcome), terms, now, 0.0).expect("possible");
    }
    (tried, standing)
}

#[test]
fn the_last_try_is_made_just_before_the_deadline() {
    let (tried, end) = fail(Outcome::Failed, fast_until(10_000));
    assert_eq!(tried, [0, 1_000, 3_000, 7_000, 9_000]);
    assert_eq!((end.state, end.due_at), (DeliveryState::Expired, None));
    let day = Terms { schedule: &Schedule::Voicebase, deadline: Some(at(24 * 3_600_000)) };
    let (tried, _) = fail(Outcome::Failed, day);
    assert_eq!(tried.last(), Some(&(24 * 3_600_000 - 60_000)));
}

#[test]
fn what_may_have_got_through_is_unconfirmed_when_its_time_is_over() {
    let (_, end) = fail(Outcome::Ambiguous, fast_until(10_000));
    assert_eq!((end.state, end.ambiguous), (DeliveryState::Unconfirmed, true));
}

#[test]
fn the_receiver_is_not_bothered_before_the_time_it_asked_for() {
    let terms = fast_until(10_000);
    let sending = Standing::held_until(at(0)).after(leased(), terms, at(0), 0.0).expect("possible");
    let asked = |ms| Judgement { retry_after_ms: Some(ms), ..patience() };
    let patient = sending.clone().after(told(asked(5_000)), terms, at(0), 0.0).expect("possible");
    assert_eq!(patient.due_at, Some(at(5_000)));
    let too_long = sending.after(told(asked(9_500)), terms, at(0), 0.0).expect("possible");
    assert_eq!(too_long.due_at, Some(at(9_500)), "it is still before the deadline");
    let sending = Standing::held_until(at(0)).after(leased(), terms, at(0), 0.0).expect("possible");
    let never = sending.after(told(asked(20_000)), terms, at(0), 0.0).expect("possible");
    assert_eq!(never.state, DeliveryState::Expired);
}

fn patience() -> Judgement {
    Judgement { outcome: Outcome::Throttled, words: "patience".into(), retry_after_ms: None }
}

#[test]
fn a_parked_delivery_expires_with_its_deadline() {
    let terms = fast_until(10_000);
    let sending = Standing::held_until(at(0)).after(leased(), terms, at(0), 0.0).expect("possible");
    let parked = sending.after(judged(Outcome::Parked(Park::Auth)), terms, at(5), 0.0).expect("possible");
    assert_eq!((parked.state, parked.due_at), (DeliveryState::Parked, None));
    assert_eq!(parked.expires_at(terms.deadline), Some(at(10_000)));
    assert!(parked.clone().after(Event::DeadlinePassed, terms, at(9_999), 0.0).is_err(), "not yet");
    let expired = parked.after(Event::DeadlinePassed, terms, at(10_000), 0.0).expect("possible");
    assert_eq!(expired.state, DeliveryState::Expired);
}

#[rstest]
#[case(&[Outcome::Ambiguous, Outcome::Gone], true)]
#[case(&[Outcome::Refused], false)]
#[case(&[Outcome::Parked(Park::Auth)], false)]
fn what_a_person_knows_to_have_got_through_is_delivered(
    #[case] outcomes: &[Outcome],
    #[case] ambiguous: bool,
) {
    let events: Vec<Event> = outcomes.iter().flat_map(|outcome| [leased(), judged(*outcome)]).collect();
    let stuck = run(&events).expect("possible");
    assert!(stuck.state.needs_a_person());
    let confirmed = Event::Confirmed { by: "ada".into() };
    let delivered = stuck.after(confirmed, VOICEBASE, at(7), 0.0).expect("possible");
    assert_eq!((delivered.state, delivered.due_at), (DeliveryState::Delivered, None));
    let reason = delivered.reason.expect("it says why");
    assert!(reason.contains("ada") && reason.contains("1970-01-01T00:00:00.007Z"), "who and when: {reason}");
    assert_eq!(delivered.ambiguous, ambiguous, "what the attempts were stays true");
}

#[test]
fn what_still_goes_by_itself_is_not_confirmed() {
    let confirmed = || Event::Confirmed { by: "ada".into() };
    for events in [vec![], vec![leased()], vec![leased(), judged(Outcome::Failed)], vec![Event::Undone]] {
        let standing = run(&events).expect("possible");
        let refused = standing.after(confirmed(), VOICEBASE, at(7), 0.0).expect_err("not by a person");
        assert!(refused.to_string().contains("cannot be confirmed"), "{refused}");
    }
}

#[test]
fn the_states_that_a_person_can_act_on_are_those_that_the_events_leave() {
    for state in DeliveryState::ALL {
        let standing = || Standing { state, ..Standing::held_until(at(0)) };
        let retried = standing().after(Event::Retried, FAST, at(1), 0.0).is_ok();
        assert_eq!(retried, state.can_be_retried(), "{state:?}");
        let confirmed = standing().after(Event::Confirmed { by: "ada".into() }, FAST, at(1), 0.0).is_ok();
        assert_eq!(confirmed, state.needs_a_person(), "{state:?}");
    }
}

#[test]
fn a_person_may_try_after_the_deadline() {
    let terms = fast_until(10_000);
    let (_, expired) = fail(Outcome::Failed, terms);
    let again = expired.after(Event::Retried, terms, at(20_000), 0.0).expect("possible");
    assert_eq!(again.expires_at(terms.deadline), None);
    let failed = again
        .after(leased(), terms, at(20_000), 0.0)
        .and_then(|sending| sending.after(judged(Outcome::Failed), terms, at(20_010), 0.0))
        .expect("possible");
    assert_eq!((failed.state, failed.due_at), (DeliveryState::Due, Some(at(21_010))));
}

#[test]
fn a_machine_that_was_off_uses_nothing_of_the_schedule_up() {
    let month = 30 * 24 * 3_600_000;
    let sending = Standing::held_until(at(0)).after(leased(), FAST, at(0), 0.0).expect("possible");
    let due = sending.after(judged(Outcome::Failed), FAST, at(0), 0.0).expect("possible");
    let back = Event::Leased { there_since: at(month) };
    let awake = due.clone().after(back, FAST, at(month), 0.0).expect("possible");
    let tried = awake.after(judged(Outcome::Failed), FAST, at(month + 5), 0.0).expect("possible");
    assert_eq!(tried.state, DeliveryState::Due, "dead would be: given up by whoever was not there");
    let held_up = due.after(leased(), FAST, at(month), 0.0).expect("possible");
    let tried = held_up.after(judged(Outcome::Failed), FAST, at(month + 5), 0.0).expect("possible");
    assert_eq!(tried.state, DeliveryState::Dead, "a receiver that was spared for a month has had its time");
}

#[test]
fn a_machine_that_was_off_does_not_make_the_engine_wait_longer() {
    let terms = fast_until(100_000);
    let sending = Standing::held_until(at(0)).after(leased(), terms, at(0), 0.0).expect("possible");
    let judgement = Judgement { outcome: Outcome::Failed, words: "no".into(), retry_after_ms: None };
    let awake = Event::Judged { judgement, began: at(0) };
    let expired = sending.after(awake, terms, at(900_000), 0.0).expect("possible");
    assert_eq!(expired.state, DeliveryState::Expired);
}

#[test]
fn a_clock_that_goes_back_makes_nobody_wait() {
    let year = 365 * 24 * 3_600_000;
    let held = Standing::held_until(at(year));
    let due = held.after(Event::ClockSetBack, FAST, at(7), 0.0).expect("possible");
    assert_eq!(due.due_at, Some(at(7)));
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Undone),
        Just(leased()),
        Just(Event::Retried),
        Just(Event::Confirmed { by: "ada".into() }),
        Just(Event::DeadlinePassed),
        Just(Event::ClockSetBack),
        proptest::sample::select(Outcome::ALL.to_vec()).prop_map(judged),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_the_invariants_hold(events in prop::collection::vec(any_event(), 0..40)) {
        let mut standing = Standing::held_until(at(0));
        let mut now = at(0);
        for event in events {
            now = standing.due_at.unwrap_or(now).max(now);
            let before = standing.clone();
            let Ok(after) = standing.clone().after(event, FAST, now, 0.5) else { continue };
            let waits = matches!(after.state, DeliveryState::Held | DeliveryState::Due);
            prop_assert_eq!(after.due_at.is_some(), waits, "without a deadline only what waits has a time: {:?}", after);
            prop_assert!(after.ambiguous || !before.ambiguous, "ambiguity is never cleared");
            prop_assert!(
                !matches!(before.state, DeliveryState::Delivered | DeliveryState::Withdrawn),
                "final is final: {:?} -> {:?}", before.state, after.state
            );
            standing = after;
        }
    }
}

#[test]
fn a_machine_that_sleeps_during_an_attempt_or_ends_uses_nothing_of_the_schedule_up() {
    let month = 30 * 24 * 60 * 60 * 1_000;
    for outcome in [Outcome::Ambiguous, Outcome::Interrupted] {
        let sending = Standing::held_until(at(0)).after(leased(), FAST, at(0), 0.0).expect("possible");
        let judgement = Judgement { outcome, words: "no answer".into(), retry_after_ms: None };
        let awake = Event::Judged { judgement, began: at(0) };
        let awake = sending.after(awake, FAST, at(month), 0.0).expect("possible");
        assert_eq!((awake.state, awake.due_at), (DeliveryState::Due, Some(at(month + 1_000))));
    }
}

#[test]
fn an_interrupted_attempt_is_never_the_last() {
    let mut outcomes = vec![Outcome::Failed; 9];
    outcomes.push(Outcome::Interrupted);
    let events: Vec<Event> = outcomes.into_iter().flat_map(|outcome| [leased(), judged(outcome)]).collect();
    let interrupted = run(&events).expect("possible");
    assert_eq!(interrupted.state, DeliveryState::Due);
    let once_more = interrupted.due_at.expect("due");
    let sending = interrupted.after(leased(), VOICEBASE, once_more, 0.0).expect("possible");
    let dead = sending.after(judged(Outcome::Failed), VOICEBASE, once_more, 0.0).expect("possible");
    assert_eq!(dead.state, DeliveryState::Dead);
}
