//! What the engine reminds itself of: a JSON object, whose text stays as the engine wrote it.

use serde_json::{Map, Value};

/// The state.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    /// A JSON object.
    text: String,
    members: Map<String, Value>,
}

impl State {
    /// Reads it; or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let members = serde_json::from_str(text)
            .map_err(|_| "the engine's state is a JSON object, such as {\"isCallback\": true}")?;
        Ok(Self { text: text.trim().to_owned(), members })
    }

    /// Without any members.
    pub(super) fn empty() -> Self {
        Self { text: "{}".to_owned(), members: Map::new() }
    }

    /// Whether it has a member of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Its text with these members behind its own; or the name of one that it has already and that says something else.
    pub(super) fn with(&self, more: &Map<String, Value>) -> Result<String, String> {
        let mut text = self.text.strip_suffix('}').expect("an object ends so").to_owned();
        let mut has_any = !self.members.is_empty();
        for (name, value) in more {
            match self.members.get(name) {
                Some(own) if own == value => {}
                Some(_) => return Err(name.clone()),
                None => {
                    if has_any {
                        text.push(',');
                    }
                    has_any = true;
                    text.push_str(&Value::from(name.as_str()).to_string());
                    text.push(':');
                    text.push_str(&value.to_string());
                }
            }
        }
        text.push('}');
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::State;

    #[rstest]
    #[case("{}", json!({}), "{}")]
    #[case("{}", json!({ "a": [1] }), r#"{"a":[1]}"#)]
    #[case(r#" { "n" : 1.0e3, "big":12345678901234567890123 } "#, json!({ "a": 1, "b": "\"" }),
           r#"{ "n" : 1.0e3, "big":12345678901234567890123 ,"a":1,"b":"\""}"#)]
    #[case(r#"{"a":{"b":null}}"#, json!({ "a": { "b": null }, "c": 2 }), r#"{"a":{"b":null},"c":2}"#)]
    fn it_keeps_its_text_and_is_added_to(#[case] state: &str, #[case] more: Value, #[case] both: &str) {
        let state = State::read(state).expect("an object");
        assert_eq!(state.with(more.as_object().expect("an object")).as_deref(), Ok(both));
        serde_json::from_str::<Value>(both).expect("still JSON");
    }

    #[test]
    fn nothing_of_it_is_written_over() {
        let state = State::read(r#"{"a":1}"#).expect("an object");
        assert_eq!(state.with(json!({ "a": 2 }).as_object().expect("an object")), Err("a".to_owned()));
        for text in ["", "7", "[]", "\"{}\"", "{", "{}{}"] {
            State::read(text).expect_err(text);
        }
    }
}
