//! Analytics: one JSON object with the sections that a callback asks for
//! (<https://voicebase.readthedocs.io/en/v3/how-to-guides/callbacks.html>, "Callback Data").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::super::{Decided, Wrong};
use super::transcript::{Transcript, section};
use super::{Format, SECTIONS, transcript};

/// What is sent: `mediaId` is the engine's own name of the task, `status` says whether the answer is a no, and
/// `decision` is Placet's own. A section of which nobody said anything is left out; but a transcript that was asked for
/// by name has to be there, unless the answer is a no.
pub(super) fn of(decided: &Decided<'_>, sections: Option<&[&str]>) -> Result<Value, Wrong> {
    let &Decided { id, decision, item, .. } = decided;
    let mut all = Map::new();
    all.insert("mediaId".into(), item.asked.task.as_str().into());
    all.insert("status".into(), if decided.is_a_no() { "failed" } else { "finished" }.into());
    for name in SECTIONS.into_iter().filter(|name| sections.is_none_or(|sections| sections.contains(name))) {
        let value = match name {
            "metadata" => Some(Value::Object(item.asked.metadata.clone())),
            "transcript" if decided.is_a_no() => None,
            "transcript" => match Transcript::decided(decided)? {
                Some(transcript) => Some(in_all_formats(&transcript)),
                None if sections.is_some() => return Err(transcript::none()),
                None => None,
            },
            _ => section(decided, name).cloned(),
        };
        all.extend(value.map(|value| (name.to_owned(), value)));
    }
    let told = json!({
        "delivery": id.to_string(),
        "verdict": decision.verdict.name(),
        "answer": decision.answer,
        "note": decision.note,
        "by": decision.by,
        "at": decision.at,
    });
    all.insert("decision".into(), told);
    Ok(all.into())
}

/// The transcript as JSON, and in each other format beside it.
fn in_all_formats(transcript: &Transcript) -> Value {
    let others = Format::ALL.into_iter().filter(|format| *format != Format::Json).map(|format| {
        json!({
            "format": format.name(),
            "contentType": format.content_type(),
            "contentEncoding": "Base64",
            "charset": "utf-8",
            "data": STANDARD.encode(format.write(transcript)),
        })
    });
    let others: Vec<Value> = others.collect();
    let mut all = transcript.to_json();
    all["alternateFormats"] = others.into();
    all
}
