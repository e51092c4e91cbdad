//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use placet_review::{DeliveryId, DeliveryState, KeyKind, Order};

use crate::duration;

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

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Deliveries {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Begin with the oldest
    #[arg(long)]
    pub(crate) oldest_first: bool,
    /// Only what comes after this one: the last of the list before
    #[arg(long, value_name = "DELIVERY")]
    pub(crate) past: Option<DeliveryId>,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(subcommand)]
    pub(crate) command: Option<OneDelivery>,
}

/// Which deliveries are meant.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Only those in this state (again for more)
    #[arg(long, value_name = "STATE", value_parser = state_names())]
    pub(crate) state: Vec<String>,
    /// Only this engine's
    #[arg(long)]
    pub(crate) engine: Option<String>,
    /// Only those decided longer ago than this, such as 90m, 2h or "1d 12h"
    #[arg(long, value_name = "TIME", value_parser = duration::seconds)]
    pub(crate) older_than: Option<u32>,
    /// Only those decided within this time, such as 90m, 2h or "1d 12h"
    #[arg(long, value_name = "TIME", value_parser = duration::seconds)]
    pub(crate) newer_than: Option<u32>,
}

/// Stands for all the states that nothing moves on from but a person.
pub(crate) const NEEDS_YOU: &str = "needs-you";

fn state_names() -> PossibleValuesParser {
    let states = DeliveryState::ALL.into_iter().map(DeliveryState::name);
    PossibleValuesParser::new(states.chain([NEEDS_YOU]).map(PossibleValue::new))
}

#[derive(Debug, Subcommand)]
pub(crate) enum OneDelivery {
    /// Tell a delivery's whole story
    Show {
        /// Its id
        delivery: DeliveryId,
    },
    /// Try a delivery again now, or all that fit
    Retry(Retry),
    /// Say that the engine has it: you know that it got through
    Confirm {
        /// Its id
        delivery: DeliveryId,
    },
    /// List the receivers that are spared because they fail, or have one tried now
    Origins {
        /// Send the next delivery to this one now, such as https://host:8443
        #[arg(long, value_name = "ORIGIN")]
        r#try: Option<String>,
    },
    /// Take the decision back while it is held; nothing is sent, and its item waits again
    Withdraw {
        /// Its id
        delivery: DeliveryId,
    },
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["delivery", "all"]))]
pub(crate) struct Retry {
    /// Its id
    #[arg(conflicts_with_all = ["state", "engine", "older_than", "newer_than", "yes"])]
    pub(crate) delivery: Option<DeliveryId>,
    /// All that fit and can be tried again
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Do not ask before trying all of them
    #[arg(long)]
    pub(crate) yes: bool,
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

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make a key and keep it; prints what its receiver needs, once
    Create {
        /// What profiles call it
        name: String,
        /// What kind of key
        #[arg(long, value_enum, default_value = "webhook-secret")]
        kind: KeyKindName,
    },
    /// Keep a key that was made elsewhere; its text is read from standard input
    Import {
        /// What profiles call it
        name: String,
    },
    /// Make a key beside the one that signs for an engine; both are good until the older is retired
    Rotate {
        /// The engine
        engine: String,
        /// The key of its JSON Web Tokens, not the one of Standard Webhooks
        #[arg(long)]
        jwt: bool,
    },
    /// Take a key out of all profiles, and out of where keys live
    Retire {
        /// Its name
        name: String,
    },
    /// List the keys that profiles name, and what for
    List,
    /// Print the public keys of JSON Web Tokens, as GET /.well-known/jwks.json serves them
    Jwks,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeyKindName {
    /// For Standard Webhooks; the receiver gets the same (whsec_)
    WebhookSecret,
    /// For Standard Webhooks; the receiver gets the public half (whpk_)
    WebhookPair,
    /// For HMAC of any length; the receiver gets the same
    SharedSecret,
    /// For EdDSA
    Ed25519,
    /// For ES256
    P256,
    /// For ES384
    P384,
    /// For RS256, PS256 and their kin
    Rsa2048,
}

impl From<KeyKindName> for KeyKind {
    fn from(name: KeyKindName) -> Self {
        match name {
            KeyKindName::WebhookSecret => Self::WebhookSecret,
            KeyKindName::WebhookPair => Self::WebhookPair,
            KeyKindName::SharedSecret => Self::SharedSecret,
            KeyKindName::Ed25519 => Self::Ed25519,
            KeyKindName::P256 => Self::P256,
            KeyKindName::P384 => Self::P384,
            KeyKindName::Rsa2048 => Self::Rsa2048,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Engine {
    /// Add an engine, or replace its profile; prints its intake token and its signing secret once
    Add(Box<EngineAdd>),
    /// List the engines
    List,
    /// List the ready profiles of other engines, or tell of one
    Presets {
        /// Which
        preset: Option<String>,
    },
    /// Make a new intake token; the old one is void
    Token {
        /// The engine
        name: String,
    },
    /// Say what a decision on an item would send, and what an answer to it would come to; nothing is sent
    Try(EngineTry),
}

#[derive(Debug, Args)]
pub(crate) struct EngineTry {
    /// The engine
    pub(crate) name: String,
    /// File with the item, as the engine would hand it in
    #[arg(long, value_name = "FILE")]
    pub(crate) item: PathBuf,
    /// File with the decision: {"verdict", "answer", "note"}
    #[arg(long, value_name = "FILE")]
    pub(crate) decision: PathBuf,
    /// File with what the engine answers: {"status", "headers", "body"}
    #[arg(long, value_name = "FILE")]
    pub(crate) answer: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct EngineAdd {
    /// Its name in submissions
    pub(crate) name: String,
    /// A place its callbacks may point to: https://host[:port]/path (again for more)
    #[arg(long, required_unless_present = "preset", value_name = "URL")]
    pub(crate) allow: Vec<String>,
    /// Begin with this ready profile (`placet engine presets`), signed with --key, or a key called as the engine
    #[arg(long, value_name = "PRESET", conflicts_with_all = ["jwt", "bearer", "basic", "header", "profile", "settings", "no_webhook_signature"])]
    pub(crate) preset: Option<String>,
    /// Where the engine's interface begins, for a ready profile
    #[arg(long, value_name = "URL", requires = "preset")]
    pub(crate) base: Option<String>,
    /// An address that is not public, where a name of --allow may lead all the same (again for more)
    #[arg(long = "address", value_name = "IP")]
    pub(crate) addresses: Vec<std::net::IpAddr>,
    /// File with certificates (PEM) of authorities to trust for this engine beside those of the machine
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Sign with this key of the key store instead of a new one
    #[arg(long, value_name = "NAME")]
    pub(crate) key: Option<String>,
    /// Sign with a JSON Web Token too, or instead: algorithm:key[:kid], such as EdDSA:faces:2026-11
    #[arg(long, value_name = "SPEC")]
    pub(crate) jwt: Option<String>,
    /// Put the token into this query parameter instead of the Authorization header
    #[arg(long, requires = "jwt", value_name = "NAME")]
    pub(crate) jwt_query: Option<String>,
    /// Send the text of this key as Authorization: Bearer too
    #[arg(long, value_name = "NAME")]
    pub(crate) bearer: Option<String>,
    /// Send a user name and the password that is this key too
    #[arg(long, value_name = "USER:KEY")]
    pub(crate) basic: Option<String>,
    /// Send the text of this key in this header too
    #[arg(long, value_name = "NAME:KEY")]
    pub(crate) header: Option<String>,
    /// Sign as this file says, in any way there is: JSON, the "signing" of the profile
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "jwt", "bearer", "basic", "header", "no_webhook_signature"])]
    pub(crate) profile: Option<PathBuf>,
    /// Do not sign as Standard Webhooks
    #[arg(long, conflicts_with = "key")]
    pub(crate) no_webhook_signature: bool,
    /// When a callback that failed is tried again: voicebase, standard-webhooks or fast
    #[arg(long, default_value = "voicebase", conflicts_with = "retry_after")]
    pub(crate) schedule: String,
    /// Try again after these waits instead, such as 5s,1m,2h
    #[arg(long, value_name = "WAITS", value_delimiter = ',', value_parser = duration::seconds, requires = "give_up_after")]
    pub(crate) retry_after: Vec<u32>,
    /// Give up so long after the first try, such as 36h or 3d
    #[arg(long, value_name = "TIME", value_parser = duration::seconds, requires = "retry_after")]
    pub(crate) give_up_after: Option<u32>,
    /// File with what protocols have to know of the engine beyond its callbacks, such as {"http": {...}}
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// How many callbacks may be under way to one host and port at a time: 4, unless you say
    #[arg(long, value_name = "NUMBER")]
    pub(crate) at_once: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Queue {
    /// Add a queue, or replace its rules
    Add(QueueAdd),
    /// List the queues and how full they are
    List,
}

#[derive(Debug, Args)]
pub(crate) struct QueueAdd {
    /// Its name in submissions
    pub(crate) name: String,
    /// How its items are shown and answered
    #[arg(long, value_enum)]
    pub(crate) kind: KindName,
    /// A label (again for more); keys 1 to 9 pick the first nine
    #[arg(long, value_name = "LABEL")]
    pub(crate) choice: Vec<String>,
    /// More than one label may hold
    #[arg(long)]
    pub(crate) many: bool,
    /// What reviewers should know
    #[arg(long, value_name = "TEXT")]
    pub(crate) guidelines: Option<String>,
    /// File with the JSON Schema that corrected arguments must satisfy
    #[arg(long, value_name = "FILE")]
    pub(crate) answer_schema: Option<PathBuf>,
    /// What comes first
    #[arg(long, value_enum, default_value = "confidence")]
    pub(crate) order: OrderName,
    /// How long a decision can be taken back, in seconds
    #[arg(long, default_value_t = 10)]
    pub(crate) undo_seconds: u32,
    /// How long a reviewer holds an item without a sign of life, in seconds
    #[arg(long, default_value_t = 300)]
    pub(crate) lease_seconds: u32,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KindName {
    Classify,
    Action,
    Fallback,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OrderName {
    Confidence,
    Priority,
    Deadline,
    Age,
}

impl From<OrderName> for Order {
    fn from(name: OrderName) -> Self {
        match name {
            OrderName::Confidence => Self::Confidence,
            OrderName::Priority => Self::Priority,
            OrderName::Deadline => Self::Deadline,
            OrderName::Age => Self::Age,
        }
    }
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
    fn one_is_tried_again_or_all_that_fit_and_never_both() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let parse = |words: &[&str]| {
            Arguments::try_parse_from([&["placet", "deliveries", "retry"], words].concat()).map(drop)
        };
        assert!(parse(&[id]).is_ok());
        assert!(parse(&["--all", "--engine", "faces", "--older-than", "2h", "--yes"]).is_ok());
        for wrong in [
            &[][..],
            &[id, "--all"],
            &[id, "--engine", "faces"],
            &["--engine", "faces"],
            &["17"],
            &[id, "--yes"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        let unknown =
            Arguments::try_parse_from(["placet", "deliveries", "--state", "lost"]).expect_err("no state");
        let words = unknown.to_string();
        assert!(
            words.contains("unconfirmed") && words.contains("needs-you"),
            "it names those there are: {words}"
        );
    }

    #[test]
    fn a_threshold_is_from_0_to_1() {
        let parse = |text: &str| Arguments::try_parse_from(["placet", "demo", "--threshold", text]);
        assert!(parse("0.8").is_ok() && parse("0").is_ok() && parse("1").is_ok());
        assert!(parse("80").is_err() && parse("-0.1").is_err() && parse("NaN").is_err());
    }
}
