//! Builds what is put to the test and starts it: at the size of a release, or at that of a check.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use rustix::stdio;
use xtask::house;
use xtask::process::run;
use xtask::trial::Trial;

use crate::engines;
use crate::machine::CARGO_FUZZ;
use crate::report::Report;
use crate::setup;

/// All trials, or one; the rows are all that comes out on standard output.
pub fn soak(only: Option<Trial>, size: Option<u64>, seed: Option<u64>, json: bool) -> Result<()> {
    // Whoever reads the rows should not have to tell them from what the builds say.
    let rows = rustix::io::dup(stdio::stdout()).context("standard output is closed")?;
    stdio::dup2_stdout(stdio::stderr()).context("standard error is closed")?;
    let mut report = Report::default();
    report.step("machine", &[], setup::machine);
    report.step("the placet command", &["machine"], || {
        run(house::cargo().args(["build", "--release", "--bin", "placet"]))
    });
    let soaks = |trial| only.is_none_or(|only| only == trial) && size != Some(0);
    if soaks(Trial::Fuzz) {
        report.step("cargo-fuzz", &["machine"], || setup::built(CARGO_FUZZ));
        report.step("fuzz targets", &["cargo-fuzz"], fuzz_targets);
    }
    if soaks(Trial::Airflow) {
        report.step("airflow", &["machine"], engines::airflow);
        // Not while Airflow waits for it.
        report.step("the walk through airflow", &["airflow"], || {
            let tests = ["test", "--package", "placet-tests", "--features", "airflow", "--test", "engines"];
            run(house::cargo().args(tests).arg("--no-run"))
        });
    }
    ensure!(report.all_passed(), "not everything could be built:\n{}", report.table());
    let mut soak = house::cargo();
    soak.args(["run", "--quiet", "--release", "--package", "placet-soak", "--"]);
    soak.args(only.map(|only| format!("--only={}", only.name())));
    soak.args(size.map(|size| format!("--size={size}")));
    soak.args(seed.map(|seed| format!("--seed={seed}")));
    soak.args(json.then_some("--json"));
    run(soak.stdout(Stdio::from(rows)))
}

/// Builds the fuzz targets as programs of libFuzzer.
fn fuzz_targets() -> Result<()> {
    let mut build = house::cargo();
    // As a subcommand, for which Cargo looks on the path.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(house::tools().join("bin")).chain(std::env::split_paths(&path));
    build.env("PATH", std::env::join_paths(folders).context("the path holds what no path can")?);
    // Without a sanitizer the toolchain of the house will do. What one finds is what `unsafe` code does wrong, and the
    // house has none at its doors.
    build.args(["fuzz", "build", "--sanitizer=none", "--target-dir"]).arg(house::fuzz_target_dir());
    run(build.current_dir(house::root().join("tests").join("fuzz")))
}

/// All trials at the size of a check, with what `cargo build` has left.
pub fn check() -> Result<()> {
    run(house::cargo().args(["run", "--package", "placet-soak", "--", "--check"]))
}
