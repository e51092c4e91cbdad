//! The project's own commands: `cargo xtask doctor`, `run`, `test`, `bench` and `soak`.

mod bench;
mod doctor;
mod engines;
mod machine;
mod report;
mod run;
mod setup;
mod soak;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::figure::Figure;
use xtask::process;
use xtask::trial::Trial;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Placet's own commands: they set up what is missing and say what they do"
)]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tell what is installed, what is missing and how to get it
    Doctor {
        /// One JSON object a tool instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Open the window, with the demo engine beside it
    Run {
        /// Passed on to the demo engine
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Check everything, from formatting to the real window
    Test {
        /// Check this part only
        #[arg(long)]
        only: Option<test::Part>,
    },
    /// Measure how fast it is, beside bare programs that do the least that could do the same
    Bench {
        /// Measure this figure only
        #[arg(long, value_enum)]
        only: Option<Figure>,
        /// One JSON object a row instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Crash it, cheat it and starve it, at the size of a release, and count what was lost
    Soak {
        /// This trial only
        #[arg(long, value_enum)]
        only: Option<Trial>,
        /// How often, instead of the size of a release
        #[arg(long)]
        size: Option<u64>,
        /// What all that is random is drawn from, to do again what failed
        #[arg(long)]
        seed: Option<u64>,
        /// One JSON object a row instead of a table
        #[arg(long)]
        json: bool,
    },
}

fn main() -> Result<ExitCode> {
    let fine = match Xtask::parse().command {
        Command::Doctor { json } => doctor::examine(json)?,
        Command::Run { arguments } => {
            process::note_interrupts()?;
            run::run(&arguments)?;
            true
        }
        Command::Test { only } => {
            process::note_interrupts()?;
            test::test(only)
        }
        Command::Bench { only, json } => {
            process::note_interrupts()?;
            bench::bench(only, json)?;
            true
        }
        Command::Soak { only, size, seed, json } => {
            process::note_interrupts()?;
            soak::soak(only, size, seed, json)?;
            true
        }
    };
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
