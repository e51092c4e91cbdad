//! What the engine is told when it starts.

use std::net::TcpListener;
use std::path::PathBuf;

/// How the engine works. Has no `Debug`, for it holds secrets.
pub struct Options {
    /// Where Placet takes items in, such as `http://127.0.0.1:7410`.
    pub placet: String,
    /// The engine's intake token.
    pub token: String,
    /// What Placet signs callbacks with: `whsec_` and base64.
    pub webhook_secret: String,
    /// Where answers are heard.
    pub listen: TcpListener,
    /// The engine pauses where its reader is less sure than this, 0 to 1.
    pub threshold: f64,
    /// How many tasks it pauses at most, those of earlier runs among them.
    pub limit: Option<usize>,
    /// Where it remembers its tasks over a restart.
    pub state_file: PathBuf,
    /// When it ends.
    pub until: Until,
}

/// When the engine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When it is told to stop.
    Stopped,
    /// When every task has gone on, or when it is told to stop.
    AllResumed,
}
