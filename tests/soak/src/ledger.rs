//! The ledger's file, read by other eyes than its own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};
use tempfile::TempDir;
use uuid::Uuid;

/// What stands in a ledger.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What SQLite says is wrong with the file: `integrity_check` and `foreign_key_check`.
    pub(crate) damage: Vec<String>,
    /// Items that are there whole, by task.
    pub(crate) items: HashSet<String>,
    /// Decisions that stand, by id, with their task and verdict.
    pub(crate) decisions: HashMap<Uuid, (String, String)>,
    /// Deliveries by id, with their decision and state.
    pub(crate) deliveries: HashMap<Uuid, (Uuid, String)>,
    /// Rows that do not fit together, each in words.
    pub(crate) misfits: Vec<String>,
}

/// What is never so, whatever happened when. Each finds its counterexamples as texts.
const NEVER: &[(&str, &str)] = &[
    (
        "an item without its body",
        "SELECT task FROM items WHERE id NOT IN (SELECT item FROM item_bodies)",
    ),
    (
        "an item that was decided twice",
        "SELECT item FROM decisions WHERE taken_back_at IS NULL GROUP BY item HAVING count(*) > 1",
    ),
    (
        "a decision on an item that is not decided",
        "SELECT task FROM items JOIN decisions ON item = items.id
         WHERE taken_back_at IS NULL AND state <> 'decided'",
    ),
    (
        "a decided item without a decision",
        "SELECT task FROM items WHERE state = 'decided'
           AND id NOT IN (SELECT item FROM decisions WHERE taken_back_at IS NULL)",
    ),
    (
        "a decision without all its deliveries",
        "SELECT hex(decisions.id) FROM decisions JOIN item_bodies USING (item)
         WHERE json_array_length(callbacks) <>
           (SELECT count(*) FROM deliveries JOIN delivery_bodies ON delivery = deliveries.id
            WHERE decision = decisions.id)",
    ),
    (
        "a delivery of a decision that was taken back",
        "SELECT hex(deliveries.id) FROM deliveries JOIN decisions ON decisions.id = decision
         WHERE (taken_back_at IS NOT NULL) <> (state = 'withdrawn')",
    ),
    (
        "a delivery whose attempts are not all there",
        "SELECT hex(id) FROM deliveries
         WHERE attempts <> (SELECT count(*) FROM attempts WHERE delivery = deliveries.id)",
    ),
    (
        "a delivery under way whose attempt is over, or the other way round",
        "SELECT hex(deliveries.id) FROM deliveries JOIN attempts ON delivery = deliveries.id
         GROUP BY deliveries.id HAVING (state = 'sending') <> (sum(outcome IS NULL) = 1)",
    ),
    (
        "a delivered one that nobody accepted",
        "SELECT hex(id) FROM deliveries WHERE state = 'delivered' AND NOT EXISTS
           (SELECT 1 FROM attempts WHERE delivery = deliveries.id AND outcome IN ('accepted', 'already_done'))",
    ),
    (
        "a wrong counter of items",
        "SELECT queue || ' ' || state || ': ' || n FROM item_counts
         WHERE n <> (SELECT count(*) FROM items
                     WHERE items.queue = item_counts.queue AND items.state = item_counts.state)",
    ),
    (
        "a wrong counter of an engine's items",
        "SELECT engine || ': ' || open || ' ' || expired FROM engine_counts
         WHERE open <> (SELECT count(*) FROM items
                        WHERE items.engine = engine_counts.engine AND state IN ('waiting', 'leased'))
            OR expired <> (SELECT count(*) FROM items
                           WHERE items.engine = engine_counts.engine AND state = 'expired')",
    ),
    (
        "a wrong counter of deliveries",
        "SELECT state || ': ' || n FROM delivery_counts
         WHERE n <> (SELECT count(*) FROM deliveries WHERE deliveries.state = delivery_counts.state)",
    ),
];

impl Ledger {
    /// Reads the ledger in `home`, which no process has open. The file is left alone: whoever opens it next finds
    /// it as it was left.
    pub(crate) fn left_in(home: &Path) -> Result<Self> {
        let copy = TempDir::new()?;
        for name in ["ledger.sqlite3", "ledger.sqlite3-wal"] {
            let file = home.join(name);
            if file.exists() {
                fs::copy(&file, copy.path().join(name)).with_context(|| file.display().to_string())?;
            }
        }
        Self::read(&Connection::open(copy.path().join("ledger.sqlite3"))?)
            .context("the ledger cannot be read")
    }

    /// Reads the ledger in `home`, which this process has open, and a digest of each table.
    pub(crate) fn open_in(home: &Path) -> Result<(Self, Contents)> {
        let connection =
            Connection::open_with_flags(home.join("ledger.sqlite3"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok((Self::read(&connection)?, contents(&connection)?))
    }

    fn read(connection: &Connection) -> Result<Self> {
        let texts = |sql: &str| -> Result<Vec<String>> {
            let mut statement = connection.prepare(sql)?;
            let text = |row: &Row<'_>| Ok(format!("{:?}", row.get::<_, rusqlite::types::Value>(0)?));
            Ok(statement.query_map([], text)?.collect::<Result<_, _>>()?)
        };
        let mut damage = Vec::new();
        let mut statement = connection.prepare("PRAGMA integrity_check")?;
        let words = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        damage.extend(words.into_iter().filter(|words| words != "ok"));
        damage.extend(
            texts("PRAGMA foreign_key_check")?.into_iter().map(|table| format!("foreign key of {table}")),
        );
        let tables: i64 =
            connection
                .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'items'", [], |row| row.get(0))?;
        if tables == 0 {
            return Ok(Self { damage, ..Self::default() });
        }
        let mut misfits = Vec::new();
        for (what, sql) in NEVER {
            misfits.extend(texts(sql)?.into_iter().map(|which| format!("{what}: {which}")));
        }
        let mut statement = connection.prepare("SELECT task FROM items JOIN item_bodies ON item = id")?;
        let items = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut statement = connection.prepare(
            "SELECT decisions.id, task, verdict FROM decisions JOIN items ON items.id = item
             WHERE taken_back_at IS NULL",
        )?;
        let decision = |row: &Row<'_>| Ok((id(row, 0)?, (row.get(1)?, row.get(2)?)));
        let decisions = statement.query_map([], decision)?.collect::<Result<_, _>>()?;
        let mut statement = connection.prepare("SELECT id, decision, state FROM deliveries")?;
        let delivery = |row: &Row<'_>| Ok((id(row, 0)?, (id(row, 1)?, row.get(2)?)));
        let deliveries = statement.query_map([], delivery)?.collect::<Result<_, _>>()?;
        Ok(Self { damage, items, decisions, deliveries, misfits })
    }

    /// The deliveries in this state.
    pub(crate) fn in_state(&self, wanted: &str) -> impl Iterator<Item = Uuid> {
        self.deliveries.iter().filter(move |(_, (_, state))| state == wanted).map(|(id, _)| *id)
    }
}

/// A digest of each table's rows, in their order: two ledgers with the same say the same.
pub(crate) type Contents = BTreeMap<String, u64>;

fn contents(connection: &Connection) -> Result<Contents> {
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut contents = Contents::new();
    for table in tables {
        let mut digest = DefaultHasher::new();
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => 0_u8.hash(&mut digest),
                    ValueRef::Integer(number) => (1_u8, number).hash(&mut digest),
                    ValueRef::Real(number) => (2_u8, number.to_bits()).hash(&mut digest),
                    ValueRef::Text(text) => (3_u8, text).hash(&mut digest),
                    ValueRef::Blob(bytes) => (4_u8, bytes).hash(&mut digest),
                }
            }
        }
        contents.insert(table, digest.finish());
    }
    Ok(contents)
}

fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get(column).map(Uuid::from_bytes)
}
