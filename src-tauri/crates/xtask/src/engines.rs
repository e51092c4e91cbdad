//! Installs engines that nobody here wrote, each in the versions of its lock, into a folder of its own in `target/tools`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use xtask::house;
use xtask::process::{answer, run};

use crate::setup;

/// moto and ministack, which answer as AWS does, and AWS's own client.
pub fn aws() -> Result<()> {
    setup::python_environment("aws", "moto and ministack", &files_of("aws").join("requirements.lock"))
}

/// LangGraph's server.
pub fn langgraph() -> Result<()> {
    python_engine("langgraph", "LangGraph")
}

/// Prefect's server.
pub fn prefect() -> Result<()> {
    python_engine("prefect", "Prefect")
}

/// Airflow, with all of its parts.
pub fn airflow() -> Result<()> {
    python_engine("airflow", "Airflow")
}

fn python_engine(name: &str, what: &str) -> Result<()> {
    let new_enough = "import sys; sys.exit(sys.version_info < (3, 11))";
    ensure!(
        answer("python3", &["-c", new_enough]).is_some(),
        "{what} needs Python 3.11 or newer as python3; Debian 12 and Ubuntu 24.04 have it"
    );
    setup::python_environment(name, what, &files_of(name).join("requirements.lock"))
}

/// Restate's server, a program that its package holds, and the library for its services.
pub fn restate() -> Result<()> {
    let folder = house::tools().join("restate");
    let lock = fs::read(files_of("restate").join("package-lock.json")).context("Restate has no lock")?;
    let stamp = folder.join("installed-from.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installs Restate into {}", folder.display());
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(files_of("restate").join(name), folder.join(name))
            .with_context(|| format!("cannot copy Restate's {name}"))?;
    }
    // The one script that would run reports the installation to somebody.
    let words = ["ci", "--ignore-scripts", "--no-fund", "--no-audit"];
    run(Command::new("npm").args(words).current_dir(&folder))?;
    fs::write(stamp, lock).context("cannot note which packages are installed")
}

/// What an engine needs that stands among the tests.
fn files_of(engine: &str) -> PathBuf {
    house::root().join("tests").join("engines").join("real").join(engine)
}
