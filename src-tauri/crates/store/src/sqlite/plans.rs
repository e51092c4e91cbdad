//! SQLite chooses how a statement finds its rows. Each that must not grow with the ledger is held to its index.

use rstest::rstest;
use rusqlite::Connection;

use super::{connection, deliveries, heartbeats, inbox, leases, log, origins, schema};

/// The steps of the plan, as SQLite tells them.
fn plan(sql: &str) -> Vec<String> {
    let home = tempfile::tempdir().expect("a folder");
    let ledger = home.path().join("ledger.sqlite3");
    std::fs::write(&ledger, []).expect("made");
    let mut connection: Connection = connection::writing(&ledger).expect("opens");
    rusqlite_migration::Migrations::from_slice(schema::MIGRATIONS).to_latest(&mut connection).expect("made");
    let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
    let parameters = vec![rusqlite::types::Value::Null; statement.parameter_count()];
    let steps = statement.query_map(rusqlite::params_from_iter(parameters), |row| row.get("detail"));
    steps.expect("planned").collect::<Result<_, _>>().expect("read")
}

#[rstest]
#[case("items_waiting", leases::NEXT)]
#[case("items_waiting", inbox::WAITING)]
#[case("items_held", inbox::HELD)]
#[case("items_held", leases::LET_GO)]
#[case("items_lease_end", leases::RAN_OUT)]
#[case("items_deadline", leases::EXPIRED)]
#[case("items_deadline", leases::EXPIRED_IN_HAND)]
#[case("items_deadline", leases::NEXT_DEADLINE)]
#[case("heartbeats_due", heartbeats::DUE)]
#[case("heartbeats_due", heartbeats::NEXT)]
#[case("deliveries_due", deliveries::DUE)]
#[case("deliveries_due", origins::NEXT_ORIGIN)]
#[case("deliveries_due", origins::FIRST_DUE)]
#[case("deliveries_expiring", deliveries::EXPIRED)]
#[case("deliveries_expiring", deliveries::NEXT_EXPIRY)]
#[case("PRIMARY KEY", log::NEWEST)]
#[case("PRIMARY KEY", log::OLDEST)]
#[case("deliveries_of_engine (engine=? AND state=? AND id>? AND id<?)", log::NEWEST_OF_ENGINE)]
#[case("deliveries_of_engine (engine=? AND state=? AND id>? AND id<?)", log::OLDEST_OF_ENGINE)]
#[case("COVERING INDEX deliveries_of_engine (engine=? AND state=? AND id>? AND id<?)", log::COUNT_OF_ENGINE)]
#[case("deliveries_sending", log::BEING_SENT)]
fn is_found_by_its_index_and_in_its_order(#[case] index: &str, #[case] sql: &str) {
    let steps = plan(sql);
    assert!(steps.iter().any(|step| step.contains(index)), "{index} is not used: {steps:#?}");
    for step in &steps {
        assert!(!step.contains("TEMP B-TREE"), "sorts what the index has in order: {steps:#?}");
        // What a subquery finds is no more than it looked at.
        let looks_at_all =
            step.starts_with("SCAN") && !step.contains("INDEX") && !step.starts_with("SCAN (subquery");
        assert!(!looks_at_all, "looks at every row: {steps:#?}");
    }
}

#[rstest]
#[case(leases::NEXT)]
#[case(inbox::WAITING)]
fn what_waits_is_found_without_reading_a_row(#[case] sql: &str) {
    let steps = plan(sql);
    assert_eq!(steps.len(), 1, "{steps:#?}");
    assert!(steps[0].starts_with("SEARCH items USING COVERING INDEX items_waiting (queue=?)"), "{steps:#?}");
}
