//! Tampering with what the chain tells of, and not with the chain.

use anyhow::Result;
use rand::RngExt as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::super::forgery;

/// The columns that the chain vouches for, with what they are found by and where.
const VOUCHED_FOR: [(&str, &[&str], &str); 8] = [
    (
        "items",
        &["id", "queue", "engine", "task", "title", "priority", "deadline", "admitted_at", "state"],
        // Whether an item that is not decided waits, is leased or expired changes by itself.
        "state = 'decided'",
    ),
    (
        "item_bodies",
        &["content", "suggestions", "callbacks", "metadata", "heartbeat_seconds", "submission_digest"],
        "TRUE",
    ),
    (
        "decisions",
        &[
            "id",
            "item",
            "verdict",
            "answer",
            "note",
            "reviewer",
            "decided_at",
            "shown",
            "undo_until",
            "taken_back_at",
        ],
        "TRUE",
    ),
    (
        "deliveries",
        &[
            "id",
            "decision",
            "item",
            "engine",
            "origin",
            "state",
            "tries",
            "first_try",
            "ambiguous",
            "reason",
            "fence",
            "attempts",
        ],
        "state NOT IN ('held', 'due', 'sending')",
    ),
    ("delivery_bodies", &["callback", "body"], "TRUE"),
    ("engines", &["id", "name", "profile", "token_sha256"], "TRUE"),
    ("queues", &["id", "name", "rules", "ranked_by"], "TRUE"),
    ("origins", &["origin"], "id IN (SELECT origin FROM deliveries)"),
];

/// By what one row of the table is found.
fn key_of(table: &str) -> &'static str {
    match table {
        "item_bodies" => "item",
        "delivery_bodies" => "delivery",
        _ => "id",
    }
}

fn one_key(draw: &mut StdRng, connection: &Connection, table: &str, which: &str) -> Result<Option<Value>> {
    let key = key_of(table);
    let keys: Vec<Value> = connection
        .prepare(&format!("SELECT {key} FROM {table} WHERE {which} ORDER BY {key}"))?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(keys.choose(draw).cloned())
}

pub(super) fn edit(draw: &mut StdRng, connection: &Connection) -> Result<Option<String>> {
    let (table, columns, which) = *VOUCHED_FOR.choose(draw).expect("there are some");
    let column = *columns.choose(draw).expect("there are some");
    // What was asked is vouched for before it is decided as well.
    let which = if table == "items" && column != "state" { "TRUE" } else { which };
    let Some(key) = one_key(draw, connection, table, which)? else { return Ok(None) };
    let key_column = key_of(table);
    let before: Value = connection.query_row(
        &format!("SELECT {column} FROM {table} WHERE {key_column} = ?1"),
        [&key],
        |row| row.get(0),
    )?;
    let declared: String = connection.query_row(
        "SELECT type FROM pragma_table_info(?1) WHERE name = ?2",
        [table, column],
        |row| row.get(0),
    )?;
    let after = forgery::another(draw, &before, &declared);
    let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {key_column} = ?2");
    match connection.execute(&sql, params![after, key]) {
        Ok(1) if after != before => {
            Ok(Some(format!("{column} of {table} {key:?} from {before:?} to {after:?}")))
        }
        Ok(_) | Err(_) => Ok(None),
    }
}

/// Nobody would be asked, or nothing sent, any more.
pub(super) fn mark_as_over(draw: &mut StdRng, connection: &Connection) -> Result<Option<String>> {
    let (table, which, over) = *[
        ("items", "state <> 'decided'", "state = 'decided'"),
        ("deliveries", "state IN ('held', 'due', 'sending')", "state = 'delivered', due_at = NULL"),
        ("deliveries", "state IN ('held', 'due', 'sending')", "state = 'withdrawn', due_at = NULL"),
        ("deliveries", "state IN ('parked', 'expired', 'unconfirmed', 'dead')", "state = 'delivered'"),
    ]
    .choose(draw)
    .expect("there are some");
    let Some(key) = one_key(draw, connection, table, which)? else { return Ok(None) };
    let done = connection.execute(&format!("UPDATE {table} SET {over} WHERE id = ?1"), [&key])?;
    Ok((done == 1).then(|| format!("{table} {key:?}: {over}")))
}

pub(super) fn delete(draw: &mut StdRng, connection: &Connection) -> Result<Option<String>> {
    let table = *["items", "item_bodies", "decisions", "deliveries", "delivery_bodies", "engines", "queues"]
        .choose(draw)
        .expect("there are some");
    let Some(key) = one_key(draw, connection, table, "TRUE")? else { return Ok(None) };
    let sql = format!("DELETE FROM {table} WHERE {} = ?1", key_of(table));
    Ok((connection.execute(&sql, [&key])? == 1).then(|| format!("{key:?} of {table}")))
}

pub(super) fn insert(draw: &mut StdRng, connection: &Connection) -> Result<Option<String>> {
    let table =
        *["items", "decisions", "deliveries", "engines", "queues"].choose(draw).expect("there are some");
    let Some(key) = one_key(draw, connection, table, "TRUE")? else { return Ok(None) };
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info(?1)")?
        .query_map([table], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    // A copy, with another number or id, and another name where names are one's own.
    let copied = columns.iter().map(|column| match (table, column.as_str()) {
        ("decisions" | "deliveries", "id") => "randomblob(16)".to_owned(),
        (_, "id") => "id + 1000".to_owned(),
        (_, "name" | "task") => format!("{column} || '-2'"),
        ("engines", "token_sha256") => "NULL".to_owned(),
        (_, column) => column.to_owned(),
    });
    let copied = copied.collect::<Vec<_>>().join(", ");
    let body = (table == "deliveries" && draw.random()).then_some(
        "; INSERT INTO delivery_bodies SELECT id, '{}', x'00' FROM deliveries
           WHERE id NOT IN (SELECT delivery FROM delivery_bodies)",
    );
    let done = connection
        .execute(&format!("INSERT INTO {table} SELECT {copied} FROM {table} WHERE id = ?1"), [&key])
        .and_then(|_| connection.execute_batch(body.unwrap_or_default().trim_start_matches("; ")));
    Ok(done.is_ok().then(|| format!("a copy of {key:?} of {table}")))
}
