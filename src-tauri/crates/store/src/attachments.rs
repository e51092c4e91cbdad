//! Files that were handed in with items, each kept once under the SHA-256 of its bytes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::Result;
use crate::fault::at;

/// Files that were handed in with items. Cheap to clone; all clones are the same folder.
#[derive(Clone, Debug)]
pub struct Attachments {
    folder: Arc<Path>,
}

impl Attachments {
    /// Opens the folder, which is made if it is not there. Only the owner of the ledger's lock may: what an
    /// earlier process left half written is removed.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let half_written = folder.join("new");
        match fs::remove_dir_all(&half_written) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(&half_written)(error)),
            Ok(()) | Err(_) => {}
        }
        make_private_folder(&half_written)?;
        make_private_folder(folder)?;
        Ok(Self { folder: folder.into() })
    }

    /// Keeps the bytes and returns their id, `sha256:` and 64 hex digits. When it returns they are on disk;
    /// what is there already is not written again.
    pub fn keep(&self, bytes: &[u8]) -> Result<String> {
        let name = hex::encode(Sha256::digest(bytes));
        let path = self.path_of(&name);
        if !path.try_exists().map_err(at(&path))? {
            self.write(&path, bytes).map_err(at(&path))?;
        }
        Ok(format!("sha256:{name}"))
    }

    /// The bytes with this id, if they are kept here. A text that is no such id names nothing.
    pub fn read(&self, id: &str) -> Result<Option<Vec<u8>>> {
        let Some(name) = name_in(id) else { return Ok(None) };
        let path = self.path_of(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(at(&path)(error)),
        }
    }

    /// Spread over 256 folders: some systems are slow with very full ones.
    fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(&name[..2]).join(name)
    }

    /// Written beside and renamed, so that a file under its name is always whole.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(self.folder.join("new"))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        let shelf = path.parent().unwrap_or(&self.folder);
        let shelf_is_new = !shelf.try_exists()?;
        make_private(shelf)?;
        file.persist(path)?;
        sync_folder(shelf)?;
        if shelf_is_new { sync_folder(&self.folder) } else { Ok(()) }
    }
}

/// The file name in `sha256:<64 lower-case hex digits>`.
fn name_in(id: &str) -> Option<&str> {
    let name = id.strip_prefix("sha256:")?;
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (name.len() == 64 && name.bytes().all(is_hex)).then_some(name)
}

/// Makes the folder and those above it; only the owner may look into it.
pub(crate) fn make_private_folder(folder: &Path) -> Result<()> {
    make_private(folder).map_err(at(folder))
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // It may have been there, made by somebody less careful.
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// A rename is only as durable as the folder it happened in.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Attachments;

    #[test]
    fn what_is_kept_is_found_under_its_digest_and_kept_once() {
        let home = tempfile::tempdir().expect("a folder");
        let attachments = Attachments::open(home.path()).expect("opens");
        // FIPS 180-2, appendix B.1.
        let id = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(attachments.keep(b"abc").expect("kept"), id);
        assert_eq!(attachments.keep(b"abc").expect("kept"), id);
        assert_eq!(attachments.read(id).expect("read"), Some(b"abc".to_vec()));
        assert_eq!(home.path().join("new").read_dir().expect("there").count(), 0, "nothing half written");
        let again = Attachments::open(home.path()).expect("opens again");
        assert_eq!(again.read(id).expect("read"), Some(b"abc".to_vec()));
    }

    #[rstest]
    #[case("sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    #[case("sha256:../../../../../../../../../../../../../../../../../../etc/passwd")]
    #[case("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    #[case("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    #[case("sha256:")]
    #[case("")]
    fn what_is_no_id_of_a_kept_file_names_nothing(#[case] id: &str) {
        let home = tempfile::tempdir().expect("a folder");
        let attachments = Attachments::open(home.path()).expect("opens");
        attachments.keep(b"abc").expect("kept");
        assert_eq!(attachments.read(id).expect("read"), None);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;

        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("attachments");
        Attachments::open(&folder).expect("opens").keep(b"abc").expect("kept");
        let mode = |path: &std::path::Path| path.metadata().expect("there").permissions().mode() & 0o777;
        let shelf = folder.join("ba");
        let file = shelf.join("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!((mode(&folder), mode(&shelf), mode(&file)), (0o700, 0o700, 0o600));
    }
}
