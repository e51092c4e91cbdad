//! Paused runs of a Prefect answered through Placet, by the profile that comes with it: what they say came of it.

use placet_delivery::presets;
use placet_desk::view::DeliveryView;
use placet_review::{BasicSigning, DeliveryState, Draft, Engine, Signing, Verdict};
use placet_tests::draft;
use serde_json::{Value, json};

use crate::real::console::Console;
use crate::real::prefect::{Prefect, USER};

/// A console whose Placet knows this password.
async fn console(prefect: &Prefect, password: &str) -> Console {
    let basic = BasicSigning { user: USER.to_owned(), key: "prefect".to_owned() };
    let preset = presets::named("prefect").expect("it comes with Placet");
    let engine = Engine {
        signing: Signing { basic: Some(basic), ..Signing::default() },
        ..preset.engine("prefect", &prefect.base).expect("a profile")
    };
    Console::open(engine, &[("prefect", password)]).await
}

async fn answered(console: &Console, run: &str, draft: Draft) -> DeliveryView {
    let callback = json!({ "protocol": "http", "flow_run": run });
    let item = console.ask(&callback, json!({})).await;
    console.answer(&item, draft).await
}

fn words(story: &DeliveryView) -> &str {
    let attempt = story.attempts.last().expect("it was tried");
    attempt.words.as_deref().expect("it says what happened")
}

fn yes() -> Draft {
    draft(Verdict::Approve, None)
}

#[tokio::test(flavor = "multi_thread")]
async fn flow_runs_go_on_with_the_first_answer_that_fits() {
    // Python takes its time to start Prefect, so there is one.
    let prefect =
        Prefect::start(&["patient-1", "patient-2", "patient-3", "patient-4", "hasty", "strict"]).await;
    let console = console(&prefect, &prefect.password).await;
    goes_by_the_first_answer(&prefect, &console).await;
    says_what_came_too_late_or_is_wrong(&prefect, &console).await;
    lets_nobody_in_without_its_password(&prefect, &console).await;
}

async fn goes_by_the_first_answer(prefect: &Prefect, console: &Console) {
    let note = "Nein, „so nicht“ – 好的";
    let no = || Draft { verdict: Verdict::Reject, answer: None, note: Some(note.to_owned()) };
    let corrected = json!({ "arguments": { "order": "4712" } });
    let correction = draft(Verdict::Correct, Some(corrected.clone()));
    for (name, first, second, approved, answer, note) in [
        ("patient-1", correction, no(), true, corrected, Value::Null),
        ("patient-2", no(), yes(), false, Value::Null, json!(note)),
    ] {
        let run = prefect.paused(name).await;
        let story = answered(console, &run, first).await;
        assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
        let heard = json!({
            "id": story.row.id, "approved": approved, "answer": answer, "note": note, "by": "ada",
        });
        let outcome = prefect.outcome(&run).await;
        assert_eq!((outcome.status.as_str(), outcome.output.as_ref()), ("COMPLETED", Some(&heard)));

        let story = answered(console, &run, second).await;
        assert_eq!(story.row.state, DeliveryState::Dead);
        assert!(words(&story).contains("not paused any more"), "{}", words(&story));
        assert_eq!(prefect.outcome(&run).await.output, Some(heard));
    }
}

async fn says_what_came_too_late_or_is_wrong(prefect: &Prefect, console: &Console) {
    let (cancelled, hasty) = (prefect.paused("patient-3").await, prefect.paused("hasty").await);
    let strict = prefect.paused("strict").await;
    prefect.cancel(&cancelled).await;
    assert_eq!(prefect.outcome(&hasty).await.status, "FAILED");
    for (run, says) in [
        (&*hasty, "not paused any more"),
        (&cancelled, "was cancelled"),
        (&strict, "does not fit"),
        ("00000000-0000-4000-8000-000000000000", "no such flow run"),
    ] {
        let story = answered(console, run, yes()).await;
        assert_eq!(story.row.state, DeliveryState::Dead, "{}", words(&story));
        assert!(words(&story).contains(says), "{}", words(&story));
    }
    assert_eq!(prefect.outcome(&hasty).await.status, "FAILED");
    assert_eq!(prefect.outcome(&cancelled).await.status, "CANCELLED");
    assert!(prefect.waits(&strict).await, "it can be answered still, with what it waits for");
}

async fn lets_nobody_in_without_its_password(prefect: &Prefect, console: &Console) {
    let run = prefect.paused("patient-4").await;
    let stranger = self::console(prefect, "another password").await;
    let story = answered(&stranger, &run, yes()).await;
    assert_eq!(story.row.state, DeliveryState::Parked, "{}", words(&story));
    assert!(prefect.waits(&run).await);
    let story = answered(console, &run, yes()).await;
    assert_eq!(story.row.state, DeliveryState::Delivered, "{}", words(&story));
    assert_eq!(prefect.outcome(&run).await.status, "COMPLETED");
}
