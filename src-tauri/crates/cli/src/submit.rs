//! Handing items in from files: one object, an array, or JSON Lines.

mod documents;
mod pictures;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use futures::{StreamExt as _, stream};
use indicatif::{ProgressBar, ProgressStyle};
use placet_desk::verb::Submit as SubmitVerb;
use placet_desk::view::SubmittedView;
use serde::Serialize;

use crate::Desk;
use crate::arguments::Submit;
use crate::failure::Failure;
use crate::print::{Printer, visible};

/// Submissions in one request: enough for one commit to carry many, small enough to show progress.
const BATCH: usize = 2_000;
/// Requests under way at once: the next is read while the ledger writes the last.
const UNDER_WAY: usize = 3;

/// What became of one document.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    /// Its place in the file, from 1: the line in JSON Lines, else the place in the array.
    number: usize,
    #[serde(flatten)]
    result: SubmittedView,
}

#[derive(Default, Serialize)]
struct Total {
    admitted: usize,
    duplicates: usize,
    refused: usize,
}

pub(crate) async fn run(desk: &Desk, options: Submit, printer: Printer) -> Result<(), Failure> {
    let mut total = Total::default();
    for file in &options.files {
        one_file(desk, file, printer, &mut total).await?;
    }
    if !printer.is_json() {
        printer.line(&total, |Total { admitted, duplicates, refused }| {
            format!("{admitted} admitted, {duplicates} handed in before, {refused} refused")
        })?;
    }
    match total.refused {
        0 => Ok(()),
        refused => Err(Failure::refused(format!(
            "{refused} refused; mend them and submit the file again: what was admitted is not taken twice"
        ))),
    }
}

async fn one_file(desk: &Desk, path: &Path, printer: Printer, total: &mut Total) -> Result<(), Failure> {
    let name = path.display().to_string();
    let unreadable = |error: io::Error| {
        let message = format!("{name}: {error}");
        match error.kind() {
            // The file is there and is not what it should be: that is for whoever wrote it to mend.
            io::ErrorKind::InvalidData => Failure::refused(message),
            _ => Failure::fault(message),
        }
    };
    let (input, bar): (Box<dyn Read + Send>, ProgressBar) = if path == Path::new("-") {
        let style = ProgressStyle::with_template("{spinner} {bytes} {elapsed}").map_err(Failure::fault)?;
        let bar = ProgressBar::new_spinner().with_style(style);
        (Box::new(bar.wrap_read(io::stdin())), bar)
    } else {
        let file = File::open(path).map_err(unreadable)?;
        let bar = ProgressBar::new(file.metadata().map_err(unreadable)?.len());
        bar.set_style(
            ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}").map_err(Failure::fault)?,
        );
        (Box::new(bar.wrap_read(file)), bar)
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    let documents = documents::read(BufReader::with_capacity(1 << 20, input)).map_err(unreadable)?;
    let batches = documents::batches(documents, BATCH);
    let mut answers = stream::iter(batches)
        .map(async |batch| {
            let batch = batch.map_err(unreadable)?;
            let (numbers, texts): (Vec<usize>, Vec<String>) = batch.into_iter().unzip();
            let texts: Result<Vec<String>, Failure> =
                texts.into_iter().map(|text| pictures::enclose(text, folder)).collect();
            let results = desk.ask(SubmitVerb { documents: texts? }).await?;
            Ok::<_, Failure>(numbers.into_iter().zip(results).collect::<Vec<_>>())
        })
        .buffered(UNDER_WAY);
    while let Some(answer) = answers.next().await {
        for (number, result) in answer? {
            count(&Line { file: &name, number, result }, printer, &bar, total)?;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn count(line: &Line<'_>, printer: Printer, bar: &ProgressBar, total: &mut Total) -> Result<(), Failure> {
    match &line.result {
        SubmittedView::Admitted { .. } => total.admitted += 1,
        SubmittedView::Duplicate { .. } => total.duplicates += 1,
        SubmittedView::Refused { code, message, pointer } => {
            total.refused += 1;
            let pointer = pointer.as_ref().map_or_else(String::new, |pointer| format!(" {pointer}"));
            let words = format!("{}:{}:{pointer} {message} ({code})", line.file, line.number);
            bar.suspend(|| eprintln!("{}", visible(&words)));
        }
    }
    if printer.is_json() {
        return bar.suspend(|| printer.line(line, |_| String::new()));
    }
    Ok(())
}
