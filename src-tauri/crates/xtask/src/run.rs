//! Opens the window with the demo engine beside it, on a ledger of their own.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use xtask::house;
use xtask::process::{Running, answer, interrupted};
use xtask::screen::Screen;

use crate::report::Report;
use crate::{setup, test};

const GLANCE: Duration = Duration::from_millis(50);

/// Sets up what is missing, opens the window and starts the demo; returns when the window is closed.
pub fn run(demo_arguments: &[String]) -> Result<()> {
    build()?;
    let home = house::target().join("run");
    fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
    ensure!(!is_in_use(&home), "Placet runs already on {}", home.display());
    println!("The ledger is in {}", home.display());

    let screen = screen()?;
    let place = |command: &mut Command| {
        command.env("PLACET_HOME", &home);
        if let Some(screen) = &screen {
            command.env("DISPLAY", screen.display()).env("GDK_BACKEND", "x11");
        }
    };
    let keys = Keys::choose();
    keys.say();

    let mut window = window_command();
    place(&mut window);
    keys.give(&mut window);
    let mut window = Running::start(&mut window)?;
    while !is_in_use(&home) {
        if interrupted() {
            return Ok(());
        }
        if let Some(status) = window.ended()? {
            bail!("the window ended before it was open, with {status}");
        }
        thread::sleep(GLANCE);
    }

    let mut demo = Command::new(house::placet());
    demo.arg("demo").args(demo_arguments);
    place(&mut demo);
    keys.give(&mut demo);
    let mut demo = Some(Running::start(&mut demo)?);
    println!("The window is open and the demo engine runs; Ctrl-C ends both");
    while !interrupted() {
        if let Some(status) = window.ended()? {
            ensure!(status.success(), "the window ended with {status}");
            return Ok(());
        }
        if let Some(engine) = &mut demo
            && let Some(status) = engine.ended()?
        {
            println!("The demo engine ended with {status}; the window stays open");
            demo = None;
        }
        thread::sleep(GLANCE);
    }
    println!("Ends the demo engine and the window");
    Ok(())
}

fn build() -> Result<()> {
    println!("Builds the window and the placet command (five to ten minutes the first time, seconds later)");
    let mut report = Report::default();
    report.step("machine", &[], setup::machine);
    report.step("interface packages", &["machine"], setup::ui_packages);
    test::app(&mut report);
    ensure!(report.all_passed(), "not everything could be built:\n{}", report.table());
    Ok(())
}

/// A screen in memory, if the person has none.
fn screen() -> Result<Option<Screen>> {
    if ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
    {
        return Ok(None);
    }
    let screen = Screen::start()?;
    println!(
        "There is no screen here, so the window opens on one in memory, DISPLAY={display}. \
         To see it: DISPLAY={display} import -window root window.png (ImageMagick)",
        display = screen.display()
    );
    Ok(Some(screen))
}

/// The app, in a session bus of its own where the machine has none: WebKit asks for one.
fn window_command() -> Command {
    if !has_session_bus() && crate::machine::has("dbus-run-session") {
        let mut command = Command::new("dbus-run-session");
        command.arg("--").arg(house::window());
        return command;
    }
    Command::new(house::window())
}

fn has_session_bus() -> bool {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some()
        || runtime.is_some_and(|folder| folder.join("bus").exists())
}

/// Whether an app that answers has this ledger open.
fn is_in_use(home: &Path) -> bool {
    let port = fs::read(home.join("running.json"))
        .ok()
        .and_then(|note| serde_json::from_slice::<serde_json::Value>(&note).ok())
        .and_then(|note| note.get("port")?.as_u64())
        .and_then(|port| u16::try_from(port).ok());
    port.is_some_and(|port| TcpStream::connect(("127.0.0.1", port)).is_ok())
}

/// Where the demo's signing key lives.
enum Keys {
    /// In the system's keychain.
    Keychain,
    /// In the environment of the window and the demo, made for this run and gone with it.
    Environment(String),
}

impl Keys {
    fn choose() -> Keys {
        if has_keychain() {
            return Keys::Keychain;
        }
        Keys::Environment(format!("whsec_{}", BASE64_STANDARD.encode(rand::random::<[u8; 32]>())))
    }

    fn say(&self) {
        match self {
            Keys::Keychain => println!("Keys live in the system's keychain"),
            Keys::Environment(_) => println!(
                "No keychain answers here, so PLACET_KEYS=env: a key made for this run, in the environment \
                 of the window and the demo only"
            ),
        }
    }

    fn give(&self, command: &mut Command) {
        match self {
            Keys::Keychain => {}
            Keys::Environment(key) => {
                command.env("PLACET_KEYS", "env").env("PLACET_KEY_DEMO_DIGITS", key);
            }
        }
    }
}

/// Windows and macOS always have one; elsewhere it is a Secret Service on the session bus.
fn has_keychain() -> bool {
    if cfg!(target_os = "macos") {
        return true;
    }
    // Without a bus the question itself would start one, and leave it running.
    has_session_bus()
        && answer(
            "dbus-send",
            &[
                "--session",
                "--print-reply=literal",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ],
        )
        .is_some_and(|said| said.ends_with("boolean true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_in_use_only_while_its_app_answers() {
        let home = std::env::temp_dir().join(format!("placet-run-{}", std::process::id()));
        fs::create_dir_all(&home).expect("a folder");
        assert!(!is_in_use(&home), "there is no note");
        let app = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = app.local_addr().expect("an address").port();
        fs::write(home.join("running.json"), format!(r#"{{"port":{port},"instance":"a","secret":"b"}}"#))
            .expect("a note");
        assert!(is_in_use(&home));
        drop(app);
        assert!(!is_in_use(&home), "an app that ended without tidying up does not count");
        fs::remove_dir_all(&home).expect("the folder goes");
    }

    #[test]
    fn every_run_has_a_key_of_its_own() {
        let key = || {
            let mut command = Command::new("placet");
            let made = format!("whsec_{}", BASE64_STANDARD.encode(rand::random::<[u8; 32]>()));
            Keys::Environment(made).give(&mut command);
            let given = command.get_envs().find(|(name, _)| *name == "PLACET_KEY_DEMO_DIGITS");
            given.and_then(|(_, value)| value).expect("a key").to_owned()
        };
        assert_ne!(key(), key());
    }
}
