//! Secrets where none belong: what is handed in, shown or typed with them is refused, and without a word of them.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::aviary::Place;
use super::story::{QUEUE, Story};

impl Story {
    /// Callbacks that are not taken, with secrets where none belong.
    pub(super) async fn callbacks_refused(&mut self, intake: &str, token: &str, port: u16) -> Result<()> {
        let token = token.trim_matches('"').to_owned();
        let mut planted = |what: &str| self.aviary.plant(what);
        let callbacks = [
            json!({ "url": format!("http://user:{}@127.0.0.1:{port}/", planted("a password in a callback")) }),
            json!({ "url": format!("http://{}@127.0.0.1:{port}/", planted("a user name in a callback")) }),
            json!({ "url": format!("https://elsewhere.example/?key={}", planted("a query outside the allow-list")) }),
            json!({ "url": format!("http://[::1?key={}", planted("a query of no URL")) }),
            json!({ "url": format!("ftp://127.0.0.1/{}", planted("a path of another scheme")) }),
            json!({ "url": format!("http://127.0.0.1:{port}/"), "secret": planted("an unknown parameter") }),
            json!({ "url": format!("http://127.0.0.1:{port}/"), "method": planted("a method that is none") }),
            json!({ "url": { "key": planted("an address that is an object") } }),
        ];
        let mut wrong: Vec<Value> = callbacks
            .into_iter()
            .map(|mut callback| {
                callback["protocol"] = "webhook".into();
                json!([callback])
            })
            .collect();
        wrong.push(json!(format!("https://user:{}@e.example/", planted("a callback that is a text"))));
        wrong.push(json!([{ "protocol": { "url": planted("a protocol that is an object") } }]));
        for (nth, callbacks) in wrong.into_iter().enumerate() {
            let submission = json!({ "v": 1, "engine": "signed", "id": format!("wrong-{nth}"), "queue": QUEUE,
                                     "title": "Go on?", "content": {}, "callbacks": callbacks });
            let request =
                self.client.post(format!("{intake}/v1/items")).bearer_auth(&token).json(&submission);
            self.refused_request(request).await?;
            // The same on the owner's way in.
            self.refused(&["submit", "-"], &submission.to_string()).await?;
        }
        let torn = format!(
            r#"{{"v": 1, "callbacks": [{{"url": "https://e.example/?key={}"#,
            self.aviary.plant("torn JSON")
        );
        let request = self.client.post(format!("{intake}/v1/items")).bearer_auth(&token);
        self.refused_request(request.header("content-type", "application/json").body(torn)).await
    }

    /// Credentials that open nothing.
    pub(super) async fn tokens_refused(&mut self, intake: &str) -> Result<()> {
        let items = format!("{intake}/v1/items");
        let mut planted = |what: &str| self.aviary.plant(what);
        let post = || self.client.post(&items).json(&json!({}));
        let requests = [
            post().bearer_auth(planted("a token that is no engine's")),
            post().bearer_auth(format!("plc_{}", planted("a token in the form of one"))),
            post().basic_auth("user", Some(planted("a password in place of a token"))),
            post().header("x-api-key", planted("a token in another header")),
            post().header("cookie", format!("token={}", planted("a token in a cookie"))),
            self.client.post(format!("{items}?token={}", planted("a token in the query"))).json(&json!({})),
            self.client.get(format!("{items}/signed/{}", planted("a token in the path"))),
            self.client.get(format!("{intake}/{}", planted("a token in a path that is none"))),
            self.client
                .post(format!("{intake}/v1/desk/look_around"))
                .bearer_auth(planted("a wrong secret at the desk")),
        ];
        for request in requests {
            self.refused_request(request).await?;
        }
        Ok(())
    }

    /// Profiles and commands with secrets where none belong. What a person types is in the arguments of their own
    /// command; nothing may repeat it.
    pub(super) async fn profiles_refused(&mut self) -> Result<()> {
        let with = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut planted = |what: &str| self.aviary.plant(what);
        let engine = |options: &[&str]| with(&[&["engine", "add", "x"][..], options].concat());
        let allowed = |options: &[&str]| engine(&[&["--allow", "https://e.example/"][..], options].concat());
        let password = planted("a password in an allow-list");
        let query = planted("a query in an allow-list");
        let wrong = [
            engine(&["--allow", &format!("https://user:{password}@e.example/")]),
            engine(&["--allow", &format!("https://e.example/?key={query}")]),
            allowed(&["--key", &format!("whsec_{}+/=", planted("a secret in place of its name"))]),
            allowed(&["--jwt", &format!("HS256:{}+/=", planted("an HS256 secret in place of its name"))]),
            allowed(&["--jwt", &planted("a key in place of an algorithm")]),
            with(&[
                "queue",
                "list",
                "--keys",
                &format!("whsec_{}", planted("a secret in place of a place for keys")),
            ]),
        ];
        for words in wrong {
            let words: Vec<_> = words.iter().map(String::as_str).collect();
            self.refused(&words, "").await?;
        }
        let profiles = [
            json!({ "name": "y", "allow": [format!("https://user:{}@e.example/", self.aviary.plant("a password in a profile"))] }),
            json!({ "name": "y", "allow": [], "signing": format!("whsec_{}", self.aviary.plant("a secret in place of signing")) }),
            json!({ "name": "y", "allow": [], "signing": { "standard_webhooks": format!("whsec_{}+/=", self.aviary.plant("a secret in place of a key's name")) } }),
            json!({ "name": "y", "allow": [], "signing": { "secret": self.aviary.plant("an unknown member of a profile") } }),
        ];
        for engine in profiles {
            self.refused_verb("put_engine", &json!({ "engine": engine })).await?;
        }
        Ok(())
    }

    /// Asks a verb that the desk refuses, in the very words of the wire.
    async fn refused_verb(&mut self, verb: &str, request: &Value) -> Result<()> {
        let note: Value = serde_json::from_slice(&std::fs::read(self.home.path().join("running.json"))?)?;
        let (port, secret) = (&note["port"], note["secret"].as_str().context("a secret")?);
        let request = self
            .client
            .post(format!("http://127.0.0.1:{port}/v1/desk/{verb}"))
            .bearer_auth(secret)
            .json(&json!({ "reviewer": "ada", "request": request }));
        self.refused_request(request).await
    }

    async fn refused_request(&mut self, request: reqwest::RequestBuilder) -> Result<()> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), format!("{:?}", response.headers()));
        let said = response.text().await?;
        self.heard.refuses(!status.is_success(), &said);
        self.heard.hear(Place::Errors, format!("the answer {status}: {said}"), format!("{headers}\n{said}"));
        Ok(())
    }

    /// A command that is refused.
    async fn refused(&mut self, words: &[&str], input: &str) -> Result<()> {
        let output = self.placet(words, input).await?;
        self.heard.refuses(!output.status.success(), &format!("placet {words:?}"));
        let said = [output.stdout, output.stderr].concat();
        let shown = String::from_utf8_lossy(&said).into_owned();
        self.heard.hear(Place::Errors, format!("placet {:?}...: {shown}", words.first()), said);
        Ok(())
    }
}
