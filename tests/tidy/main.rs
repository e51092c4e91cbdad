//! The invariants of the house. Each check is a function that is also shown a house where it must object.

mod crates;
mod interface;
mod source;
mod whole;

/// Fails with everything that is wrong, not only the first.
fn expect_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
