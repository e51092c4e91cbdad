//! Where a ledger lives, and the note by which the command line finds the app that has it open.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The folder of the ledger: `PLACET_HOME`, or `placet` in the system's folder for application data.
pub fn default_home() -> PathBuf {
    match std::env::var_os("PLACET_HOME") {
        Some(home) => PathBuf::from(home),
        None => dirs::data_local_dir().unwrap_or_else(|| PathBuf::from(".")).join("placet"),
    }
}

/// The name that decisions are signed with: `PLACET_REVIEWER`, or the system's user name.
pub fn default_reviewer() -> String {
    ["PLACET_REVIEWER", "USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()))
        .unwrap_or_else(|| "reviewer".to_owned())
}

/// Says where the running app is and proves to it that the caller may read the owner's files.
#[derive(Serialize, Deserialize)]
pub(crate) struct Running {
    pub(crate) port: u16,
    pub(crate) instance: String,
    pub(crate) secret: String,
}

impl Running {
    fn path(home: &Path) -> PathBuf {
        home.join("running.json")
    }

    /// What a running app left, if there is one that can be read.
    pub(crate) fn read(home: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(home)).ok()?).ok()
    }

    /// Written beside and renamed, so that a reader never sees half of it; only the owner can read it.
    pub(crate) fn write(&self, home: &Path) -> std::io::Result<()> {
        let beside = home.join("running.json.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(beside, Self::path(home))
    }

    /// The app closes.
    pub(crate) fn remove(home: &Path) {
        // Left behind, it only costs the next command one refused connection.
        let _ = fs::remove_file(Self::path(home));
    }
}
