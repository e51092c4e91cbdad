//! What was written, read by others' code.

use proptest::prelude::*;
use subtp::srt::{SrtTimestamp, SubRip};
use subtp::vtt::{VttBlock, VttTimestamp, WebVtt};

use super::super::transcript::Cue;
use super::super::{dfxp, srt, webvtt};

/// Of each cue start, end and lines, the first of which names who speaks.
type Read = Vec<(u64, u64, Vec<String>)>;

fn cues() -> impl Strategy<Value = Vec<Cue>> {
    // All that escapes and times are about, and some that they are not.
    let line = "[ -~äß你]{0,20}(-->|&amp;|</v>|<br/>|]]>|&#10;)?[!-~]";
    let cue = (
        0..300_000_000_u64,
        1..1_000_000_u64,
        proptest::option::of("[!-~ä]{1,8}"),
        proptest::collection::vec(line, 1..3),
    );
    let cue = cue.prop_map(|(start, length, speaker, lines)| {
        let tidy = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ");
        Cue { start, end: start + length, speaker, lines: lines.into_iter().map(tidy).collect() }
    });
    proptest::collection::vec(cue, 0..6)
}

fn ms((hours, minutes, seconds, ms): (u8, u8, u8, u16)) -> u64 {
    ((u64::from(hours) * 60 + u64::from(minutes)) * 60 + u64::from(seconds)) * 1_000 + u64::from(ms)
}

fn read_srt(file: &str) -> Read {
    let time = |time: SrtTimestamp| ms((time.hours, time.minutes, time.seconds, time.milliseconds));
    let read = SubRip::parse(file).expect("SubRip");
    read.subtitles.into_iter().map(|cue| (time(cue.start), time(cue.end), cue.text)).collect()
}

fn read_webvtt(file: &str) -> Read {
    let time = |time: VttTimestamp| ms((time.hours, time.minutes, time.seconds, time.milliseconds));
    let plain = |line: &str| line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let read = WebVtt::parse(file).expect("WebVTT");
    let cues = read.blocks.into_iter().map(|block| match block {
        VttBlock::Que(cue) => {
            let payload = cue.payload.join("\n");
            let spoken = payload
                .strip_prefix("<v ")
                .and_then(|rest| rest.strip_suffix("</v>"))
                .and_then(|rest| rest.split_once('>'));
            let text = spoken.map_or(payload.clone(), |(speaker, text)| format!("{speaker}: {text}"));
            (time(cue.timings.start), time(cue.timings.end), text.split('\n').map(plain).collect())
        }
        VttBlock::Region(_) | VttBlock::Style(_) | VttBlock::Comment(_) => panic!("only cues were written"),
    });
    cues.collect()
}

fn read_dfxp(file: &str) -> Read {
    let document = roxmltree::Document::parse(file).expect("XML");
    let time = |text: &str| {
        let (clock, fraction) = text.split_once('.').expect("a fraction");
        let seconds = clock.split(':').fold(0, |all, part| all * 60 + part.parse::<u64>().expect("a number"));
        seconds * 1_000 + fraction.parse::<u64>().expect("a number")
    };
    let cues =
        document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2006/10/ttaf1", "p")));
    let cues = cues.map(|p| {
        let lines = p.children().filter_map(|child| child.text().map(str::to_owned)).collect();
        (time(p.attribute("begin").expect("begin")), time(p.attribute("end").expect("end")), lines)
    });
    cues.collect()
}

proptest! {
    #[test]
    fn other_readers_find_the_same_cues(cues in cues()) {
        let written: Read = cues.iter().map(|cue| (cue.start, cue.end, cue.spoken())).collect();
        prop_assert_eq!(read_dfxp(&dfxp::write(&cues)), written.clone());
        if !cues.is_empty() {
            prop_assert_eq!(read_webvtt(&webvtt::write(&cues)), written.clone());
            let without_arrows = written.into_iter().map(|(start, end, lines)| {
                (start, end, lines.iter().map(|line| line.replace("-->", "-- >")).collect::<Vec<_>>())
            });
            prop_assert_eq!(read_srt(&srt::write(&cues)), without_arrows.collect::<Vec<_>>());
        }
    }
}
