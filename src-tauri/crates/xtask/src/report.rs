//! The list of steps: what passed, what failed, how long it took.

use std::time::{Duration, Instant};

use anyhow::Result;
use xtask::process::interrupted;

/// The steps taken so far.
#[derive(Debug, Default)]
pub struct Report {
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    fate: Fate,
    took: Duration,
}

#[derive(Debug, PartialEq)]
enum Fate {
    Passed,
    Failed(String),
    NotRun(&'static str),
}

impl Report {
    /// Takes a step, unless one that it needs did not pass; a failure is noted and the next step comes.
    pub fn step(&mut self, name: &'static str, needs: &[&'static str], act: impl FnOnce() -> Result<()>) {
        let started = Instant::now();
        let fate = if interrupted() {
            Fate::NotRun("stopped by you")
        } else if let Some(need) = needs.iter().find(|need| !self.passed(need)) {
            Fate::NotRun(need)
        } else {
            println!("\n== {name}");
            match act() {
                Ok(()) => Fate::Passed,
                Err(error) => {
                    let said = format!("{error:#}");
                    println!("FAIL {name}: {said}");
                    Fate::Failed(said)
                }
            }
        };
        self.steps.push(Step { name, fate, took: started.elapsed() });
    }

    fn passed(&self, name: &str) -> bool {
        self.steps.iter().any(|step| step.name == name && step.fate == Fate::Passed)
    }

    /// Whether every step passed.
    pub fn all_passed(&self) -> bool {
        self.steps.iter().all(|step| step.fate == Fate::Passed)
    }

    /// The table at the end.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for Step { name, fate, took } in &self.steps {
            let seconds = took.as_secs_f64();
            table += &match fate {
                Fate::Passed => format!("PASS     {name:<36} {seconds:>7.1} s\n"),
                Fate::Failed(said) => format!("FAIL     {name:<36} {seconds:>7.1} s  {said}\n"),
                Fate::NotRun(need) => format!("NOT RUN  {name:<36}            {need}\n"),
            };
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_failure_stops_what_needs_it_and_nothing_else() {
        let mut report = Report::default();
        let mut taken = Vec::new();
        report.step("bricks", &[], || Err(anyhow!("no clay")));
        report.step("wall", &["bricks"], || unreachable!("there are no bricks"));
        report.step("roof", &["wall"], || unreachable!("there is no wall"));
        report.step("garden", &[], || {
            taken.push("garden");
            Ok(())
        });
        assert_eq!(taken, ["garden"]);
        assert!(!report.all_passed(), "a failure anywhere is a failure of the whole");
        let table = report.table();
        assert!(table.contains("FAIL     bricks"), "{table}");
        assert!(table.contains("no clay"), "{table}");
        assert_eq!(table.matches("NOT RUN").count(), 2, "{table}");
        assert!(table.contains("PASS     garden"), "{table}");
    }
}
