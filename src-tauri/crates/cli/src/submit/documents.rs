//! Reads submissions out of a file, whichever of the three forms it has.

use std::io::{self, BufRead};

use serde_json::value::RawValue;

/// A submission's place in the file, from 1, and its text.
pub(super) type Document = (usize, String);

/// Reads one object, an array, or JSON Lines. A line that is no JSON is handed on as it is: the desk says
/// what is wrong with it, and the other lines are kept.
pub(super) fn read(
    mut input: impl BufRead + Send + 'static,
) -> io::Result<Box<dyn Iterator<Item = io::Result<Document>> + Send>> {
    let mut first = String::new();
    while first.trim().is_empty() {
        first.clear();
        if input.read_line(&mut first)? == 0 {
            return Ok(Box::new(std::iter::empty()));
        }
    }
    let is_one_line_each =
        first.trim_start().starts_with('{') && serde_json::from_str::<&RawValue>(first.trim()).is_ok();
    if is_one_line_each {
        let rest = input.lines().enumerate().map(|(n, line)| Ok((n + 2, line.map_err(at_line(n + 2))?)));
        let lines = std::iter::once(Ok((1, first))).chain(rest);
        return Ok(Box::new(lines.filter(|line| !matches!(line, Ok((_, text)) if text.trim().is_empty()))));
    }
    let mut text = first;
    input.read_to_string(&mut text)?;
    if text.trim_start().starts_with('[') {
        let documents: Vec<Box<RawValue>> = serde_json::from_str(&text).map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("the array is not JSON: {error}"))
        })?;
        let documents = documents.into_iter().enumerate();
        return Ok(Box::new(
            documents.map(|(n, document)| Ok((n + 1, String::from(Box::<str>::from(document))))),
        ));
    }
    Ok(Box::new(std::iter::once(Ok((1, text)))))
}

/// Says in which line it was.
fn at_line(number: usize) -> impl FnOnce(io::Error) -> io::Error {
    move |error| io::Error::new(error.kind(), format!("line {number}: {error}"))
}

/// Groups of `size`. A file that cannot be read on ends with its error.
pub(super) fn batches(
    mut documents: impl Iterator<Item = io::Result<Document>> + Send,
    size: usize,
) -> impl Iterator<Item = io::Result<Vec<Document>>> + Send {
    std::iter::from_fn(move || {
        let batch: io::Result<Vec<Document>> = documents.by_ref().take(size).collect();
        match batch {
            Ok(batch) if batch.is_empty() => None,
            batch => Some(batch),
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::{Document, batches, read};

    fn documents(text: &'static str) -> Vec<Document> {
        read(Cursor::new(text)).expect("readable").collect::<Result<_, _>>().expect("readable")
    }

    #[test]
    fn lines_keep_their_numbers_and_a_bad_one_is_handed_on() {
        let lines = documents("{\"a\":1}\n\nnonsense\n{\"a\":2}\n");
        assert_eq!(lines.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(lines[1].1, "nonsense");
    }

    #[test]
    fn an_array_and_a_written_out_object_are_whole_documents() {
        assert_eq!(
            documents("[\n {\"a\":1},\n {\"a\":2}\n]"),
            [(1, "{\"a\":1}".into()), (2, "{\"a\":2}".into())]
        );
        assert_eq!(documents("{\n \"a\": 1\n}").len(), 1);
        assert_eq!(documents("  \n"), []);
    }

    #[test]
    fn batches_hold_everything_in_order() {
        let lines = read(Cursor::new("{}\n{}\n{}\n")).expect("readable");
        let sizes: Vec<usize> = batches(lines, 2).map(|batch| batch.expect("readable").len()).collect();
        assert_eq!(sizes, [2, 1]);
    }
}
