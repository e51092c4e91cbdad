use anyhow::Result;
use placet_tests::{Placet, Receiver, Window};
use reqwest::StatusCode;
use serde_json::json;

use crate::rooms::Looks;
use crate::{hand_in, set_up};

const BASE: &str = "[data-testid=engine-base]";

/// The text in the field, typed anew.
pub(crate) async fn fill(window: &Window, field: &str, text: &str) -> Result<()> {
    window.shows(field).await?;
    let select =
        "const field = document.querySelector(arguments[0]); field.focus(); field.select?.(); return true";
    window.eval_with(select, vec![field.into()]).await?;
    window.type_text(text).await
}

/// Waits until the first element that matches contains the text.
pub(crate) async fn says(window: &Window, css: &str, text: &str) -> Result<()> {
    window
        .wait_for(&format!("{text:?} in {css}"), async || {
            Ok(window.texts_of(css).await?.iter().any(|shown| shown.contains(text)).then_some(()))
        })
        .await
}

/// Goes from the inbox of a ledger in which there is nothing to the engines.
pub(crate) async fn into_the_empty_room(window: &Window) -> Result<()> {
    window.shows("[data-testid=no-queue]").await?;
    window.press("Control+3").await?;
    says(window, "[data-testid=room-engines]", "There is no engine yet.").await
}

#[tokio::test]
async fn an_engine_is_added_by_key_and_its_first_answer_comes_back() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let mut looks = Looks::through(&window);
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;

    into_the_empty_room(&window).await?;
    looks.at("engines-empty").await?;

    window.press("n").await?;
    fill(&window, BASE, "no address").await?;
    says(&window, "[data-testid=engine-allow]", "This is no address yet").await?;
    looks.at("engines-add-wrong").await?;
    fill(&window, BASE, &receiver.url("/done?run=s3cret")).await?;
    says(&window, "[data-testid=engine-allow]", "The query is left out").await?;
    fill(&window, "[data-testid=engine-name]", "faces").await?;
    // No key is at hand in this window: the address is its own secret.
    window.eval("document.querySelector('[data-testid=credential-option][value=none]').click()").await?;
    window.shows("[data-action=save-new-engine]:not(:disabled)").await?;
    looks.at("engines-add").await?;
    window.press("Control+Enter").await?;

    let token = window.text_of("[data-testid=token]").await?;
    assert!(token.starts_with("plc_"), "a token");
    says(&window, "[data-testid=once]", "There is no queue yet").await?;
    looks.at("engines-once").await?;
    window.press("c").await?;
    says(&window, "[data-testid=said]", "The token is copied.").await?;
    placet.json(&[
        "queue",
        "add",
        "first",
        "--kind",
        "classify",
        "--choice",
        "yes",
        "--choice",
        "no",
        "--undo-seconds",
        "0",
    ]);
    says(&window, "[data-testid=once]", "the item waits in the inbox").await?;

    // The command does what it says, in a shell.
    let command = window.text_of("[data-testid=command]").await?;
    let ran = std::process::Command::new("sh").args(["-c", &command]).output()?;
    let answer = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success() && answer.contains("admitted"), "{answer}");
    window.press("Escape").await?;
    window.hides("[data-testid=once]").await?;
    let shown = window.eval("return document.documentElement.outerHTML").await?;
    assert!(!shown.as_str().unwrap_or_default().contains(&token), "it was shown once");
    placet.json(&["decide", "faces/try-1", "--approve"]);
    receiver.received(1).await;
    says(&window, "[data-testid=engine-standing]", "answers").await?;
    looks.at("engines-first-answer").await?;

    looks.end();
    window.close().await
}

#[tokio::test]
async fn a_profile_is_changed_as_text_and_a_token_after_a_question() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let mut looks = Looks::through(&window);
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    // Away from the inbox first: the window would take hold of what the command is about to decide.
    into_the_empty_room(&window).await?;
    set_up(&placet, &receiver.url("/"), "0");
    placet.json(&["engine", "add", "agents", "--allow", "https://agents.example/resume", "--key", "agents"]);
    placet.json(&[
        "engine",
        "add",
        "night-batch",
        "--allow",
        "https://batch.example/done",
        "--allow",
        "https://batch-2.example/done",
        "--key",
        "batch",
    ]);
    hand_in(&placet, &receiver.url("/done"), 14);
    let (turned_away, wrong) = (StatusCode::FORBIDDEN, StatusCode::UNPROCESSABLE_ENTITY);
    let ok = StatusCode::NO_CONTENT;
    receiver.answer_next([ok, ok, ok, ok, turned_away, ok, ok, wrong, ok, ok]);
    for (number, sent) in (1..=12).zip(1..) {
        let item = format!("engine/pet-{number}");
        placet.json(&["decide", &item, "--approve"]);
        receiver.received(sent).await;
    }
    window.shows("[data-testid=engine][data-engine=agents]").await?;
    window.press("j").await?;
    window.shows("[data-testid=engine][data-engine=engine]").await?;
    says(&window, "[data-testid=engine-standing]", "2 need you").await?;
    looks.at("engines-health").await?;

    window.press("e").await?;
    let profile = "[data-testid=profile-text]";
    fill(&window, profile, "{ \"name\": \"engine\", \"alow\": [] }").await?;
    says(&window, "[data-testid=profile-reading]", "Line 1, column 26: unknown field \"alow\"").await?;
    looks.at("engines-profile-wrong").await?;
    let changed = json!({ "name": "engine", "allow": [receiver.url("/done")], "schedule": "voicebase" });
    fill(&window, profile, &changed.to_string()).await?;
    says(&window, "[data-testid=profile-reading]", "This profile can be saved.").await?;
    looks.at("engines-profile").await?;
    window.press("Control+Enter").await?;
    says(&window, "[data-testid=said]", "Saved.").await?;
    let listed = placet.json(&["engine", "list"]);
    assert!(json!(listed).to_string().contains("/done"), "{listed:?}");

    window.press("Shift+T").await?;
    window.shows("[data-testid=ask-yes]").await?;
    looks.at("engines-ask-token").await?;
    window.press("Enter").await?;
    let token = window.text_of("[data-testid=token]").await?;
    let command = window.text_of("[data-testid=command]").await?;
    assert!(command.contains(&token), "the command is ready");
    looks.at("engines-token").await?;
    window.press("d").await?;
    says(&window, "[data-testid=filter-by-engine]", "engine").await?;

    looks.end();
    window.close().await
}
