//! What this machine needs to have, and what it has.

use std::path::Path;

use xtask::house;
use xtask::process::answer;

/// A program that Cargo builds into `target/tools`, in the version that is known to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// What it and its package are called.
    pub name: &'static str,
    /// The version.
    pub version: &'static str,
    /// The command that needs it, and so builds it.
    pub by: &'static str,
}

/// The WebDriver server for Tauri windows.
pub const TAURI_DRIVER: Built = Built { name: "tauri-driver", version: "2.1.0", by: "test" };
/// What builds the fuzz targets.
pub const CARGO_FUZZ: Built = Built { name: "cargo-fuzz", version: "0.13.2", by: "soak" };

impl Built {
    /// It, in its version, if it is there.
    pub fn found(self) -> Option<String> {
        // The driver has no `--version`; Cargo keeps the list of what it installed where.
        let list = std::fs::read_to_string(house::tools().join(".crates.toml")).ok()?;
        let wanted = format!("{} {}", self.name, self.version);
        let program = house::tools().join("bin").join(self.name);
        (list.contains(&format!("\"{wanted} ")) && program.is_file()).then_some(wanted)
    }
}

/// Something the project needs on the machine.
#[derive(Debug)]
pub struct Tool {
    /// What it is called.
    pub name: &'static str,
    /// What it is needed for.
    pub purpose: &'static str,
    /// Where it comes from when it is missing.
    pub origin: Origin,
    /// What was found, in the tool's own words; `None` if nothing was.
    pub found: Option<String>,
}

/// Where a tool comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The person installs it: nothing here works before it is there.
    Person(&'static str),
    /// Packages of Debian and Ubuntu, which `run` and `test` install.
    Packages(&'static [&'static str]),
    /// Cargo, into `target/tools`, which a command does.
    Cargo(Built),
}

impl Origin {
    /// How to get it, in one line.
    pub fn recipe(self) -> String {
        match self {
            Origin::Person(recipe) => recipe.to_owned(),
            Origin::Packages(packages) => {
                format!("apt-get install {} (run and test do it)", packages.join(" "))
            }
            Origin::Cargo(Built { name, version, by }) => {
                format!("{name} {version}, built into target/tools ({by} does it)")
            }
        }
    }
}

/// Looks at the machine.
pub fn tools() -> Vec<Tool> {
    use Origin::{Cargo, Packages, Person};
    let rustup = Person("https://rustup.rs");
    let node = Person("https://nodejs.org, version 20 or newer");
    let tool = |name, purpose, origin, found| Tool { name, purpose, origin, found };
    vec![
        tool("git", "the source", Person("https://git-scm.com"), version("git")),
        tool("rustc", "everything in Rust", rustup, version("rustc")),
        tool("cargo", "everything in Rust", rustup, version("cargo")),
        tool("rustfmt", "checks", Person("rustup component add rustfmt"), version("rustfmt")),
        tool("clippy", "checks", Person("rustup component add clippy"), version("cargo-clippy")),
        tool(
            "node",
            "builds the window's interface",
            node,
            version("node").filter(|said| is_new_enough(said)),
        ),
        tool("npm", "its packages", node, version("npm")),
        tool("cc", "SQLite and cryptography", Packages(&["build-essential"]), version("cc")),
        tool(
            "webkit2gtk-4.1",
            "the window",
            // The library is looked for with pkg-config, so both come together.
            Packages(&["pkg-config", "libwebkit2gtk-4.1-dev"]),
            answer("pkg-config", &["--modversion", "webkit2gtk-4.1"]),
        ),
        tool("Xvfb", "a window where no screen is", Packages(&["xvfb"]), on_path("Xvfb")),
        tool(
            "dbus-run-session",
            "a session for each test window",
            Packages(&["dbus"]),
            on_path("dbus-run-session"),
        ),
        tool(
            "WebKitWebDriver",
            "drives the test window",
            Packages(&["webkit2gtk-driver"]),
            on_path("WebKitWebDriver"),
        ),
        tool(
            "strace",
            "sees that what is acknowledged was synced before",
            Packages(&["strace"]),
            on_path("strace"),
        ),
        tool("tauri-driver", "drives the test window", Cargo(TAURI_DRIVER), TAURI_DRIVER.found()),
        tool("cargo-fuzz", "seeks inputs that break a promise", Cargo(CARGO_FUZZ), CARGO_FUZZ.found()),
        tool(
            "python3 with venv",
            "runs engines and checks signatures, by others' code",
            Packages(&["python3", "python3-venv"]),
            answer(
                "python3",
                &["-c", "import ensurepip, venv, sys; print('Python', sys.version.split()[0])"],
            ),
        ),
    ]
}

fn version(program: &str) -> Option<String> {
    let said = answer(program, &["--version"])?;
    said.lines().next().map(str::to_owned)
}

fn is_new_enough(node: &str) -> bool {
    let major = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= 20)
}

fn on_path(program: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let file = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())?;
    Some(file.display().to_string())
}

/// Whether packages come from apt here, as on Debian, Ubuntu and their kin.
pub fn has_apt() -> bool {
    Path::new("/etc/debian_version").is_file() && on_path("apt-get").is_some()
}

/// Whether a program is on the path.
pub fn has(program: &str) -> bool {
    on_path(program).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_twenty_is_new_enough_and_older_ones_are_not() {
        assert!(is_new_enough("v20.20.2"));
        assert!(is_new_enough("v24.1.0"));
        assert!(!is_new_enough("v18.19.1"));
        assert!(!is_new_enough("what?"));
    }

    #[test]
    fn what_builds_this_test_is_found() {
        let tools = tools();
        let cargo = tools.iter().find(|tool| tool.name == "cargo").expect("cargo is looked for");
        assert!(cargo.found.is_some());
        assert_eq!(version("a-program-that-nobody-has"), None);
        assert_eq!(on_path("a-program-that-nobody-has"), None);
    }
}
