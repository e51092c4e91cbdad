//! The driver and the screen of one window, and the promise that both end with it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use xtask::house;
use xtask::screen::Screen;

use crate::patience::{GLANCE, PATIENCE, eventually};

/// A driver that runs, on a screen and a session bus of its own.
#[derive(Debug)]
pub(super) struct Driver {
    bus: Child,
    offspring: Offspring,
    port: u16,
    _screen: Screen,
    _settings: TempDir,
}

impl Driver {
    /// Starts screen, bus and driver; returns when the driver takes sessions.
    pub(super) async fn start(ledger: &Path, environment: &[(&str, &str)]) -> Result<Driver> {
        let program = house::tauri_driver();
        ensure!(
            program.is_file(),
            "{} is missing; `cargo xtask test --only desktop` installs it",
            program.display()
        );
        let screen = Screen::start()?;
        let (port, native_port) = (free_port()?, free_port()?);
        let mut command = Command::new("dbus-run-session");
        command
            .arg("--")
            .arg(program)
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string()])
            .arg("--native-driver")
            .arg(on_path("WebKitWebDriver")?)
            .stdin(Stdio::null())
            // The app logs to standard error; a failing test shows what the window showed instead.
            .stdout(Stdio::null())
            .stderr(log_file()?);
        // The settings, caches and keys of whoever runs the tests are none of their business.
        let settings = tempfile::tempdir().context("no temporary folder")?;
        for (name, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache"), ("STATE", "state")]
        {
            let folder = settings.path().join(folder);
            fs::create_dir(&folder)?;
            command.env(format!("XDG_{name}_HOME"), folder);
        }
        command
            .env("PLACET_HOME", ledger)
            .env("PLACET_KEYS", "env")
            .env("PLACET_PORT", "0")
            .env("PLACET_REVIEWER", "ada")
            .env("DISPLAY", screen.display())
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("LANG", "en_US.UTF-8")
            // With either of these, WebKit never answers a request for a screenshot.
            .env_remove("WEBKIT_DISABLE_COMPOSITING_MODE")
            .env_remove("WEBKIT_DISABLE_DMABUF_RENDERER")
            .envs(environment.iter().copied());
        let offspring = Offspring::of(&mut command);
        let bus = command.spawn().context("dbus-run-session does not start")?;
        let mut driver = Driver { bus, offspring, port, _screen: screen, _settings: settings };
        eventually("the driver does not open its port", async || {
            if let Some(status) = driver.bus.try_wait()? {
                bail!("the driver ended with {status}");
            }
            let asked = reqwest::get(format!("{}/status", driver.address())).await;
            Ok(asked.is_ok_and(|answer| answer.status().is_success()).then_some(()))
        })
        .await?;
        Ok(driver)
    }

    /// Where sessions are asked for.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Driver, app and the browser's own processes first, then the bus that ran them.
        self.offspring.end();
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

/// Whatever a command starts, directly or not: known by a mark in its environment, because a process whose
/// parent has died cannot be found by its parents any more.
#[derive(Debug)]
struct Offspring {
    mark: String,
}

impl Offspring {
    fn of(command: &mut Command) -> Offspring {
        static BORN: AtomicU32 = AtomicU32::new(0);
        let value = format!("{}-{}", std::process::id(), BORN.fetch_add(1, Ordering::Relaxed));
        command.env("PLACET_TEST_WINDOW", &value);
        Offspring { mark: format!("PLACET_TEST_WINDOW={value}") }
    }

    /// Those that live, by process id.
    fn living(&self) -> Vec<String> {
        let marked = |process: &fs::DirEntry| {
            // A process that has ended meanwhile, or belongs to somebody else, has no environment to read.
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|pair| pair == self.mark.as_bytes())
        };
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes.filter(marked).map(|process| process.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Kills them all, and those that they start while dying.
    fn end(&self) {
        let started = Instant::now();
        loop {
            let living = self.living();
            if living.is_empty() || started.elapsed() > PATIENCE {
                return;
            }
            for id in
                living.iter().filter_map(|id| id.parse().ok()).filter_map(rustix::process::Pid::from_raw)
            {
                // It may have ended since it was seen.
                let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
            }
            thread::sleep(GLANCE);
        }
    }
}

/// A port that is free now. Somebody may take it before the driver does; the driver then ends and says so.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

fn on_path(program: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.with_context(|| format!("{program} is missing: `cargo xtask doctor` tells how to get it"))
}

fn log_file() -> Result<fs::File> {
    let folder = house::target().join("desktop");
    fs::create_dir_all(&folder)?;
    let file = folder.join("app.log");
    fs::File::options()
        .create(true)
        .append(true)
        .open(&file)
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offspring_that_lost_its_parent_ends_too() {
        let mut command = Command::new("sh");
        let offspring = Offspring::of(command.args(["-c", "sleep 1000 &"]));
        assert!(command.status().expect("sh runs").success());
        assert_eq!(offspring.living().len(), 1, "the sleeper outlived the shell that started it");
        offspring.end();
        assert!(offspring.living().is_empty());
    }
}
