//! What holds everywhere: nothing half done, no room without a name, every room on the list.

use std::fs;
use std::process::Command;

use xtask::house;

use crate::expect_none;

/// A file of the house that is text.
pub(crate) struct Text {
    /// Below the root, with slashes.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

/// Every text that git keeps, or would keep if it were added.
pub(crate) fn texts() -> Vec<Text> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(house::root())
        .output()
        .expect("git runs");
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    let paths = String::from_utf8(listed.stdout).expect("our paths are UTF-8");
    // A file that is deleted but not yet committed so is still listed; pictures are no text.
    let read = |path: &str| {
        fs::read_to_string(house::root().join(path)).ok().map(|text| Text { path: path.to_owned(), text })
    };
    let texts: Vec<_> = paths.split_terminator('\0').filter_map(read).collect();
    assert!(texts.len() > 20, "only {} files: this is not the house", texts.len());
    texts
}

/// What stands for something that was not finished or is not looked at.
const HALF_DONE: &[(&str, &[&str])] = &[
    (".rs", &["#[ignore", "todo!(", "unimplemented!(", "FIXME", "XXX"]),
    (".ts", &["FIXME", "XXX", "@ts-ignore", "@ts-nocheck"]),
    (".tsx", &["FIXME", "XXX", "@ts-ignore", "@ts-nocheck"]),
    // In a test only: elsewhere a reviewer skips.
    (".test.ts", SKIPPED),
    (".test.tsx", SKIPPED),
];

const SKIPPED: &[&str] = &[".skip(", ".only(", ".todo(", ".skipIf("];

fn half_done(texts: &[Text]) -> Vec<String> {
    let mut wrong = Vec::new();
    // This file has to name what it looks for.
    for Text { path, text } in texts.iter().filter(|text| text.path != "tests/tidy/whole.rs") {
        let words =
            HALF_DONE.iter().filter(|(ending, _)| path.ends_with(ending)).flat_map(|(_, words)| *words);
        for (number, line) in text.lines().enumerate() {
            if let Some(word) = words.clone().find(|word| line.contains(**word)) {
                wrong.push(format!("{path}:{}: {word}", number + 1));
            }
        }
    }
    wrong
}

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc", "service", "services"];

fn empty_names(texts: &[Text]) -> Vec<String> {
    let says_nothing = |path: &str| {
        let mut parts =
            path.split('/').map(|part| part.split('.').next().unwrap_or(part).to_ascii_lowercase());
        parts.any(|part| EMPTY_NAMES.contains(&part.as_str()))
    };
    texts
        .iter()
        .filter(|text| says_nothing(&text.path))
        .map(|text| format!("{} says nothing", text.path))
        .collect()
}

/// What is wrong with the list of rooms, given the root manifest and those of all rooms.
fn unlisted_rooms(texts: &[Text]) -> Vec<String> {
    let Some(root) = texts.iter().find(|text| text.path == "Cargo.toml") else {
        return vec!["no Cargo.toml".into()];
    };
    let list =
        root.text.split("members = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap_or_default();
    let mut listed: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    // What `cargo fuzz` builds cannot be a member; its lints are the house's word for word all the same.
    listed.extend(texts.iter().any(|text| is_fuzz_house(text, &root.text)).then_some(FUZZ_HOUSE));
    let mut wrong: Vec<_> =
        listed.iter().filter(|room| room.contains('*')).map(|room| format!("{room} is a glob")).collect();
    for Text { path, text } in texts {
        let Some(room) = path.strip_suffix("/Cargo.toml") else { continue };
        if !listed.contains(&room) {
            wrong.push(format!("{room} is not on the list of rooms in Cargo.toml"));
        }
        let own = room == UNSAFE_ROOM && text.contains(&lints_with_a_way_out(&root.text));
        if !own && !text.contains("[lints]\nworkspace = true") {
            wrong.push(format!("{path} does not take the house's lints"));
        }
    }
    wrong
}

/// The workspace beside the house.
const FUZZ_HOUSE: &str = "tests/fuzz/fuzz";

fn is_fuzz_house(text: &Text, root: &str) -> bool {
    text.path.strip_suffix("/Cargo.toml") == Some(FUZZ_HOUSE)
        && root.contains(&format!("\nexclude = [\"{FUZZ_HOUSE}\"]\n"))
        && text.text.contains(&format!("[workspace.lints.rust]{}\n", lints(root)))
}

/// The house's lints, without the line they begin with.
fn lints(root: &str) -> &str {
    let lints = root.split_once("[workspace.lints.rust]").map_or("", |(_, rest)| rest);
    lints.split("\n[profile").next().unwrap_or_default().trim_end()
}

/// The one room with a file that is `unsafe`: SQLite knows a VFS as a table of C functions only.
const UNSAFE_ROOM: &str = "tests/soak";
const UNSAFE_FILE: &str = "tests/soak/src/power/vfs.rs";

/// The house's lints word for word, but `deny` in place of `forbid`, which nothing can be allowed under.
fn lints_with_a_way_out(root: &str) -> String {
    let lints = lints(root).replace("[workspace.lints.", "[lints.").replace("\"forbid\"", "\"deny\"");
    format!("[lints.rust]{lints}\n")
}

/// Where lints against `unsafe` are switched off, but for the one file.
fn unsafe_files(texts: &[Text]) -> Vec<String> {
    let allowed = |text: &&Text| text.path.ends_with(".rs") && text.text.contains("(unsafe_code");
    let elsewhere = |text: &&Text| text.path != UNSAFE_FILE && text.path != "tests/tidy/whole.rs";
    texts.iter().filter(allowed).filter(elsewhere).map(|text| format!("{} is unsafe", text.path)).collect()
}

#[test]
fn nothing_is_half_done() {
    expect_none(half_done(&texts()));
}

#[test]
fn every_name_says_something() {
    expect_none(empty_names(&texts()));
}

#[test]
fn every_room_is_on_the_list_and_takes_the_lints() {
    expect_none(unlisted_rooms(&texts()));
}

#[test]
fn one_file_is_unsafe_and_no_other() {
    expect_none(unsafe_files(&texts()));
}

#[test]
fn both_licences_are_there() {
    for (file, words) in
        [("LICENSE-MIT", "Permission is hereby granted"), ("LICENSE-APACHE", "Version 2.0, January 2004")]
    {
        let text = fs::read_to_string(house::root().join(file)).unwrap_or_default();
        assert!(text.contains(words), "{file} is not the licence");
    }
}

#[test]
fn an_untidy_house_is_objected_to() {
    let text = |path: &str, text: &str| Text { path: path.into(), text: text.into() };
    assert_eq!(half_done(&[text("a.rs", "fn later() {\n    todo!()\n}")]), ["a.rs:2: todo!("]);
    assert_eq!(half_done(&[text("tests/a.rs", "#[ignore = \"slow\"]")]).len(), 1);
    assert_eq!(half_done(&[text("ui/src/a.test.tsx", "it.skip('x', () => {})")]).len(), 1);
    assert!(half_done(&[text("ui/src/review/actions.ts", "desk.skip(item)")]).is_empty(), "a reviewer skips");
    assert!(half_done(&[text("README.md", "no todo!() here")]).is_empty());

    assert_eq!(empty_names(&[text("ui/src/utils/date.ts", "")]).len(), 1);
    assert_eq!(empty_names(&[text("src-tauri/src/Helpers.rs", "")]).len(), 1);
    assert!(empty_names(&[text("src-tauri/crates/store/src/common_words.rs", "")]).is_empty());

    let root = text("Cargo.toml", "members = [\n  \"a\", # one\n]\n");
    let room = |path: &str| text(path, "[package]\n\n[lints]\nworkspace = true\n");
    assert!(unlisted_rooms(&[text("Cargo.toml", &root.text), room("a/Cargo.toml")]).is_empty());
    assert_eq!(unlisted_rooms(&[text("Cargo.toml", &root.text), room("b/Cargo.toml")]).len(), 1);
    assert_eq!(unlisted_rooms(&[text("Cargo.toml", &root.text), text("a/Cargo.toml", "[package]")]).len(), 1);
    assert_eq!(unlisted_rooms(&[text("Cargo.toml", "members = [\"a/*\"]")]).len(), 1);
    let rules =
        "[workspace.lints.rust]\na = \"forbid\"\n\n[workspace.lints.clippy]\nb = \"warn\"\n\n[profile.dev]\n";
    let root = text("Cargo.toml", &format!("members = [\"tests/soak\"]\n{rules}"));
    let soak = |lints: &str| text("tests/soak/Cargo.toml", lints);
    let own = "[lints.rust]\na = \"deny\"\n\n[lints.clippy]\nb = \"warn\"\n\n[dependencies]\n";
    assert!(unlisted_rooms(&[text("Cargo.toml", &root.text), soak(own)]).is_empty());
    assert_eq!(
        unlisted_rooms(&[text("Cargo.toml", &root.text), soak("[lints.rust]\na = \"deny\"\n")]).len(),
        1
    );
    let beside = |root: &str, rules: &str| {
        let own = format!("[workspace]\n\n{rules}\n[lints]\nworkspace = true\n");
        unlisted_rooms(&[text("Cargo.toml", root), text("tests/fuzz/fuzz/Cargo.toml", &own)])
    };
    let excluding = format!("members = []\nexclude = [\"tests/fuzz/fuzz\"]\n{rules}");
    let house = rules.trim_end_matches("\n[profile.dev]\n");
    assert!(beside(&excluding, house).is_empty());
    assert_eq!(beside(&excluding, &house.replace("forbid", "allow")).len(), 1, "other lints");
    assert_eq!(beside(&root.text, house).len(), 1, "it is not excluded");
    assert_eq!(unsafe_files(&[text("a.rs", "#![allow(unsafe_code)]")]).len(), 1);
}
