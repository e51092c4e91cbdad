//! How fast Placet is, beside a bare program that does the least that could do the same.
//!
//! Absolute figures move with the machine and with what else it does, so both sides of a row take turns, at
//! least [`ROUNDS`] times, and the row compares their medians. `cargo xtask bench` builds what is measured
//! and starts this.

mod bare;
mod connections;
mod decisions;
mod deliveries;
mod desk;
mod import;
mod intake;
mod next;
mod row;
mod sign;
mod window;
mod wire;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum as _};
use xtask::figure::Figure;

use crate::row::Row;

/// How often both sides take their turn.
const ROUNDS: usize = 5;

#[derive(Parser)]
#[command(name = "cargo xtask bench")]
struct Arguments {
    /// Measure this figure only
    #[arg(long, value_enum)]
    only: Option<Figure>,
    /// One JSON object a row instead of a table
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { only, json } = Arguments::parse();
    // Without it every delivery parks, and the rows that wait for deliveries wait for ever.
    ensure!(
        std::env::var_os("PLACET_KEY_BENCH").is_some(),
        "PLACET_KEY_BENCH is not set. Start this by cargo xtask bench, which makes that secret."
    );
    let mut rows = Vec::new();
    for figure in Figure::value_variants() {
        if only.is_some_and(|only| only != *figure) {
            continue;
        }
        eprintln!("measures {}", figure.name());
        let measured = match figure {
            Figure::Intake => intake::measure().await?,
            Figure::Import => import::measure()?,
            Figure::Decisions => decisions::measure().await?,
            Figure::Next => next::measure().await?,
            Figure::Deliveries => deliveries::measure().await?,
            Figure::Drain => deliveries::drain().await?,
            Figure::Wire => wire::measure().await?,
            Figure::Key => window::key().await?,
            Figure::Start => window::start().await?,
            Figure::Idle => window::idle().await?,
            Figure::Memory => window::memory().await?,
            Figure::Sign => sign::measure()?,
        };
        for row in measured {
            if json {
                println!("{}", serde_json::to_string(&row)?);
            }
            rows.push(row);
        }
    }
    if !json {
        println!("{}", table(&rows));
    }
    Ok(())
}

fn table(rows: &[Row]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(["FIGURE", "CASE", "OURS", "BARE", "UNIT", "RATIO", "GOAL", "MET"]);
    for row in rows {
        table.add_row([
            row.name.to_owned(),
            row.case.clone(),
            rounded(row.value),
            rounded(row.baseline),
            row.unit.to_owned(),
            format!("{:.2}", row.ratio),
            row.goal.map(|goal| goal.to_string()).unwrap_or_default(),
            row.met.map_or("", |met| if met { "yes" } else { "NO" }).to_owned(),
        ]);
    }
    table
}

/// Three digits that count.
fn rounded(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}
