use anyhow::Result;
use placet_tests::{Placet, Receiver, Window};

use crate::{choose_queue, hand_in, item_after, set_up};

const PALETTE: &str = "input[aria-label='Search actions']";
const SHEET: &str = "[data-testid=cheat-sheet]";

#[tokio::test]
async fn everything_is_reached_by_key() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    set_up(&placet, &receiver.url("/"), "3600");
    hand_in(&placet, &receiver.url("/done"), 3);

    // The queues come by name, and the one with something to do first by its key.
    let item = item_after(&window, None).await?;

    window.press("?").await?;
    window.shows(SHEET).await?;
    let sheet = window.text_of(SHEET).await?;
    for label in ["Approve", "Reject", "Skip", "Undo", "Go to deliveries"] {
        assert!(sheet.contains(label), "the sheet tells of {label}: {sheet}");
    }
    window.press("Escape").await?;
    window.hides(SHEET).await?;

    window.press("Control+k").await?;
    window.shows(PALETTE).await?;
    window.type_text("go to deliveries").await?;
    window.press("Enter").await?;
    window.shows("[data-testid=room-deliveries]").await?;
    window.hides(PALETTE).await?;
    window.press("Control+1").await?;
    window.shows("[data-testid=room-inbox]").await?;
    assert_eq!(item_after(&window, None).await?, item, "the item in hand stayed there");

    let scheme = async || window.eval("return document.documentElement.dataset.mantineColorScheme").await;
    let first = scheme().await?;
    window.press("t").await?;
    window.wait_for("the other colours", async || Ok((scheme().await? != first).then_some(()))).await?;
    window.close().await
}

#[tokio::test]
async fn a_decision_is_taken_back_by_key_and_nothing_is_sent() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    set_up(&placet, &receiver.url("/"), "3600");
    hand_in(&placet, &receiver.url("/done"), 3);
    choose_queue(&window, "pets").await?;
    window.shows("[data-testid=choice][data-label=dog]").await?;

    let decided = item_after(&window, None).await?;
    window.press("2").await?;
    item_after(&window, Some(decided)).await?;
    window.shows(&format!("[data-testid=decision-toast][data-item-id='{decided}']")).await?;
    window.press("z").await?;
    window.shows(&format!("[data-testid=item][data-item-id='{decided}']")).await?;
    assert_eq!(window.text_of("[data-testid=notice]").await?, "Taken back. Nothing was sent.");
    window.press("Control+2").await?;
    window.shows("[data-testid=delivery-row][data-state=withdrawn]").await?;
    assert!(receiver.so_far().is_empty(), "the engine heard nothing");
    window.close().await
}
