//! Addresses in callbacks: read, held against the engine's allow-list, and shown without what may be secret.

use ::http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use placet_review::{Callback, Engine};
use serde_json::Value;
use url::{Position, Url};

use super::Wrong;

/// The longest address, in bytes: RFC 9110 section 4.1 asks everyone to take 8,000.
pub(super) const LONGEST_URL: usize = 8_000;

/// What stands for itself in a path; all else is escaped (RFC 3986 section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The longest part of a path that a callback may name, in bytes.
const LONGEST_PART: usize = 1_000;

/// The address in this parameter of the callback.
pub(super) fn of(callback: &Callback, name: &str) -> Result<Url, Wrong> {
    let text = callback.parameters.get(name).and_then(Value::as_str);
    let text = text
        .ok_or_else(|| wrong(name, "give the address as a string, such as https://host/path".to_owned()))?;
    parsed(text).map_err(|message| wrong(name, message))
}

/// The address, or a sentence that says what is wrong with it.
pub(super) fn parsed(text: &str) -> Result<Url, String> {
    if text.len() > LONGEST_URL {
        return Err(format!("this is longer than {LONGEST_URL} bytes"));
    }
    let url = Url::parse(text).map_err(|error| format!("this is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("\"{}\" is neither http nor https", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("leave user name and password out: name keys in the engine's profile".to_owned());
    }
    Ok(url)
}

/// The address, if it goes out exactly as it is written: nobody may write what a signature covers in another way. Else a
/// sentence that says what to change.
pub(super) fn exactly(text: &str) -> Result<Url, String> {
    let url = parsed(text)?;
    // What the HTTP client makes of it counts as well.
    let sent = url.as_str().parse::<Uri>().ok();
    let sent = sent.as_ref().and_then(Uri::path_and_query).map(|sent| sent.as_str());
    if url.as_str() != text || sent != Some(&url[Position::BeforePath..]) {
        return Err("this would not go out as it is written: write scheme and host in lower case, leave out a port that \
                    is the usual one, \"..\" and what follows a #, begin the path with /, and percent-encode what a URL \
                    cannot hold"
            .to_owned());
    }
    Ok(url)
}

/// The address under which an engine's interface lies, or a sentence that says what is wrong with it.
pub(super) fn base(text: &str) -> Result<Url, String> {
    let url = parsed(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("leave out what begins with ? or #: paths are put behind this address".to_owned());
    }
    Ok(url)
}

/// What lies under this address, by the names on the way there.
pub(super) fn under(base: &Url, names: &[&str]) -> Url {
    let mut path = base.path().trim_end_matches('/').to_owned();
    for name in names {
        path.push('/');
        path.extend(utf8_percent_encode(name, UNRESERVED));
    }
    let mut url = base.clone();
    url.set_path(&path);
    url
}

/// A name in this parameter that can be a part of a path; `None` if it is absent.
pub(super) fn part<'a>(callback: &'a Callback, name: &str) -> Result<Option<&'a str>, Wrong> {
    // Dots lead elsewhere, escaped or not (RFC 3986 section 6.2.2.3).
    let fits = |text: &&str| {
        (1..=LONGEST_PART).contains(&text.len())
            && !matches!(*text, "." | "..")
            && !text.contains(char::is_control)
    };
    match callback.parameters.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().filter(fits).map(Some).ok_or_else(|| {
            wrong(name, format!("give a text of 1 to {LONGEST_PART} bytes on one line, and no dots alone"))
        }),
    }
}

/// The same, if there has to be one.
pub(super) fn needed_part<'a>(callback: &'a Callback, name: &str) -> Result<&'a str, Wrong> {
    part(callback, name)?.ok_or_else(|| wrong(name, "this is missing: give its text"))
}

/// Whether the engine's allow-list covers the address that stands in this parameter.
pub(super) fn allowed(name: &str, url: &Url, engine: &Engine) -> Result<(), Wrong> {
    if engine.allows(url) {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    Err(wrong(
        name,
        format!(
            "the allow-list of engine \"{}\" does not cover this address on {origin}; add it to the engine's \
             profile or correct the URL",
            engine.name
        ),
    ))
}

/// Refuses parameters that the protocol does not know: one that is misspelt would be missed silently.
pub(super) fn known(protocol: &str, callback: &Callback, known: &[&str]) -> Result<(), Wrong> {
    match callback.parameters.keys().find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => {
            let pointer = unknown.replace('~', "~0").replace('/', "~1");
            Err(wrong(&pointer, format!("the protocol {protocol} has only {}", known.join(", "))))
        }
    }
}

/// The address as people read it. Names of the query stay, for they help to tell callbacks apart; values go.
pub(crate) fn without_secrets(mut url: Url) -> String {
    url.set_fragment(None);
    if url.query().is_some() {
        let names: Vec<String> = url.query_pairs().map(|(name, _)| format!("{name}=...")).collect();
        url.set_query(Some(&names.join("&")));
    }
    url.into()
}

/// What is wrong with this parameter.
pub(super) fn wrong(name: &str, message: impl Into<String>) -> Wrong {
    Wrong::at(format!("/{name}"), message)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::{base, exactly, part, under};
    use crate::protocol::fixture::callback;

    #[rstest]
    #[case("https://e.example/callback?jwt=a.b.c&engineId=7&data=%7B%22a%22:1%7D", true)]
    #[case("http://127.0.0.1:8080/a%2fb/?x={1}|'", false)]
    #[case("https://e.example/a?x={1}|$,;+*!", true)]
    #[case("https://e.example/a?x=%7b%7B", true)]
    #[case("https://e.example", false)]
    #[case("https://E.example/", false)]
    #[case("https://e.example:443/", false)]
    #[case("https://e.example/a/../b", false)]
    #[case("https://e.example/a b", false)]
    #[case("https://e.example/ä", false)]
    #[case("https://e.example/a?x=\"1\"", false)]
    #[case("https://e.example/a#b", false)]
    #[case(" https://e.example/a", false)]
    fn what_would_go_out_differently_is_refused(#[case] text: &str, #[case] fits: bool) {
        match exactly(text) {
            Ok(url) => assert!(fits && url.as_str() == text, "{text}"),
            Err(why) => assert!(!fits && why.contains("as it is written"), "{text}: {why}"),
        }
    }

    #[rstest]
    #[case(
        "http://e.example",
        "http://e.example/dags/a%2Fb/manual__2026-11-26T01%3A00%3A00%2B00%3A00/%C3%BC%20%25"
    )]
    #[case(
        "http://e.example/api/",
        "http://e.example/api/dags/a%2Fb/manual__2026-11-26T01%3A00%3A00%2B00%3A00/%C3%BC%20%25"
    )]
    fn names_stay_what_they_are_on_their_way_into_a_path(#[case] text: &str, #[case] expected: &str) {
        let names = ["dags", "a/b", "manual__2026-11-26T01:00:00+00:00", "ü %"];
        assert_eq!(under(&base(text).expect("an address"), &names).as_str(), expected);
    }

    #[rstest]
    #[case("http://e.example/?a=1")]
    #[case("http://e.example/#a")]
    #[case("e.example")]
    fn nothing_can_lie_under_what_has_an_end(#[case] text: &str) {
        base(text).expect_err("no base");
    }

    #[rstest]
    #[case(json!(""))]
    #[case(json!(".."))]
    #[case(json!("a\nb"))]
    #[case(json!(7))]
    #[case(json!("a".repeat(1_001)))]
    fn what_cannot_be_a_part_of_a_path_is_refused(#[case] value: Value) {
        let callback = callback("any", json!({ "name": value }));
        assert_eq!(part(&callback, "name").expect_err("refused").pointer, "/name");
        assert_eq!(part(&callback, "other"), Ok(None));
    }
}
