//! What holds for the ledger because SQLite keeps it in files: who can read them, what they survive.

use std::fs;
use std::path::{Path, PathBuf};

use placet_review::{
    Callback, Decision, DecisionId, DeliveryId, DeliveryState, Engine, ItemState, Kind, NewDelivery, NewItem,
    Outcome, Queue, Schedule, Timestamp, Verdict,
};
use placet_store::{AuditKey, AuditReport, DeliveryFilter, Fault, Recording, Room, SqliteStore, Store};
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
    Engine { schedule: Schedule::Fast, ..Engine::new("engine", allow) }
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
        "DELETE FROM audit",
        "UPDATE audit SET at = 0",
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

    assert!(
        store.verify_audit(None).await.expect("verified").findings[0].words.contains("does not have here")
    );

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
            "SELECT engine, open FROM engine_counts",
            "SELECT engine, COUNT(*) FROM items WHERE state IN ('waiting', 'leased') GROUP BY 1",
        ),
        (
            "SELECT engine, expired FROM engine_counts",
            "SELECT engine, COUNT(*) FROM items WHERE state = 'expired' GROUP BY 1",
        ),
        (
            "SELECT state, n FROM delivery_counts WHERE n > 0 ORDER BY 1",
            "SELECT state, COUNT(*) FROM deliveries GROUP BY 1 ORDER BY 1",
        ),
    ] {
        let counted = |sql| -> Vec<(rusqlite::types::Value, i64)> {
            let mut statement = connection.prepare(sql).expect("a statement");
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("asked");
            rows.collect::<rusqlite::Result<_>>().expect("read")
        };
        assert_eq!(counted(counters), counted(rows));
        assert!(!counted(rows).is_empty(), "{rows}");
    }
}

fn key(byte: u8) -> AuditKey {
    AuditKey::new(&[byte; 32])
}

#[tokio::test]
async fn a_chain_goes_on_under_its_own_key_or_none() {
    let home = tempfile::tempdir().expect("a folder");
    let open = |key: Option<AuditKey>| {
        let mut sealed = None;
        let opened = SqliteStore::open_with_key(home.path(), |begun| {
            sealed = Some(begun);
            key
        });
        (opened, sealed.expect("it asks for the key"))
    };
    let (store, sealed) = open(Some(key(7)));
    assert!(!sealed, "a new chain has no key");
    work(&store.expect("opens")).await;

    let (other, sealed) = open(Some(key(8)));
    assert!(sealed);
    match other {
        Err(fault @ Fault::OtherAuditKey) => assert!(fault.to_string().contains("key \"audit\""), "{fault}"),
        Err(fault) => panic!("{fault}"),
        Ok(_) => panic!("it went on under another key"),
    }

    let without = open(None).0.expect("opens");
    let kept = without.audit_head().await.expect("read");
    without.admit(vec![item("d")], at(50)).await.expect("nothing is refused for want of a key");
    drop(without);

    let store = open(Some(key(7))).0.expect("opens");
    store.admit(vec![item("e")], at(60)).await.expect("admitted");
    let report = store.verify_audit(Some(kept)).await.expect("verified");
    assert_eq!(report.found, 1, "{report:#?}");
    assert!(report.findings[0].words.starts_with("Row 8 was written while Placet had no key"), "{report:#?}");
    let head = store.audit_head().await.expect("read");
    assert!(store.verify_audit(Some(head)).await.expect("verified").holds());
}

#[tokio::test]
async fn the_fixture_is_what_its_chain_tells() {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(ledger_file(home.path()), SCHEMA_1).expect("written");
    let store = SqliteStore::open_with_key(home.path(), |_| Some(key(7))).expect("opens");
    let report = store.verify_audit(None).await.expect("verified");
    assert!(report.holds() && report.rows > 10, "{report:#?}");
}

/// What is found after somebody who can write the file did this to it, without the key.
async fn after(tamper: &str) -> AuditReport {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(ledger_file(home.path()), SCHEMA_1).expect("written");
    let connection = Connection::open(ledger_file(home.path())).expect("opens");
    let triggers: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
        .expect("read");
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).expect("dropped");
    }
    connection.execute_batch(&format!("PRAGMA foreign_keys = OFF; {tamper}")).expect(tamper);
    drop(connection);
    let store = SqliteStore::open_with_key(home.path(), |_| Some(key(7))).expect("opens");
    store.verify_audit(None).await.expect("verified")
}

#[rstest::rstest]
#[case("UPDATE items SET title = 'Really?' WHERE task = 'flagged'", "item 3 is not what was written")]
#[case("UPDATE item_bodies SET content = '{}' WHERE item = 3", "item 3 is not what was written")]
#[case(
    "DELETE FROM item_bodies WHERE item = 3; DELETE FROM items WHERE id = 3",
    "item 3 is not in the ledger"
)]
#[case("UPDATE items SET state = 'waiting' WHERE task = 'decided'", "0 decided items; the chain tells of 1")]
#[case(
    "UPDATE decisions SET verdict = 'reject' WHERE taken_back_at IS NULL",
    "or what it sends, is not what"
)]
#[case(
    "UPDATE decisions SET taken_back_at = 1 WHERE taken_back_at IS NULL",
    "2 decisions that were taken back"
)]
#[case(
    "UPDATE decisions SET taken_back_at = 1 WHERE taken_back_at IS NOT NULL",
    "was taken back is not what"
)]
#[case("UPDATE delivery_bodies SET body = x'00'", "or what it sends, is not what")]
#[case(
    "UPDATE deliveries SET state = 'dead' WHERE state = 'delivered'",
    "does not stand any more as this row"
)]
#[case(
    "UPDATE deliveries SET state = 'due', due_at = 1 WHERE state = 'delivered'",
    "does not stand any more"
)]
#[case("UPDATE deliveries SET reason = 'so' WHERE state = 'delivered'", "does not stand any more")]
#[case(
    "UPDATE engines SET profile = replace(profile, 'engine.example', 'evil.example')",
    "engine \"engine\" is not"
)]
#[case("UPDATE engines SET token_sha256 = randomblob(32)", "the token of engine \"engine\" is not")]
#[case("UPDATE engines SET token_sha256 = NULL", "token \"engine\" is not in the ledger any more")]
#[case("UPDATE queues SET rules = replace(rules, 'fallback', 'action')", "queue \"queue\" is not")]
#[case(
    "INSERT INTO queues SELECT 9, 'other', rules, ranked_by, 0 FROM queues",
    "No row tells of queue \"other\""
)]
#[case("INSERT INTO items SELECT 9, queue, engine, 'new', state, title, confidence, priority, deadline, admitted_at,
        flagged, skips, rank0, rank1, rank2, rank3, reviewer, fence, lease_until FROM items WHERE id = 3",
       "5 items; the chain tells of 4")]
#[case("UPDATE audit SET at = at + 1 WHERE number = 5", "the row before it, was changed, moved or put in")]
#[case("UPDATE audit SET kind = 'unheard_of' WHERE number = 5", "cannot be read")]
#[case("DELETE FROM audit WHERE number = 5", "row 5 is missing")]
#[case(
    "INSERT INTO audit SELECT 0, at, kind, subject, reviewer, digest, keyed, mac FROM audit WHERE number = 5",
    "it was put in"
)]
#[tokio::test]
async fn what_was_done_to_the_file_is_found(#[case] tamper: &str, #[case] words: &str) {
    let report = after(tamper).await;
    assert!(report.findings.iter().any(|finding| finding.words.contains(words)), "{report:#?}");
}

#[tokio::test]
async fn a_delivery_that_was_retried_and_is_made_dead_again_is_found() {
    let home = tempfile::tempdir().expect("a folder");
    let open = || SqliteStore::open_with_key(home.path(), |_| Some(key(7))).expect("opens");
    let store = open();
    work(&store).await;
    let room = Room { total: 1, ..Room::default() };
    let taken = store.lease_due_deliveries(room, at(20), at(0)).await.expect("leased").remove(0);
    let attempt = placet_review::Attempt {
        number: taken.attempt,
        started_at: at(20),
        ended_at: Some(at(25)),
        outcome: Some(Outcome::Refused),
        phase: Some(placet_review::Phase::GotBody),
        status: Some(400),
        retry_after_ms: None,
        words: None,
        answer: None,
    };
    let words = "It will never be taken.".to_owned();
    let judgement = placet_review::Judgement { outcome: Outcome::Refused, words, retry_after_ms: None };
    let delivery = &taken.delivery;
    let told =
        store.record_outcome(delivery.id, delivery.fence, attempt, judgement, Schedule::Fast, 0.0).await;
    assert_eq!(told.expect("recorded"), DeliveryState::Dead);
    drop(store);
    let connection = Connection::open(ledger_file(home.path())).expect("opens");
    connection.execute_batch("CREATE TABLE kept AS SELECT * FROM deliveries").expect("kept");
    drop(connection);
    let store = open();
    store.retry(delivery.id, at(30)).await.expect("retried");
    assert!(store.verify_audit(None).await.expect("verified").holds());
    drop(store);
    let connection = Connection::open(ledger_file(home.path())).expect("opens");
    let as_it_was = "UPDATE deliveries SET (state, due_at, tries, first_try, reason, expires_at) =
                         (SELECT state, due_at, tries, first_try, reason, expires_at FROM kept)";
    connection.execute(as_it_was, []).expect("put back");
    drop(connection);
    let report = open().verify_audit(None).await.expect("verified");
    assert!(report.findings[0].words.contains("does not stand any more"), "{report:#?}");
}
