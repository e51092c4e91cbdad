use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use placet_tests::{Placet, Received, Receiver, Server};
use serde_json::{Value, json};

/// A Placet with keys in a file of its own, which serves, and an engine that waits.
struct Desk {
    placet: Placet,
    server: Server,
    receiver: Receiver,
    asked: usize,
    _home: tempfile::TempDir,
}

impl Desk {
    async fn open() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("keys.age");
        let placet = Placet::on(home.path())
            .with("PLACET_KEYS", &format!("age:{}", file.display()))
            .with("PLACET_KEYS_PASSPHRASE", "correct horse");
        let server = placet.serve();
        placet.json(&["queue", "add", "gate", "--kind", "action", "--undo-seconds", "0"]);
        Self { placet, server, receiver: Receiver::start().await, asked: 0, _home: home }
    }

    fn add_engine(&self, options: &[&str]) -> Value {
        let url = self.receiver.url("/");
        self.placet.json(&[&["engine", "add", "faces", "--allow", &url][..], options].concat()).remove(0)
    }

    /// What the engine gets for its next task.
    async fn answer(&mut self) -> Received {
        self.asked += 1;
        let id = self.asked.to_string();
        let callback = json!({ "protocol": "webhook", "url": self.receiver.url("/resume") });
        let submission = json!({ "v": 1, "engine": "faces", "id": id, "queue": "gate", "title": "Go?",
                                 "content": { "tool": "go", "arguments": {} }, "callbacks": [callback] });
        let submitted = self.placet.run_with_input(&["submit", "-"], &submission.to_string());
        assert!(submitted.status.success(), "{}", String::from_utf8_lossy(&submitted.stderr));
        self.placet.json(&["decide", &format!("faces/{id}"), "--approve"]);
        self.receiver.received(self.asked).await.remove(self.asked - 1)
    }

    async fn key_set(&self) -> Value {
        let url = format!("{}/.well-known/jwks.json", self.server.intake);
        let response = reqwest::get(url).await.expect("answered");
        assert_eq!(response.headers()["content-type"], "application/jwk-set+json");
        response.json().await.expect("JSON")
    }

    /// The names of all keys that the profile names.
    fn keys(&self) -> Vec<String> {
        let keys = self.placet.json(&["keys", "list"]);
        keys.iter().map(|key| key["name"].as_str().expect("a name").to_owned()).collect()
    }

    /// What two commands come to that run at the same time.
    fn at_once<const N: usize>(&self, one: [&str; N], other: [&str; N]) -> [Output; 2] {
        let run = |arguments: [&str; N]| self.placet.run(&[&["--json"][..], &arguments].concat());
        std::thread::scope(|scope| {
            let (one, other) = (scope.spawn(|| run(one)), scope.spawn(|| run(other)));
            [one, other].map(|running| running.join().expect("it runs"))
        })
    }

    fn refused(&self, arguments: &[&str]) -> String {
        let output = self.placet.run(arguments);
        assert!(!output.status.success(), "{arguments:?} was done");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }
}

#[tokio::test]
async fn a_webhook_key_is_followed_by_another_without_an_answer_that_nobody_can_check() {
    let mut desk = Desk::open().await;
    let first = desk.add_engine(&[])["webhook_secret"].as_str().expect("shown once").to_owned();
    assert_eq!(desk.answer().await.header("webhook-signature").matches("v1,").count(), 1);
    let why = desk.refused(&["keys", "retire", "faces"]);
    assert!(why.contains("Rotate it first"), "{why}");

    let made = desk.placet.json(&["keys", "rotate", "faces"]).remove(0);
    assert_eq!(made["name"], "faces.2");
    let second = made["secret"].as_str().expect("shown once");
    assert!(second.starts_with("whsec_") && second != first);
    assert_eq!(desk.keys(), ["faces.2", "faces"]);
    let both = desk.answer().await;
    assert_eq!(both.header("webhook-signature").matches("v1,").count(), 2, "either is enough");

    desk.placet.json(&["keys", "retire", "faces"]);
    assert_eq!(desk.keys(), ["faces.2"]);
    assert_eq!(desk.answer().await.header("webhook-signature").matches("v1,").count(), 1);
    assert!(desk.refused(&["keys", "retire", "faces"]).contains("faces"), "it is gone");
}

#[tokio::test]
async fn two_who_rotate_at_once_get_a_key_each_and_of_two_who_retire_one_is_refused() {
    let mut desk = Desk::open().await;
    desk.add_engine(&[]);
    let rotated = desk.at_once(["keys", "rotate", "faces"], ["keys", "rotate", "faces"]);
    let mut made = rotated.map(|output| {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (made["name"].clone(), made["secret"].clone())
    });
    made.sort_by_key(|(name, _)| name.to_string());
    assert_eq!([&made[0].0, &made[1].0], ["faces.2", "faces.3"]);
    assert_ne!(made[0].1, made[1].1);
    let mut named = desk.keys();
    named.sort();
    assert_eq!(named, ["faces", "faces.2", "faces.3"], "neither change was written over");
    assert_eq!(desk.answer().await.header("webhook-signature").matches("v1,").count(), 3);

    desk.placet.json(&["keys", "retire", "faces.3"]);
    let retired = desk.at_once(["keys", "retire", "faces"], ["keys", "retire", "faces.2"]);
    let refused: Vec<_> = retired.iter().filter(|output| !output.status.success()).collect();
    let [refused] = refused[..] else { panic!("one is refused, and one only: {retired:?}") };
    assert!(String::from_utf8_lossy(&refused.stderr).contains("no other stands beside it"), "{refused:?}");
    assert_eq!(desk.keys().len(), 1);
    assert_eq!(desk.answer().await.header("webhook-signature").matches("v1,").count(), 1, "its key is there");
}

#[tokio::test]
async fn a_token_is_checked_by_the_key_set_before_and_after_its_key_is_followed_by_another() {
    let mut desk = Desk::open().await;
    let made = desk.placet.json(&["keys", "create", "tokens", "--kind", "p256"]).remove(0);
    assert!(made["public"].as_str().expect("for the receiver").starts_with("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(made["secret"], Value::Null);
    let why = desk.refused(&["keys", "create", "tokens"]);
    assert!(why.contains("already"), "what may be in use is not replaced: {why}");
    desk.add_engine(&["--no-webhook-signature", "--jwt", "ES256:tokens:2025"]);
    let kid = |received: &Received| {
        let token = received.header("authorization").strip_prefix("Bearer ").expect("a token").to_owned();
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64");
        serde_json::from_slice::<Value>(&header).expect("JSON")["kid"].clone()
    };
    let kids = |set: &Value| -> Vec<Value> {
        set["keys"].as_array().expect("a set").iter().map(|key| key["kid"].clone()).collect()
    };
    assert_eq!(kid(&desk.answer().await), "2025");
    let before = desk.key_set().await;
    assert_eq!(kids(&before), ["2025"]);
    assert!(desk.refused(&["keys", "rotate", "faces"]).contains("--jwt"));

    desk.placet.json(&["keys", "rotate", "faces", "--jwt"]);
    let set = desk.key_set().await;
    assert_eq!(kids(&set), ["tokens.2", "2025"]);
    assert_eq!(set["keys"][1], before["keys"][0], "what was signed before can still be checked");
    assert_eq!(vec![set.clone()], desk.placet.json(&["keys", "jwks"]));
    assert!(!set.to_string().contains("\"d\""), "no private half: {set}");
    assert_eq!(kid(&desk.answer().await), "tokens.2");

    desk.placet.json(&["keys", "retire", "tokens"]);
    assert_eq!(kids(&desk.key_set().await), ["tokens.2"]);
}

#[tokio::test]
async fn a_key_that_was_made_elsewhere_is_typed_in_and_never_shown() {
    let mut desk = Desk::open().await;
    let imported = desk.placet.run_with_input(&["keys", "import", "theirs"], "hush-hush-hush\n");
    assert!(imported.status.success());
    desk.add_engine(&["--no-webhook-signature", "--header", "X-Api-Key:theirs"]);
    assert_eq!(desk.answer().await.header("x-api-key"), "hush-hush-hush");
    let listed = desk.placet.run(&["keys", "list"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains("theirs") && listed.contains("X-Api-Key") && !listed.contains("hush"),
        "{listed}"
    );
}

#[test]
fn where_keys_are_handed_over_it_is_said_how() {
    let home = tempfile::tempdir().expect("a folder");
    let placet = Placet::on(home.path()).with("PLACET_KEY_FACES", "hush-hush");
    let why = |arguments: &[&str]| {
        String::from_utf8_lossy(&placet.run_with_input(arguments, "hush").stderr).into_owned()
    };
    let (made, imported) = (why(&["keys", "create", "voices"]), why(&["keys", "import", "voices"]));
    assert!(made.contains("PLACET_KEY_VOICES") && made.contains("openssl rand"), "{made}");
    assert!(imported.contains("PLACET_KEY_VOICES") && !imported.contains("hush"), "{imported}");
    let retired = why(&["keys", "retire", "faces"]);
    assert!(retired.contains("Unset PLACET_KEY_FACES") && !retired.contains("hush"), "{retired}");
}
