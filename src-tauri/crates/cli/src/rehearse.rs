//! Trying an engine's profile, without sending anything.

use std::path::Path;

use placet_desk::verb::{RecordedAnswer, TryEngine};
use placet_desk::view::{FateView, RehearsalView};
use placet_review::{Draft, without_values};
use serde::de::DeserializeOwned;

use crate::Desk;
use crate::arguments::EngineTry;
use crate::failure::Failure;
use crate::print::Printer;

pub(crate) async fn run(desk: &Desk, options: EngineTry, printer: Printer) -> Result<(), Failure> {
    let EngineTry { name, item, decision, answer } = options;
    let submission = std::fs::read_to_string(&item).map_err(|error| unreadable(&item, &error))?;
    let draft: Draft = json_in(&decision)?;
    let answer: Option<RecordedAnswer> = answer.map(|file| json_in(&file)).transpose()?;
    let rehearsed = desk.ask(TryEngine { engine: name, submission, draft, answer }).await?;
    printer.document(&rehearsed, |rehearsed| rehearsed.iter().map(text).collect::<Vec<_>>().join("\n\n"))
}

/// What stands in the file, as JSON.
pub(crate) fn json_in<T: DeserializeOwned>(file: &Path) -> Result<T, Failure> {
    let text = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(file, &without_values(&error.to_string())))
}

fn unreadable(file: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {error}", file.display()))
}

/// The request as it stands on the wire, and what would become of it.
fn text(rehearsed: &RehearsalView) -> String {
    let RehearsalView { protocol, method, url, headers, body, fate } = rehearsed;
    let mut lines = vec![format!("{protocol}: this would be sent"), String::new(), format!("{method} {url}")];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if !body.is_empty() {
        lines.extend([String::new(), body.clone()]);
    }
    if let Some(FateView { outcome, words, becomes, .. }) = fate {
        lines.extend([String::new(), format!("{}: {words}", outcome.name()), becomes.clone()]);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use placet_desk::view::{FateView, RehearsalView};
    use placet_review::{DeliveryState, Draft, Outcome};

    use super::{json_in, text};

    #[test]
    fn the_request_is_shown_as_it_stands_on_the_wire_and_then_its_fate() {
        let becomes = "The delivery would be due, tried again after 5 s.";
        let fate = FateView {
            outcome: Outcome::Failed,
            words: "Not yet.".into(),
            state: DeliveryState::Due,
            becomes: becomes.into(),
            again_in_ms: Some(5_000),
        };
        let rehearsed = RehearsalView {
            protocol: "http".into(),
            method: "PUT".into(),
            url: "https://e.example/x".into(),
            headers: vec![("accept".into(), "*/*".into())],
            body: "{}".into(),
            fate: Some(fate),
        };
        let shown = text(&rehearsed);
        assert!(
            shown.contains("PUT https://e.example/x\naccept: */*\n\n{}\n\nfailed: Not yet.\n"),
            "{shown}"
        );
        assert!(shown.ends_with(becomes), "{shown}");
        let alone = text(&RehearsalView { fate: None, ..rehearsed });
        assert!(alone.ends_with("\n\n{}"), "without an answer nothing is judged: {alone}");
    }

    #[test]
    fn a_file_that_is_not_what_it_should_be_is_named_and_not_repeated() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("decision.json");
        json_in::<Draft>(&file).expect_err("there is none");
        std::fs::write(&file, r#"{"verdict": "hush"}"#).expect("written");
        let failure = json_in::<Draft>(&file).expect_err("no verdict").to_string();
        assert!(failure.contains("decision.json") && !failure.contains("hush"), "{failure}");
    }
}
