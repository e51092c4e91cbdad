//! Secrets put in every place where one can be, and looked for in every place where none may be.
//!
//! The real server, at trace level, and the real command live through successes and every kind of failure with them.

mod aviary;
mod receiver;
mod refused;
mod story;

use std::fs;
use std::path::Path;

use anyhow::Result;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use xtask::trial::Trial;

use self::aviary::{Aviary, Place};
use crate::Order;
use crate::row::{Row, Wanted};

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut seen = Seen::default();
    for nth in 0..order.size {
        let seed = order.seed.wrapping_add(nth);
        let aviary = Aviary::new(StdRng::seed_from_u64(seed));
        let (aviary, heard) = runtime.block_on(story::lived(aviary))?;
        seen.look_for(&aviary, &heard);
    }
    let row = |what: &str, found, wanted| Row::new(Trial::Canary, what, order, found, wanted);
    Ok(vec![
        row("canaries planted", seen.planted, Wanted::AtLeast(40 * order.size)),
        row("canaries found where they may be", seen.at_home, Wanted::AtLeast(3 * order.size)),
        row("deliveries that succeeded", seen.delivered, Wanted::AtLeast(order.size)),
        row("deliveries that failed, each in its own way", seen.failed, Wanted::AtLeast(8 * order.size)),
        row("requests and commands that were refused", seen.refused, Wanted::AtLeast(20 * order.size)),
        row("requests and commands that should have been refused", seen.taken, Wanted::None),
        row("bytes of logs at trace level", seen.logged, Wanted::AtLeast(10_000 * order.size)),
        row("panics", seen.panics, Wanted::None),
        row("canaries found in logs", seen.in_logs, Wanted::None),
        row("canaries found in error texts and problems", seen.in_errors, Wanted::None),
        row("canaries found in what commands and routes print", seen.in_outputs, Wanted::None),
        row("canaries found in the ledger's folder", seen.in_ledgers, Wanted::None),
        row("canaries found in process arguments", seen.in_arguments, Wanted::None),
    ])
}

/// What was said and written, and where.
#[derive(Default)]
struct Heard {
    texts: Vec<(Place, String, Vec<u8>)>,
    delivered: u64,
    failed: u64,
    refused: u64,
    /// What should have been refused, and was not.
    taken: u64,
}

impl Heard {
    fn hear(&mut self, place: Place, who: impl Into<String>, said: impl Into<Vec<u8>>) {
        self.texts.push((place, who.into(), said.into()));
    }

    /// Counts what was refused, as it should be, or not.
    fn refuses(&mut self, refused: bool, what: &str) {
        if refused {
            self.refused += 1;
        } else {
            self.taken += 1;
            eprintln!("this should have been refused: {what}");
        }
    }

    /// Takes in all that is in a ledger's folder.
    fn hear_folder(&mut self, folder: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.hear_folder(&path)?;
                continue;
            }
            let place = match path.file_name().and_then(|name| name.to_str()) {
                Some("running.json") => Place::Note,
                Some("serve.log") => Place::Log,
                _ => Place::Ledger,
            };
            self.hear(place, path.display().to_string(), fs::read(&path)?);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Seen {
    planted: u64,
    at_home: u64,
    delivered: u64,
    failed: u64,
    refused: u64,
    /// What should have been refused, and was not.
    taken: u64,
    logged: u64,
    panics: u64,
    in_logs: u64,
    in_errors: u64,
    in_outputs: u64,
    in_ledgers: u64,
    in_arguments: u64,
}

impl Seen {
    fn look_for(&mut self, aviary: &Aviary, heard: &Heard) {
        self.planted += aviary.canaries.len() as u64;
        self.delivered += heard.delivered;
        self.failed += heard.failed;
        self.refused += heard.refused;
        self.taken += heard.taken;
        for (place, who, said) in &heard.texts {
            // What is no text of a file stays as it is around what is.
            let said = String::from_utf8_lossy(said);
            if *place == Place::Log {
                self.logged += said.len() as u64;
                self.panics += said.matches("panicked at").count() as u64;
            }
            for canary in aviary.canaries.iter().filter(|canary| canary.is_in(&said)) {
                if canary.may_be_in(*place) {
                    self.at_home += 1;
                    continue;
                }
                eprintln!("{} was found in {who}", canary.planted);
                match place {
                    Place::Log => self.in_logs += 1,
                    Place::Errors => self.in_errors += 1,
                    Place::Output => self.in_outputs += 1,
                    Place::Ledger | Place::Note => self.in_ledgers += 1,
                    Place::Arguments => self.in_arguments += 1,
                }
            }
        }
    }
}
