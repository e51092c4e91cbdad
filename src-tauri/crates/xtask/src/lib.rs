//! Where the project keeps its things on this machine, the programs it starts, and the screen it borrows when there is
//! none.
//!
//! The commands themselves are in `main.rs`; this much of them the tests use too.

pub mod figure;
pub mod house;
pub mod process;
pub mod screen;
pub mod trial;
