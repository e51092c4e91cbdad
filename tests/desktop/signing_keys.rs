use anyhow::Result;
use placet_tests::{Placet, Received, Receiver, Window};
use serde_json::json;

use crate::engines::{fill, into_the_empty_room, says};
use crate::rooms::Looks;

/// What the engine `faces` gets for this task, once a person approved it.
async fn answer_to(task: usize, placet: &Placet, receiver: &Receiver) -> Received {
    let callback = json!({ "protocol": "webhook", "url": receiver.url("/resume") });
    let submission = json!({ "v": 1, "engine": "faces", "id": task.to_string(), "queue": "gate", "title": "Go?",
                             "content": { "tool": "go", "arguments": {} }, "callbacks": [callback] });
    let submitted = placet.run_with_input(&["submit", "-"], &submission.to_string());
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
    placet.json(&["decide", &format!("faces/{task}"), "--approve"]);
    receiver.received(task).await.remove(task - 1)
}

fn signatures(received: &Received) -> usize {
    received.header("webhook-signature").matches("v1,").count()
}

/// Fails if the text stands anywhere in the window.
async fn is_nowhere(window: &Window, secret: &str) -> Result<()> {
    let shown = window.eval("return document.documentElement.outerHTML").await?;
    let typed =
        "return Array.from(document.querySelectorAll('input, textarea'), field => field.value).join(' ')";
    let typed = window.eval(typed).await?;
    for text in [shown, typed] {
        assert!(!text.as_str().unwrap_or_default().contains(secret), "it was shown once");
    }
    Ok(())
}

#[tokio::test]
async fn a_key_is_rotated_retired_made_and_brought_in_by_key() -> Result<()> {
    let home = tempfile::tempdir()?;
    let file = format!("age:{}", home.path().join("keys.age").display());
    let keys = [("PLACET_KEYS", &file[..]), ("PLACET_KEYS_PASSPHRASE", "correct horse")];
    let window = Window::open(home.path(), &keys).await?;
    let mut looks = Looks::through(&window);
    let placet = keys.iter().fold(Placet::on(home.path()), |placet, (name, value)| placet.with(name, value));
    let receiver = Receiver::start().await;
    into_the_empty_room(&window).await?;
    placet.json(&["queue", "add", "gate", "--kind", "action", "--undo-seconds", "0"]);
    placet.json(&["engine", "add", "faces", "--allow", &receiver.url("/")]);
    assert_eq!(signatures(&answer_to(1, &placet, &receiver).await), 1);

    window.shows("[data-testid=engine][data-engine=faces]").await?;
    window.press("s").await?;
    says(&window, "[data-testid=key-row]", "Standard Webhooks").await?;
    window.press("r").await?;
    window.shows("[data-testid=ask-yes]").await?;
    looks.at("keys-ask-rotate").await?;
    window.press("Enter").await?;
    let secret = window.text_of("[data-testid=new-key-text]").await?;
    assert!(secret.starts_with("whsec_"), "a secret");
    window.shows("[data-testid=key-row][data-key='faces.2']").await?;
    looks.at("keys-rotated").await?;
    window.press("c").await?;
    says(&window, "[data-testid=said]", "The secret is copied.").await?;
    window.press("Escape").await?;
    window.hides("[data-testid=new-key]").await?;
    is_nowhere(&window, &secret).await?;
    assert_eq!(signatures(&answer_to(2, &placet, &receiver).await), 2, "either is enough");

    window.press("j").await?;
    window.shows("[data-testid=key-row][data-key=faces][aria-selected=true]").await?;
    looks.at("keys").await?;
    window.press("x").await?;
    window.shows("[data-testid=ask-yes]").await?;
    looks.at("keys-ask-retire").await?;
    window.press("Enter").await?;
    says(&window, "[data-testid=said]", "The key \"faces\" is gone.").await?;
    window.hides("[data-testid=key-row][data-key=faces]").await?;
    assert_eq!(signatures(&answer_to(3, &placet, &receiver).await), 1);

    window.press("n").await?;
    fill(&window, "[data-testid=key-name]", "tokens").await?;
    window.eval("document.querySelector('[data-testid=key-kind-option][value=ed25519]').click()").await?;
    says(&window, ".option-about", "For tokens by EdDSA, Ed25519.").await?;
    looks.at("keys-make").await?;
    window.press("Control+Enter").await?;
    says(&window, "[data-testid=new-key-text]", "BEGIN PUBLIC KEY").await?;
    looks.at("keys-made").await?;
    window.press("Escape").await?;

    window.press("i").await?;
    fill(&window, "[data-testid=key-name]", "theirs").await?;
    fill(&window, "[data-testid=key-text]", "hush-hush-hush").await?;
    looks.at("keys-import").await?;
    window.press("Control+Enter").await?;
    says(&window, "[data-testid=said]", "The key \"theirs\" is kept.").await?;
    is_nowhere(&window, "hush").await?;
    window.press("Escape").await?;
    window.shows("[data-testid=engine][data-engine=faces]").await?;

    // Another engine, which checks tokens.
    window.press("n").await?;
    fill(&window, "[data-testid=engine-base]", &receiver.url("/agents")).await?;
    fill(&window, "[data-testid=engine-name]", "agents").await?;
    window.eval("document.querySelector('[data-testid=credential-option][value=jwt-made]').click()").await?;
    window.shows("[data-testid=engine-algorithm]").await?;
    window.shows("[data-action=save-new-engine]:not(:disabled)").await?;
    window.eval("document.querySelector('[data-testid=engine-algorithm]').scrollIntoView()").await?;
    looks.at("engines-add-jwt").await?;
    window.press("Control+Enter").await?;
    says(&window, "[data-testid=callback-key]", "BEGIN PUBLIC KEY").await?;
    looks.at("engines-once-jwt").await?;
    window.press("Escape").await?;
    window.hides("[data-testid=once]").await?;
    says(&window, "[data-testid=profile]", "JWT EdDSA with key \"agents\"").await?;

    looks.end();
    window.close().await
}
