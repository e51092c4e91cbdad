//! The real window on a screen in memory, driven by key as a person drives it.

mod deliveries;
mod digits;
mod engines;
mod keys;
mod refused;
mod rooms;
mod signing_keys;
mod trying;

use std::path::PathBuf;

use anyhow::Result;
use placet_tests::{Placet, Window};
use serde_json::json;
use xtask::house;

/// Where pictures of the window are kept for people to look at.
fn picture(name: &str) -> PathBuf {
    house::target().join("desktop").join(format!("{name}.png"))
}

/// The number of the item that is looked at, once it is another one than `before`.
async fn item_after(window: &Window, before: Option<i64>) -> Result<i64> {
    let script = "return Number(document.querySelector('[data-testid=item]')?.dataset.itemId ?? NaN)";
    let what = format!("an item in hand after {before:?}");
    window
        .wait_for(&what, async || {
            Ok(window.eval(script).await?.as_i64().filter(|item| Some(*item) != before))
        })
        .await
}

/// Chooses a queue by key and from its list, once the window knows it.
async fn choose_queue(window: &Window, queue: &str) -> Result<()> {
    window.shows("[data-testid=queue-switch]").await?;
    let line = format!("[data-testid=queue][data-queue={queue}]");
    window
        .wait_for(&format!("the queue {queue} in the list"), async || {
            if !window.texts_of(&line).await?.is_empty() {
                return Ok(Some(()));
            }
            window.press("q").await?;
            Ok(None)
        })
        .await?;
    window.eval_with("document.querySelector(arguments[0]).click()", vec![line.into()]).await?;
    window.hides("[data-testid=queue]").await
}

/// Adds the engine `engine`, which waits at `url`, and a queue of each kind.
fn set_up(placet: &Placet, url: &str, undo_seconds: &str) {
    let engine = ["engine", "add", "engine", "--allow", url, "--no-webhook-signature", "--schedule", "fast"];
    placet.json(&engine);
    let undo = ["--undo-seconds", undo_seconds];
    let pets = ["queue", "add", "pets", "--kind", "classify", "--choice", "cat", "--choice", "dog"];
    placet.json(&[&pets[..], &["--guidelines", "Cats say meow."], &undo].concat());
    placet.json(&[&["queue", "add", "refunds", "--kind", "action"][..], &undo].concat());
    placet.json(&[&["queue", "add", "gate", "--kind", "fallback"][..], &undo].concat());
}

/// Hands items in: pets, less sure with every number, one refund and one deployment.
fn hand_in(placet: &Placet, url: &str, pets: u32) {
    let callbacks = json!([{ "protocol": "webhook", "url": url }]);
    let mut items: Vec<_> = (1..=pets)
        .map(|number| {
            let confidence = 0.9 - f64::from(number) / 100.0;
            json!({ "v": 1, "engine": "engine", "id": format!("pet-{number}"), "queue": "pets",
                    "title": format!("Which pet is number {number}?"),
                    "content": { "text": "It says *meow*, and it looks at you." },
                    "suggestions": [{ "answer": { "label": "cat" }, "confidence": confidence, "by": "net-7" }],
                    "callbacks": callbacks })
        })
        .collect();
    items.push(json!({ "v": 1, "engine": "engine", "id": "order-7", "queue": "refunds",
        "title": "Refund order 7?", "priority": 3,
        "content": { "tool": "refund_order", "arguments": { "order": 7, "amount": 120.5, "reason": "late" } },
        "callbacks": callbacks }));
    items.push(
        json!({ "v": 1, "engine": "engine", "id": "deploy-1", "queue": "gate", "title": "Deploy abc?",
        "content": { "commit": "abc", "checks": [{ "name": "tests", "passed": true }] },
        "callbacks": callbacks }),
    );
    let lines: Vec<String> = items.iter().map(ToString::to_string).collect();
    let submitted = placet.run_with_input(&["submit", "-"], &lines.join("\n"));
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
}
