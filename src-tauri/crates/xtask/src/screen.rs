//! A screen in memory (Xvfb), for machines that have none.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

/// A running Xvfb on a display number that was free; it ends when this value is dropped.
#[derive(Debug)]
pub struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// Starts a screen and returns when it takes connections.
    pub fn start() -> Result<Screen> {
        let mut server = Command::new("Xvfb")
            // The server picks a free number and writes it to its standard output once it is ready.
            .args(["-displayfd", "1", "-screen", "0", "1360x840x24", "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb does not start: `cargo xtask doctor` tells how to get it")?;
        let out = server.stdout.take().context("Xvfb has no standard output")?;
        let mut screen = Screen { server, display: String::new() };
        let mut number = String::new();
        BufReader::new(out).read_line(&mut number).context("Xvfb told no display number")?;
        ensure!(!number.trim().is_empty(), "Xvfb ended before it had a display");
        screen.display = format!(":{}", number.trim());
        Ok(screen)
    }

    /// The value of `DISPLAY` for programs that shall appear on this screen.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Both fail only when the server has ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
