use proptest::prelude::*;
use rstest::rstest;

use crate::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn judged(outcome: Outcome) -> Event {
    Event::Judged(Judgement { outcome, words: outcome.name().into(), retry_after_ms: None })
}

fn run(events: &[Event]) -> Result<Standing, Impossible> {
    events.iter().try_fold(Standing::held_until(at(0)), |standing, event| {
        let now = standing.due_at.unwrap_or(at(0));
        standing.after(event.clone(), Schedule::Voicebase, now, 0.0)
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
#[case(&[Outcome::Failed; 9], DeliveryState::Due)]
#[case(&[Outcome::Failed; 10], DeliveryState::Dead)]
fn outcomes_lead_to(#[case] outcomes: &[Outcome], #[case] state: DeliveryState) {
    let events: Vec<Event> = outcomes.iter().flat_map(|outcome| [Event::Leased, judged(*outcome)]).collect();
    assert_eq!(run(&events).expect("possible").state, state);
}

#[test]
fn a_held_delivery_can_be_withdrawn_and_a_sent_one_cannot() {
    assert_eq!(run(&[Event::Undone]).expect("possible").state, DeliveryState::Withdrawn);
    assert!(run(&[Event::Leased, Event::Undone]).is_err());
}

#[test]
fn nothing_is_sent_before_its_time() {
    let held = Standing::held_until(at(10));
    assert!(held.after(Event::Leased, Schedule::Fast, at(9), 0.0).is_err());
}

#[test]
fn a_person_can_start_a_new_series_that_remembers_the_ambiguity() {
    let events = [Event::Leased, judged(Outcome::Ambiguous), Event::Leased, judged(Outcome::Gone)];
    let again = run(&events)
        .and_then(|unconfirmed| unconfirmed.after(Event::Retried, Schedule::Voicebase, at(5), 0.0));
    let again = again.expect("possible");
    assert_eq!((again.state, again.tries, again.due_at), (DeliveryState::Due, 0, Some(at(5))));
    assert!(again.ambiguous, "only a person may say that it had no effect");
}

fn any_event() -> impl Strategy<Value = Event> {
    use Outcome::*;
    let outcomes = [
        Accepted,
        AlreadyDone,
        Gone,
        NotFound,
        Failed,
        Ambiguous,
        Throttled,
        Parked(Park::Tls),
        Refused,
        Interrupted,
    ];
    prop_oneof![
        Just(Event::Undone),
        Just(Event::Leased),
        Just(Event::Retried),
        proptest::sample::select(outcomes.to_vec()).prop_map(judged),
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
            let Ok(after) = standing.clone().after(event, Schedule::Fast, now, 0.5) else { continue };
            let waits = matches!(after.state, DeliveryState::Held | DeliveryState::Due);
            prop_assert_eq!(after.due_at.is_some(), waits, "only what waits has a time: {:?}", after);
            prop_assert!(after.ambiguous || !before.ambiguous, "ambiguity is never cleared");
            prop_assert!(
                !matches!(before.state, DeliveryState::Delivered | DeliveryState::Withdrawn),
                "final is final: {:?} -> {:?}", before.state, after.state
            );
            standing = after;
        }
    }
}
