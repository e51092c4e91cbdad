//! Rows for people, JSON for programs.

use std::borrow::Cow;
use std::io::{self, Write as _};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::failure::Failure;

/// Prints in the form that was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Printer {
    json: bool,
}

impl Printer {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// One document: JSON, or the lines that `text` makes of it.
    pub(crate) fn document<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        if self.json {
            out(&serde_json::to_string_pretty(value).map_err(Failure::fault)?)
        } else {
            out(&visible(&text(value)))
        }
    }

    /// One of many: a line of JSON, or what `text` makes of it.
    pub(crate) fn line<T: Serialize>(
        self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        if self.json {
            out(&serde_json::to_string(value).map_err(Failure::fault)?)
        } else {
            out(&visible(&text(value)))
        }
    }

    /// Rows: JSON Lines, or a table with these headings.
    pub(crate) fn rows<T: Serialize, const N: usize>(
        self,
        headings: [&str; N],
        rows: &[T],
        cells: impl Fn(&T) -> [String; N],
    ) -> Result<(), Failure> {
        if self.json {
            return rows.iter().try_for_each(|row| self.line(row, |_| String::new()));
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(headings);
        for row in rows {
            table.add_row(cells(row).map(|cell| visible(&cell).into_owned()));
        }
        out(&table.trim_fmt())
    }
}

/// Prints a line, and does not fall over if whoever read it has gone away, as in `placet list | head -1`.
fn out(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(Failure::output)
}

/// The text with what would act on the terminal, or is not seen, written out: items come from machines, and
/// what they say must not move the cursor or turn the direction of writing.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let acts = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c,
                // Without width; marks and turns of direction (Unicode 17, section 23.2); a byte order mark.
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let written_out = text.chars().flat_map(|c| match acts(c) {
        true => c.escape_unicode().collect::<Vec<_>>(),
        false => vec![c],
    });
    Cow::Owned(written_out.collect())
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn what_acts_on_the_terminal_is_written_out() {
        assert_eq!(visible("\u{1b}[2J\rgone"), "\\u{1b}[2J\\u{d}gone");
        assert_eq!(visible("refund \u{202e}001"), "refund \\u{202e}001");
        assert_eq!(visible("a\u{200b}b\u{feff}\u{9b}"), "a\\u{200b}b\\u{feff}\\u{9b}");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["Wer ist das?\nÄ", "العربية", "日本語", "👩‍🔬"] {
            let text: String = text.chars().filter(|c| *c != '\u{200d}').collect();
            assert_eq!(visible(&text), text);
        }
    }
}
