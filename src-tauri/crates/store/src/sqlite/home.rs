//! The folder of a ledger: one process at a time, and nobody but its owner looks in.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::attachments::make_private_folder;
use crate::fault::at;
use crate::{Fault, Result};

/// A folder that this process alone may write the ledger of.
pub(super) struct Home {
    folder: PathBuf,
    /// Locked for as long as it is open; the system gives it free even if the process is killed.
    _lock: File,
}

impl Home {
    /// Makes the folder if it is not there, and takes it.
    pub(super) fn take(folder: &Path) -> Result<Self> {
        make_private_folder(folder)?;
        let lock = open_private(&folder.join("ledger.lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Fault::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(at(&folder.join("ledger.lock"))(error)),
        }
        let home = Self { folder: folder.to_owned(), _lock: lock };
        // SQLite gives the files that it puts beside the ledger the ledger's own permissions.
        open_private(&home.ledger())?;
        Ok(home)
    }

    pub(super) fn ledger(&self) -> PathBuf {
        self.folder.join("ledger.sqlite3")
    }

    pub(super) fn attachments(&self) -> PathBuf {
        self.folder.join("attachments")
    }

    pub(super) fn backups(&self) -> PathBuf {
        self.folder.join("backups")
    }
}

/// Opens or makes a file that only the owner can read.
pub(super) fn open_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(at(path))?;
    // It may have been there, made by somebody less careful.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(at(path))?;
    Ok(file)
}
