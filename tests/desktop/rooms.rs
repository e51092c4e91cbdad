use anyhow::Result;
use placet_tests::{Placet, Receiver, Window};
use reqwest::StatusCode;

use crate::{choose_queue, hand_in, picture, set_up};

/// Looks at what the window shows in both colours, keeps a picture of each, and collects what axe objects to.
pub(crate) struct Looks<'a> {
    window: &'a Window,
    violations: Vec<String>,
}

impl<'a> Looks<'a> {
    pub(crate) fn through(window: &'a Window) -> Self {
        Self { window, violations: vec![] }
    }

    /// Fails if axe objected to anything.
    pub(crate) fn end(self) {
        assert!(self.violations.is_empty(), "\n{}\n", self.violations.join("\n"));
    }

    pub(crate) async fn at(&mut self, name: &str) -> Result<()> {
        for scheme in ["light", "dark"] {
            // By the attribute itself, so that no dialog has to be left for the key.
            let set = "document.documentElement.dataset.mantineColorScheme = arguments[0]";
            self.window.eval_with(set, vec![scheme.into()]).await?;
            self.window.painted().await?;
            self.window.screenshot(&picture(&format!("{name}-{scheme}"))).await?;
            let found = self.window.axe().await?;
            self.violations.extend(found.into_iter().map(|violation| {
                format!("{name}, {scheme}: {} ({}): {:?}", violation.id, violation.help, violation.elements)
            }));
        }
        Ok(())
    }
}

#[tokio::test]
async fn axe_objects_to_no_room_in_light_or_dark() -> Result<()> {
    let home = tempfile::tempdir()?;
    let window = Window::open(home.path(), &[]).await?;
    let mut looks = Looks::through(&window);
    window.shows("[data-testid=no-queue]").await?;
    looks.at("no-queue").await?;
    // This window was given no keys at all. Why that matters is told to the keyboard as well as to the mouse.
    window.eval("document.querySelector('[data-testid=without-audit-key]').focus()").await?;
    window.shows("[role=tooltip]").await?;
    looks.at("without-audit-key").await?;
    window.eval("document.activeElement.blur()").await?;
    window.hides("[role=tooltip]").await?;

    let placet = Placet::on(home.path());
    let receiver = Receiver::start().await;
    set_up(&placet, &receiver.url("/"), "0");
    window.shows("[data-testid=blank]").await?;
    looks.at("inbox-empty").await?;
    hand_in(&placet, &receiver.url("/done"), 40);
    window
        .wait_for("42 that wait", async || {
            Ok((window.text_of("[data-testid=waiting-count]").await? == "42").then_some(()))
        })
        .await?;
    for (queue, mark) in [
        ("pets", "[data-testid=choice]"),
        ("refunds", "[data-testid=arguments]"),
        ("gate", "[data-testid=decision]"),
    ] {
        choose_queue(&window, queue).await?;
        window.shows("[data-testid=item][data-standing=held]").await?;
        window.shows(mark).await?;
        looks.at(&format!("inbox-{queue}")).await?;
    }
    window.press("?").await?;
    window.shows("[data-testid=cheat-sheet]").await?;
    looks.at("cheat-sheet").await?;
    window.press("Escape").await?;
    window.hides("[data-testid=cheat-sheet]").await?;
    window.press("Control+k").await?;
    window.shows("input[aria-label='Search actions']").await?;
    looks.at("palette").await?;
    window.press("Escape").await?;
    window.hides("input[aria-label='Search actions']").await?;

    // One delivery that needs a person, one that is through.
    receiver.answer_next([StatusCode::FORBIDDEN]);
    for task in ["engine/order-7", "engine/deploy-1"] {
        placet.json(&["decide", task, "--approve"]);
    }
    window.press("Control+2").await?;
    window.shows("[data-testid=delivery-row][data-state=parked]").await?;
    window.shows("[data-testid=delivery-row][data-state=delivered]").await?;
    looks.at("deliveries").await?;
    window.press("Enter").await?;
    window.shows("[data-testid=story]").await?;
    looks.at("delivery-story").await?;

    looks.end();
    window.close().await
}
