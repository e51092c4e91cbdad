//! Keys in a file that is encrypted with age under a passphrase.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use age::scrypt;
use secrecy::{ExposeSecret as _, SecretString};

use super::{KeysError, Place, lines};

/// Where the passphrase is looked for before it is asked at the terminal.
const PASSPHRASE: &str = "PLACET_KEYS_PASSPHRASE";

/// scrypt's cost as a power of two: what the `age` command itself uses, about a second. Left to the library it
/// is measured, and a machine that is busy at that moment would get a weak file.
const WORK_FACTOR: u8 = 18;
/// The costliest file that is opened, for the same reason not measured: above, it takes minutes and gigabytes.
const LARGEST_WORK_FACTOR: u8 = 22;

type Secrets = BTreeMap<String, SecretString>;

/// The file, and what was last read from it: decrypting takes about a second, on purpose.
pub(super) struct AgeFile {
    file: PathBuf,
    passphrase: SecretString,
    read: Mutex<Secrets>,
}

impl AgeFile {
    /// Opens the file under the passphrase from the environment, else from the person at the terminal. It is
    /// made when the first key is kept.
    pub(super) fn open(file: &Path) -> Result<Self, KeysError> {
        let passphrase = match std::env::var(PASSPHRASE) {
            Ok(passphrase) if !passphrase.is_empty() => passphrase,
            _ if io::stdin().is_terminal() => {
                let prompt = format!("Passphrase of {}: ", file.display());
                rpassword::prompt_password(prompt).map_err(|error| unavailable(file, &error))?
            }
            _ => {
                let words = format!("set {PASSPHRASE} to its passphrase, or start Placet at a terminal");
                return Err(unavailable(file, &words));
            }
        };
        Self::open_with(file, passphrase.into())
    }

    fn open_with(file: &Path, passphrase: SecretString) -> Result<Self, KeysError> {
        let read = Mutex::new(decrypt(file, &passphrase)?);
        Ok(Self { file: file.to_owned(), passphrase, read })
    }

    fn remember(&self, secrets: Secrets) {
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = secrets;
    }

    fn remembered(&self, key: &str) -> Option<SecretString> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}

fn unavailable(file: &Path, what: &dyn Display) -> KeysError {
    KeysError::Unavailable(format!("the key file {} cannot be used: {what}", file.display()))
}

fn decrypt(file: &Path, passphrase: &SecretString) -> Result<Secrets, KeysError> {
    let sealed = match fs::read(file) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Secrets::new()),
        Err(error) => return Err(unavailable(file, &error)),
    };
    let mut identity = scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(LARGEST_WORK_FACTOR);
    let text = age::decrypt(&identity, &sealed).map_err(|error| unavailable(file, &error))?;
    let text = String::from_utf8(text).map_err(|_| unavailable(file, &"it holds no text"))?;
    let secrets = lines::read(&text).map_err(|what| unavailable(file, &what));
    // Wiped when it goes.
    drop(SecretString::from(text));
    secrets
}

/// Written beside and renamed, so that no reader and no crash meets half of it; only the owner can read it.
fn encrypt(file: &Path, passphrase: &SecretString, secrets: &Secrets) -> Result<(), KeysError> {
    let mut recipient = scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK_FACTOR);
    let text = lines::write(secrets);
    let sealed = age::encrypt(&recipient, text.expose_secret().as_bytes());
    let sealed = sealed.map_err(|error| unavailable(file, &error))?;
    replace(file, &sealed).map_err(|error| unavailable(file, &error))
}

fn replace(file: &Path, sealed: &[u8]) -> io::Result<()> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(&beside)?;
    new.write_all(sealed)?;
    new.sync_all()?;
    fs::rename(&beside, file)?;
    // The name is on disk only when its folder is.
    match file.parent() {
        Some(folder) if cfg!(unix) && !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}

impl Place for AgeFile {
    fn name(&self) -> &'static str {
        "age"
    }

    fn whereabouts(&self) -> &'static str {
        "in the encrypted key file"
    }

    fn remedy(&self, key: &str) -> String {
        format!("Add the line {key}=VALUE to it, encrypt it again, and try the delivery again.")
    }

    fn read(&self, key: &str) -> Result<Option<SecretString>, KeysError> {
        if let Some(secret) = self.remembered(key) {
            return Ok(Some(secret));
        }
        self.remember(decrypt(&self.file, &self.passphrase)?);
        Ok(self.remembered(key))
    }

    fn write(&self, key: &str, secret: &SecretString) -> Result<(), KeysError> {
        // Read anew: somebody may have added a key meanwhile.
        let mut secrets = decrypt(&self.file, &self.passphrase)?;
        secrets.insert(key.to_owned(), secret.clone());
        encrypt(&self.file, &self.passphrase, &secrets)?;
        self.remember(secrets);
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), KeysError> {
        let mut secrets = decrypt(&self.file, &self.passphrase)?;
        if secrets.remove(key).is_some() {
            encrypt(&self.file, &self.passphrase, &secrets)?;
        }
        self.remember(secrets);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use secrecy::ExposeSecret as _;

    use super::{AgeFile, Place as _};

    #[test]
    fn a_key_is_kept_encrypted_and_found_again_under_the_same_passphrase_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("keys.age");
        let keys = AgeFile::open_with(&file, "correct horse".into()).expect("a new file");
        assert!(keys.read("faces").expect("readable").is_none());
        keys.write("faces", &"whsec_hush".into()).expect("kept");

        let sealed = fs::read(&file).expect("written");
        assert!(sealed.starts_with(b"age-encryption.org/v1"), "any age can open it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "only its owner can read it");
        }

        let again = AgeFile::open_with(&file, "correct horse".into()).expect("the same passphrase");
        let secret = again.read("faces").expect("readable").expect("there");
        assert_eq!(secret.expose_secret(), "whsec_hush");
        again.remove("faces").expect("taken out");
        again.remove("faces").expect("gone already");
        let again = AgeFile::open_with(&file, "correct horse".into()).expect("the same passphrase");
        assert!(again.read("faces").expect("readable").is_none());
        let error = AgeFile::open_with(&file, "wrong horse".into()).err().expect("another passphrase");
        assert!(error.to_string().contains("keys.age") && !error.to_string().contains("horse"), "{error}");
    }
}
