//! Engines that check what they are sent with code that was not written here: packages of Python and npm, as an engine's
//! author would use them.

#[cfg(feature = "airflow")]
mod airflow;
mod drawn;
mod github;
mod google;
mod keys;
mod langgraph;
mod others;
mod prefect;
mod real;
mod recipes;
mod restate;
mod signed;
mod step_functions;
mod veritone;
mod voicebase;

/// What is said to a waiting agent: more than ASCII, and more than fits into one packet.
fn sayings() -> [String; 3] {
    let long = "Größe: 你好 🦀 \u{202e}txt\u{200b} ".repeat(20_000);
    assert!(long.len() > 500_000, "{} bytes", long.len());
    ["Yes.".to_owned(), "Ja, „gern“ – 好的 🦀\u{0}\r\n\t\"\\".to_owned(), long]
}
