//! A real Airflow, whose tasks are answered in time, twice, too late and wrongly: what `tests/engines/airflow.rs` walks
//! through, with an Airflow of its own each time. It wants two gigabytes and minutes, so that a check leaves it out.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use xtask::house;
use xtask::trial::Trial;

use crate::Order;
use crate::row::{Row, Wanted};

/// The walk, as the tests call it.
const WALK: &str = "airflow::runs_of_airflow_go_by_what_was_answered_in_time";

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    if order.size == 0 {
        return Ok(Vec::new());
    }
    let mut right = 0;
    for _ in 0..order.size {
        right += u64::from(walk()?);
    }
    let what = "walks in which Airflow's own states were what Placet said";
    Ok(vec![Row::new(Trial::Airflow, what, order, right, Wanted::AtLeast(order.size))])
}

/// Whether it came to its end.
fn walk() -> Result<bool> {
    let mut test = house::cargo();
    test.args(["test", "--quiet", "--package", "placet-tests", "--features", "airflow", "--test", "engines"]);
    test.args(["--", "--exact", WALK]);
    // Standard output is the rows'.
    let walked =
        test.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cargo does not start")?;
    let said = String::from_utf8_lossy(&walked.stdout);
    // Where nothing has that name, nothing fails either.
    let right = walked.status.success() && said.contains("1 passed");
    if !right {
        eprintln!("{said}");
    }
    Ok(right)
}
