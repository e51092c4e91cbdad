//! The form of the audit chain, written anew from its description, to forge rows with: what Placet computes, somebody
//! else computes as well.

use anyhow::{Context as _, Result};
use aws_lc_rs::hmac;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// A row as SQL holds it: number, at, kind, subject, reviewer, digest, keyed, mac.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StoredRow(pub(super) Vec<Value>);

pub(super) const COLUMNS: [&str; 8] =
    ["number", "at", "kind", "subject", "reviewer", "digest", "keyed", "mac"];
pub(super) const NUMBER: usize = 0;
pub(super) const DIGEST: usize = 5;
pub(super) const KEYED: usize = 6;
pub(super) const MAC: usize = 7;

/// What everybody knows, for rows that were written while there was no key.
pub(super) const OPEN_KEY: &[u8] = b"placet audit chain without a key";

pub(super) fn rows(connection: &Connection) -> Result<Vec<StoredRow>> {
    let mut all = connection.prepare(&format!("SELECT {} FROM audit ORDER BY number", COLUMNS.join(", ")))?;
    let rows = all.query_map([], |row| (0..COLUMNS.len()).map(|column| row.get(column)).collect())?;
    Ok(rows.map(|row| row.map(StoredRow)).collect::<Result<_, _>>()?)
}

/// Puts these rows in place of all that are there.
pub(super) fn put_rows(connection: &Connection, rows: &[StoredRow]) -> Result<()> {
    connection.execute_batch("DELETE FROM audit")?;
    let mut insert = connection.prepare("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
    for row in rows {
        insert.execute(params_from_iter(&row.0))?;
    }
    Ok(())
}

/// Counts the rows from the first on anew, as if none were missing.
pub(super) fn renumber(rows: &mut [StoredRow]) {
    for (number, row) in (1..).zip(rows) {
        row.0[NUMBER] = Value::Integer(number);
    }
}

/// Seals the rows from this place on with another key, or with what everybody knows.
pub(super) fn seal_from(rows: &mut [StoredRow], place: usize, key: &[u8], keyed: bool) -> Result<()> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut previous = match place.checked_sub(1).map(|before| &rows[before].0[MAC]) {
        None => vec![0; 32],
        Some(Value::Blob(mac)) => mac.clone(),
        Some(other) => anyhow::bail!("no MAC: {other:?}"),
    };
    for row in &mut rows[place..] {
        row.0[KEYED] = Value::Integer(i64::from(keyed));
        previous = hmac::sign(&key, &bytes(row, &previous)?).as_ref().to_vec();
        row.0[MAC] = Value::Blob(previous.clone());
    }
    Ok(())
}

/// What the MAC of a row is over.
fn bytes(StoredRow(row): &StoredRow, previous: &[u8]) -> Result<Vec<u8>> {
    let [number, at, kind, subject, reviewer, digest, keyed, _mac] = row.as_slice() else {
        anyhow::bail!("no row: {row:?}");
    };
    let mut bytes = vec![1];
    bytes.push(match keyed {
        Value::Integer(keyed) => u8::try_from(*keyed)?,
        other => anyhow::bail!("neither keyed nor not: {other:?}"),
    });
    bytes.extend(previous);
    for number in [number, at] {
        let Value::Integer(number) = number else { anyhow::bail!("no number: {number:?}") };
        bytes.extend(number.to_be_bytes());
    }
    let Value::Text(kind) = kind else { anyhow::bail!("no kind: {kind:?}") };
    bytes.push(u8::try_from(kind.len()).context("a long word")?);
    bytes.extend(kind.as_bytes());
    match subject {
        Value::Integer(item) => {
            bytes.push(b'i');
            bytes.extend(item.to_be_bytes());
        }
        Value::Blob(id) => {
            bytes.push(b'u');
            bytes.extend(id);
        }
        Value::Text(name) => {
            bytes.push(b'n');
            bytes.extend(u32::try_from(name.len())?.to_be_bytes());
            bytes.extend(name.as_bytes());
        }
        other => anyhow::bail!("no subject: {other:?}"),
    }
    match reviewer {
        Value::Text(reviewer) => {
            bytes.push(1);
            bytes.extend(u32::try_from(reviewer.len())?.to_be_bytes());
            bytes.extend(reviewer.as_bytes());
        }
        _ => bytes.push(0),
    }
    let Value::Blob(digest) = digest else { anyhow::bail!("no digest: {digest:?}") };
    bytes.extend(digest);
    Ok(bytes)
}
