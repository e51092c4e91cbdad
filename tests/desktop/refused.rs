use anyhow::Result;
use placet_desk::verb::Open;
use placet_review::ItemId;
use placet_tests::{Placet, Receiver, Window};

use crate::{hand_in, item_after, set_up};

#[tokio::test]
async fn a_decision_that_is_refused_comes_back_with_what_was_written() -> Result<()> {
    let home = tempfile::tempdir()?;
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    set_up(&placet, &receiver.url("/"), "0");
    hand_in(&placet, &receiver.url("/done"), 0);
    let window = Window::open(home.path(), &[]).await?;
    // The deployment, for its queue's name comes first.
    let item = item_after(&window, None).await?;
    let note = async || window.eval("return document.querySelector('textarea').value").await;

    // A rejection needs its reason, so the key leads to the note.
    window
        .wait_for("what the answer lacks", async || {
            if !window.texts_of("[data-testid=lacking]").await?.is_empty() {
                return Ok(Some(()));
            }
            // For a moment after an item came by itself, keys are taken as meant for another one.
            window.press("x").await?;
            Ok(None)
        })
        .await?;
    window.type_text("The tests of yesterday are not those of today.").await?;
    // The same person opens the item at another place, and the window's hold is void.
    placet.desk().await.ask("ada", Open { item: ItemId(item) }).await?;
    window.press("Control+Enter").await?;

    let trouble = window.text_of("[data-testid=trouble]").await?;
    assert!(trouble.contains("ran out"), "it says why: {trouble}");
    assert_eq!(item_after(&window, None).await?, item, "the item is in hand again");
    assert_eq!(note().await?, "The tests of yesterday are not those of today.", "and so is the note");
    assert!(receiver.so_far().is_empty(), "nothing was sent");

    window.shows("[data-testid=item][data-standing=held]").await?;
    // Here as well.
    window
        .wait_for("the decision", async || {
            window.press("Control+Enter").await?;
            Ok((receiver.so_far().len() == 1).then_some(()))
        })
        .await?;
    let decision = &receiver.so_far()[0].json()["decision"];
    assert_eq!(decision["verdict"], "reject");
    assert_eq!(decision["note"], "The tests of yesterday are not those of today.");
    window.close().await
}
