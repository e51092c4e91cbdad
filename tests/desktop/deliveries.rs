use anyhow::Result;
use placet_tests::{Placet, Receiver, Window};
use reqwest::StatusCode;
use serde_json::json;

use crate::rooms::Looks;
use crate::set_up;

const ROW: &str = "[data-testid=delivery-row]";
const ASK: &str = "[data-testid=ask]";

/// Decides these tasks one after the other; the receiver gives each its own answer.
async fn decide(placet: &Placet, receiver: &Receiver, answers: &[(&str, StatusCode)]) {
    for (task, answer) in answers {
        let item = json!({ "v": 1, "engine": "engine", "id": task, "queue": "gate", "title": "Deploy?",
            "content": {}, "callbacks": [{ "protocol": "webhook", "url": receiver.url("/done?run=s3cret") }] });
        let submitted = placet.run_with_input(&["submit", "-"], &item.to_string());
        assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
        let before = receiver.so_far().len();
        receiver.answer_next([*answer]);
        placet.json(&["decide", &format!("engine/{task}"), "--approve", "--note", "Looks good to me."]);
        receiver.received(before + 1).await;
    }
}

async fn states(window: &Window) -> Result<Vec<String>> {
    let script = "return Array.from(document.querySelectorAll('[data-testid=delivery-row]'), row => row.dataset.state)";
    Ok(serde_json::from_value(window.eval(script).await?)?)
}

async fn shows_states(window: &Window, wanted: &[&str]) -> Result<()> {
    window
        .wait_for(&format!("deliveries that are {wanted:?}"), async || {
            Ok((states(window).await? == wanted).then_some(()))
        })
        .await
}

#[tokio::test]
async fn a_supervisor_settles_what_did_not_get_through_by_key_alone() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let mut looks = Looks::through(&window);
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    set_up(&placet, &receiver.url("/"), "0");
    let other =
        ["engine", "add", "other-engine", "--allow", "https://other.example/", "--no-webhook-signature"];
    placet.json(&other);
    let (turned_away, wrong) = (StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY);
    let answers = [
        ("deploy-1", wrong),
        ("deploy-2", turned_away),
        ("deploy-3", StatusCode::NO_CONTENT),
        ("deploy-4", turned_away),
        ("deploy-5", StatusCode::NO_CONTENT),
    ];
    decide(&placet, &receiver, &answers).await;

    // Loud, and one key away.
    window
        .wait_for("what needs a person in the status bar", async || {
            let texts = window.texts_of("[data-testid=needs-you]").await?;
            Ok(texts.iter().any(|text| text.contains("3 deliveries need you")).then_some(()))
        })
        .await?;
    let loud = window.text_of("[data-testid=needs-you]").await?;
    assert!(loud.contains("1 given up, 2 parked"), "{loud}");
    looks.at("needs-you").await?;
    window.press("!").await?;
    shows_states(&window, &["dead", "parked", "parked"]).await?;
    looks.at("deliveries-needs-you").await?;

    // The story of the one that waits longest, which the person knows to have got through.
    window.press("Enter").await?;
    window.shows("[data-testid=attempt]").await?;
    let story = window.text_of("[data-testid=story]").await?;
    for told in ["given up", "422", "engine / deploy-1", "Looks good to me.", "idempotency-key", "run=..."] {
        assert!(story.contains(told), "{told} is missing: {story}");
    }
    assert!(!story.contains("s3cret"), "{story}");
    looks.at("deliveries-story-given-up").await?;
    window.press("c").await?;
    window.shows(ASK).await?;
    looks.at("deliveries-ask-confirm").await?;
    window.press("Escape").await?;
    window.hides(ASK).await?;
    assert_eq!(states(&window).await?.len(), 3, "nothing was confirmed");
    window.press("c").await?;
    window.shows(ASK).await?;
    window.press("Enter").await?;
    shows_states(&window, &["parked", "parked"]).await?;
    window.press("Escape").await?;
    window.hides("[data-testid=story]").await?;

    // By engine, from the menu: first one that has none, then any.
    window.press("e").await?;
    window.shows("[data-testid=filter-choice]").await?;
    looks.at("deliveries-filter-engine").await?;
    window.press("End").await?;
    window.press("Enter").await?;
    window.shows("[data-testid=blank]").await?;
    looks.at("deliveries-nothing-fits").await?;
    window.press("Escape").await?;
    shows_states(&window, &["parked", "parked"]).await?;
    // By age: within the last hour, which is the second line.
    window.press("d").await?;
    window.shows("[data-testid=filter-choice]").await?;
    looks.at("deliveries-filter-decided").await?;
    window.press("Down").await?;
    window.press("Enter").await?;
    shows_states(&window, &["parked", "parked"]).await?;
    assert!(window.text_of("[data-testid=filter-by-decided]").await?.contains("in the last hour"));

    // All of them again.
    window.press("Shift+R").await?;
    window.shows("[data-testid=ask-yes]").await?;
    let question = window.text_of("[role=dialog]").await?;
    assert!(question.contains("Try 2 deliveries again?") && question.contains("2 parked"), "{question}");
    looks.at("deliveries-ask-retry-all").await?;
    window.press("Enter").await?;
    window.shows("[data-testid=blank]").await?;
    assert_eq!(window.text_of("[data-testid=said]").await?, "2 deliveries are tried again now.");
    assert_eq!(receiver.received(7).await.len(), 7, "the two, and nothing else");
    window.press("1").await?;
    shows_states(&window, &["delivered"; 5]).await?;
    window.hides("[data-testid=needs-you]").await?;
    looks.at("deliveries-all-settled").await?;
    assert!(window.texts_of(ROW).await?.iter().any(|row| row.contains("deploy-1")));

    // One that is tried again by itself: what was tried, and when it is tried next.
    let down = StatusCode::SERVICE_UNAVAILABLE;
    receiver.answer_next([down; 8]);
    decide(&placet, &receiver, &[("deploy-6", down)]).await;
    window.press("3").await?;
    shows_states(&window, &["due"]).await?;
    window.press("Enter").await?;
    window
        .wait_for("three attempts, and the one that comes next", async || {
            let attempts = window.texts_of("[data-testid=attempt]").await?;
            let next = window.texts_of("[data-testid=attempt-to-come]").await?;
            Ok((attempts.len() >= 3 && next.len() == 1).then_some(()))
        })
        .await?;
    looks.at("deliveries-story-waiting").await?;

    looks.end();
    window.close().await
}

#[tokio::test]
async fn a_receiver_that_is_down_is_left_alone_and_tried_by_key_once_it_is_up() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let mut looks = Looks::through(&window);
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    set_up(&placet, &receiver.url("/"), "0");
    receiver.answer_next([StatusCode::SERVICE_UNAVAILABLE; 1_000]);
    let down = StatusCode::SERVICE_UNAVAILABLE;
    decide(&placet, &receiver, &[("deploy-1", down), ("deploy-2", down), ("deploy-3", down)]).await;
    window.press("Control+2").await?;
    window.shows("[data-testid=spared]").await?;
    let spared = window.text_of("[data-testid=spared]").await?;
    assert!(spared.contains("in a row") && spared.contains("3 deliveries wait"), "{spared}");
    window.shows(ROW).await?;
    window.press("Enter").await?;
    window.shows("[data-testid=attempt]").await?;
    looks.at("deliveries-spared").await?;

    let port = receiver.go_down().await;
    let well = Receiver::start_on(port).await;
    window.press("p").await?;
    window.hides("[data-testid=spared]").await?;
    shows_states(&window, &["delivered"; 3]).await?;
    assert_eq!(well.so_far().len(), 3);
    window.close().await
}
