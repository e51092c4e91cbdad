//! What the engine tells of itself: events as they happen, and how it stands.

use std::fmt;

use serde::Serialize;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Report {
    /// The reader has learned, from its first examples or from people.
    Learned {
        /// From how many images in all.
        examples: usize,
        /// How many of them people labelled.
        from_people: usize,
        /// The part, 0 to 1, of the held-out images that it reads right.
        accuracy: f64,
        /// How many are held out: never learned from and never asked about.
        held_out: usize,
    },
    /// The reader went through its stack.
    Read {
        /// How many images it read.
        images: usize,
        /// How many of them it was less sure of than the threshold.
        unsure: usize,
        /// How many tasks wait for a person, those of an earlier run among them.
        paused: usize,
        /// How many tasks went on in an earlier run.
        resumed: usize,
        /// Where it pauses: below this confidence, 0 to 1.
        threshold: f64,
    },
    /// Placet has every paused task.
    HandedIn {
        /// How many Placet took now.
        admitted: usize,
        /// How many it had already.
        duplicates: usize,
        /// Where the answers are heard.
        callbacks: String,
    },
    /// Placet cannot take a task at the moment.
    Retrying {
        /// Which task.
        task: String,
        /// What went wrong.
        reason: String,
        /// How long the engine waits before it tries again, in milliseconds.
        wait_ms: u64,
    },
    /// A task went on with its answer.
    Resumed {
        /// Which.
        task: String,
        /// What the person said.
        verdict: String,
        /// The digit it is, if the person could tell.
        label: Option<u8>,
        /// What the reader had taken it for.
        guess: u8,
        /// How sure it was of that, 0 to 1.
        confidence: f64,
        /// How many tasks still wait.
        paused: usize,
    },
    /// The callback of a task that went on with it before came again; nothing was done.
    Repeated {
        /// Which.
        task: String,
    },
    /// A callback resumed nothing.
    Refused {
        /// The task at whose address it arrived.
        task: String,
        /// Why, for programs.
        code: &'static str,
        /// Why, for people.
        reason: String,
    },
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Learned { examples, from_people, accuracy, held_out } => {
                write!(f, "learned from {examples} images")?;
                if *from_people > 0 {
                    write!(f, ", {from_people} of them labelled by people")?;
                }
                write!(f, ": reads {} of {held_out} held-out images right", percent(*accuracy))
            }
            Self::Read { images, unsure, paused, resumed, threshold } => {
                write!(
                    f,
                    "read {images} images, and was less than {} sure of {unsure}: ",
                    percent(*threshold)
                )?;
                write!(f, "{paused} tasks wait for a person")?;
                if *resumed > 0 {
                    write!(f, ", {resumed} went on before")?;
                }
                Ok(())
            }
            Self::HandedIn { admitted, duplicates, callbacks } => {
                write!(f, "handed in {admitted} tasks")?;
                if *duplicates > 0 {
                    write!(f, ", {duplicates} more were there already")?;
                }
                write!(f, "; hears answers at {callbacks}/")
            }
            Self::Retrying { task, reason, wait_ms } => {
                write!(f, "{task} is not handed in yet: {reason}; tries again in {:.1} s", seconds(*wait_ms))
            }
            Self::Resumed { task, verdict, label, guess, confidence, paused } => {
                write!(f, "{task} goes on: ")?;
                match label {
                    Some(label) if label == guess => write!(f, "{label} it is")?,
                    Some(label) => write!(f, "{label}, not {guess}")?,
                    None => write!(f, "no label ({verdict})")?,
                }
                write!(f, " (was {} sure of {guess}); {paused} wait", percent(*confidence))
            }
            Self::Repeated { task } => {
                write!(f, "{task} heard its answer again; it had gone on already")
            }
            Self::Refused { task, code, reason } => {
                // The address is whatever somebody wrote, and goes to a terminal here.
                write!(f, "refused a callback to {} ({code}): {reason}", task.escape_debug())
            }
        }
    }
}

/// How the engine stands, and what it says at its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many images the reader learned from before it started.
    pub learned_from: usize,
    /// How many labels people gave that it has learned from since.
    pub labels_from_people: usize,
    /// How many images are held out: never learned from and never asked about.
    pub held_out: usize,
    /// The part, 0 to 1, of the held-out images that it read right before it started.
    pub accuracy_before: f64,
    /// The same, with what it learned from people.
    pub accuracy_now: f64,
    /// How many images it read.
    pub read: usize,
    /// How many tasks wait for a person.
    pub paused: usize,
    /// How many tasks went on with an answer.
    pub resumed: usize,
    /// How many callbacks came again for a task that had gone on with them; since the engine started.
    pub repeated: usize,
    /// How many callbacks were refused since the engine started.
    pub refused: usize,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            labels_from_people,
            held_out,
            accuracy_before,
            accuracy_now,
            paused,
            resumed,
            repeated,
            refused,
            ..
        } = self;
        writeln!(
            f,
            "{resumed} tasks went on, {paused} wait; {refused} callbacks were refused, {repeated} came again"
        )?;
        write!(
            f,
            "reads {} of {held_out} held-out images right; {} before people labelled {labels_from_people}",
            percent(*accuracy_now),
            percent(*accuracy_before),
        )
    }
}

fn percent(part: f64) -> String {
    format!("{:.1} %", part * 100.0).replace(".0 %", " %")
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}
