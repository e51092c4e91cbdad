//! Keys as lines `NAME=VALUE`: what is handed over on a descriptor and what an age file holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use secrecy::{ExposeSecret as _, SecretString};

/// A value as it is written: as it stands, or, to hold line ends, as a JSON string in its quotes.
pub(super) fn value(text: &str) -> Result<SecretString, &'static str> {
    let text = text.trim();
    if !text.starts_with('"') {
        return Ok(text.into());
    }
    // The parser's own words could repeat a part of the secret.
    let text: String =
        serde_json::from_str(text).map_err(|_| "it starts with a quote and is no JSON string")?;
    Ok(text.into())
}

/// Reads the lines. Empty ones and those that start with `#` say nothing; of a name that is there twice, the
/// last line counts. The error names the line and nothing that stands in it.
pub(super) fn read(text: &str) -> Result<BTreeMap<String, SecretString>, String> {
    let mut keys = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |what| format!("line {}: {what}", number + 1);
        let (name, text) = line.split_once('=').ok_or_else(|| wrong("write it as NAME=VALUE"))?;
        keys.insert(name.trim().to_owned(), value(text).map_err(wrong)?);
    }
    Ok(keys)
}

/// Writes what [`read`] reads.
pub(super) fn write(keys: &BTreeMap<String, SecretString>) -> SecretString {
    let mut text = String::new();
    for (name, secret) in keys {
        // As a JSON string every value survives, whatever it holds.
        let value = serde_json::Value::from(secret.expose_secret());
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{name}={value}");
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use secrecy::ExposeSecret as _;

    use super::{read, value, write};

    #[test]
    fn lines_hold_plain_and_quoted_values() {
        let keys =
            read("# ours\n\nfaces = whsec_abc=\npem=\"one\\ntwo\"\r\nfaces=whsec_new\n").expect("good lines");
        let text = |name: &str| keys[name].expose_secret().to_owned();
        assert_eq!(text("faces"), "whsec_new", "the last one counts");
        assert_eq!(text("pem"), "one\ntwo");
        assert_eq!(keys.len(), 2);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_and_not_shown() {
        let error = read("a=b\nhush\n").expect_err("no equals sign");
        assert_eq!(error, "line 2: write it as NAME=VALUE");
        let error = read("a=\"hush\n").expect_err("no end");
        assert!(error.starts_with("line 1") && !error.contains("hush"), "{error}");
    }

    proptest! {
        #[test]
        fn every_secret_comes_back(secret in ".*", name in "[a-z0-9._-]{1,64}") {
            let keys = BTreeMap::from([(name.clone(), secret.clone().into())]);
            let text = write(&keys);
            let back = read(text.expose_secret()).expect("our own lines");
            prop_assert_eq!(back[&name].expose_secret(), &secret);
        }

        #[test]
        fn a_plain_value_is_itself(secret in "[A-Za-z0-9_+/=]{1,80}") {
            let read = value(&secret).expect("plain");
            prop_assert_eq!(read.expose_secret(), &secret);
        }
    }
}
