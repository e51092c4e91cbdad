//! Measures a JSON text before anything parses it, in one pass and without recursion.

use super::MAX_DEPTH;

/// What a text would cost to parse.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Measure {
    /// Bytes in strings that begin with `data:`, which may turn out to be attachments.
    pub(super) data_url_bytes: usize,
}

/// The text opens one object or array too many at this byte.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep(pub(super) usize);

/// Counts nesting and `data:` strings. Says nothing about whether the text is JSON.
pub(super) fn measure(json: &[u8]) -> Result<Measure, TooDeep> {
    let mut depth = 0_usize;
    let mut data_url_bytes = 0;
    let mut at = 0;
    while let Some(&byte) = json.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(TooDeep(at - 1));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let length = string_length(&json[at..]);
                if is_data_url(&json[at..]) {
                    data_url_bytes += length;
                }
                at += length + 1;
            }
            _ => {}
        }
    }
    Ok(Measure { data_url_bytes })
}

/// Bytes up to the closing quote, or to the end of a text without one.
fn string_length(rest: &[u8]) -> usize {
    let mut length = 0;
    while let Some(&byte) = rest.get(length) {
        match byte {
            b'"' => return length,
            b'\\' => length += 2,
            _ => length += 1,
        }
    }
    rest.len()
}

/// Whether the text begins like a `data:` URL (RFC 2397); schemes have no case (RFC 3986 section 3.1).
pub(crate) fn is_data_url(text: &[u8]) -> bool {
    text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"data:"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Measure, TooDeep, measure};
    use crate::MAX_DEPTH;

    #[test]
    fn brackets_in_strings_do_not_nest() {
        let text = format!("[\"{}\\\"{}\"]", "[".repeat(200), "{".repeat(200));
        assert_eq!(measure(text.as_bytes()), Ok(Measure { data_url_bytes: 0 }));
    }

    #[test]
    fn the_deepest_text_passes_and_one_more_does_not() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(measure(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(measure(nested(MAX_DEPTH + 1).as_bytes()), Err(TooDeep(MAX_DEPTH)));
    }

    #[test]
    fn data_urls_are_counted_apart() {
        assert_eq!(
            measure(br#"{"a":"data:,xyz","b":"DATA:,q","c":"no data:,"}"#),
            Ok(Measure { data_url_bytes: 16 })
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<Vec<u8>>()) {
            let _ = measure(&text);
        }

        #[test]
        fn never_counts_more_than_there_is(text in "[\\[\\]{}\"\\\\data:,]{0,200}") {
            if let Ok(measure) = measure(text.as_bytes()) {
                prop_assert!(measure.data_url_bytes <= text.len());
            }
        }
    }
}
