//! What can be typed.

mod deliveries;
mod keys;
mod setup;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::deliveries::{Deliveries, NEEDS_YOU, OneDelivery, Retry, Which};
pub(crate) use self::keys::Keys;
pub(crate) use self::setup::{Engine, EngineAdd, EngineTry, KindName, Queue, QueueAdd};

/// Answers for machines that wait: items come in, a person decides, the paused task resumes.
#[derive(Debug, Parser)]
#[command(name = "placet", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Folder of the ledger [default: PLACET_HOME, else the system's folder for application data]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(crate) home: Option<PathBuf>,
    /// Where signing keys live: keychain, env, fd:N or age:FILE [default: PLACET_KEYS, else keychain]
    #[arg(long, global = true, value_name = "WHERE")]
    pub(crate) keys: Option<String>,
    /// Port of this machine where items come in; 0 takes any [default: PLACET_PORT, else 7410]
    #[arg(long, global = true)]
    pub(crate) port: Option<u16>,
    /// Who decides [default: PLACET_REVIEWER, else the system's user name]
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
    /// Print JSON, one document or one line a row
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 the system failed; 2 wrong usage; \
    3 refused (understood, and not done or not all of it).";

impl Arguments {
    /// Whether it runs until it is stopped, and so should say what it does.
    pub(crate) fn is_a_service(&self) -> bool {
        matches!(self.command, Command::Serve)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Hand items in: one JSON object, an array, or JSON Lines
    Submit(Submit),
    /// List the queues, or what waits in one
    List(List),
    /// Show an item by its number or as ENGINE/TASK
    Show {
        /// Number, or ENGINE/TASK
        item: String,
    },
    /// Answer an item
    Decide(Decide),
    /// Take your newest decision back, while it has not gone out
    Undo,
    /// List deliveries; tell one's story, try again, confirm or withdraw
    Deliveries(Deliveries),
    /// The audit chain: what happened, sealed row by row
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Take items in and send answers out, without a window
    Serve,
    /// Engines: who may hand items in, and where their answers go
    Engine {
        #[command(subcommand)]
        command: Engine,
    },
    /// Keys: made, brought in, followed by others, taken out
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Queues: what is asked and what may be answered
    Queue {
        #[command(subcommand)]
        command: Queue,
    },
    /// A real engine that asks: it reads digits, pauses where it is not sure, and learns from answers
    Demo(Demo),
    /// For receivers: say whether a request's signature holds, and if not, why not
    Verify(Verify),
    /// Print the completions of a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff) of placet, or of a command such as: engine add
    Man {
        /// The command
        command: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The request as it is on the wire (request line, headers, empty line, body), or a recording (HAR); else standard
    /// input
    pub(crate) file: Option<PathBuf>,
    /// What the receiver verifies with: the secret (whsec_... or that of HMAC), whpk_..., a public key (PEM) or a JWK Set
    #[arg(long, value_name = "FILE", conflicts_with = "key_env")]
    pub(crate) key_file: Option<PathBuf>,
    /// The same, in this variable of the environment
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// When it came, for a recorded one, such as 2026-11-26T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Submit {
    /// Files to read; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The queue; without it, all queues and how full they are
    pub(crate) queue: Option<String>,
    /// How many items at most
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// How many items to pass over
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u64,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("verdict").required(true))]
pub(crate) struct Decide {
    /// Number, or ENGINE/TASK
    pub(crate) item: String,
    /// The surest suggestion, or the action as it stands, is right
    #[arg(long, group = "verdict")]
    pub(crate) approve: bool,
    /// This label (again for more, where the queue allows many)
    #[arg(long, group = "verdict", value_name = "LABEL")]
    pub(crate) label: Vec<String>,
    /// This answer instead, as JSON; of an action: {"arguments": ...}
    #[arg(long, group = "verdict", value_name = "JSON")]
    pub(crate) correct: Option<String>,
    /// No; say why with --note
    #[arg(long, group = "verdict")]
    pub(crate) reject: bool,
    /// These words instead of an answer
    #[arg(long, group = "verdict", value_name = "WORDS")]
    pub(crate) respond: Option<String>,
    /// The question is withdrawn without an answer
    #[arg(long, group = "verdict")]
    pub(crate) cancel: bool,
    /// Why
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Say whether the chain holds and the ledger is as it tells; exit code 1 if not
    Verify {
        /// A head from before, or a file that `audit export` wrote or `audit head` was kept in
        #[arg(long, value_name = "HEAD|FILE")]
        head: Option<String>,
    },
    /// Print the rows as JSON Lines, and at the end the head: keep both elsewhere
    Export {
        /// Only from the row of this number on
        #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(i64).range(1..))]
        from: i64,
    },
    /// Print where the chain ends: keep it elsewhere, to hold the ledger to it later
    Head,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the engine hears its answers; GET there tells how it stands
    #[arg(long, default_value = "127.0.0.1:7411", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Pause where the reader is less sure than this, 0 to 1
    #[arg(long, default_value_t = 0.8, value_parser = confidence)]
    pub(crate) threshold: f64,
    /// Pause on so many digits at most, those of earlier runs among them
    #[arg(long)]
    pub(crate) limit: Option<usize>,
    /// Answer so many items with the truth, as a person would, before going on
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) answer_from_truth: usize,
    /// End when every paused task has gone on, instead of when it is stopped
    #[arg(long)]
    pub(crate) once: bool,
}

fn confidence(text: &str) -> Result<f64, String> {
    let confidence = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&confidence) { Ok(confidence) } else { Err("not from 0 to 1".to_owned()) }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::Arguments;

    #[test]
    fn the_grammar_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_decision_has_exactly_one_verdict() {
        let parse = |words: &[&str]| Arguments::try_parse_from([&["placet", "decide", "7"], words].concat());
        assert!(parse(&[]).is_err());
        assert!(parse(&["--approve", "--reject"]).is_err());
        assert!(parse(&["--approve"]).is_ok());
        assert!(parse(&["--label", "a", "--label", "b"]).is_ok());
        assert!(parse(&["--reject", "--note", "blurred"]).is_ok());
    }

    #[test]
    fn a_threshold_is_from_0_to_1() {
        let parse = |text: &str| Arguments::try_parse_from(["placet", "demo", "--threshold", text]);
        assert!(parse("0.8").is_ok() && parse("0").is_ok() && parse("1").is_ok());
        assert!(parse("80").is_err() && parse("-0.1").is_err() && parse("NaN").is_err());
    }
}
