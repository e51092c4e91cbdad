//! What holds for the ledger because SQLite keeps it in files: who can read them, what they survive.

use std::fs;
use std::path::{Path, PathBuf};

use placet_review::{
    Callback, Decision, DecisionId, DeliveryId, DeliveryState, Engine, ItemState, Kind, NewDelivery, NewItem,
    Outcome, Queue, Schedule, Signing, Timestamp, Verdict,
};
use placet_store::{DeliveryFilter, Fault, Recording, Room, SqliteStore, Store};
use rusqlite::Connection;
use serde_json::json;
use uuid::Uuid;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + ms)
}

fn ledger_file(home: &Path) -> PathBuf {
    home.join("ledger.sqlite3")
}

fn engine() -> Engine {
    let allow = vec!["https://engine.example/".parse().expect("an entry")];
    Engine {
        name: "engine".into(),
        allow,
        signing: Signing::default(),
        schedule: Schedule::Fast,
        at_once: None,
    }
}

fn item(task: &str) -> NewItem {
    let callback = json!({ "protocol": "webhook", "url": "https://engine.example/call" });
    let callback: Callback = serde_json::from_value(callback).expect("a callback");
    NewItem {
        engine: "engine".into(),
        task: task.into(),
        queue: "queue".into(),
        title: "Is it right?".into(),
        content: json!({ "text": "x".repeat(2_000) }),
        suggestions: vec![],
        priority: 0,
        deadline: None,
        heartbeat_seconds: None,
        callbacks: vec![callback],
        metadata: serde_json::Map::new(),
        submission_digest: format!("sha256:{task}"),
    }
}

/// Admits three tasks, a, b and c, and decides a.
async fn work(store: &SqliteStore) {
    store.put_engine(engine(), at(0)).await.expect("put");
    store.put_queue(Queue::new("queue", Kind::Fallback), at(0)).await.expect("put");
    store.admit(vec![item("a"), item("b"), item("c")], at(0)).await.expect("admitted");
    let lease = store.lease_next("queue", "ada", 1, at(0), at(1_000)).await.expect("leased").remove(0);
    let decision = Decision {
        id: DecisionId(Uuid::from_u128(1)),
        item: lease.item.id,
        verdict: Verdict::Approve,
        answer: None,
        note: None,
        by: "ada".into(),
        at: at(10),
        shown: lease.shown(),
    };
    let delivery = NewDelivery {
        id: DeliveryId(Uuid::from_u128(2)),
        callback: lease.item.asked.callbacks[0].clone(),
        origin: "https://engine.example".into(),
        body: b"{}".to_vec(),
        due_at: at(20),
    };
    let recording = store.record_decision(decision, lease.fence, vec![delivery]).await.expect("recorded");
    assert_eq!(recording, Recording::Recorded);
}

/// Finds what [`work`] did.
async fn find_the_work(store: &SqliteStore) {
    let a = store.item_of_task("engine", "a").await.expect("read").expect("kept");
    assert_eq!((a.state, &a.asked), (ItemState::Decided, &item("a")));
    let decision = store.decision_of(a.id).await.expect("read").expect("kept");
    assert_eq!(decision.id, DecisionId(Uuid::from_u128(1)));
    assert_eq!(store.next_due_at(&Room::default(), at(0)).await.expect("read"), Some(at(20)));
    let counts = store.counts().await.expect("counted");
    assert_eq!((counts.queues[0].waiting, counts.queues[0].decided), (2, 1));
}

#[tokio::test]
async fn a_ledger_that_is_opened_again_has_everything() {
    let home = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(home.path()).expect("opens");
    work(&store).await;
    let id = store.attachments().keep(b"picture").expect("kept");
    drop(store);
    let again = SqliteStore::open(home.path()).expect("opens again");
    find_the_work(&again).await;
    assert_eq!(again.attachments().read(&id).expect("read").as_deref(), Some(&b"picture"[..]));
    let leases = again.lease_next("queue", "bob", 9, at(10), at(1_000)).await.expect("leased");
    assert_eq!(leases.iter().map(|lease| lease.fence).collect::<Vec<_>>(), [2, 3], "fences go on growing");
}

#[tokio::test]
async fn what_was_acknowledged_is_in_the_files_even_if_the_ledger_is_never_closed() {
    let home = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(home.path()).expect("opens");
    work(&store).await;
    let after_a_crash = tempfile::tempdir().expect("a folder");
    for file in ["ledger.sqlite3", "ledger.sqlite3-wal"] {
        fs::copy(home.path().join(file), after_a_crash.path().join(file)).expect("copied");
    }
    find_the_work(&SqliteStore::open(after_a_crash.path()).expect("opens")).await;
}

#[tokio::test]
async fn a_closed_ledger_is_one_whole_file() {
    let home = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(home.path()).expect("opens");
    work(&store).await;
    drop(store);
    let names = home.path().read_dir().expect("there").map(|entry| entry.expect("read").file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["attachments", "ledger.lock", "ledger.sqlite3"]);
}

#[test]
fn a_ledger_is_open_in_one_place_at_a_time() {
    let home = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(home.path()).expect("opens");
    match SqliteStore::open(home.path()) {
        Err(Fault::InUse(folder)) => assert_eq!(folder, home.path()),
        Err(fault) => panic!("{fault}"),
        Ok(_) => panic!("it was opened twice"),
    }
    drop(store);
    SqliteStore::open(home.path()).expect("it was given free");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_any_file_of_the_ledger() {
    use std::os::unix::fs::PermissionsExt as _;

    fn look(path: &Path, seen: &mut Vec<String>) {
        let kind = path.metadata().expect("there");
        let expected = if kind.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(kind.permissions().mode() & 0o777, expected, "{}", path.display());
        seen.push(path.file_name().expect("named").to_string_lossy().into_owned());
        if kind.is_dir() {
            path.read_dir().expect("read").for_each(|entry| look(&entry.expect("read").path(), seen));
        }
    }

    let outside = tempfile::tempdir().expect("a folder");
    let home = outside.path().join("placet");
    // Made by somebody less careful.
    fs::create_dir(&home).expect("made");
    fs::set_permissions(&home, fs::Permissions::from_mode(0o755)).expect("set");
    fs::write(ledger_file(&home), []).expect("made");
    fs::set_permissions(ledger_file(&home), fs::Permissions::from_mode(0o644)).expect("set");
    let store = SqliteStore::open(&home).expect("opens");
    work(&store).await;
    store.attachments().keep(b"picture").expect("kept");
    let mut seen = Vec::new();
    look(&home, &mut seen);
    for name in ["ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm", "ledger.lock", "attachments"] {
        assert!(seen.iter().any(|one| one == name), "{name} was not looked at: {seen:?}");
    }
}

#[test]
fn a_ledger_of_a_newer_placet_is_not_touched() {
    let home = tempfile::tempdir().expect("a folder");
    drop(SqliteStore::open(home.path()).expect("opens"));
    let connection = Connection::open(ledger_file(home.path())).expect("opens");
    connection.pragma_update(None, "user_version", 99).expect("set");
    drop(connection);
    let before = fs::read(ledger_file(home.path())).expect("read");
    match SqliteStore::open(home.path()) {
        Err(Fault::TooNew { found: 99, .. }) => {}
        Err(fault) => panic!("{fault}"),
        Ok(_) => panic!("it was opened"),
    }
    assert_eq!(fs::read(ledger_file(home.path())).expect("read"), before);
}

#[tokio::test]
async fn a_damaged_ledger_is_refused_and_says_what_to_do() {
    let home = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(home.path()).expect("opens");
    work(&store).await;
    drop(store);
    let whole = fs::read(ledger_file(home.path())).expect("read");
    // The heads of all pages but the first, and then the head of the file itself.
    let mut pages = whole.clone();
    pages.chunks_mut(4_096).skip(1).for_each(|page| page[..8].fill(0xff));
    let mut head = whole.clone();
    head[..64].fill(0);
    for damaged in [pages, head] {
        fs::write(ledger_file(home.path()), &damaged).expect("written");
        match SqliteStore::open(home.path()) {
            Err(fault @ Fault::Damaged(_)) => {
                assert!(fault.to_string().contains("backups folder"), "{fault}");
            }
            Err(fault) => panic!("{fault}"),
            Ok(_) => panic!("it was opened"),
        }
        assert_eq!(fs::read(ledger_file(home.path())).expect("read"), damaged, "it is left as it is");
    }
    fs::write(ledger_file(home.path()), &whole).expect("written");
    find_the_work(&SqliteStore::open(home.path()).expect("opens")).await;
}

#[tokio::test]
async fn nothing_that_was_accepted_or_decided_can_be_deleted_or_rewritten() {
    let home = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(home.path()).expect("opens");
    work(&store).await;
    store.lease_due_deliveries(Room { total: 1, ..Room::default() }, at(20), at(0)).await.expect("leased");
    drop(store);
    let connection = Connection::open(ledger_file(home.path())).expect("opens");
    for sql in [
        "DELETE FROM items",
        "DELETE FROM decisions",
        "DELETE FROM deliveries",
        "DELETE FROM delivery_bodies",
        "DELETE FROM attempts",
        "UPDATE decisions SET verdict = 'reject'",
        "UPDATE delivery_bodies SET body = x'00'",
        "UPDATE items SET state = 'gone'",
        "UPDATE items SET state = 'leased'",
        "UPDATE deliveries SET state = 'gone'",
        "UPDATE deliveries SET state = 'held'",
        "UPDATE attempts SET outcome = 'gone'",
    ] {
        connection.execute(sql, []).expect_err(sql);
    }
}

/// A ledger as the first release left it: four items, of which `decided` is decided and delivered at the second
/// attempt, `undone` was decided, taken back and is held with its draft, `flagged` is marked and was skipped
/// once, and `expired` is expired.
const SCHEMA_1: &[u8] = include_bytes!("fixtures/schema-1.sqlite3");

#[tokio::test]
async fn a_ledger_of_the_first_release_opens() {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(ledger_file(home.path()), SCHEMA_1).expect("written");
    let store = SqliteStore::open(home.path()).expect("opens");

    assert_eq!(store.engines().await.expect("read"), [engine()]);
    assert_eq!(store.engine_with_token([7; 32]).await.expect("read").as_deref(), Some("engine"));
    assert_eq!(store.queues().await.expect("read"), [Queue::new("queue", Kind::Fallback)]);
    let states = [
        ("decided", ItemState::Decided),
        ("undone", ItemState::Leased),
        ("flagged", ItemState::Waiting),
        ("expired", ItemState::Expired),
    ];
    for (task, state) in states {
        let found = store.item_of_task("engine", task).await.expect("read").expect("kept");
        assert_eq!((found.state, found.flagged), (state, task == "flagged"), "{task}");
        assert_eq!(found.asked.content, item(task).content);
    }
    let counts = store.counts().await.expect("counted");
    assert_eq!((counts.queues[0].waiting, counts.queues[0].leased, counts.queues[0].decided), (1, 1, 1));
    assert_eq!(counts.deliveries, [(DeliveryState::Withdrawn, 1), (DeliveryState::Delivered, 1)]);

    let filter = DeliveryFilter { states: vec![DeliveryState::Delivered], limit: 9, ..Default::default() };
    let row = store.deliveries(filter).await.expect("read").remove(0);
    let log = store.delivery(row.delivery.id).await.expect("read").expect("kept");
    let outcomes: Vec<_> = log.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Ambiguous), Some(Outcome::Accepted)]);
    assert_eq!((log.decision.verdict, log.delivery.body), (Verdict::Approve, b"{}".to_vec()));

    // Its lease ended long ago, so that the work goes on.
    let leases = store.lease_next("queue", "bob", 9, at(99_000), at(100_000)).await.expect("leased");
    let tasks: Vec<_> = leases.iter().map(|lease| lease.item.asked.task.as_str()).collect();
    assert_eq!(tasks, ["undone", "flagged"], "what was skipped comes last");
    assert_eq!(leases[0].draft.as_ref().and_then(|draft| draft.note.as_deref()), Some("not sure"));
}

#[tokio::test]
async fn the_counters_agree_with_the_rows() {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(ledger_file(home.path()), SCHEMA_1).expect("written");
    let store = SqliteStore::open(home.path()).expect("opens");
    store.admit((0..50).map(|n| item(&n.to_string())).collect(), at(0)).await.expect("admitted");
    store.lease_next("queue", "bob", 20, at(99_000), at(100_000)).await.expect("leased");
    drop(store);
    let connection = Connection::open(ledger_file(home.path())).expect("opens");
    for (counters, rows) in [
        (
            "SELECT queue || state, n FROM item_counts WHERE n > 0 ORDER BY 1",
            "SELECT queue || state, COUNT(*) FROM items GROUP BY 1 ORDER BY 1",
        ),
        (
            "SELECT state, n FROM delivery_counts WHERE n > 0 ORDER BY 1",
            "SELECT state, COUNT(*) FROM deliveries GROUP BY 1 ORDER BY 1",
        ),
    ] {
        let counted = |sql| -> Vec<(String, i64)> {
            let mut statement = connection.prepare(sql).expect("a statement");
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("asked");
            rows.collect::<rusqlite::Result<_>>().expect("read")
        };
        assert_eq!(counted(counters), counted(rows));
        assert!(!counted(rows).is_empty(), "{rows}");
    }
}
