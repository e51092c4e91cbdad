//! Where things are: the root of the house, what is built, and the tools that are kept beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .expect("xtask lives three folders below the root")
}

/// The window's TypeScript.
pub fn ui() -> PathBuf {
    root().join("ui")
}

/// Where Cargo builds to: `target`, unless `CARGO_TARGET_DIR` says otherwise.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The `placet` command as a debug build leaves it.
pub fn placet() -> PathBuf {
    target().join("debug").join("placet")
}

/// The desktop app as a debug build leaves it.
pub fn window() -> PathBuf {
    target().join("debug").join("placet-desktop")
}

/// Where tools are kept that no package manager of the system has.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// The Python that checks signatures by others' code, as `cargo xtask test` sets it up.
pub fn python() -> PathBuf {
    tools().join("python").join("bin").join("python")
}

/// Where `cargo xtask test` installs an engine that nobody here wrote.
pub fn engine(name: &str) -> PathBuf {
    tools().join(name)
}

/// Where the npm packages live that check signatures, as `cargo xtask test` sets them up.
pub fn node_packages() -> PathBuf {
    tools().join("node")
}

/// The WebDriver server for Tauri windows, as `cargo xtask test` installs it.
pub fn tauri_driver() -> PathBuf {
    tools().join("bin").join("tauri-driver")
}

/// Where the fuzz targets are built to: with flags of their own, so apart from everything else.
pub fn fuzz_target_dir() -> PathBuf {
    target().join("fuzz")
}

/// A fuzz target as `cargo xtask soak` builds it.
pub fn fuzz_target(name: &str) -> PathBuf {
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    fuzz_target_dir().join(triple).join("release").join(name)
}

/// Cargo at the root of the house, as a person would start it.
///
/// What an outer `cargo run` or `cargo test` says about its own package is taken out of the environment:
/// some build scripts watch those variables, and would build everything again at each change of caller.
pub fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let of_the_caller = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || name.starts_with("CARGO_BIN_")
                || name == "CARGO_CRATE_NAME"
                || name == "CARGO_PRIMARY_PACKAGE"
        });
        if of_the_caller {
            cargo.env_remove(name);
        }
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_where_the_workspace_is() {
        assert!(root().join("rust-toolchain.toml").is_file(), "{} is not the root", root().display());
    }

    #[test]
    fn an_inner_cargo_does_not_hear_of_the_outer_package() {
        let cargo = cargo();
        let removed: Vec<_> =
            cargo.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        assert!(
            removed.contains(&"CARGO_MANIFEST_DIR".as_ref()),
            "cargo test sets it, so it must go: {removed:?}"
        );
    }
}
