//! The engine at work: reads its stack, pauses, asks, waits, goes on and learns.

use std::collections::HashMap;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::http::HeaderMap;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinSet, spawn_blocking};

use crate::callback::{Decided, Refusal, Verifier};
use crate::digits::{self, Digit};
use crate::listener;
use crate::options::{Options, Until};
use crate::placet::{Outcome, Placet, submission};
use crate::reader::{Example, Guess, Reader};
use crate::report::{Report, Summary};
use crate::tasks::{Counts, Resume, Tasks};

/// How long an answer under way may still take when the engine ends.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

type Reporter = Box<dyn Fn(Report) + Send + Sync>;

/// What those who hear, learn and ask share.
pub(crate) struct Engine {
    verifier: Verifier,
    tasks: Tasks,
    /// The paused tasks, each with the line by which its answer reaches it.
    waiting: Mutex<HashMap<String, oneshot::Sender<Option<u8>>>>,
    report: Reporter,
    learned_from: usize,
    read: usize,
    accuracy_before: f64,
    learned: Mutex<Learned>,
    repeated: AtomicUsize,
    refused: AtomicUsize,
}

/// What the reader has made of people's answers.
#[derive(Clone, Copy)]
struct Learned {
    /// How many labels it has learned from.
    from_people: usize,
    /// The part, 0 to 1, of the held-out images that it reads right since.
    accuracy: f64,
}

/// Runs the engine until it is done or `stop` says `true`. Fails on what will not pass by itself: a secret or
/// a state file that is of no use, or a Placet that refuses the engine.
pub async fn run(
    options: Options,
    report: impl Fn(Report) + Send + Sync + 'static,
    mut stop: watch::Receiver<bool>,
) -> Result<Summary> {
    let Options { placet, token, webhook_secret, listen, threshold, limit, state_file, until } = options;
    ensure!((0.0..=1.0).contains(&threshold), "the threshold is from 0 to 1, not {threshold}");
    let verifier = Verifier::new(&webhook_secret)?;
    let placet = Placet::new(&placet, token)?;
    let callbacks = format!("http://{}/callbacks", listen.local_addr()?);
    let report: Reporter = Box::new(report);

    let tasks = Tasks::open(&state_file, &callbacks)?;
    let prepared = spawn_blocking(move || prepare(verifier, tasks, threshold, limit, report));
    let (engine, lessons) = prepared.await??;
    let engine = Arc::new(engine);

    // Every paused task waits on its own line before anybody is asked and before anybody is heard.
    let paused = engine.tasks.paused();
    let (label, labels) = mpsc::unbounded_channel();
    let mut waiting = JoinSet::new();
    for (task, _) in &paused {
        let digit = digits::of_task(task).with_context(|| format!("{task} is no task of the demo"))?;
        let (answer, answered) = oneshot::channel();
        engine.waiting().insert(task.clone(), answer);
        waiting.spawn(wait_and_go_on(digit, answered, label.clone()));
    }
    drop(label);
    let learner = tokio::spawn(learn(engine.clone(), lessons, labels));

    let (close, mut closing) = watch::channel(false);
    listen.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listen)?;
    let server = axum::serve(listener, listener::router(engine.clone())).with_graceful_shutdown(async move {
        // An error means that the engine is gone, which closes as well.
        let _ = closing.wait_for(|close| *close).await;
    });
    let mut server = tokio::spawn(server.into_future());

    let work = async {
        ask(&engine, &placet, &paused, callbacks).await?;
        match until {
            Until::Stopped => pending().await,
            Until::AllResumed => while waiting.join_next().await.is_some() {},
        }
        anyhow::Ok(())
    };
    let worked = tokio::select! {
        worked = work => worked,
        // An error means that whoever could stop it is gone, which is a stop as well.
        _ = stop.wait_for(|stop| *stop) => Ok(()),
    };

    close.send_replace(true);
    if tokio::time::timeout(LAST_ANSWERS, &mut server).await.is_err() {
        // Whoever holds a connection open and says nothing cannot hold up the end.
        server.abort();
    }
    // Tasks that still wait are on disk. Their lines close here, and with the last of them the learner ends.
    engine.waiting().clear();
    while waiting.join_next().await.is_some() {}
    learner.await.context("the learner ended badly")?;
    worked?;
    Ok(engine.summary())
}

/// Hands every paused task in.
async fn ask(
    engine: &Engine,
    placet: &Placet,
    paused: &[(String, [Guess; 2])],
    callbacks: String,
) -> Result<()> {
    let (mut admitted, mut duplicates) = (0, 0);
    for (task, guesses) in paused {
        let digit = digits::of_task(task).with_context(|| format!("{task} is no task of the demo"))?;
        match placet.hand_in(task, &submission(digit, guesses, &callbacks), &engine.report).await? {
            Outcome::Admitted => admitted += 1,
            Outcome::Duplicate => duplicates += 1,
        }
    }
    (engine.report)(Report::HandedIn { admitted, duplicates, callbacks });
    Ok(())
}

/// Learns, reads the stack, and remembers what it is not sure of. Returns the engine and what its reader has
/// learned from.
fn prepare(
    verifier: Verifier,
    tasks: Tasks,
    threshold: f64,
    limit: Option<usize>,
    report: Reporter,
) -> Result<(Engine, Vec<Example>)> {
    let mut lessons: Vec<Example> =
        digits::to_learn().map(|digit| Example { digit, label: digit.written }).collect();
    let learned_from = lessons.len();
    let reader = Reader::learn(&lessons)?;
    let accuracy_before = reader.accuracy(digits::held_out());
    let held_out = digits::held_out().count();
    report(Report::Learned { examples: learned_from, from_people: 0, accuracy: accuracy_before, held_out });

    // With what it knew at first and not with what it learned since: so the tasks are the same ones whenever
    // the engine starts, and nobody is asked twice.
    let before = tasks.counts();
    let room = limit.map_or(usize::MAX, |limit| limit.saturating_sub(before.paused + before.resumed));
    let guessed = digits::to_read().map(|digit| (digit.task(), reader.read(digit)));
    let mut unsure: Vec<_> = guessed.filter(|(_, guesses)| guesses[0].confidence < threshold).collect();
    let all_unsure = unsure.len();
    // Where only some may be asked about, those of which there is most to learn.
    unsure.sort_by(|(_, a), (_, b)| a[0].confidence.total_cmp(&b[0].confidence));
    unsure.retain(|(task, _)| !tasks.knows(task));
    unsure.truncate(room);
    tasks.pause(unsure)?;
    let Counts { paused, resumed } = tasks.counts();
    let read = digits::to_read().count();
    report(Report::Read { images: read, unsure: all_unsure, paused, resumed, threshold });

    lessons.extend(tasks.labels());
    let from_people = lessons.len() - learned_from;
    let mut accuracy = accuracy_before;
    if from_people > 0 {
        accuracy = Reader::learn(&lessons)?.accuracy(digits::held_out());
        report(Report::Learned { examples: lessons.len(), from_people, accuracy, held_out });
    }
    let engine = Engine {
        verifier,
        tasks,
        waiting: Mutex::default(),
        report,
        learned_from,
        read,
        accuracy_before,
        learned: Mutex::new(Learned { from_people, accuracy }),
        repeated: AtomicUsize::new(0),
        refused: AtomicUsize::new(0),
    };
    Ok((engine, lessons))
}

/// One digit that the reader was not sure of: waits for its answer, then goes on with it.
async fn wait_and_go_on(
    digit: &'static Digit,
    answered: oneshot::Receiver<Option<u8>>,
    labels: mpsc::UnboundedSender<Example>,
) {
    if let Ok(Some(label)) = answered.await {
        // The learner outlives every task that could tell it something.
        let _ = labels.send(Example { digit, label });
    }
}

/// Learns from labels as they come, from all that came meanwhile at once; ends with the last task.
async fn learn(engine: Arc<Engine>, mut lessons: Vec<Example>, mut labels: mpsc::UnboundedReceiver<Example>) {
    while let Some(label) = labels.recv().await {
        lessons.push(label);
        lessons.extend(std::iter::from_fn(|| labels.try_recv().ok()));
        let taught = lessons.clone();
        let learned = spawn_blocking(move || {
            let reader = Reader::learn(&taught)?;
            anyhow::Ok((taught.len(), reader.accuracy(digits::held_out())))
        });
        match learned.await.map_err(anyhow::Error::from).flatten() {
            Ok((examples, accuracy)) => engine.has_learned(examples, accuracy),
            Err(error) => tracing::warn!(%error, "did not learn; tries again with the next label"),
        }
    }
}

impl Engine {
    /// Hears a callback to a task. Returns after what it did is on disk.
    pub(crate) fn hear(&self, task: &str, headers: &HeaderMap, body: &[u8]) -> Result<Resume, Refusal> {
        let heard = self.verifier.read(task, headers, body).and_then(|decided| {
            let resume = self.tasks.resume(task, decided.clone())?;
            Ok((resume, decided))
        });
        let (resume, Decided { verdict, label, .. }) = match heard {
            Ok(heard) => heard,
            Err(refusal) => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                let (code, reason) = (refusal.code(), refusal.to_string());
                (self.report)(Report::Refused { task: task.to_owned(), code, reason });
                return Err(refusal);
            }
        };
        match resume {
            Resume::Before => {
                self.repeated.fetch_add(1, Ordering::Relaxed);
                (self.report)(Report::Repeated { task: task.to_owned() });
            }
            Resume::Now(Guess { label: guess, confidence }) => {
                let paused = self.tasks.counts().paused;
                let task = task.to_owned();
                let answer = self.waiting().remove(&task);
                (self.report)(Report::Resumed { task, verdict, label, guess, confidence, paused });
                if let Some(answer) = answer {
                    // A task that the end of the engine took away goes on, by its file, at the next start.
                    let _ = answer.send(label);
                }
            }
        }
        Ok(resume)
    }

    /// How the engine stands.
    pub(crate) fn summary(&self) -> Summary {
        let Counts { paused, resumed } = self.tasks.counts();
        let Learned { from_people, accuracy } = *self.learned();
        Summary {
            learned_from: self.learned_from,
            labels_from_people: from_people,
            held_out: digits::held_out().count(),
            accuracy_before: self.accuracy_before,
            accuracy_now: accuracy,
            read: self.read,
            paused,
            resumed,
            repeated: self.repeated.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    fn has_learned(&self, examples: usize, accuracy: f64) {
        let from_people = examples - self.learned_from;
        *self.learned() = Learned { from_people, accuracy };
        let held_out = digits::held_out().count();
        (self.report)(Report::Learned { examples, from_people, accuracy, held_out });
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Option<u8>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learned(&self) -> MutexGuard<'_, Learned> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
