//! An engine's profile as a person writes it: as JSON text.

use placet_review::{Engine, without_values};

use crate::view::WrongProfileView;

/// The profile as it is edited.
pub(crate) fn written(engine: &Engine) -> serde_json::Result<String> {
    serde_json::to_string_pretty(engine)
}

/// Reads and checks the text. Says where it is wrong: by line and column, or by the member that the words name.
pub(crate) fn read(text: &str) -> Result<Engine, WrongProfileView> {
    let engine: Engine = serde_json::from_str(text).map_err(|error| place(&error))?;
    check(&engine).map_err(|message| WrongProfileView { line: None, column: None, message })?;
    Ok(engine)
}

/// Says what is wrong with the profile, as a sentence that names the member to change.
pub(crate) fn check(engine: &Engine) -> Result<(), String> {
    engine
        .check()
        .and_then(|()| placet_delivery::check_profile(engine))
        .and_then(|()| placet_delivery::protocol::check_settings(engine))
}

fn place(error: &serde_json::Error) -> WrongProfileView {
    let words = without_values(&error.to_string());
    let number = |place: usize| u32::try_from(place).ok().filter(|place| *place > 0);
    // The place is told by numbers, so that the words need not repeat it.
    let message =
        words.rsplit_once(" at line ").map_or(words.as_str(), |(message, _)| message).replace('`', "\"");
    WrongProfileView { line: number(error.line()), column: number(error.column()), message }
}

impl WrongProfileView {
    /// In one sentence.
    pub(crate) fn in_words(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("Line {line}, column {column}: {}.", self.message),
            _ => format!("{}.", self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use placet_review::Engine;
    use rstest::rstest;

    use super::{read, written};

    #[rstest]
    #[case("{\"name\": \"e\",\n \"allow\": [}", 2, 12, "expected value")]
    #[case("{\"name\": \"e\",\n \"allow\": [],\n \"alow\": []}", 3, 7, "unknown field \"alow\"")]
    #[case("{\"name\": \"e\",\n \"allow\": [\"hush\"]}", 2, 18, "an entry of the allow-list is not a URL")]
    #[case("{\"name\": \"e\"}", 1, 13, "missing field \"allow\"")]
    fn text_that_is_no_profile_is_told_with_its_place(
        #[case] text: &str,
        #[case] line: u32,
        #[case] column: u32,
        #[case] words: &str,
    ) {
        let wrong = read(text).expect_err("wrong");
        assert_eq!((wrong.line, wrong.column), (Some(line), Some(column)), "{wrong:?}");
        assert!(wrong.message.starts_with(words), "{wrong:?}");
        assert!(!wrong.message.contains("hush") && !wrong.message.contains(" at line "), "{wrong:?}");
        assert!(wrong.in_words().starts_with(&format!("Line {line}, column {column}: ")), "{wrong:?}");
    }

    #[test]
    fn a_profile_that_no_engine_can_have_is_told_by_its_member() {
        let wrong = read(r#"{"name": "e", "allow": [], "settings": {"pigeon": {}}}"#).expect_err("unknown");
        assert_eq!((wrong.line, wrong.column), (None, None));
        assert!(wrong.message.starts_with("settings: no protocol \"pigeon\" is known"), "{wrong:?}");
    }

    #[test]
    fn what_is_written_is_read_back() {
        let engine = Engine::new("e", vec!["https://e.example/".parse().expect("an entry")]);
        assert_eq!(read(&written(&engine).expect("written")).expect("right"), engine);
    }
}
