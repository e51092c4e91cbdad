//! SubRip (<https://www.matroska.org/technical/subtitles.html#srt-subtitles>, and
//! <https://voicebase.readthedocs.io/en/v3/how-to-guides/closed-captioning.html>): a number, the times, the lines and an
//! empty line.

use super::transcript::{Cue, clock};

/// The captions as a file. The format knows no escapes, so that a `-->` in a text, which readers take for times, is
/// written `-- >`.
pub(super) fn write(cues: &[Cue]) -> String {
    let mut file = String::new();
    for (number, cue) in (1..).zip(cues) {
        let (start, end) = (clock(cue.start, ','), clock(cue.end, ','));
        let text = cue.spoken().join("\n").replace("-->", "-- >");
        file.push_str(&format!("{number}\n{start} --> {end}\n{text}\n\n"));
    }
    file
}
