//! The audit chain: exporting it, and saying whether it holds.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use placet_desk::verb::{AuditEnd, AuditRows, VerifyAudit};
use placet_desk::view::{AuditFindingView, AuditHeadView, AuditReportView};
use serde::Serialize;
use serde_json::Value;

use crate::Desk;
use crate::arguments::Audit;
use crate::failure::Failure;
use crate::print::Printer;

/// Rows in one request.
const PAGE: u32 = 5_000;
/// The last line of a file that holds a head stands within its last so many bytes.
const LAST_LINE: u64 = 4_096;

pub(crate) async fn run(desk: &Desk, command: Audit, printer: Printer) -> Result<(), Failure> {
    match command {
        Audit::Verify { head } => verify(desk, head, printer).await,
        Audit::Export { from } => export(desk, from).await,
        Audit::Head => {
            let end = desk.ask(AuditEnd {}).await?;
            printer.document(&end, |end| end.head.clone())
        }
    }
}

async fn verify(desk: &Desk, head: Option<String>, printer: Printer) -> Result<(), Failure> {
    let kept = head.map(|head| kept_head(&head)).transpose()?;
    let report = desk.ask(VerifyAudit { kept }).await?;
    printer.document(&report, tell)?;
    match report.holds {
        true => Ok(()),
        false => Err(Failure::fault("the audit chain does not hold")),
    }
}

/// The head itself, or the one on the last line of this file.
fn kept_head(head: &str) -> Result<String, Failure> {
    let looks_like_one = |text: &str| {
        text.split_once(':').is_some_and(|(number, mac)| {
            mac.len() == 64 && number.chars().chain(mac.chars()).all(|c| c.is_ascii_hexdigit())
        })
    };
    if looks_like_one(head) {
        return Ok(head.to_owned());
    }
    let last = last_line(Path::new(head)).map_err(|error| Failure::usage(format!("{head}: {error}")))?;
    if looks_like_one(&last) {
        return Ok(last);
    }
    let exported = serde_json::from_str::<Value>(&last).ok();
    let exported = exported.as_ref().and_then(|line| line["head"].as_str());
    exported.map(str::to_owned).ok_or_else(|| {
        Failure::usage(format!("the last line of {head} holds no head, as `placet audit head` prints it"))
    })
}

fn last_line(file: &Path) -> io::Result<String> {
    let mut file = File::open(file)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LAST_LINE)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    let end = String::from_utf8_lossy(&end);
    Ok(end.trim_end().lines().last().unwrap_or_default().trim().to_owned())
}

/// The same with and without `--json`. What is exported while more is added ends somewhere, and its head is of there.
async fn export(desk: &Desk, from: i64) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout());
    let mut after = from - 1;
    let mut head = None;
    loop {
        let rows = desk.ask(AuditRows { after, limit: PAGE }).await?;
        for row in &rows {
            line(&mut out, row)?;
        }
        let Some(last) = rows.last() else { break };
        after = last.number;
        head = Some(AuditHeadView { head: format!("{}:{}", last.number, last.mac) });
    }
    let head = match head {
        Some(head) => head,
        None => desk.ask(AuditEnd {}).await?,
    };
    line(&mut out, &head)?;
    out.flush().map_err(Failure::output)
}

fn line(out: &mut impl io::Write, value: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(|error| Failure::output(error.into()))?;
    out.write_all(b"\n").map_err(Failure::output)
}

fn tell(report: &AuditReportView) -> String {
    let AuditReportView { holds, rows, head, notes, found, findings } = report;
    let mut lines = Vec::new();
    if *holds {
        lines.push(format!(
            "The audit chain holds, and the ledger is as it tells. Rows: {rows}. Head: {head}"
        ));
    } else {
        let first = findings.iter().filter_map(|finding| finding.row).min();
        let since = first.map_or_else(String::new, |row| match row {
            ..=1 => " from its first row on".to_owned(),
            row => format!(" from row {row} on; up to row {} it does", row - 1),
        });
        lines.push(format!("The audit chain does not hold{since}. Rows: {rows}. Head: {head}"));
    }
    lines.extend(findings.iter().map(|AuditFindingView { row, words }| match row {
        Some(row) => format!("Row {row}: {words}"),
        None => words.clone(),
    }));
    let told = findings.len() as u64;
    if *found > told {
        lines.push(format!("And {} more.", found - told));
    }
    lines.extend(notes.iter().map(|note| format!("Note: {note}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::kept_head;

    #[test]
    fn a_head_is_given_as_it_is_or_stands_last_in_a_file() {
        let head = format!("12:{}", "ab".repeat(32));
        assert_eq!(kept_head(&head).expect("a head"), head);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kept");
        let name = file.to_str().expect("UTF-8");
        let long = "x".repeat(10_000);
        for text in [format!("{head}\n"), format!("{{\"row\":\"{long}\"}}\n{{\"head\":\"{head}\"}}\n\n")] {
            std::fs::write(&file, text).expect("written");
            assert_eq!(kept_head(name).expect("a head"), head);
        }
        for text in ["", "{}", "12:ab", "{\"head\":7}"] {
            std::fs::write(&file, text).expect("written");
            let error = kept_head(name).expect_err("no head").to_string();
            assert!(error.contains("placet audit head"), "{error}");
        }
        assert!(kept_head("/nowhere/at/all").is_err());
    }
}
