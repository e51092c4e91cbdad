use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use placet_desk::verb::Look;
use placet_review::ItemId;
use placet_tests::{Placet, Window};

use crate::{item_after, picture};

const WAITING: u32 = 30;

#[tokio::test]
async fn ten_digits_labelled_by_key_resume_their_tasks_by_callbacks_that_verify() -> Result<()> {
    let home = tempfile::tempdir()?;
    // Handed to both sides, as people do where no keychain is.
    let secret = format!("whsec_{}", STANDARD.encode([0x5a; 32]));
    let window = Window::open(home.path(), &[("PLACET_KEY_DEMO_DIGITS", &secret)]).await?;
    window.shows("[data-testid=no-queue]").await?;

    let placet = Placet::on(home.path()).with("PLACET_KEY_DEMO_DIGITS", &secret);
    let engine = placet.demo(&["--limit", &WAITING.to_string()]);
    let before = engine.report().await;
    assert_eq!((&before["paused"], &before["resumed"]), (&WAITING.into(), &0.into()), "{before}");
    window.shows("[data-testid=inbox-row]").await?;
    window.shows("[data-testid=picture]").await?;
    window.screenshot(&picture("digits")).await?;

    let desk = placet.desk().await;
    let mut item = None;
    for _ in 0..10 {
        let shown = item_after(&window, item).await?;
        let task = desk.ask("ada", Look { item: ItemId(shown) }).await?.task;
        let label = placet_demo::truth(&task).context("a task of the demo's")?;
        window.press(&label).await?;
        item = Some(shown);
    }
    item_after(&window, item).await?;

    let report = window
        .wait_for("ten tasks that went on, and ten labels that were learned from", async || {
            let report = engine.report().await;
            Ok((report["resumed"] == 10 && report["labels_from_people"] == 10).then_some(report))
        })
        .await?;
    assert_eq!(report["paused"], WAITING - 10, "{report}");
    assert_eq!(
        (&report["refused"], &report["repeated"]),
        (&0.into(), &0.into()),
        "each verified, once: {report}"
    );

    window.press("Control+2").await?;
    window.shows("[data-testid=room-deliveries]").await?;
    window
        .wait_for("ten deliveries that are shown as delivered", async || {
            let rows = window.texts_of("[data-testid=delivery-row][data-state=delivered]").await?;
            Ok((rows.len() == 10).then_some(()))
        })
        .await?;
    window.press("Enter").await?;
    window.shows("[data-testid=story]").await?;
    assert_eq!(window.text_of("[data-testid=story-state]").await?, "delivered");
    assert_eq!(window.texts_of("[data-testid=attempt]").await?.len(), 1, "one attempt was enough");
    window.close().await
}
