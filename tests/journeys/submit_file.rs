use placet_tests::Placet;
use serde_json::json;

/// A line for the queue `gate`.
fn line(id: &str, title: &str) -> String {
    json!({ "v": 1, "engine": "engine", "id": id, "queue": "gate", "title": title, "content": {},
            "callbacks": [{ "protocol": "webhook", "url": "http://127.0.0.1:9/" }] })
    .to_string()
}

fn placet() -> (tempfile::TempDir, Placet) {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path());
    placet.json(&["engine", "add", "engine", "--allow", "http://127.0.0.1:9/", "--no-webhook-signature"]);
    placet.json(&["queue", "add", "gate", "--kind", "fallback"]);
    (home, placet)
}

#[test]
fn a_bad_line_is_named_and_the_good_ones_are_kept() {
    let (_home, placet) = placet();
    let lines = [line("1", "One?"), "nonsense".to_owned(), line("2", ""), line("3", "Three?")].join("\n");
    let output = placet.run_with_input(&["submit", "-"], &lines);
    assert_eq!(output.status.code(), Some(3), "not all of it was done");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("-:2:") && errors.contains("-:3: /title"), "each is named: {errors}");
    assert_eq!(placet.json(&["queue", "list"])[0]["waiting"], 2);
}

#[test]
fn a_file_handed_in_again_admits_nothing_twice() {
    let (_home, placet) = placet();
    let lines = [line("1", "One?"), line("2", "Two?")].join("\n");
    placet.run_with_input(&["submit", "-"], &lines);
    let again = placet.run_with_input(&["submit", "-"], &lines);
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(said.contains("0 admitted, 2 handed in before"), "{said}");
    assert_eq!(placet.json(&["queue", "list"])[0]["waiting"], 2);
}

#[test]
fn completions_and_the_manual_are_printed() {
    let (_home, placet) = placet();
    let bash = placet.run(&["completions", "bash"]);
    assert!(String::from_utf8_lossy(&bash.stdout).contains("placet"), "a completion script");
    let man = placet.run(&["man"]);
    assert!(String::from_utf8_lossy(&man.stdout).contains(".TH placet"), "a manual page");
    let below = placet.run(&["man", "engine", "add"]);
    assert!(String::from_utf8_lossy(&below.stdout).contains(".TH placet-engine-add"), "its page");
    assert_eq!(placet.run(&["man", "engin"]).status.code(), Some(2), "no such command");
}
