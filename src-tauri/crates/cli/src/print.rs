//! Rows for people, JSON for programs.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::failure::Failure;

/// Prints in the form that was asked for.
pub(crate) struct Printer {
    json: bool,
}

impl Printer {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One document: JSON, or the lines that `text` makes of it.
    pub(crate) fn document<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(value).map_err(Failure::fault)?);
        } else {
            println!("{}", text(value));
        }
        Ok(())
    }

    /// Rows: JSON Lines, or a table with these headings.
    pub(crate) fn rows<T: Serialize, const N: usize>(
        &self,
        headings: [&str; N],
        rows: &[T],
        cells: impl Fn(&T) -> [String; N],
    ) -> Result<(), Failure> {
        if self.json {
            for row in rows {
                println!("{}", serde_json::to_string(row).map_err(Failure::fault)?);
            }
            return Ok(());
        }
        let mut table = Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(headings);
        for row in rows {
            table.add_row(cells(row));
        }
        println!("{table}");
        Ok(())
    }
}
