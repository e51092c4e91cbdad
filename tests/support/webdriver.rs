//! The real window on a screen in memory, driven by key as a person would.

mod axe;
mod driver;

use std::mem::ManuallyDrop;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{Capabilities, Key};
use xtask::house;

use crate::patience::eventually;

pub use axe::Violation;
use driver::Driver;

/// The app's window. Everything it needs (screen, session bus, driver) is its own and ends with it, also
/// when a test fails.
#[derive(Debug)]
pub struct Window {
    // Dropped without a quit, as when a test fails, it would wait two minutes for its driver's last answer;
    // the driver ends the app in any case.
    session: ManuallyDrop<WebDriver>,
    driver: Driver,
}

impl Window {
    /// Opens the app on the ledger in `ledger`, with this environment besides.
    pub async fn open(ledger: &Path, environment: &[(&str, &str)]) -> Result<Window> {
        Window::open_app(&house::window(), ledger, environment).await
    }

    /// Opens another program than the debug build of the app in the same way.
    pub async fn open_app(app: &Path, ledger: &Path, environment: &[(&str, &str)]) -> Result<Window> {
        ensure!(
            app.is_file(),
            "the app is not built: {} is missing; `cargo xtask test --only desktop` builds it",
            app.display()
        );
        let driver = Driver::start(ledger, environment).await?;
        let mut wanted = Capabilities::new();
        wanted.set("browserName", "wry")?;
        wanted.set("tauri:options", json!({ "application": app }))?;
        let session = WebDriver::new(driver.address(), wanted).await.context("the app does not open")?;
        Ok(Window { session: ManuallyDrop::new(session), driver })
    }

    /// Closes the window as a person would, and waits until the app is gone.
    pub async fn close(self) -> Result<()> {
        let Window { session, driver } = self;
        ManuallyDrop::into_inner(session).quit().await.context("the window does not close")?;
        drop(driver);
        Ok(())
    }

    /// Presses a key, or keys held together: `"a"`, `"Enter"`, `"Control+k"`.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let keys: Vec<char> = keys.split('+').map(key).collect::<Result<_>>()?;
        let pressed = keys.iter().fold(self.session.action_chain(), |chain, key| chain.key_down(*key));
        let released = keys.iter().rev().fold(pressed, |chain, key| chain.key_up(*key));
        released.perform().await.with_context(|| format!("cannot press {keys:?}"))
    }

    /// Types text, key by key, wherever the caret is.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.session.action_chain().send_keys(text).perform().await.context("cannot type")
    }

    /// Runs a function body in the page and hands over what it returns.
    pub async fn eval(&self, script: &str) -> Result<Value> {
        self.eval_with(script, vec![]).await
    }

    /// Like [`Window::eval`]; the script finds `arguments`.
    pub async fn eval_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let returned = self.session.execute(script, arguments).await.context("the page refuses a script")?;
        Ok(returned.json().clone())
    }

    /// Returns once what was changed so far is on the screen.
    pub async fn painted(&self) -> Result<()> {
        // A frame may have been under way already; the second one has begun after the change.
        let script = "const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.session.execute_async(script, vec![]).await.context("the window does not draw")?;
        Ok(())
    }

    /// The text of each element that matches.
    pub async fn texts_of(&self, css: &str) -> Result<Vec<String>> {
        // Not WebDriver's own "get text": it is empty for whatever hides its overflow.
        let script = "return Array.from(document.querySelectorAll(arguments[0]), found => found.textContent)";
        let texts = self.eval_with(script, vec![json!(css)]).await?;
        serde_json::from_value(texts).context("the page answers with something else than texts")
    }

    /// The text of the first element that matches; waits until there is one.
    pub async fn text_of(&self, css: &str) -> Result<String> {
        self.wait_for(&format!("an element {css}"), async || Ok(self.texts_of(css).await?.into_iter().next()))
            .await
    }

    /// Waits until an element matches.
    pub async fn shows(&self, css: &str) -> Result<()> {
        self.text_of(css).await.map(drop)
    }

    /// Waits until no element matches.
    pub async fn hides(&self, css: &str) -> Result<()> {
        self.wait_for(&format!("no element {css}"), async || {
            Ok(self.texts_of(css).await?.is_empty().then_some(()))
        })
        .await
    }

    /// Looks until there is something to see; a failure tells what the window showed instead.
    pub async fn wait_for<T>(&self, what: &str, look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
        match eventually(what, look).await {
            Ok(seen) => Ok(seen),
            Err(error) => {
                let shown = self.eval("return document.body?.innerText ?? ''").await.unwrap_or_default();
                let picture = house::target().join("desktop").join("failed.png");
                let kept = match self.screenshot(&picture).await {
                    Ok(()) => picture.display().to_string(),
                    Err(error) => format!("no picture: {error:#}"),
                };
                bail!("{error:#}\nThe window showed ({kept}):\n{}", shown.as_str().unwrap_or_default())
            }
        }
    }

    /// Writes what the window shows as a PNG file; its folder is made if it is missing.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        self.session.screenshot(path).await.context("cannot take a picture of the window")
    }
}

/// The character that stands for a key on WebDriver's wire.
fn key(name: &str) -> Result<char> {
    let named = match name {
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Tab" => Key::Tab,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Space" => return Ok(' '),
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Home" => Key::Home,
        "End" => Key::End,
        "Control" => Key::Control,
        "Shift" => Key::Shift,
        "Alt" => Key::Alt,
        _ => {
            let mut characters = name.chars();
            return match (characters.next(), characters.next()) {
                (Some(character), None) => Ok(character),
                _ => bail!("no key is called {name:?}"),
            };
        }
    };
    Ok(named.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_character_or_a_known_name() {
        assert_eq!(key("a").expect("a letter"), 'a');
        assert_eq!(key("Enter").expect("a name"), '\u{e007}');
        assert!(key("Entr").is_err(), "a slip in a test must not become text");
    }
}
