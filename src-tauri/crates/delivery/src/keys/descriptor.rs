//! Keys handed over by whoever started Placet, on an open file descriptor.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;

use secrecy::SecretString;

use super::{KeysError, Place, lines};
use crate::signer::standard_webhooks;

/// Nobody hands over more than this, in bytes; whoever tries meant another descriptor.
const LARGEST: u64 = 1024 * 1024;

/// What was read from the descriptor, once.
pub(super) struct Descriptor {
    number: u32,
    keys: BTreeMap<String, SecretString>,
}

impl Descriptor {
    /// Reads to the end. Works where the system has `/dev/fd`: Linux, macOS and the BSDs.
    pub(super) fn read(number: u32) -> Result<Self, KeysError> {
        let unavailable =
            |what: String| KeysError::Unavailable(format!("file descriptor {number} gives no keys: {what}"));
        let file = File::open(format!("/dev/fd/{number}")).map_err(|error| unavailable(error.to_string()))?;
        let mut text = String::new();
        let length = file.take(LARGEST + 1).read_to_string(&mut text);
        let length = length.map_err(|error| unavailable(error.to_string()))?;
        if length as u64 > LARGEST {
            return Err(unavailable("it is longer than 1 MiB".to_owned()));
        }
        let keys = lines::read(&text).map_err(unavailable)?;
        // Wiped when it goes.
        drop(SecretString::from(text));
        Ok(Self { number, keys })
    }
}

impl Place for Descriptor {
    fn name(&self) -> &'static str {
        "fd"
    }

    fn whereabouts(&self) -> &'static str {
        "on the file descriptor"
    }

    fn remedy(&self, key: &str) -> String {
        format!("Hand the line {key}=VALUE over on descriptor {} and start Placet again.", self.number)
    }

    fn read(&self, key: &str) -> Result<Option<SecretString>, KeysError> {
        Ok(self.keys.get(key).cloned())
    }

    fn write(&self, key: &str, secret: &SecretString) -> Result<(), KeysError> {
        let remedy = if self.keys.contains_key(key) {
            format!("\"{key}\" is there already: use the key as it is.")
        } else if !standard_webhooks::is_secret(secret) {
            format!(
                "Hand the line {key}=VALUE over on descriptor {}, where VALUE is the key's text, as a JSON string if it \
                 has several lines, and start Placet again: then the key \"{key}\" is there.",
                self.number
            )
        } else {
            format!(
                "Hand the line {key}=whsec_VALUE over on descriptor {}, where VALUE is what `openssl rand \
                 -base64 32` prints, and start Placet again: then the key \"{key}\" is there.",
                self.number
            )
        };
        Err(KeysError::ReadOnly { place: self.whereabouts(), remedy })
    }

    fn remove(&self, key: &str) -> Result<(), KeysError> {
        if !self.keys.contains_key(key) {
            return Ok(());
        }
        let remedy = format!(
            "Hand no line {key}=VALUE over on descriptor {} any more, and start Placet again.",
            self.number
        );
        Err(KeysError::KeptElsewhere { place: self.whereabouts(), remedy })
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::{Seek as _, Write as _};
    use std::os::fd::AsRawFd as _;

    use secrecy::ExposeSecret as _;

    use super::{Descriptor, Place as _};

    fn handed_over(text: &str) -> Result<Descriptor, super::KeysError> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file.rewind().expect("rewound");
        Descriptor::read(u32::try_from(file.as_raw_fd()).expect("a number"))
    }

    #[test]
    fn keys_are_read_from_the_open_descriptor() {
        let descriptor = handed_over("faces=whsec_hush\n").expect("lines");
        let secret = descriptor.read("faces").expect("readable").expect("there");
        assert_eq!(secret.expose_secret(), "whsec_hush");
        assert!(descriptor.read("voices").expect("readable").is_none());
        let error = descriptor.write("voices", &"whsec_new".into()).expect_err("read only").to_string();
        assert!(error.contains("voices=whsec_VALUE") && !error.contains("whsec_new"), "{error}");
        let error = descriptor.write("pair", &"-----BEGIN".into()).expect_err("read only").to_string();
        assert!(error.contains("pair=VALUE") && !error.contains("whsec_"), "{error}");
        let error = descriptor.remove("faces").expect_err("read only").to_string();
        assert!(error.contains("no line faces=VALUE"), "{error}");
        descriptor.remove("voices").expect("it is not there");
    }

    #[test]
    fn a_descriptor_that_holds_no_lines_is_refused_without_what_it_holds() {
        let error = handed_over("hush").err().expect("no line").to_string();
        assert!(error.contains("line 1") && !error.contains("hush"), "{error}");
    }

    #[test]
    fn a_descriptor_that_is_not_open_is_named() {
        let error = Descriptor::read(999_999).err().expect("not open").to_string();
        assert!(error.contains("999999"), "{error}");
    }
}
