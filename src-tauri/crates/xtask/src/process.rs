//! Starts other programs, says so, and leaves none of them running.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
const GLANCE: Duration = Duration::from_millis(20);
const GRACE: Duration = Duration::from_secs(5);

/// From here on Ctrl-C (and a polite kill) is noted instead of ending this program on the spot, so that it
/// can end what it started.
pub fn note_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("cannot listen for Ctrl-C")
}

/// Whether the person has asked to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A program and everything it starts; all of it ends when this value is dropped.
#[derive(Debug)]
pub struct Running {
    name: String,
    leader: Child,
    group: Pid,
}

impl Running {
    /// Starts a program as the head of a process group of its own, with nothing to read from.
    pub fn start(command: &mut Command) -> Result<Running> {
        let name = spoken(command);
        let leader = command
            .process_group(0)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("`{name}` does not start"))?;
        let group = Pid::from_child(&leader);
        Ok(Running { name, leader, group })
    }

    /// How it ended, or `None` while it runs.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.leader.try_wait().with_context(|| format!("cannot wait for `{}`", self.name))
    }

    /// Waits until it has ended by itself, or the person has asked to stop.
    fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if interrupted() {
                bail!("stopped by you");
            }
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A group that has nobody left in it answers with an error, which is what is wanted here.
        let _ = kill_process_group(self.group, Signal::TERM);
        let patience = Instant::now() + GRACE;
        while Instant::now() < patience {
            let _ = self.leader.try_wait();
            if !lives(self.group) {
                return;
            }
            thread::sleep(GLANCE);
        }
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.leader.wait();
    }
}

/// Whether anybody in a process group still runs. The dead that nobody has collected do not count: in a
/// container they may stay for ever.
fn lives(group: Pid) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return test_kill_process_group(group).is_ok();
    };
    let wanted = group.as_raw_nonzero().to_string();
    processes.flatten().filter_map(|process| std::fs::read_to_string(process.path().join("stat")).ok()).any(
        |stat| {
            // `pid (name) state parent group ...`, and the name may hold anything.
            let mut fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
            let state = fields.next();
            fields.nth(1) == Some(wanted.as_str()) && state != Some("Z")
        },
    )
}

/// Runs a program to its end, its output on the terminal; fails if it does.
pub fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", spoken(command));
    let mut running = Running::start(command)?;
    let status = running.wait()?;
    ensure!(status.success(), "`{}` ended with {status}", running.name);
    Ok(())
}

/// Runs a program that may ask the person something, such as a password, on the terminal itself.
pub fn run_at_the_terminal(command: &mut Command) -> Result<()> {
    println!("$ {}", spoken(command));
    let name = spoken(command);
    let status = command.status().with_context(|| format!("`{name}` does not start"))?;
    ensure!(status.success(), "`{name}` ended with {status}");
    Ok(())
}

/// What a program says to a question that changes nothing, or `None` if it is missing or says no.
pub fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command line without its environment, which may hold keys.
fn spoken(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_left_behind_ends_with_it() {
        let mut running = Running::start(Command::new("sh").args(["-c", "sleep 1000 &"])).expect("sh starts");
        running.wait().expect("the shell leaves its sleeper at once");
        let group = running.group;
        assert!(lives(group), "the sleeper sleeps");
        drop(running);
        assert!(!lives(group), "the sleeper outlived its group");
    }

    #[test]
    fn a_failing_program_is_a_failure() {
        assert!(run(&mut Command::new("false")).is_err());
        assert!(run(&mut Command::new("a-program-that-nobody-has")).is_err());
        assert!(run(&mut Command::new("true")).is_ok());
    }

    #[test]
    fn a_key_in_the_environment_is_not_spoken() {
        let said = spoken(Command::new("placet").arg("demo").env("PLACET_KEY_DEMO_DIGITS", "whsec_x"));
        assert_eq!(said, "placet demo");
    }
}
