//! WebVTT (<https://www.w3.org/TR/webvtt1/>).

use quick_xml::escape::partial_escape;

use super::transcript::{Cue, clock};

/// The captions as a file. Who speaks stands in a voice span. Nothing of a text is read as a tag, an escape or an arrow: it
/// has the same three escapes as XML (sections 4.2.2 and 6.4).
pub(super) fn write(cues: &[Cue]) -> String {
    let mut file = "WEBVTT\n\n".to_owned();
    for cue in cues {
        let (start, end) = (clock(cue.start, '.'), clock(cue.end, '.'));
        let text = cue.lines.join("\n");
        let text = partial_escape(text.as_str());
        let text = match &cue.speaker {
            Some(speaker) => format!("<v {}>{text}</v>", partial_escape(speaker.as_str())),
            None => text.into_owned(),
        };
        file.push_str(&format!("{start} --> {end}\n{text}\n\n"));
    }
    file
}
