//! What `cargo xtask bench` can measure.

use clap::ValueEnum;

/// A figure, by the name it has on the command line and in its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Figure {
    /// Items handed in one by one over HTTP at 64 connections
    Intake,
    /// `placet submit` of a JSON Lines file
    Import,
    /// Decisions of one person and of many
    Decisions,
    /// The next item, with ten thousand to ten million waiting
    Next,
    /// Deliveries, signed and durable
    Deliveries,
    /// A hundred thousand deliveries that have piled up
    Drain,
    /// From the decision to the first byte at the receiver
    Wire,
    /// From the key to the next item on the screen, in the real window
    Key,
    /// From the start of the app to its first paint
    Start,
    /// Processor time of the app while nothing happens
    Idle,
    /// Memory of the app and all its processes
    Memory,
    /// A signature, by algorithm
    Sign,
}

impl Figure {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Import => "import",
            Self::Decisions => "decisions",
            Self::Next => "next",
            Self::Deliveries => "deliveries",
            Self::Drain => "drain",
            Self::Wire => "wire",
            Self::Key => "key",
            Self::Start => "start",
            Self::Idle => "idle",
            Self::Memory => "memory",
            Self::Sign => "sign",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_asked_for_by_its_name() {
        for figure in Figure::value_variants() {
            assert_eq!(Figure::from_str(figure.name(), false), Ok(*figure));
        }
    }
}
