//! What can be typed of engines and queues.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use placet_review::Order;

use crate::duration;

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
