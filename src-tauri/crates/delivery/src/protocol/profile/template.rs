//! Templates (Jinja, by `MiniJinja`) in which nothing is silently wrong: what is not there, or has no text of its own, is
//! an error and never an empty place.

use minijinja::value::ValueKind;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, UndefinedBehavior, Value, syntax::SyntaxConfig,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json};

use super::super::Wrong;

/// How much work one template may be: about so many steps, or 64 bytes each of what it makes.
const FUEL: u64 = 200_000;
/// What a value keeps as it is where it stands in an address: the unreserved characters of RFC 3986 section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where the text of a template goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Anywhere: values stand as they are.
    Text,
    /// Into an address: values are percent-encoded, so that none leads elsewhere, unless they are marked as safe.
    Address,
}

/// Whether the template can be read.
pub(super) fn check(source: &str) -> Result<(), Wrong> {
    environment(Place::Text).template_from_str(source).map(drop).map_err(|error| flaw(source, 0, &error))
}

/// Whether all texts in it can be read.
pub(super) fn check_json(json: &Json) -> Result<(), Wrong> {
    match json {
        Json::String(source) => check(source),
        Json::Array(values) => values
            .iter()
            .enumerate()
            .try_for_each(|(n, value)| check_json(value).map_err(|wrong| wrong.under(&n.to_string()))),
        Json::Object(members) => {
            members.iter().try_for_each(|(name, value)| check_json(value).map_err(|wrong| wrong.under(name)))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(()),
    }
}

/// The text that the template makes of these facts.
pub(super) fn text(source: &str, place: Place, facts: &Value) -> Result<String, Wrong> {
    let environment = environment(place);
    let template = environment.template_from_str(source).map_err(|error| flaw(source, 0, &error))?;
    template.render(facts.clone()).map_err(|error| flaw(source, 0, &error))
}

/// The text, or nothing where the template is one expression that comes to null.
pub(super) fn text_if_any(source: &str, facts: &Value) -> Result<Option<String>, Wrong> {
    match expression(source) {
        Some(inner) if evaluate(source, inner, facts)?.is_none() => Ok(None),
        Some(_) | None => text(source, Place::Text, facts).map(Some),
    }
}

/// The structure with each text rendered. A text that is one expression and nothing else stands for its value, of
/// whatever kind.
pub(super) fn json(json: &Json, facts: &Value) -> Result<Json, Wrong> {
    match json {
        Json::String(source) => match expression(source) {
            Some(inner) => {
                let value = evaluate(source, inner, facts)?;
                serde_json::to_value(&value)
                    .map_err(|_| Wrong::at("", "this comes to nothing that JSON can hold"))
            }
            None => text(source, Place::Text, facts).map(Json::String),
        },
        Json::Array(values) => values
            .iter()
            .enumerate()
            .map(|(n, value)| self::json(value, facts).map_err(|wrong| wrong.under(&n.to_string())))
            .collect::<Result<_, _>>()
            .map(Json::Array),
        Json::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let value = self::json(value, facts).map_err(|wrong| wrong.under(name))?;
                Ok((name.clone(), value))
            })
            .collect::<Result<Map<_, _>, _>>()
            .map(Json::Object),
        Json::Null | Json::Bool(_) | Json::Number(_) => Ok(json.clone()),
    }
}

/// The text percent-encoded, as it stands in an address.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

fn environment<'source>(place: Place) -> Environment<'source> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // For the place of an error and the name of what is missing; it is never printed in full.
    environment.set_debug(true);
    // It would put all facts into the text, those that are secret among them.
    environment.remove_global("debug");
    environment.add_filter("urlencode", urlencode);
    environment.set_formatter(move |out, _, value| write(place, out, value));
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    environment.set_syntax(syntax.expect("the usual delimiters"));
    environment
}

/// Percent-encodes all that is not unreserved, slashes as well.
fn urlencode(value: &Value) -> Result<Value, Error> {
    Ok(Value::from_safe_string(encoded(&printed(value)?)))
}

/// Writes a value that a template prints.
fn write(place: Place, out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
    let text = printed(value)?;
    let text = match place {
        Place::Address if !value.is_safe() && text.is_empty() => {
            return Err(unprintable("an empty text in an address"));
        }
        Place::Address if !value.is_safe() => encoded(&text),
        Place::Address | Place::Text => text,
    };
    out.write_str(&text).map_err(|_| Error::from(ErrorKind::WriteFailure))
}

/// The text of a value that has one of its own.
fn printed(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Number => Ok(value.to_string()),
        // As JSON has it.
        ValueKind::Bool => Ok(if value.is_true() { "true" } else { "false" }.to_owned()),
        // An `if` without `else` that does not hold.
        ValueKind::Undefined => Ok(String::new()),
        ValueKind::None => Err(unprintable("null, which has no text: write {{ ... or \"\" }}")),
        _ => Err(unprintable("a structure, which has no text: write {{ ... | tojson }}")),
    }
}

fn unprintable(what: &'static str) -> Error {
    Error::new(ErrorKind::BadSerialization, what)
}

/// What stands between the braces of a template that is one expression and nothing else.
fn expression(source: &str) -> Option<&str> {
    let inner = source.strip_prefix("{{")?.strip_suffix("}}")?;
    environment(Place::Text).compile_expression(inner).is_ok().then_some(inner)
}

fn evaluate(source: &str, inner: &str, facts: &Value) -> Result<Value, Wrong> {
    let before = source.len() - inner.len() - "}}".len();
    let environment = environment(Place::Text);
    let value = environment
        .compile_expression(inner)
        .and_then(|expression| expression.eval(facts.clone()))
        .map_err(|error| flaw(source, before, &error))?;
    if value.is_undefined() {
        // Printing it says what is missing; an `if` without `else` that does not hold prints nothing and is no mistake.
        return text(source, Place::Text, facts).map(|_| Value::from(()));
    }
    if is_whole(&value) { Ok(value) } else { Err(Wrong::at("", "a part of this is undefined")) }
}

/// Whether nothing in it is undefined or broken, which JSON would show as null.
fn is_whole(value: &Value) -> bool {
    match value.kind() {
        ValueKind::Undefined | ValueKind::Invalid => false,
        ValueKind::Map => {
            let names = value.try_iter().into_iter().flatten();
            names.into_iter().all(|name| value.get_item(&name).is_ok_and(|member| is_whole(&member)))
        }
        ValueKind::Seq | ValueKind::Iterable => {
            value.try_iter().is_ok_and(|mut values| values.all(|value| is_whole(&value)))
        }
        _ => true,
    }
}

/// The error as a sentence that says where and what, and repeats no value. `before` is how much of the source stands
/// before what was read.
fn flaw(source: &str, before: usize, error: &Error) -> Wrong {
    let start = error.range().map(|range| range.start + before);
    let place = match (start, error.line()) {
        (Some(start), _) => {
            let until = &source[..source.floor_char_boundary(start)];
            let line = until.matches('\n').count() + 1;
            let column = until.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("line {line}, column {column}: ")
        }
        (None, Some(line)) => format!("line {line}: "),
        (None, None) => String::new(),
    };
    let kind = error.kind();
    let named = matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::UndefinedError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownTest
            | ErrorKind::UnknownFunction
            | ErrorKind::BadSerialization
    );
    let words = match error.detail().filter(|_| named) {
        Some(detail) if matches!(kind, ErrorKind::UndefinedError) => detail.to_owned(),
        Some(detail) => format!("{kind}: {detail}"),
        None => kind.to_string(),
    };
    Wrong::at("", format!("{place}{words}"))
}

#[cfg(test)]
mod tests {
    use minijinja::Value;
    use minijinja::value::Serde;
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    use super::{Place, check, check_json, text, text_if_any};

    fn facts() -> Value {
        Value::from(Serde(json!({
            "a": { "label": "A \"&/ü", "none": null, "list": [1, 2.5, true], "empty": "" },
            "token": "s3cret",
        })))
    }

    #[rstest]
    #[case("{{ a.label }}", "A \"&/ü")]
    #[case("{{ a.label | tojson }}", "\"A \\\"\\u0026/ü\"")]
    #[case("{{ a.label | urlencode }}", "A%20%22%26%2F%C3%BC")]
    #[case("{{ a.none or \"\" }}-{{ \"x\" if a.none }}-{{ a.list[2] }}\n", "--true\n")]
    #[case("{% for n in a.list %}{{ n }},{% endfor %}", "1,2.5,true,")]
    fn a_text_is_rendered(#[case] source: &str, #[case] expected: &str) {
        assert_eq!(text(source, Place::Text, &facts()), Ok(expected.to_owned()));
    }

    #[rstest]
    #[case("/x/{{ a.label }}/y", "/x/A%20%22%26%2F%C3%BC/y")]
    #[case("/x/{{ a.label | urlencode }}", "/x/A%20%22%26%2F%C3%BC")]
    #[case("{{ a.label | safe }}", "A \"&/ü")]
    fn a_value_leads_nowhere_else_in_an_address(#[case] source: &str, #[case] expected: &str) {
        assert_eq!(text(source, Place::Address, &facts()), Ok(expected.to_owned()));
    }

    #[rstest]
    #[case("one\n  {{ a.other }}", "line 2, column 6: `a.other` is undefined")]
    #[case("{{ a.none }}", "null")]
    #[case("{{ a }}", "tojson")]
    #[case("{{ a.label | shout }}", "unknown filter")]
    #[case("{{ a.label ", "line 1, column")]
    #[case("{{ debug() }}", "debug")]
    #[case("{{ token | int }}", "line 1")]
    #[case("{% for n in range(9999) %}{% for n in range(9999) %}{{ n }}{% endfor %}{% endfor %}", "fuel")]
    fn what_is_wrong_is_told_with_its_place_and_without_values(#[case] source: &str, #[case] words: &str) {
        let wrong = text(source, Place::Text, &facts()).expect_err(source).message;
        assert!(wrong.contains(words) && !wrong.contains("s3cret"), "{wrong}");
    }

    #[test]
    fn nothing_is_empty_by_mistake_in_an_address() {
        let wrong = text("/{{ a.empty }}/x", Place::Address, &facts()).expect_err("empty").message;
        assert!(wrong.contains("empty"), "{wrong}");
    }

    #[test]
    fn one_expression_keeps_its_kind_in_json() {
        let template = json!({
            "list": "{{ a.list }}", "none": "{{ a.none }}", "text": "it is {{ a.list[0] }}",
            "if": "{{ 1 if a.none }}",
            "made": "{{ {'x': [a.list[1]]} if a.list else 1 }}", "two": ["{{ a.list[0] }}{{ a.list[2] }}"], "is": 7,
        });
        let expected = json!({
            "list": [1, 2.5, true], "none": null, "text": "it is 1", "if": null, "made": { "x": [2.5] }, "two": ["1true"], "is": 7,
        });
        assert_eq!(super::json(&template, &facts()), Ok(expected));
    }

    #[rstest]
    #[case(json!({ "x": ["{{ a.other }}"] }), "/x/0")]
    #[case(json!({ "a/b": "{{ {'x': a.other} }}" }), "/a~1b")]
    #[case(json!({ "x": { "y": "is {{ a.none }}" } }), "/x/y")]
    fn what_is_wrong_in_json_is_told_with_its_pointer(#[case] template: Json, #[case] pointer: &str) {
        assert_eq!(super::json(&template, &facts()).expect_err("wrong").pointer, pointer);
    }

    #[test]
    fn a_null_is_left_out_where_that_can_be() {
        assert_eq!(text_if_any("{{ a.none }}", &facts()), Ok(None));
        assert_eq!(text_if_any("{{ a.list[0] }}", &facts()), Ok(Some("1".to_owned())));
        text_if_any("{{ a.other }}", &facts()).expect_err("undefined");
    }

    #[test]
    fn templates_are_read_before_they_are_used() {
        check("{% if a %}{{ b }}{% endif %}").expect("it reads");
        assert_eq!(check("{% if a %}").map_err(|wrong| wrong.message.contains("line 1")), Err(true));
        assert_eq!(check_json(&json!(["", { "x": "{{" }])).expect_err("unclosed").pointer, "/1/x");
    }
}
