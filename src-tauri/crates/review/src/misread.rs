//! What a parser says of a value that it did not expect, without the value.

/// The words without the value that they repeat: it may be a secret that stands where none belongs.
///
/// Serde says `invalid type: string "...", expected ...` and ``unknown variant `...`, expected ...``; what was expected
/// and where is enough to put it right.
pub fn without_values(words: &str) -> String {
    for (before, after) in [("string \"", "\", expected"), ("variant `", "`, expected")] {
        if let Some(start) = words.find(before)
            && let Some(end) = words.rfind(after)
        {
            let kept = before.split(' ').next().unwrap_or_default();
            let rest = words.get(end + 1..).unwrap_or_default();
            return format!("{}{kept}{rest}", &words[..start]);
        }
    }
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::without_values;
    use crate::{Engine, SecretPlace};

    #[test]
    fn what_was_expected_is_said_and_not_what_was_there() {
        let wrong = json!({ "name": "e", "allow": "hush \", expected\" hush" });
        let words = without_values(&Engine::deserialize(wrong).expect_err("a text").to_string());
        assert_eq!(words, "invalid type: string, expected a sequence");
        let words = without_values(&SecretPlace::deserialize(json!("hush")).expect_err("none").to_string());
        assert_eq!(words, "unknown variant, expected `header` or `body`");
        assert_eq!(without_values("missing field `name`"), "missing field `name`");
    }
}
