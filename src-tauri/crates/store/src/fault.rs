//! What can go wrong with the ledger itself. Refusals are not faults: they are answers of the verbs.

/// The ledger could not do what was asked. Nothing of it was written.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Another process has this ledger open.
    #[error(
        "the ledger in {0} is open in another Placet; close that one, or use the `placet` command, which talks to it"
    )]
    InUse(std::path::PathBuf),
    /// The file was written by a newer version.
    #[error(
        "the ledger was written by a newer Placet (schema {found}, this one knows {known}); update Placet"
    )]
    TooNew {
        /// The schema number in the file.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// The file does not pass SQLite's own check.
    #[error("the ledger is damaged: {0}; restore the newest file from the backups folder beside it")]
    Damaged(String),
    /// The audit chain is sealed with another key than the one that is given.
    #[error(
        "the audit chain of this ledger is sealed with another key than the key \"audit\" that Placet is given; give it \
         the right one back, or none: then it goes on, and says which rows were written without the key"
    )]
    OtherAuditKey,
    /// A row does not read back as what was written.
    #[error("the ledger holds a row that does not read back: {0}")]
    Unreadable(String),
    /// A delivery was asked for what its state does not allow.
    #[error(transparent)]
    Impossible(#[from] placet_review::Impossible),
    /// There is no such row.
    #[error("there is no {0}")]
    Missing(&'static str),
    /// The engine that keeps the ledger failed. All that were to be written together get the same one.
    #[error("the ledger could not be read or written: {0}")]
    Failed(std::sync::Arc<dyn std::error::Error + Send + Sync>),
    /// A file of the ledger could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The ledger was closed while the request waited.
    #[error("the ledger is closed")]
    Closed,
}

/// Says which file it was that could not be read or written.
pub(crate) fn at(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Fault {
    move |source| Fault::File { path: path.to_owned(), source }
}

/// What every verb returns.
pub type Result<T> = std::result::Result<T, Fault>;
