use anyhow::Result;
use placet_tests::{Placet, Receiver, Window};

use crate::engines::{fill, into_the_empty_room, says};
use crate::rooms::Looks;

const STATUS: &str = "[data-testid=try-status]";
const FATE: &str = "[data-testid=fate]";

#[tokio::test]
async fn an_answer_is_tried_by_key_and_nothing_is_sent() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let mut looks = Looks::through(&window);
    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    into_the_empty_room(&window).await?;
    placet.json(&["queue", "add", "gate", "--kind", "action", "--undo-seconds", "0"]);
    let bearer = ["--no-webhook-signature", "--bearer", "faces"];
    let added = ["engine", "add", "faces", "--allow", &receiver.url("/resume"), "--schedule", "fast"];
    placet.json(&[&added[..], &bearer].concat());

    window.shows("[data-testid=engine][data-engine=faces]").await?;
    window.press("a").await?;
    says(&window, FATE, "The delivery would be delivered, not tried again.").await?;
    says(&window, "[data-testid=would-be-sent]", &receiver.url("/resume")).await?;
    says(&window, "[data-testid=would-be-sent]", "authorization[hidden]").await?;
    looks.at("try-accepted").await?;

    fill(&window, STATUS, "429").await?;
    fill(&window, "[data-testid=try-headers]", "Retry-After: 30").await?;
    fill(&window, "[data-testid=try-body]", "slow down").await?;
    says(&window, FATE, "The delivery would be due, tried again after 30 s.").await?;
    looks.at("try-throttled").await?;
    fill(&window, STATUS, "soon").await?;
    says(&window, "[data-testid=try-wrong]", "A status is a number from 100 to 599.").await?;
    looks.at("try-wrong").await?;
    fill(&window, STATUS, "403").await?;
    says(&window, FATE, "parked").await?;
    fill(&window, "[data-testid=try-decision]", "{ \"verdict\": \"hush\" }").await?;
    says(&window, "[data-testid=try-wrong]", "verdict is one of approve").await?;
    fill(&window, "[data-testid=try-decision]", "{ \"verdict\": \"respond\" }").await?;
    window.shows("[data-testid=try-problem]").await?;
    looks.at("try-problem").await?;
    window.press("Escape").await?;
    window.shows("[data-testid=engine][data-engine=faces]").await?;
    assert!(receiver.so_far().is_empty(), "the engine heard nothing");
    assert!(placet.json(&["list", "gate"]).is_empty(), "no item was taken in");

    looks.end();
    window.close().await
}
