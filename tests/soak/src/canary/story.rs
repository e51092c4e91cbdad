//! The lives of the canaries.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use placet_desk::verb::{Deliveries, Delivery};
use placet_desk::view::DeliveryRowView;
use placet_review::DeliveryState;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::Heard;
use super::aviary::{Aviary, Place};
use super::receiver::Receiver;
use crate::process::{self, Serve};

pub(super) const QUEUE: &str = "gate";
/// By then each delivery was tried.
const TRIED: Duration = Duration::from_secs(60);

/// A desk with canaries everywhere.
pub(super) struct Story {
    pub(super) aviary: Aviary,
    pub(super) heard: Heard,
    pub(super) home: TempDir,
    environment: Vec<(String, String)>,
    pub(super) client: Client,
}

/// Lives through all of it.
pub(super) async fn lived(mut aviary: Aviary) -> Result<(Aviary, Heard)> {
    let environment = environment(&mut aviary);
    let client = Client::builder().no_proxy().build()?;
    let mut story = Story { aviary, heard: Heard::default(), home: TempDir::new()?, environment, client };
    story.serve().await?;
    story.keys_in_a_file().await?;
    let folder = story.home.path().to_owned();
    story.heard.hear_folder(&folder)?;
    Ok((story.aviary, story.heard))
}

/// What the server finds in its environment.
fn environment(aviary: &mut Aviary) -> Vec<(String, String)> {
    let quoted = |pem: String| Value::from(pem).to_string();
    let broken_pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        aviary.plant("a PEM key that is broken")
    );
    let named = |name: &str, value: String| (name.to_owned(), value);
    vec![
        named("PLACET_LOG", "trace".to_owned()),
        named("PLACET_KEY_HOOKS", aviary.plant_webhook_secret("a Standard Webhooks secret in use")),
        named("PLACET_KEY_TOKEN", format!("{}-0123456789", aviary.plant("an HS256 secret in use"))),
        named("PLACET_KEY_PEM", quoted(aviary.plant_ed25519("an Ed25519 key in use"))),
        named("PLACET_KEY_AUDIT", aviary.plant_webhook_secret("the audit chain's key").replace("whsec_", "")),
        named("PLACET_KEY_UNUSED", aviary.plant_webhook_secret("a secret that no engine uses")),
        named("PLACET_KEY_SHORT", aviary.plant("a Standard Webhooks secret that is none")),
        named("PLACET_KEY_BROKEN", quoted(broken_pem)),
        named("PLACET_KEY_QUOTED", format!("\"{}", aviary.plant("a key that starts with a quote"))),
        named("PLACET_KEYS_PASSPHRASE", aviary.plant("a passphrase that is not asked for")),
        named("CLOUD_SECRET_ACCESS_KEY", aviary.plant("a secret of somebody else in the environment")),
        named("HTTP_PROXY", format!("http://user:{}@127.0.0.1:9", aviary.plant("a proxy's password"))),
        named("HTTPS_PROXY", format!("http://user:{}@127.0.0.1:9", aviary.plant("another proxy's password"))),
    ]
}

impl Story {
    async fn serve(&mut self) -> Result<()> {
        let cookie = self.aviary.plant("a cookie and a challenge of the receiver");
        let receiver = Receiver::start(cookie).await?;
        let mut serve = Serve::start_with(self.home.path(), &self.environment)?;
        let intake = serve.ready().await?;
        self.watch_the_note()?;
        let arguments = std::fs::read(format!("/proc/{}/cmdline", serve.id().context("it runs")?))?;
        self.heard.hear(Place::Arguments, "the server's arguments", arguments);

        let token = self.set_up(receiver.port).await?;
        let callbacks = self.callbacks(receiver.port);
        for (nth, (engine, url)) in callbacks.iter().enumerate() {
            self.hand_in(&intake, &token[engine].to_string(), engine, nth, url).await?;
        }
        self.callbacks_refused(&intake, &token["signed"].to_string(), receiver.port).await?;
        self.tokens_refused(&intake).await?;
        self.profiles_refused().await?;
        let desk = serve.desk().await?;
        for (nth, (engine, _)) in callbacks.iter().enumerate() {
            self.shown(&["decide", &format!("{engine}/task-{nth}"), "--approve"]).await?;
        }
        let tried = self.tried(&desk, callbacks.len()).await?;
        self.looked_at(&intake, &token["signed"].to_string(), &tried).await?;
        for shown in receiver.shown() {
            // All but the claims, which are no secret.
            let signature = shown.rsplit('.').next().unwrap_or_default();
            self.aviary.watch("a token that a callback carried", signature, &[]);
        }
        ensure!(!receiver.shown().is_empty(), "no callback carried a token");
        serve.kill().await
    }

    /// The secret that opens the desk.
    fn watch_the_note(&mut self) -> Result<()> {
        let note: Value = serde_json::from_slice(&std::fs::read(self.home.path().join("running.json"))?)?;
        let secret = note["secret"].as_str().context("running.json holds a secret")?;
        self.aviary.watch("the desk's secret", secret, &[Place::Note]);
        Ok(())
    }

    /// Engines with every kind of key, and the tokens by which they hand in.
    async fn set_up(&mut self, port: u16) -> Result<Value> {
        let at = |scheme: &str, port: u16| format!("{scheme}://127.0.0.1:{port}/");
        let (receiver, tls, down) = (at("http", port), at("https", port), at("http", 9));
        let everywhere = ["--schedule", "fast", "--allow", &receiver, "--allow", &tls, "--allow", &down];
        let kinds: [(&str, &[&str]); 7] = [
            ("signed", &["--key", "hooks", "--jwt", "HS256:token", "--allow", "http://nowhere.invalid/"]),
            ("pem", &["--no-webhook-signature", "--jwt", "EdDSA:pem"]),
            ("query", &["--no-webhook-signature", "--jwt", "HS256:token", "--jwt-query", "access_token"]),
            ("short", &["--key", "short"]),
            ("broken", &["--no-webhook-signature", "--jwt", "EdDSA:broken"]),
            ("quoted", &["--key", "quoted"]),
            ("missing", &["--key", "no-such-key"]),
        ];
        let mut tokens = json!({});
        for (name, options) in kinds {
            let added =
                self.placet(&[&["engine", "add", name, "--json"], options, &everywhere].concat(), "").await?;
            let added: Value = serde_json::from_slice(&added.stdout).context("an engine is added")?;
            let token = added["token"].as_str().context("its token is shown")?;
            self.aviary.watch(&format!("the token of engine {name}"), token, &[]);
            tokens[name] = token.into();
        }
        let old = tokens["signed"].take();
        let again = self.placet(&["engine", "token", "signed", "--json"], "").await?;
        let again: Value = serde_json::from_slice(&again.stdout).context("a new token")?;
        ensure!(again["secret"] != old, "the token is a new one");
        let token = again["secret"].as_str().context("it is shown")?;
        self.aviary.watch("the newer token of an engine", token, &[]);
        tokens["signed"] = token.into();
        self.shown(&["queue", "add", QUEUE, "--kind", "fallback", "--undo-seconds", "0"]).await?;
        Ok(tokens)
    }

    /// Callbacks that are taken, and succeed or fail in every way. A callback is kept verbatim, so its query may be in
    /// the ledger.
    fn callbacks(&mut self, port: u16) -> Vec<(&'static str, String)> {
        let ways = [
            ("signed", "http", port, "204"),
            ("pem", "http", port, "204"),
            ("query", "http", port, "204"),
            ("signed", "http", port, "302"),
            ("signed", "http", port, "401"),
            ("signed", "http", port, "404"),
            ("signed", "http", port, "410"),
            ("signed", "http", port, "503"),
            ("signed", "http", port, "echo-200"),
            ("signed", "http", port, "echo-400"),
            ("pem", "http", port, "echo-500"),
            ("query", "http", port, "echo-422"),
            ("signed", "https", port, "tls"),
            ("signed", "http", 9, "refused"),
            ("short", "http", port, "204"),
            ("broken", "http", port, "204"),
            ("quoted", "http", port, "204"),
            ("missing", "http", port, "204"),
        ];
        let mut callbacks: Vec<_> = ways
            .into_iter()
            .map(|(engine, scheme, port, way)| {
                let planted = format!("the query of the callback {scheme} {way} of {engine}");
                let key = self.aviary.plant_but(&planted, &[Place::Ledger]);
                (engine, format!("{scheme}://127.0.0.1:{port}/cb/{way}?key={key}"))
            })
            .collect();
        let key = self.aviary.plant_but("the query of a callback to an unknown host", &[Place::Ledger]);
        callbacks.push(("signed", format!("http://nowhere.invalid/cb?key={key}")));
        callbacks
    }

    async fn hand_in(
        &mut self,
        intake: &str,
        token: &str,
        engine: &str,
        nth: usize,
        url: &str,
    ) -> Result<()> {
        let token = token.trim_matches('"');
        let data = self.aviary.plant_but("the data of a callback", &[Place::Ledger, Place::Output]);
        let metadata = self.aviary.plant_but("the metadata of an item", &[Place::Ledger, Place::Output]);
        let submission = json!({
            "v": 1, "engine": engine, "id": format!("task-{nth}"), "queue": QUEUE, "title": "Go on?", "content": {},
            "metadata": { "key": metadata },
            "callbacks": [{ "protocol": "webhook", "url": url, "data": { "key": data } }],
        });
        let sent = self
            .client
            .post(format!("{intake}/v1/items"))
            .bearer_auth(token)
            .json(&submission)
            .send()
            .await?;
        let (status, said) = (sent.status(), sent.text().await?);
        ensure!(status.is_success(), "task-{nth} was refused: {said}");
        self.heard.hear(Place::Output, "the answer to an item", said);
        Ok(())
    }

    /// Returns once each delivery was tried.
    async fn tried(&mut self, desk: &placet_desk::Reach, count: usize) -> Result<Vec<DeliveryRowView>> {
        let tried = async {
            loop {
                let all = Deliveries { limit: 500, ..Default::default() };
                let rows = desk.ask("ada", all).await?;
                let over = |row: &DeliveryRowView| {
                    row.last.as_ref().is_some_and(|last| last.outcome.is_some())
                        && row.state != DeliveryState::Sending
                };
                // Of those that wait for their own origin to recover, not all are tried.
                let waits = rows.iter().filter(|row| !over(row)).count();
                if rows.len() == count && waits == 0 {
                    return Ok::<_, anyhow::Error>(rows);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let rows = tokio::time::timeout(TRIED, tried).await.context("not all was tried")??;
        for row in &rows {
            let delivered = row.state == DeliveryState::Delivered;
            self.heard.delivered += u64::from(delivered);
            self.heard.failed += u64::from(!delivered);
            let story = desk.ask("ada", Delivery { delivery: row.id }).await?;
            self.heard.hear(
                Place::Output,
                format!("the story of {}", row.target),
                serde_json::to_vec(&story)?,
            );
        }
        Ok(rows)
    }

    /// Everything that shows something.
    async fn looked_at(&mut self, intake: &str, token: &str, rows: &[DeliveryRowView]) -> Result<()> {
        let token = token.trim_matches('"');
        for words in [
            &["list"][..],
            &["list", QUEUE],
            &["show", "signed/task-0"],
            &["deliveries"],
            &["engine", "list"],
            &["queue", "list"],
            &["audit", "verify"],
            &["audit", "export"],
            &["audit", "head"],
        ] {
            self.shown(words).await?;
            self.shown(&[words, &["--json"]].concat()).await?;
        }
        for row in rows {
            let id = row.id.to_string();
            self.shown(&["deliveries", "show", &id]).await?;
            self.shown(&["deliveries", "show", &id, "--json"]).await?;
        }
        for path in ["healthz", "v1/openapi.json", "v1/items/signed/task-0"] {
            let response = self.client.get(format!("{intake}/{path}")).bearer_auth(token).send().await?;
            self.heard.hear(
                Place::Output,
                path,
                format!("{:?}\n{}", response.headers().clone(), response.text().await?),
            );
        }
        Ok(())
    }

    /// Keys in a file, and files of keys that do not open.
    async fn keys_in_a_file(&mut self) -> Result<()> {
        let home = TempDir::new()?;
        let file = home.path().join("keys.age");
        let keys = format!("age:{}", file.display());
        let passphrase = self.aviary.plant("the passphrase of a key file");
        let mut environment = vec![
            ("PLACET_HOME".to_owned(), home.path().join("home").display().to_string()),
            ("PLACET_LOG".to_owned(), "trace".to_owned()),
            ("PLACET_KEYS".to_owned(), keys),
            ("PLACET_KEYS_PASSPHRASE".to_owned(), passphrase),
        ];
        let add = ["engine", "add", "aged", "--allow", "https://e.example/", "--json"];
        let added = placet(&add, "", &environment).await?;
        let made: Value = serde_json::from_slice(&added.stdout).context("an engine is added")?;
        self.heard.hear(Place::Log, "engine add at trace level", added.stderr);
        let secret = made["webhook_secret"].as_str().context("its secret is shown")?;
        self.aviary.watch("a secret that Placet made", secret.trim_start_matches("whsec_"), &[]);
        self.aviary.watch("a token that Placet made", made["token"].as_str().context("a token")?, &[]);
        let listed = placet(&["engine", "list", "--json"], "", &environment).await?;
        self.heard.hear(Place::Output, "engine list", listed.stdout);
        self.heard.hear(Place::Log, "engine list at trace level", listed.stderr);

        environment[3].1 = self.aviary.plant("a wrong passphrase");
        self.fails(&["queue", "list"], &environment).await?;
        let lines = format!("{} without a sign\n", self.aviary.plant("a line of keys that is none"));
        std::fs::write(home.path().join("lines"), lines)?;
        environment[2].1 = format!("age:{}", home.path().join("lines").display());
        self.fails(&["queue", "list"], &environment).await?;
        environment[2].1 =
            format!("age{}", self.aviary.plant("a place for keys that is none, in the environment"));
        self.fails(&["queue", "list"], &environment).await?;
        self.heard.hear_folder(home.path())?;
        // The line was put there by its owner.
        self.heard.texts.retain(|(_, who, _)| !who.ends_with("/lines"));
        Ok(())
    }

    async fn fails(&mut self, words: &[&str], environment: &[(String, String)]) -> Result<()> {
        let output = placet(words, "", environment).await?;
        self.heard.refuses(!output.status.success(), &format!("placet {words:?}"));
        self.heard.hear(
            Place::Errors,
            format!("{words:?}: {}", String::from_utf8_lossy(&output.stderr)),
            output.stderr,
        );
        Ok(())
    }

    /// A command that the running server answers, whatever it says; its log is heard.
    pub(super) async fn placet(&mut self, words: &[&str], input: &str) -> Result<std::process::Output> {
        let environment = of_the_command(self.home.path());
        placet(words, input, &environment).await
    }

    /// A command that shows something.
    async fn shown(&mut self, words: &[&str]) -> Result<()> {
        let output = self.placet(words, "").await?;
        if !output.status.success() {
            bail!("placet {words:?} failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        self.heard.hear(Place::Output, format!("placet {words:?}"), output.stdout);
        self.heard.hear(Place::Log, format!("placet {words:?} at trace level"), output.stderr);
        Ok(())
    }
}

fn of_the_command(home: &Path) -> Vec<(String, String)> {
    let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        named("PLACET_HOME", &home.display().to_string()),
        named("PLACET_KEYS", "env"),
        named("PLACET_LOG", "trace"),
        named("PLACET_REVIEWER", "ada"),
    ]
}

async fn placet(
    words: &[&str],
    input: &str,
    environment: &[(String, String)],
) -> Result<std::process::Output> {
    let mut child = Command::new(process::placet())
        .args(words)
        .envs(environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut stdin = child.stdin.take().context("piped")?;
    // Whoever wants no input may close it.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    Ok(child.wait_with_output().await?)
}
