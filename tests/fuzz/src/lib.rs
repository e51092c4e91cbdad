//! What any input must leave true, whoever made it up.
//!
//! Each target is a door through which bytes of others come in, with what must hold whatever they are: mostly that
//! another reading of the same bytes, by another library or by the words of the standard, comes to the same. `cargo
//! fuzz` feeds a body for as long as one likes (`fuzz/`, built as a workspace of its own); the inputs that once led
//! somewhere new are committed, and `cargo xtask test` plays them again through the same bodies.

mod address;
mod answer;
mod intake;
mod profile;
mod retry_after;
mod settings;

use std::path::PathBuf;

/// What is done with one input. It panics where a promise is broken.
pub type Body = Box<dyn Fn(&[u8])>;

/// A door through which bytes of others come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The body of a request that hands items in: its content type on the first line, then the body.
    Intake,
    /// The header of an answer that asks for patience: the moment in 8 bytes, then its value.
    RetryAfter,
    /// What a receiver answers, and what a delivery becomes of it.
    Answer,
    /// An engine's allow-list, one entry a line, and on the last line where an item wants its answer to go.
    Address,
    /// The profile of an engine or of a queue.
    Profile,
}

impl Target {
    /// All targets.
    pub const ALL: [Self; 5] = [Self::Intake, Self::RetryAfter, Self::Answer, Self::Address, Self::Profile];

    /// The name of its program and of the folder with its inputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::RetryAfter => "retry_after",
            Self::Answer => "answer",
            Self::Address => "address",
            Self::Profile => "profile",
        }
    }

    /// Gets ready what the target needs, and returns what is done with each input.
    pub fn body(self) -> Body {
        match self {
            Self::Intake => intake::body(),
            Self::RetryAfter => Box::new(retry_after::put_in),
            Self::Answer => Box::new(answer::put_in),
            Self::Address => Box::new(address::put_in),
            Self::Profile => Box::new(profile::put_in),
        }
    }

    /// The folder with the inputs that are kept, one a file.
    pub fn corpus(self) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz").join("corpus").join(self.name())
    }
}
