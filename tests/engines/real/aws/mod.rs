//! AWS Step Functions, as two others play it: moto, and ministack, which also has activities and storage. Both check what
//! they are sent as AWS does: the signature, and whether its user may.

mod client;
mod ministack;
mod moto;

use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Outcome;
use super::process::Process;
use client::Client;

/// Where all of this is, as AWS counts places.
pub(crate) const REGION: &str = "us-east-1";

/// An access key; as JSON it is what Placet is given.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Key {
    access_key_id: String,
    secret_access_key: String,
}

/// How the state that waits for an answer deals with it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Review {
    /// The answer is the execution's output, a failure its failure.
    Plain,
    /// A failure named `Refused` leads to another state, and so to success.
    Caught,
    /// After a failure named `Unsure` the task waits again. moto never ends it then.
    Retried,
    /// Without a heartbeat within so many seconds it has failed. ministack does not look.
    Beating(u32),
}

impl Review {
    /// What is to be reviewed, and what is special in the state that asks for it.
    fn task(self) -> Value {
        let review = match self {
            Self::Plain => json!({}),
            Self::Caught => json!({ "Catch": [{ "ErrorEquals": ["Refused"], "Next": "Refused" }] }),
            Self::Retried => {
                json!({ "Retry": [{ "ErrorEquals": ["Unsure"], "IntervalSeconds": 1, "MaxAttempts": 2 }] })
            }
            Self::Beating(seconds) => json!({ "HeartbeatSeconds": seconds }),
        };
        json!({ "review": review, "about": { "document": "contract-7" } })
    }
}

/// A task that waits.
#[derive(Deserialize)]
pub(crate) struct Paused {
    /// The ARN of its execution.
    pub(crate) execution: String,
    /// By which it is answered.
    pub(crate) token: String,
}

/// What was put into a slot.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Stored {
    pub(crate) content_type: String,
    pub(crate) text: String,
}

/// An AWS at work.
pub(crate) struct Aws {
    /// Its address.
    pub(crate) endpoint: String,
    /// May answer tasks and look how executions stand, and nothing else.
    pub(crate) placet: Key,
    /// May do nothing.
    pub(crate) stranger: Key,
    owner: Key,
    client: Client,
    tokens: Tokens,
    _process: Process,
}

/// How a task's token comes to where it can be read.
enum Tokens {
    /// The state machine sends it.
    Sent,
    /// So it does, as a user that nobody knows: meanwhile nobody may be asked who they are.
    SentByNobody,
}

#[derive(Deserialize)]
struct Users {
    owner: Key,
    placet: Key,
    stranger: Key,
}

impl Aws {
    /// An engine that answers at this address, with its users.
    async fn with_users(process: Process, endpoint: String, tokens: Tokens) -> Self {
        // Who is there before anybody else; ministack knows them by just these words.
        let root = Key { access_key_id: "test".into(), secret_access_key: "test".into() };
        let may = ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat", "DescribeExecution"]
            .map(|operation| format!("states:{operation}"));
        let policies = json!({ "owner": ["*"], "placet": may, "stranger": [] });
        let client = Client::of(&endpoint);
        let users = client.ask(&root, "users", json!({ "policies": policies }));
        let Users { owner, placet, stranger } = users.await;
        Self { endpoint, placet, stranger, owner, client, tokens, _process: process }
    }

    /// Has a task wait.
    pub(crate) async fn pause(&self, review: Review) -> Paused {
        match self.tokens {
            Tokens::Sent => self.ask("pause", review.task()).await,
            Tokens::SentByNobody => {
                moto::check_who_asks(&self.endpoint, false).await;
                let paused = self.ask("pause", review.task()).await;
                moto::check_who_asks(&self.endpoint, true).await;
                paused
            }
        }
    }

    /// Has a task of an activity wait, and takes it as the activity's worker. ministack only.
    pub(crate) async fn pause_activity(&self, review: Review) -> Paused {
        self.ask("pause_activity", review.task()).await
    }

    /// What came of a task, once something has.
    pub(crate) async fn outcome(&self, paused: &Paused) -> Outcome {
        placet_tests::eventually("the execution ends", async || {
            let outcome = self.standing(paused).await;
            Ok((outcome.status != "RUNNING").then_some(outcome))
        })
        .await
        .expect("it ends")
    }

    /// Whether a task waits still.
    pub(crate) async fn waits(&self, paused: &Paused) -> bool {
        self.standing(paused).await.status == "RUNNING"
    }

    async fn standing(&self, paused: &Paused) -> Outcome {
        self.ask("outcome", json!({ "execution": paused.execution })).await
    }

    /// A request about a task, signed with a key by AWS's own client.
    pub(crate) async fn signed(&self, key: &Key, operation: &str, body: &Value) -> RequestBuilder {
        let headers = json!({
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": format!("AWSStepFunctions.{operation}"),
        });
        let body = body.to_string();
        let headers: BTreeMap<String, String> = self
            .client
            .ask(key, "signed", json!({ "service": "states", "headers": headers, "body": body }))
            .await;
        let request = reqwest::Client::new().post(&self.endpoint).body(body);
        headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }

    /// A signed address to which something of this type may be put, under this name. ministack only: moto takes all.
    pub(crate) async fn slot(&self, name: &str, content_type: &str) -> String {
        self.ask("slot", json!({ "name": name, "content_type": content_type })).await
    }

    /// What was put there.
    pub(crate) async fn stored(&self, name: &str) -> Option<Stored> {
        self.ask("stored", json!({ "name": name })).await
    }

    /// Asks as who may do everything.
    async fn ask<T: DeserializeOwned>(&self, verb: &str, with: Value) -> T {
        self.client.ask(&self.owner, verb, with).await
    }
}
