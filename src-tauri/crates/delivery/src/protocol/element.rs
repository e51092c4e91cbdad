//! One element of an answer that may be XML.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The text in the first element of this name, whatever its namespace; `None` if there is none. What is only like XML is
/// read as far as it is.
pub(super) fn text_of(body: &[u8], name: &str) -> Option<String> {
    let mut reader = Reader::from_str(std::str::from_utf8(body).ok()?);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let is_it = |found: &str| found == name;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if is_it(start.local_name().as_ref()) => break,
            Event::Empty(empty) if is_it(empty.local_name().as_ref()) => return Some(String::new()),
            Event::Eof => return None,
            _ => {}
        }
    }
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Text(piece) => text.push_str(&piece),
            Event::CData(piece) => text.push_str(&piece),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(character) => text.push(character),
                None => text.push_str(quick_xml::escape::resolve_predefined_entity(&reference)?),
            },
            Event::End(end) if is_it(end.local_name().as_ref()) => return Some(text.trim().to_owned()),
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::text_of;

    #[rstest]
    #[case("<return>{}</return>", Some("{}"))]
    #[case(
        "<?xml version=\"1.0\"?>\n<r xmlns=\"urn:x\"><a>1</a><x:return> two </x:return><return>3</return></r>",
        Some("two")
    )]
    #[case("<return>{&quot;a&quot;: &#34;&lt;&amp;&gt;&#34;}</return>", Some("{\"a\": \"<&>\"}"))]
    #[case("<return><![CDATA[{\"a\": \"<b>\"}]]></return>", Some("{\"a\": \"<b>\"}"))]
    #[case("<return>R & D</return>", Some("R & D"))]
    #[case("<br><return>open</return>", Some("open"))]
    #[case("<r><return/></r>", Some(""))]
    #[case("<r><other>1</other></r>", None)]
    #[case("<return>cut o", None)]
    #[case("{\"return\": 1}", None)]
    #[case("", None)]
    fn it_is_found(#[case] body: &str, #[case] text: Option<&str>) {
        assert_eq!(text_of(body.as_bytes(), "return").as_deref(), text);
    }

    #[test]
    fn bytes_that_are_no_text_hold_none() {
        assert_eq!(text_of(b"<return>\xff</return>", "return"), None);
    }
}
