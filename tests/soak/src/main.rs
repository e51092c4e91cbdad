//! What survives, counted: each trial does something to Placet many times, and its rows say how often what must
//! not happen happened.
//!
//! `cargo xtask test` runs every trial at the size of a check, `cargo xtask soak` at the size of a release. A trial
//! draws all that is random from its seed, so what failed can be done again.

mod airflow;
mod audit;
mod canary;
mod faults;
mod fsync;
mod fuzz;
mod kill;
mod ledger;
mod power;
mod process;
mod row;
mod sim;
mod ssrf;

use std::process::{Command, ExitCode};

use anyhow::Result;
use clap::{Parser, ValueEnum as _};
use xtask::house;
use xtask::trial::Trial;

use crate::row::Row;

#[derive(Parser)]
#[command(name = "cargo xtask soak")]
struct Arguments {
    /// This trial only
    #[arg(long, value_enum)]
    only: Option<Trial>,
    /// How often, instead of the size of a release
    #[arg(long)]
    size: Option<u64>,
    /// At the size of a check
    #[arg(long, conflicts_with = "size")]
    check: bool,
    /// What all that is random is drawn from; drawn itself, if absent
    #[arg(long)]
    seed: Option<u64>,
    /// One JSON object a row instead of a table
    #[arg(long)]
    json: bool,
}

/// What a trial is asked to do.
#[derive(Clone, Copy, Debug)]
struct Order {
    /// How often.
    size: u64,
    /// What all that is random is drawn from.
    seed: u64,
}

fn main() -> Result<ExitCode> {
    let Arguments { only, size, check, seed, json } = Arguments::parse();
    let seed = seed.unwrap_or_else(rand::random);
    let mut rows = Vec::new();
    for &trial in Trial::value_variants() {
        if only.is_some_and(|only| only != trial) {
            continue;
        }
        let size = size.unwrap_or(if check { trial.check_size() } else { trial.release_size() });
        eprintln!("soaks {}: {size} with seed {seed}", trial.name());
        let found = soak(trial, Order { size, seed })?;
        for row in found {
            if json {
                println!("{}", serde_json::to_string(&row)?);
            }
            rows.push(row);
        }
    }
    if !json {
        println!("{}\nseed {seed}, commit {}", row::table(&rows), commit());
    }
    Ok(if rows.iter().all(Row::passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn soak(trial: Trial, order: Order) -> Result<Vec<Row>> {
    match trial {
        Trial::Sim => Ok(sim::soak(order)),
        Trial::Kill => kill::soak(order),
        Trial::Power => power::soak(order),
        Trial::Canary => canary::soak(order),
        Trial::Fsync => fsync::soak(order),
        Trial::Audit => audit::soak(order),
        Trial::Faults => faults::soak(order),
        Trial::Ssrf => ssrf::soak(order),
        Trial::Fuzz => fuzz::soak(order),
        Trial::Airflow => airflow::soak(order),
    }
}

/// What was soaked; "unknown" outside a work tree of git.
fn commit() -> String {
    let described = Command::new("git")
        .args(["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"])
        .current_dir(house::root())
        .output();
    match described {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Ok(_) | Err(_) => "unknown".to_owned(),
    }
}
