//! Gets what is missing, says so first, and does nothing when nothing is.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::geteuid;
use xtask::house;
use xtask::process::{run, run_at_the_terminal};

use crate::machine::{Built, Origin, has, has_apt, tools};

/// Makes sure that the machine has what the project needs, but for the tools that Cargo builds.
pub fn machine() -> Result<()> {
    let mut packages = Vec::new();
    let mut by_hand = Vec::new();
    for tool in tools().iter().filter(|tool| tool.found.is_none()) {
        match tool.origin {
            Origin::Person(recipe) => by_hand.push(format!("{} ({recipe})", tool.name)),
            Origin::Packages(names) if has_apt() => packages.extend_from_slice(names),
            Origin::Packages(_) => println!(
                "Missing: {}, for {}. Packages are installed on Debian and Ubuntu only; going on without.",
                tool.name, tool.purpose
            ),
            Origin::Cargo(_) => {}
        }
    }
    ensure!(by_hand.is_empty(), "please install first: {}", by_hand.join(", "));
    if packages.is_empty() {
        return Ok(());
    }
    println!("Installs packages that are missing: {}", packages.join(" "));
    apt_get(&packages)
}

fn apt_get(packages: &[&str]) -> Result<()> {
    let sudo = match (geteuid().is_root(), has("sudo")) {
        (true, _) => None,
        (false, true) => Some("sudo"),
        (false, false) => bail!("please type, as root: apt-get install -y {}", packages.join(" ")),
    };
    let apt_get = |arguments: &[&str]| {
        let words = sudo.into_iter().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        let mut words = words.chain(arguments.iter().copied());
        let mut command = Command::new(words.next().expect("env, at least"));
        command.args(words);
        run_at_the_terminal(&mut command)
    };
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    if apt_get(&install).is_ok() {
        return Ok(());
    }
    println!("The list of packages may be old: fetches a new one and tries again");
    apt_get(&["update"])?;
    apt_get(&install)
}

/// Installs the interface's packages, unless those of the present lock file are there.
pub fn ui_packages() -> Result<()> {
    let lock =
        fs::read(house::ui().join("package-lock.json")).context("ui/package-lock.json is not there")?;
    // npm writes no stamp that outlives an interrupted install, so the lock it was done with is kept.
    let stamp = house::ui().join("node_modules").join(".installed-from.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installs the interface's packages");
    run(Command::new("npm").args(["ci", "--no-fund", "--no-audit"]).current_dir(house::ui()))?;
    fs::write(stamp, lock).context("cannot note which packages are installed")
}

/// Installs the Python packages that check signatures.
pub fn python_packages() -> Result<()> {
    let lock_file = house::root().join("tests").join("engines").join("requirements.lock");
    python_environment("python", "the Python packages that check signatures", &lock_file)
}

/// Installs what a lock file names into a virtual environment of its own in `target/tools`, unless just that is there.
pub fn python_environment(name: &str, what: &str, lock_file: &Path) -> Result<()> {
    let lock = fs::read(lock_file).with_context(|| format!("{} is not there", lock_file.display()))?;
    let folder = house::tools().join(name);
    let stamp = folder.join("installed-from.lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installs {what} into {}", folder.display());
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(Command::new(folder.join("bin").join("python"))
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"])
        // A lock names all that is needed, and what would have to be built brings tools that no lock names.
        .args(["--no-deps", "--only-binary", ":all:", "-r"])
        .arg(lock_file))?;
    fs::write(stamp, lock).context("cannot note which packages are installed")
}

/// Installs the npm packages that check signatures into a folder of their own, unless those of the present lock file are
/// there.
pub fn node_packages() -> Result<()> {
    let from = house::root().join("tests").join("engines");
    let lock_file = from.join("package-lock.json");
    let lock = fs::read(&lock_file).with_context(|| format!("{} is not there", lock_file.display()))?;
    let folder = house::node_packages();
    let stamp = folder.join("node_modules").join(".installed-from.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    println!("Installs the npm packages that check signatures into {}", folder.display());
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), folder.join(name)).with_context(|| format!("cannot copy {name}"))?;
    }
    run(Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-fund", "--no-audit"])
        .current_dir(&folder))?;
    fs::write(stamp, lock).context("cannot note which packages are installed")
}

/// Builds the interface into `ui/dist`, where the window takes it from.
pub fn ui_built() -> Result<()> {
    println!("Builds the interface");
    run(Command::new("npm").args(["run", "build"]).current_dir(house::ui()))
}

/// Makes sure that there is some interface, without which the window does not even compile.
pub fn ui_built_once() -> Result<()> {
    if house::ui().join("dist").join("index.html").is_file() { Ok(()) } else { ui_built() }
}

/// Builds a tool, unless it is there.
pub fn built(tool: Built) -> Result<()> {
    if tool.found().is_some() {
        return Ok(());
    }
    let Built { name, version, by: _ } = tool;
    println!("Builds {name} {version} into {} (about half a minute, once)", house::tools().display());
    let version = format!("={version}");
    run(house::cargo()
        .args(["install", name, "--locked", "--version", &version, "--root"])
        .arg(house::tools()))
}
