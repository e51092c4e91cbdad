//! A transcript, as it is decided on:
//!
//! ```json
//! { "segments": [{ "start": 0, "end": 1600, "speaker": "Agent", "text": "How can I help?" }],
//!   "words": [{ "start": 0, "end": 180, "speaker": "Agent", "text": "How" }] }
//! ```
//!
//! Times are whole milliseconds from the start of the recording. There are segments, words or both; a speaker may be
//! missing. Where both are there, captions are made of the segments, for these are what people correct; of words alone,
//! captions are made here.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Decided, Wrong};

/// How long a caption made of words gets, in characters: two lines of 42.
const CAPTION_CHARS: usize = 84;
/// After so long a silence another caption begins, in milliseconds.
const SILENCE_MS: u64 = 2_000;

/// A transcript, in the order of time.
#[derive(Debug, Deserialize)]
pub(super) struct Transcript {
    #[serde(default)]
    segments: Vec<Piece>,
    #[serde(default)]
    words: Vec<Piece>,
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece {
    pub(super) start: u64,
    pub(super) end: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) speaker: Option<String>,
    pub(super) text: String,
}

/// What stands on the screen for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cue {
    /// In milliseconds.
    pub(super) start: u64,
    /// Always later.
    pub(super) end: u64,
    /// On one line, without control characters.
    pub(super) speaker: Option<String>,
    /// At least one; none is empty or has control characters.
    pub(super) lines: Vec<String>,
}

impl Transcript {
    /// The one in the answer, else the item's; `None` if there is none.
    pub(super) fn decided(decided: &Decided<'_>) -> Result<Option<Self>, Wrong> {
        section(decided, "transcript").map(Self::read).transpose()
    }

    fn read(value: &Value) -> Result<Self, Wrong> {
        let mut transcript = Self::deserialize(value).map_err(|error| {
            let words = format!(
                "its transcript cannot be read ({}); it has \"segments\" or \"words\", each with \"start\" and \"end\" in \
                 whole milliseconds and \"text\"",
                placet_review::without_values(&error.to_string())
            );
            Wrong::at("", words)
        })?;
        for pieces in [&mut transcript.segments, &mut transcript.words] {
            if let Some(number) = pieces.iter().position(|piece| piece.end < piece.start) {
                let words =
                    format!("part {} of its transcript ends before it starts; correct its times", number + 1);
                return Err(Wrong::at("", words));
            }
            pieces.sort_by_key(|piece| piece.start);
        }
        if transcript.cues().is_empty() { Err(none()) } else { Ok(transcript) }
    }

    /// Its captions.
    pub(super) fn cues(&self) -> Vec<Cue> {
        let of_words;
        let pieces = if self.segments.is_empty() {
            of_words = gathered(&self.words);
            &of_words
        } else {
            &self.segments
        };
        pieces.iter().filter_map(cue).collect()
    }

    /// One paragraph a caption.
    pub(super) fn to_text(&self) -> String {
        let mut text = String::new();
        for cue in self.cues() {
            text.push_str(&cue.spoken().join(" "));
            text.push('\n');
        }
        text
    }

    /// `words` as in VoiceBase's own transcripts (`p` its place, `s` and `e` in milliseconds, `w` the word; with `m` set
    /// to `turn`, who speaks from there on), and the segments beside them.
    pub(super) fn to_json(&self) -> Value {
        let mut words: Vec<Value> = Vec::new();
        let mut speaker = None;
        for Piece { start, end, speaker: speaks, text } in &self.words {
            if speaks.is_some() && *speaks != speaker {
                speaker.clone_from(speaks);
                words.push(json!({ "p": words.len(), "s": start, "e": start, "m": "turn", "w": speaks }));
            }
            words.push(json!({ "p": words.len(), "s": start, "e": end, "w": text }));
        }
        json!({ "words": words, "segments": self.segments })
    }
}

impl Cue {
    /// Its lines, the first of which names who speaks: for formats that have no other place for that.
    pub(super) fn spoken(&self) -> Vec<String> {
        let mut lines = self.lines.clone();
        if let (Some(speaker), Some(first)) = (&self.speaker, lines.first_mut()) {
            *first = format!("{speaker}: {first}");
        }
        lines
    }
}

/// There is no transcript.
pub(super) fn none() -> Wrong {
    Wrong::at(
        "",
        "it waits for a transcript, and there is none to send; put one into the answer, or have the engine hand it in as \
         \"transcript\" of the content",
    )
}

/// What the answer says of this section, else the item's content.
pub(super) fn section<'a>(decided: &Decided<'a>, name: &str) -> Option<&'a Value> {
    let answer = decided.decision.answer.as_ref();
    answer
        .and_then(|answer| answer.get(name))
        .or_else(|| answer?.get("arguments")?.get(name))
        .or_else(|| decided.item.asked.content.get(name))
        .filter(|section| !section.is_null())
}

fn cue(piece: &Piece) -> Option<Cue> {
    let is_break = |c| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let lines: Vec<String> = piece.text.split(is_break).map(tidy).filter(|line| !line.is_empty()).collect();
    let speaker = piece.speaker.as_deref().map(tidy).filter(|speaker| !speaker.is_empty());
    // A caption that ends when it starts is shown by nobody, and WebVTT has none.
    let end = piece.end.max(piece.start + 1);
    (!lines.is_empty()).then_some(Cue { start: piece.start, end, speaker, lines })
}

/// Without what XML cannot hold (<https://www.w3.org/TR/xml/#charsets>), and with single spaces.
fn tidy(text: &str) -> String {
    let kept = |c: &char| c.is_whitespace() || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    let kept: String = text.chars().filter(kept).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words, put together to what fits into a caption.
fn gathered(words: &[Piece]) -> Vec<Piece> {
    let mut captions: Vec<Piece> = Vec::new();
    for word in words {
        let belongs = |caption: &&mut Piece| {
            (word.speaker.is_none() || word.speaker == caption.speaker)
                && word.start.saturating_sub(caption.end) < SILENCE_MS
                && caption.text.chars().count() + 1 + word.text.chars().count() <= CAPTION_CHARS
        };
        match captions.last_mut().filter(belongs) {
            Some(caption) => {
                if !word.text.starts_with(['.', ',', '!', '?', ';', ':', '…']) {
                    caption.text.push(' ');
                }
                caption.text.push_str(&word.text);
                caption.end = caption.end.max(word.end);
            }
            None => {
                let speaker =
                    word.speaker.clone().or_else(|| captions.last().and_then(|last| last.speaker.clone()));
                captions.push(Piece { speaker, ..word.clone() });
            }
        }
    }
    captions
}

/// Hours, minutes, seconds and milliseconds, the last behind this sign. There may be more than 99 hours.
pub(super) fn clock(ms: u64, sign: char) -> String {
    let (seconds, ms) = (ms / 1_000, ms % 1_000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{:02}:{:02}:{seconds:02}{sign}{ms:03}", minutes / 60, minutes % 60)
}
