use std::fs;

use placet_tests::{Placet, eventually};
use serde_json::{Value, json};

/// What `openssl rand -base64 32` could print.
const KEY: &str = "b2Ygd2hpY2ggbm9ib2R5IGtub3dzIGFueXRoaW5nIGE=";

/// The command on a ledger with a key for its audit chain, an engine, a queue and an item.
fn gate(home: &std::path::Path) -> Placet {
    let placet = Placet::on(home).with("PLACET_KEY_AUDIT", KEY);
    placet.json(&["engine", "add", "engine", "--allow", "http://127.0.0.1:9/", "--no-webhook-signature"]);
    placet.json(&["queue", "add", "gate", "--kind", "fallback", "--undo-seconds", "60"]);
    submit(&placet, "deploy-1");
    placet
}

fn submit(placet: &Placet, id: &str) {
    let line = json!({ "v": 1, "engine": "engine", "id": id, "queue": "gate", "title": "Deploy?", "content": {},
                       "callbacks": [{ "protocol": "webhook", "url": "http://127.0.0.1:9/" }] });
    let submitted = placet.run_with_input(&["submit", "-"], &line.to_string());
    assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
}

/// What `placet audit verify` says, and its exit code.
fn verify(placet: &Placet, options: &[&str]) -> (Option<i32>, String) {
    let output = placet.run(&[&["audit", "verify"], options].concat());
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn what_happened_is_exported_and_held_to_its_head() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = gate(home.path());
    placet.json(&["decide", "engine/deploy-1", "--approve"]);

    // Without a running app and with one, the same.
    let export = home.path().join("export.jsonl");
    let output = placet.run(&["audit", "export"]);
    fs::write(&export, &output.stdout).expect("written");
    let server = placet.serve();
    assert_eq!(placet.run(&["audit", "export"]).stdout, output.stdout);
    let lines: Vec<Value> = serde_json::Deserializer::from_slice(&output.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .expect("JSON Lines");
    let (head, rows) = lines.split_last().expect("a head");
    let kinds: Vec<_> = rows.iter().map(|row| row["kind"].as_str().expect("a word")).collect();
    assert_eq!(kinds, ["engine", "token", "queue", "admitted", "leased", "decided"]);
    assert_eq!((&rows[5]["reviewer"], &rows[5]["keyed"]), (&json!("ada"), &json!(true)));
    let text = format!("6:{}", rows[5]["mac"].as_str().expect("hex"));
    assert_eq!(head["head"], text);
    assert_eq!(placet.json(&["audit", "head"])[0]["head"], text);
    let later = placet.json(&["audit", "export", "--from", "6"]);
    assert_eq!(later, &lines[5..]);

    submit(&placet, "deploy-2");
    for kept in [export.to_str().expect("UTF-8"), &text] {
        let (code, said) = verify(&placet, &["--head", kept]);
        assert!(code == Some(0) && said.contains("holds") && said.contains("Rows: 7"), "{code:?} {said}");
    }
    server.kill();
    let report = placet.json(&["audit", "verify", "--head", &text]);
    assert_eq!((&report[0]["holds"], &report[0]["rows"]), (&json!(true), &json!(7)));
}

#[tokio::test]
async fn an_older_file_that_is_put_back_is_found_by_the_head() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = gate(home.path());
    let ledger = home.path().join("ledger.sqlite3");
    let older = fs::read(&ledger).expect("read");
    placet.json(&["decide", "engine/deploy-1", "--approve"]);
    let head = placet.json(&["audit", "head"])[0]["head"].as_str().expect("a head").to_owned();

    fs::write(&ledger, older).expect("put back");
    assert_eq!(verify(&placet, &[]).0, Some(0), "the older history is one as well");
    let (code, said) = verify(&placet, &["--head", &head]);
    assert!(code == Some(1) && said.contains("an older file was put back"), "{code:?} {said}");
}

#[test]
fn another_key_is_refused_and_none_is_told() {
    let home = tempfile::tempdir().expect("a folder");
    gate(home.path());
    let other = Placet::on(home.path()).with("PLACET_KEY_AUDIT", &KEY.replace('b', "c"));
    let refused = other.run(&["list"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(refused.status.code() == Some(1) && said.contains("another key"), "{said}");
    let short = Placet::on(home.path()).with("PLACET_KEY_AUDIT", "c2hvcnQ=");
    let said = short.run(&["list"]).stderr;
    assert!(String::from_utf8_lossy(&said).contains("openssl rand -base64 32"), "it says how to make one");

    let none = Placet::on(home.path());
    submit(&none, "deploy-2");
    let placet = Placet::on(home.path()).with("PLACET_KEY_AUDIT", KEY);
    let (code, said) = verify(&placet, &[]);
    assert!(code == Some(1) && said.contains("Row 5 was written while"), "{said}");
    let head = placet.json(&["audit", "head"])[0]["head"].as_str().expect("a head").to_owned();
    assert_eq!(verify(&placet, &["--head", &head]).0, Some(0), "a head that is kept vouches for it");
}

#[tokio::test]
async fn a_server_without_a_key_says_how_to_set_one() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    let server = placet.serve_on_a_small_disk();
    let said = eventually("it says so", async || {
        let log = fs::read_to_string(home.path().join("serve.log"))?;
        Ok(log.contains("PLACET_KEY_AUDIT").then_some(log))
    });
    assert!(said.await.expect("said").contains("openssl rand -base64 32"));
    server.kill();
    let (code, said) = verify(&placet, &["--head", &format!("0:{}", "00".repeat(32))]);
    assert!(code == Some(0) && said.contains("PLACET_KEY_AUDIT"), "nothing is wrong yet: {code:?} {said}");
}
