//! The `placet` command: the same desk without a window.
//!
//! It asks the running Placet, if one has the ledger open, and else opens the ledger itself.

mod arguments;
mod audit;
mod decide;
mod deliveries;
mod demo;
mod duration;
mod failure;
mod items;
mod keys;
mod manual;
mod presets;
mod print;
mod rehearse;
mod serve;
mod setup;
mod submit;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;
use placet_delivery::KeysError;
use placet_desk::{Reach, Settings};

use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::print::Printer;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    placet_desk::log_to_stderr(if arguments.is_a_service() { "info" } else { "warn" });
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell();
            failure.exit_code()
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { home, keys, port, reviewer, json, command } = arguments;
    let printer = Printer::new(json);
    let mut settings = Settings::from_environment().map_err(Failure::usage)?;
    settings.home = home.unwrap_or(settings.home);
    settings.port = port.unwrap_or(settings.port);
    if let Some(keys) = keys {
        // Not parsed by clap, which would repeat a key that was typed in its place.
        settings.keys =
            keys.parse().map_err(|error: KeysError| Failure::usage(format!("--keys: {error}")))?;
    }
    let reviewer = reviewer.unwrap_or_else(placet_desk::default_reviewer);
    match command {
        Command::Serve => serve::run(settings, printer).await,
        Command::Demo(options) => demo::run(settings, &reviewer, options, printer).await,
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { command } => manual::page(&command),
        Command::Verify(options) => verify::run(options, printer),
        command => {
            let desk = Desk { reach: Reach::find(settings).await?, reviewer };
            match command {
                Command::Submit(options) => submit::run(&desk, options, printer).await,
                Command::List(options) => items::list(&desk, options, printer).await,
                Command::Show { item } => items::show(&desk, &item, printer).await,
                Command::Decide(options) => decide::decide(&desk, options, printer).await,
                Command::Undo => decide::undo(&desk, printer).await,
                Command::Deliveries(options) => deliveries::run(&desk, options, printer).await,
                Command::Audit { command } => audit::run(&desk, command, printer).await,
                Command::Engine { command } => setup::engine(&desk, command, printer).await,
                Command::Keys { command } => keys::run(&desk, command, printer).await,
                Command::Queue { command } => setup::queue(&desk, command, printer).await,
                Command::Serve
                | Command::Demo(_)
                | Command::Completions { .. }
                | Command::Man { .. }
                | Command::Verify(_) => Ok(()),
            }
        }
    }
}

/// A desk and who sits at it.
struct Desk {
    reach: Reach,
    reviewer: String,
}

impl Desk {
    async fn ask<V: placet_desk::Verb>(&self, verb: V) -> Result<V::Answer, Failure> {
        Ok(self.reach.ask(&self.reviewer, verb).await?)
    }
}
