//! Everybody outside of the process that is killed: engines that hand in, reviewers who decide, and what each of
//! them was told.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use placet_desk::verb::{Decide, Hold, IssueToken, LookAround, Next, PutEngine, PutQueue, ReleaseAll};
use placet_desk::view::ItemView;
use placet_desk::{ErrorCode, Reach};
use placet_review::{CustomSchedule, Draft, Engine, Kind, Queue, Schedule, Verdict};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::process::Serve;

const QUEUE: &str = "gate";
/// Engines hand in at once in so many places, and so many reviewers decide.
const ENGINES: usize = 6;
const REVIEWERS: usize = 3;
/// Engines pause while so many items wait, or the ledger would only grow.
const BACKLOG: usize = 60;
const A_MOMENT: Duration = Duration::from_millis(2);
/// Nothing takes so long while the process lives. The client has been seen to wait for ever on one that was killed.
const ANSWERED: Duration = Duration::from_secs(30);

/// What everybody outside was told, over all lives of the process.
pub(super) struct Outside {
    client: Client,
    token: String,
    callback: String,
    told: Mutex<Told>,
}

#[derive(Default)]
pub(super) struct Told {
    next_task: u64,
    /// Handed in, and no answer came: to be handed in again.
    unanswered: VecDeque<u64>,
    /// What each reviewer decided without an answer: to be asked for again.
    unsure: [Vec<Decided>; REVIEWERS],
    /// Tasks whose item was acknowledged.
    pub(super) items: HashSet<String>,
    /// Decisions that were acknowledged, with their task and verdict.
    pub(super) decisions: HashMap<Uuid, (String, Verdict)>,
    /// Tasks with an acknowledged decision.
    decided: HashSet<String>,
    /// Tasks for which two decisions were acknowledged.
    pub(super) decided_twice: Vec<String>,
    /// What nobody should have been told.
    pub(super) wrong: Vec<String>,
    /// Requests that broke off.
    pub(super) broken_off: u64,
}

/// A decision that is asked for.
struct Decided {
    task: String,
    decide: Decide,
    /// It was asked for before, and no answer came.
    again: bool,
}

impl Outside {
    /// Sets the ledger in `home` up for them.
    pub(super) async fn set_up(home: &std::path::Path, receiver: &str) -> Result<Arc<Self>> {
        let mut serve = Serve::start(home)?;
        serve.ready().await?;
        let desk = serve.desk().await?;
        let schedule = CustomSchedule { waits_seconds: vec![0; 100], give_up_after_seconds: 24 * 60 * 60 };
        let engine = Engine {
            schedule: Schedule::Custom(schedule),
            at_once: Some(16),
            ..Engine::new("engine", vec![receiver.parse()?])
        };
        desk.ask("owner", PutEngine { engine }).await?;
        let queue = Queue { undo_seconds: 0, ..Queue::new(QUEUE, Kind::Fallback) };
        desk.ask("owner", PutQueue { queue }).await?;
        let token = desk.ask("owner", IssueToken { engine: "engine".to_owned() }).await?;
        serve.kill().await?;
        Ok(Arc::new(Self {
            client: Client::builder().no_proxy().timeout(ANSWERED).build()?,
            token: token.secret,
            callback: receiver.to_owned(),
            told: Mutex::default(),
        }))
    }

    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in and decides, everybody at once, until the process is gone.
    pub(super) fn at_work(self: &Arc<Self>, intake: &str, desk: Arc<Reach>, seed: u64) -> JoinSet<()> {
        let mut at_work = JoinSet::new();
        for _ in 0..ENGINES {
            let (outside, intake) = (self.clone(), intake.to_owned());
            at_work.spawn(async move { outside.hand_in_until_gone(&intake).await });
        }
        for reviewer in 0..REVIEWERS {
            let (outside, desk) = (self.clone(), desk.clone());
            let mut draw = StdRng::seed_from_u64(seed.wrapping_add(reviewer as u64));
            at_work.spawn(async move {
                let drawn = move || if draw.random_bool(0.5) { Verdict::Approve } else { Verdict::Reject };
                // It ends with the process.
                let _ = outside.decide_until_gone(&desk, reviewer, drawn).await;
            });
        }
        at_work
    }

    async fn hand_in_until_gone(&self, intake: &str) {
        loop {
            let task = {
                let mut told = self.told();
                if told.items.len().saturating_sub(told.decided.len()) > BACKLOG {
                    None
                } else {
                    let again = told.unanswered.pop_front();
                    told.next_task += u64::from(again.is_none());
                    Some(again.unwrap_or(told.next_task))
                }
            };
            match task {
                None => {
                    tokio::time::sleep(A_MOMENT).await;
                    if self.client.get(format!("{intake}/healthz")).send().await.is_err() {
                        return;
                    }
                }
                Some(task) => {
                    if self.hand_in(intake, task).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Hands one in; an error if no answer came.
    async fn hand_in(&self, intake: &str, number: u64) -> Result<()> {
        let task = format!("task-{number}");
        let submission = json!({
            "v": 1, "engine": "engine", "id": task, "queue": QUEUE, "title": "Go on?",
            "content": { "number": number, "words": "x".repeat(usize::try_from(number % 7)? * 300) },
            "callbacks": [{ "protocol": "webhook", "url": self.callback, "data": { "number": number } }],
        });
        let sent = self
            .client
            .post(format!("{intake}/v1/items"))
            .bearer_auth(&self.token)
            .json(&submission)
            .send()
            .await;
        let answered = match sent {
            Ok(response) => (response.status(), response.json::<Value>().await),
            Err(error) => (StatusCode::IM_A_TEAPOT, Err(error)),
        };
        let mut told = self.told();
        match answered {
            (StatusCode::CREATED | StatusCode::OK, Ok(_)) => {
                told.items.insert(task);
                Ok(())
            }
            // The status alone is a promise as well.
            (StatusCode::CREATED | StatusCode::OK, Err(error)) => {
                told.items.insert(task);
                Err(error.into())
            }
            (_, Err(error)) => {
                told.broken_off += 1;
                told.unanswered.push_back(number);
                Err(error.into())
            }
            (status, Ok(problem)) => {
                told.wrong.push(format!("{task} was refused with {status}: {problem}"));
                bail!("refused")
            }
        }
    }

    async fn decide_until_gone(
        &self,
        desk: &Reach,
        reviewer: usize,
        mut verdict: impl FnMut() -> Verdict,
    ) -> Result<()> {
        self.come_back(desk, reviewer).await?;
        loop {
            let items = desk.ask(&name(reviewer), Next { queue: QUEUE.to_owned(), limit: 3 }).await?;
            if items.is_empty() {
                tokio::time::sleep(A_MOMENT).await;
            }
            for item in &items {
                self.decide(desk, reviewer, decision(item, verdict())?).await?;
            }
        }
    }

    /// Whoever heard nothing asks again. Then, as when a window opens, all is let go.
    async fn come_back(&self, desk: &Reach, reviewer: usize) -> Result<()> {
        loop {
            let Some(unsure) = self.told().unsure[reviewer].pop() else { break };
            self.decide(desk, reviewer, unsure).await?;
        }
        Ok(desk.ask(&name(reviewer), ReleaseAll {}).await?)
    }

    /// Asks for a decision; an error if no answer came.
    async fn decide(&self, desk: &Reach, reviewer: usize, decided: Decided) -> Result<()> {
        let answered = desk.ask(&name(reviewer), decided.decide.clone()).await;
        let mut told = self.told();
        match answered {
            Ok(answer) => {
                if !told.decided.insert(decided.task.clone()) {
                    told.decided_twice.push(decided.task.clone());
                }
                told.decisions.insert(answer.decision.0, (decided.task, answer.verdict));
                Ok(())
            }
            Err(error) => match error.code {
                ErrorCode::Fault => {
                    told.broken_off += 1;
                    told.unsure[reviewer].push(Decided { again: true, ..decided });
                    Err(error.into())
                }
                // It had been recorded, and only the answer was lost.
                ErrorCode::Closed if decided.again => Ok(()),
                _ => {
                    told.wrong.push(format!("a decision on {} was refused: {error}", decided.task));
                    Ok(())
                }
            },
        }
    }

    /// Hands in what is still without an answer, and decides until nothing waits any more.
    pub(super) async fn finish(&self, intake: &str, desk: &Reach) -> Result<()> {
        loop {
            let Some(number) = self.told().unanswered.pop_front() else { break };
            self.hand_in(intake, number).await?;
        }
        for reviewer in 0..REVIEWERS {
            self.come_back(desk, reviewer).await?;
        }
        loop {
            let items = desk.ask(&name(0), Next { queue: QUEUE.to_owned(), limit: 16 }).await?;
            for item in &items {
                self.decide(desk, 0, decision(item, Verdict::Approve)?).await?;
            }
            if items.is_empty() {
                break;
            }
        }
        let overview = desk.ask("owner", LookAround {}).await?;
        let open: u64 = overview.queues.iter().map(|queue| queue.waiting + queue.leased).sum();
        ensure!(open == 0, "{open} items are still open");
        Ok(())
    }
}

fn name(reviewer: usize) -> String {
    format!("reviewer-{reviewer}")
}

fn decision(item: &ItemView, verdict: Verdict) -> Result<Decided> {
    let fence = item.lease.as_ref().context("what is next is held")?.fence;
    let note = (verdict == Verdict::Reject).then(|| "No.".to_owned());
    let draft = Draft { verdict, answer: None, note };
    let decide = Decide { hold: Hold { item: item.id, fence }, shown: item.shown.clone(), draft };
    Ok(Decided { task: item.task.clone(), decide, again: false })
}
