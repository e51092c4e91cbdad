//! What the Rust says: purity, the one place for SQL, the one socket out.

use crate::expect_none;
use crate::whole::{Text, texts};

/// Words that stand for a clock, a file, a socket, a thread or chance.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::",
    "Timestamp::now",
    "Zoned::now",
    "now_v7",
    "new_v4",
    "rand::",
];

/// Words that stand for SQL or for the library that speaks it.
const SQL: &[&str] = &[
    "rusqlite",
    "SELECT ",
    "INSERT INTO",
    "UPDATE ",
    "DELETE FROM",
    "CREATE TABLE",
    "CREATE INDEX",
    "PRAGMA ",
];

/// Words that stand for a connection to somebody else.
const SOCKETS: &[&str] =
    &["reqwest", "hyper", "TcpStream::connect", "TcpStream::connect_timeout", "UdpSocket"];

/// Parts of a path under which a word may stand.
type Places = &'static [&'static str];

const SQL_PLACES: Places = &["src-tauri/crates/store/src/sqlite", "src-tauri/crates/store/tests/"];
const SOCKET_PLACES: Places = &[
    "src-tauri/crates/delivery/src/http",
    // An engine of its own; whoever is outside; and the project's commands, which look whether the app is up.
    "src-tauri/crates/demo/",
    "src-tauri/crates/xtask/",
    "tests/",
];

/// Where one of these words stands in code (not in a comment), outside of the places it may stand in.
fn misplaced(texts: &[Text], words: &[&str], within: &str, places: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Text { path, text } in texts {
        if !path.ends_with(".rs")
            || !path.starts_with(within)
            || places.iter().any(|place| path.starts_with(place))
        {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                wrong.push(format!("{path}:{}: {:?} has no place here", number + 1, word.trim()));
            }
        }
    }
    wrong
}

#[test]
fn the_words_read_no_clock_and_do_nothing() {
    // Tests may draw at random; they are kept in files of their own.
    let shipped: Vec<_> = texts().into_iter().filter(|text| !text.path.ends_with("tests.rs")).collect();
    expect_none(misplaced(&shipped, IMPURE, "src-tauri/crates/review/", &[]));
}

#[test]
fn only_the_ledger_writes_sql() {
    expect_none(misplaced(&texts(), SQL, "src-tauri/", SQL_PLACES));
}

#[test]
fn only_one_room_opens_a_socket_out() {
    expect_none(misplaced(&texts(), SOCKETS, "", SOCKET_PLACES));
}

#[test]
fn a_word_out_of_place_is_objected_to() {
    let one = |path: &str, line: &str| [Text { path: path.into(), text: format!("//! Fine.\n{line}\n") }];
    let review = "src-tauri/crates/review/src/lease.rs";
    assert_eq!(
        misplaced(&one(review, "let now = Timestamp::now();"), IMPURE, "src-tauri/crates/review/", &[]),
        [format!("{review}:2: \"Timestamp::now\" has no place here")]
    );
    assert!(misplaced(&one(review, "// Timestamp::now is not read."), IMPURE, "", &[]).is_empty());
    let query = "query(\"SELECT 1\")";
    assert_eq!(
        misplaced(&one("src-tauri/crates/desk/src/desk.rs", query), SQL, "src-tauri/", SQL_PLACES).len(),
        1
    );
    assert!(
        misplaced(&one("src-tauri/crates/store/src/sqlite/read.rs", query), SQL, "src-tauri/", SQL_PLACES)
            .is_empty()
    );
    let socket = "let client = reqwest::Client::new();";
    assert_eq!(
        misplaced(&one("src-tauri/crates/intake/src/inbox.rs", socket), SOCKETS, "", SOCKET_PLACES).len(),
        1
    );
    assert_eq!(misplaced(&one("src-tauri/src/main.rs", socket), SOCKETS, "", SOCKET_PLACES).len(), 1);
    assert!(
        misplaced(&one("src-tauri/crates/delivery/src/http.rs", socket), SOCKETS, "", SOCKET_PLACES)
            .is_empty()
    );
}
