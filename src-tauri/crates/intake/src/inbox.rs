//! The one door: whatever the source, an item gets into the ledger through here or not at all.

use std::sync::Arc;

use placet_review::{Callback, Decision, Engine, Item, ItemId, ItemState, NewItem, Timestamp, undo_until};
use placet_store::{Admission, Attachments, Fault, Store};
use serde::Serialize;

use crate::attachment::Image;
use crate::problem::{Code, Problem};
use crate::setup::{Setup, SetupCache};
use crate::submission::{self, Document, Read};

/// Says whether an engine's answer could be sent to this callback: its protocol is known, its parameters
/// are complete, its URL is on the engine's allow-list. If so, it tells until when the engine waits there for an item
/// that comes in at this moment, if the callback says.
pub type CallbackCheck = fn(&Engine, &Callback, Timestamp) -> Result<Option<Timestamp>, CallbackProblem>;

/// Why an answer could not be sent to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackProblem {
    /// Where in the callback: a JSON pointer such as `/url`, empty for all of it.
    pub pointer: String,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// Who hands items in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitter {
    /// The engine that showed its token: it speaks for itself alone.
    Engine(String),
    /// Whoever owns the ledger: each submission names its engine.
    Owner,
}

/// An item that is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Admitted {
    /// Its number there.
    #[schema(value_type = i64)]
    pub item: ItemId,
    /// The engine whose task waits.
    pub engine: String,
    /// The engine's own name of the task.
    pub id: String,
    /// Whether it came just now.
    pub outcome: AdmittedOutcome,
}

/// Whether an item came just now or was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdmittedOutcome {
    /// It is new.
    Admitted,
    /// The same submission was admitted before; nothing was written.
    Duplicate,
}

/// The door.
pub struct Inbox {
    store: Arc<dyn Store>,
    attachments: Arc<Attachments>,
    setup: SetupCache,
    check_callback: CallbackCheck,
}

impl Inbox {
    /// The door to `store`, which keeps images in `attachments`.
    pub fn new(store: Arc<dyn Store>, attachments: Attachments, check_callback: CallbackCheck) -> Self {
        let setup = SetupCache::new(store.clone());
        Self { store, attachments: Arc::new(attachments), setup, check_callback }
    }

    /// Takes the submissions in, all that are good in one transaction, and says of each what became of it,
    /// in the same order. When it returns, what was admitted is on disk, and so are its images.
    ///
    /// On a fault nothing of the call was admitted; handing it in again is safe.
    pub async fn admit(
        &self,
        by: &Submitter,
        documents: Vec<Document>,
        now: Timestamp,
    ) -> Result<Vec<Result<Admitted, Problem>>, Fault> {
        let setup = self.setup.setup().await?;
        let examiner = Examiner { setup, by: by.clone(), check: self.check_callback, now };
        let examined = examiner.examine_all(documents).await;

        let mut images = Vec::new();
        let mut items = Vec::new();
        let mut verdicts = Vec::with_capacity(examined.len());
        for examined in examined {
            verdicts.push(examined.map(|read| {
                images.extend(read.images);
                let name = (read.item.engine.clone(), read.item.task.clone());
                items.push(read.item);
                name
            }));
        }
        self.keep(images).await?;
        let admissions = if items.is_empty() { Vec::new() } else { self.store.admit(items, now).await? };
        let mut admissions = admissions.into_iter();
        verdicts
            .into_iter()
            .map(|verdict| match verdict {
                Err(problem) => Ok(Err(problem)),
                Ok((engine, id)) => {
                    admissions.next().map(|admission| outcome(admission, engine, id)).ok_or_else(|| {
                        Fault::Unreadable("an item was handed in and not answered for".to_owned())
                    })
                }
            })
            .collect()
    }

    /// Looks at a submission as if it were handed in, and says which item it would become. Nothing is taken in.
    pub async fn look_at(
        &self,
        by: &Submitter,
        document: Document,
        now: Timestamp,
    ) -> Result<Result<NewItem, Problem>, Fault> {
        let setup = self.setup.setup().await?;
        let examiner = Examiner { setup, by: by.clone(), check: self.check_callback, now };
        Ok(examiner.examine(&document).map(|read| read.item))
    }

    /// Images come before the items that refer to them: an item on disk always finds its images.
    async fn keep(&self, images: Vec<Image>) -> Result<(), Fault> {
        if images.is_empty() {
            return Ok(());
        }
        let attachments = self.attachments.clone();
        off_the_runtime(move || images.iter().try_for_each(|image| attachments.keep(&image.bytes).map(drop)))
            .await
    }

    /// The item that the engine named so, with its decision once that can no longer be taken back.
    pub(crate) async fn answer(
        &self,
        engine: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<(Item, Option<Decision>)>, Fault> {
        let Some(item) = self.store.item_of_task(engine, id).await? else { return Ok(None) };
        let decision = match item.state {
            ItemState::Decided => self.store.decision_of(item.id).await?,
            ItemState::Waiting | ItemState::Leased | ItemState::Expired => None,
        };
        let setup = self.setup.setup().await?;
        let queue = setup.queues.get(&item.asked.queue);
        let undo_seconds = queue.map_or(0, |queue| queue.undo_seconds);
        let stands =
            decision.filter(|decision| now >= undo_until(undo_seconds, item.asked.deadline, decision.at));
        Ok(Some((item, stands)))
    }

    /// The engine of this name.
    pub async fn engine(&self, name: &str) -> Result<Option<Arc<Engine>>, Fault> {
        Ok(self.setup.setup().await?.engines.get(name).cloned())
    }

    /// The engine whose token has this SHA-256.
    pub(crate) async fn engine_with_token(&self, sha256: [u8; 32]) -> Result<Option<Arc<str>>, Fault> {
        self.setup.engine_with_token(sha256).await
    }
}

fn outcome(admission: Admission, engine: String, id: String) -> Result<Admitted, Problem> {
    match admission {
        Admission::Admitted(item) => Ok(Admitted { item, engine, id, outcome: AdmittedOutcome::Admitted }),
        Admission::Duplicate(item) => Ok(Admitted { item, engine, id, outcome: AdmittedOutcome::Duplicate }),
        Admission::Conflict(item) => {
            let detail = format!(
                "\"{id}\" of {engine} is item {item} with another body; a changed question needs an id of its own"
            );
            Err(Problem::at(Code::SubmissionConflict, "/id", detail))
        }
    }
}

/// Looks at submissions one by one, without the ledger.
struct Examiner {
    setup: Arc<Setup>,
    by: Submitter,
    check: CallbackCheck,
    now: Timestamp,
}

impl Examiner {
    /// What takes longer to read than this many bytes is read beside the runtime's threads.
    const AT_ONCE_BYTES: usize = 64 << 10;

    async fn examine_all(self, documents: Vec<Document>) -> Vec<Result<Read, Problem>> {
        let examine = move |documents: &[Document]| documents.iter().map(|it| self.examine(it)).collect();
        let files = |document: &Document| document.files.iter().map(|file| file.bytes.len()).sum::<usize>();
        let bytes: usize = documents.iter().map(|document| document.json.len() + files(document)).sum();
        if bytes <= Self::AT_ONCE_BYTES {
            examine(&documents)
        } else {
            off_the_runtime(move || examine(&documents)).await
        }
    }

    fn examine(&self, document: &Document) -> Result<Read, Problem> {
        let mut read = submission::read(document)?;
        let engine = self.engine(read.engine.take())?;
        let queue = &read.item.queue;
        if !self.setup.queues.contains_key(queue) {
            let detail = format!("there is no queue \"{queue}\"; add it with: placet queue add {queue}");
            return Err(Problem::at(Code::QueueUnknown, "/queue", detail));
        }
        for (index, callback) in read.item.callbacks.iter().enumerate() {
            let checked = (self.check)(engine, callback, self.now);
            let waits_until = checked.map_err(|CallbackProblem { pointer, message }| {
                Problem::at(Code::CallbackRefused, format!("/callbacks/{index}{pointer}"), message)
            })?;
            // The engine that stops waiting first says how long there is.
            read.item.deadline = [read.item.deadline, waits_until].into_iter().flatten().min();
        }
        read.item.engine.clone_from(&engine.name);
        Ok(read)
    }

    fn engine(&self, named: Option<String>) -> Result<&Engine, Problem> {
        let name = match (&self.by, named) {
            (Submitter::Engine(own), Some(named)) if *own != named => {
                let detail =
                    format!("the token belongs to {own}, which cannot hand items in for \"{named}\"");
                return Err(Problem::at(Code::EngineMismatch, "/engine", detail));
            }
            (Submitter::Engine(own), _) => own.clone(),
            (Submitter::Owner, Some(named)) => named,
            (Submitter::Owner, None) => {
                return Err(Problem::at(Code::SubmissionInvalid, "", "missing field `engine`"));
            }
        };
        self.setup.engines.get(&name).map(|engine| &**engine).ok_or_else(|| {
            let detail = format!("there is no engine \"{name}\"; add it with: placet engine add {name}");
            Problem::at(Code::EngineUnknown, "/engine", detail)
        })
    }
}

/// Runs work that would hold up other requests on a thread of its own.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => unreachable!("work that has begun is never cancelled"),
        },
    }
}

#[cfg(test)]
mod tests;
