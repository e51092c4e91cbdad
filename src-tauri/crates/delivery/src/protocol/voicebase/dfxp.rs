//! Timed Text as DFXP (<https://www.w3.org/TR/2006/CR-ttaf1-dfxp-20061116/>), the profile whose files are
//! `application/ttaf+xml`.

use quick_xml::escape::partial_escape;

use super::transcript::{Cue, clock};

/// The captions as a file.
pub(super) fn write(cues: &[Cue]) -> String {
    let mut file = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                    <tt xmlns=\"http://www.w3.org/2006/10/ttaf1\" xml:lang=\"\"><body><div>\n"
        .to_owned();
    for cue in cues {
        let (start, end) = (clock(cue.start, '.'), clock(cue.end, '.'));
        let lines: Vec<String> =
            cue.spoken().iter().map(|line| partial_escape(line.as_str()).into_owned()).collect();
        file.push_str(&format!("<p begin=\"{start}\" end=\"{end}\">{}</p>\n", lines.join("<br/>")));
    }
    file.push_str("</div></body></tt>\n");
    file
}
