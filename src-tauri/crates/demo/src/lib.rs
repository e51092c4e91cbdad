//! A real engine that asks: it reads handwritten digits, pauses each task of which it is not sure, and goes
//! on with it when a person has answered.
//!
//! It knows Placet by its wire only, as any engine does, and is the example to write one from: [`run`] is the
//! whole of it; how a paused task is handed in stands in `placet.rs`, how its callback is believed in
//! `callback.rs`, and how it goes on exactly once, over a crash as well, in `tasks.rs`.

mod callback;
mod digits;
mod engine;
mod listener;
mod options;
mod picture;
mod placet;
mod reader;
mod report;
mod tasks;

pub use engine::run;
pub use options::{Options, Until};
pub use placet::queue;
pub use report::{Report, Summary};

/// What a person would say who reads every digit right; `None` if this is no task of the engine.
pub fn truth(task: &str) -> Option<String> {
    digits::of_task(task).map(|digit| digit.written.to_string())
}

#[cfg(test)]
mod tests;
