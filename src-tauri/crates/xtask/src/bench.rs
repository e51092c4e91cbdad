//! Builds what is measured, as it is shipped, and measures it.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rustix::stdio;
use xtask::figure::Figure;
use xtask::house;
use xtask::process::run;

use crate::machine::TAURI_DRIVER;
use crate::report::Report;
use crate::setup;

/// Measures all figures, or one; the rows are all that comes out on standard output.
pub fn bench(only: Option<Figure>, json: bool) -> Result<()> {
    // Whoever reads the rows should not have to tell them from what the builds say.
    let rows = rustix::io::dup(stdio::stdout()).context("standard output is closed")?;
    stdio::dup2_stdout(stdio::stderr()).context("standard error is closed")?;
    build()?;
    let mut bench = house::cargo();
    bench.args(["run", "--quiet", "--release", "--package", "placet-bench", "--"]);
    bench.args(only.map(|only| format!("--only={}", only.name())));
    bench.args(json.then_some("--json"));
    bench.env("PLACET_KEY_BENCH", format!("whsec_{}", BASE64_STANDARD.encode(rand::random::<[u8; 32]>())));
    run(bench.stdout(Stdio::from(rows)))
}

fn build() -> Result<()> {
    println!("Builds everything as it is shipped (ten minutes the first time)");
    let mut report = Report::default();
    report.step("machine", &[], setup::machine);
    report.step("interface packages", &["machine"], setup::ui_packages);
    report.step("interface for the window", &["interface packages"], setup::ui_built);
    report.step("tauri-driver", &["machine"], || setup::built(TAURI_DRIVER));
    let release = |arguments: &[&str]| run(house::cargo().args(["build", "--release"]).args(arguments));
    report.step("the placet command", &["machine"], || release(&["--bin", "placet"]));
    report.step("the window", &["interface for the window"], || release(&["--package", "placet-desktop"]));
    report.step("a bare window", &["machine"], || {
        release(&["--package", "placet-desktop", "--example", "bare"])
    });
    ensure!(report.all_passed(), "not everything could be built:\n{}", report.table());
    Ok(())
}
