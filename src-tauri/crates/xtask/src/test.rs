//! Checks everything, part by part, and ends with a table.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;
use xtask::house;
use xtask::process::run;

use crate::engines;
use crate::machine::TAURI_DRIVER;
use crate::report::Report;
use crate::setup;
use crate::soak;

/// A part of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Formatting, lints, and every Rust test that needs no window
    Rust,
    /// The interface: lints, types, component tests, build
    Ui,
    /// The real window, driven by key
    Desktop,
    /// Engines that wait for an answer, and get it
    Engines,
    /// Crashes, power cuts, bad networks and tampering, counted
    Soak,
}

/// Checks one part or all of them, prints the table, and tells whether everything passed.
pub fn test(only: Option<Part>) -> bool {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut report = Report::default();
    report.step("machine", &[], setup::machine);
    if only != Some(Part::Soak) {
        report.step("interface packages", &["machine"], setup::ui_packages);
    }
    if wanted(Part::Ui) {
        ui(&mut report);
    }
    if wanted(Part::Rust) {
        rust(&mut report);
    }
    if wanted(Part::Engines) {
        engines(&mut report);
    }
    if wanted(Part::Soak) {
        placet(&mut report);
        report.step("soak", &["the placet command"], soak::check);
    }
    if wanted(Part::Desktop) {
        desktop(&mut report);
    }
    println!("\n{}", report.table());
    report.all_passed()
}

fn ui(report: &mut Report) {
    report.step("eslint", &["interface packages"], || npm("lint"));
    report.step("tsc", &["interface packages"], || npm("typecheck"));
    report.step("vitest", &["interface packages"], || npm("test"));
    report.step("vite build", &["interface packages"], || npm("build"));
}

fn rust(report: &mut Report) {
    report.step("rustfmt", &[], || cargo(&["fmt", "--all", "--check"]));
    report.step("interface for the lints", &["interface packages"], setup::ui_built_once);
    report.step("clippy", &["machine", "interface for the lints"], || {
        cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"])
    });
    // What needs Python or a window has a part of its own; everything else is here.
    report.step("cargo test", &["machine"], || cargo(&["test", "--no-fail-fast"]));
}

fn engines(report: &mut Report) {
    report.step("python packages", &["machine"], setup::python_packages);
    report.step("npm packages", &["machine"], setup::node_packages);
    report.step("moto and ministack", &["machine"], engines::aws);
    report.step("restate", &["machine"], engines::restate);
    report.step("langgraph", &["machine"], engines::langgraph);
    report.step("prefect", &["machine"], engines::prefect);
    // Among the interface's packages is TypeScript, in which one of the receivers is written.
    let packages = ["interface packages", "python packages", "npm packages"];
    let needs = [&packages[..], &["moto and ministack", "restate", "langgraph", "prefect"]].concat();
    report.step("engines", &needs, || part_of_the_tests("engines"));
}

fn desktop(report: &mut Report) {
    report.step("tauri-driver", &["machine"], || setup::built(TAURI_DRIVER));
    app(report);
    report.step("desktop", &["tauri-driver", "the placet command", "the window"], || {
        part_of_the_tests("desktop")
    });
    // Here, because it drives the window too and so needs what this part has built.
    report.step("bench", &["machine"], || cargo(&["test", "--package", "placet-bench"]));
}

/// Builds the window, with its pages in it, and the `placet` command.
pub fn app(report: &mut Report) {
    report.step("interface for the window", &["interface packages"], setup::ui_built);
    placet(report);
    report.step("the window", &["machine", "interface for the window"], || {
        cargo(&["build", "--package", "placet-desktop"])
    });
}

fn placet(report: &mut Report) {
    report.step("the placet command", &["machine"], || cargo(&["build", "--bin", "placet"]));
}

/// A part that needs more of the machine than plain `cargo test` may ask for, and so is a feature.
fn part_of_the_tests(name: &str) -> Result<()> {
    cargo(&["test", "--package", "placet-tests", "--features", name, "--test", name])
}

fn npm(script: &str) -> Result<()> {
    run(Command::new("npm").args(["run", script]).current_dir(house::ui()))
}

fn cargo(arguments: &[&str]) -> Result<()> {
    run(house::cargo().args(arguments))
}
