//! Remembers engines, queues and tokens between submissions, until the ledger says that they changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use placet_review::{Engine, Queue};
use placet_store::{Change, Store};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;

/// Everything a submission can name.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) engines: HashMap<String, Arc<Engine>>,
    pub(crate) queues: HashMap<String, Queue>,
}

/// The newest [`Setup`] that the ledger told of.
pub(crate) struct SetupCache {
    store: Arc<dyn Store>,
    memory: Mutex<Memory>,
}

struct Memory {
    changes: broadcast::Receiver<Change>,
    /// Counts forgettings: what was read from the ledger before one is not remembered after it.
    age: u64,
    setup: Option<Arc<Setup>>,
    /// By the token's hash. Only tokens that are some engine's, so that guessing fills no memory.
    tokens: HashMap<[u8; 32], Arc<str>>,
}

impl SetupCache {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        let changes = store.changes();
        Self { store, memory: Mutex::new(Memory { changes, age: 0, setup: None, tokens: HashMap::new() }) }
    }

    pub(crate) async fn setup(&self) -> placet_store::Result<Arc<Setup>> {
        let age = {
            let memory = self.memory();
            if let Some(setup) = &memory.setup {
                return Ok(setup.clone());
            }
            memory.age
        };
        let engines = self.store.engines().await?;
        let queues = self.store.queues().await?;
        let setup = Arc::new(Setup {
            engines: engines.into_iter().map(|engine| (engine.name.clone(), Arc::new(engine))).collect(),
            queues: queues.into_iter().map(|queue| (queue.name.clone(), queue)).collect(),
        });
        let mut memory = self.memory();
        if memory.age == age {
            memory.setup = Some(setup.clone());
        }
        Ok(setup)
    }

    /// The engine whose token has this SHA-256. The comparison is between hashes, so its time tells
    /// nothing about the token.
    pub(crate) async fn engine_with_token(&self, sha256: [u8; 32]) -> placet_store::Result<Option<Arc<str>>> {
        let age = {
            let memory = self.memory();
            if let Some(engine) = memory.tokens.get(&sha256) {
                return Ok(Some(engine.clone()));
            }
            memory.age
        };
        let Some(engine) = self.store.engine_with_token(sha256).await? else { return Ok(None) };
        let engine: Arc<str> = engine.into();
        let mut memory = self.memory();
        if memory.age == age {
            memory.tokens.insert(sha256, engine.clone());
        }
        Ok(Some(engine))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing that holds this lock can panic half-way through a change.
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match memory.changes.try_recv() {
                Ok(Change::Setup) | Err(TryRecvError::Lagged(_)) => {
                    memory.age += 1;
                    memory.setup = None;
                    memory.tokens.clear();
                }
                Ok(Change::Items | Change::Holds | Change::Deliveries) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return memory,
            }
        }
    }
}
