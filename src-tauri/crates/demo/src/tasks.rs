//! Remembers which tasks are paused and which went on with which answer, also over a restart.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::callback::{Decided, Refusal};
use crate::digits;
use crate::reader::{Example, Guess};

/// The version of the file that is written and read.
const VERSION: u32 = 1;

/// The tasks that were ever paused. What it says happened is on disk.
pub(crate) struct Tasks {
    file: PathBuf,
    kept: Mutex<Kept>,
}

/// What the file holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    v: u32,
    /// Where the answers are heard: Placet was told so with each task.
    callbacks: String,
    tasks: BTreeMap<String, Task>,
}

/// A digit that the reader was not sure of.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Task {
    /// What it was taken for. Kept, so that it is handed in with the same words every time.
    guesses: [Guess; 2],
    /// Absent while the task is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resumed: Option<Resumed>,
}

/// How a task went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Resumed {
    verdict: String,
    label: Option<u8>,
    webhook_id: String,
    body_sha256: String,
}

/// What a callback did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Resume {
    /// The task goes on now; this was guessed first.
    Now(Guess),
    /// It went on with this very callback before.
    Before,
}

/// How many tasks stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) paused: usize,
    pub(crate) resumed: usize,
}

impl Tasks {
    /// Reads what an earlier run left in `file`; nothing, if it is not there. `callbacks` is where answers
    /// are heard now: while tasks are paused it must be where they are expected.
    pub(crate) fn open(file: &Path, callbacks: &str) -> Result<Self> {
        let kept = match fs::read(file) {
            Ok(text) => serde_json::from_slice::<Kept>(&text)
                .with_context(|| format!("{} is not the demo's; move it away", file.display()))?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Kept { v: VERSION, callbacks: callbacks.to_owned(), tasks: BTreeMap::new() }
            }
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
        };
        ensure!(kept.v == VERSION, "{} is of version {}, not {VERSION}", file.display(), kept.v);
        let tasks = Self { file: file.to_owned(), kept: Mutex::new(kept) };
        let paused = tasks.counts().paused;
        let mut kept = tasks.kept();
        ensure!(
            paused == 0 || kept.callbacks == callbacks,
            "{paused} tasks wait for their answers at {}; listen there, not at {callbacks}, or move {} away \
             to ask anew on another ledger",
            kept.callbacks,
            file.display(),
        );
        callbacks.clone_into(&mut kept.callbacks);
        drop(kept);
        Ok(tasks)
    }

    /// Pauses digits, unless they were before. Returns after it is on disk, so before anybody is asked: an
    /// answer never finds its task unknown.
    pub(crate) fn pause(&self, unsure: impl IntoIterator<Item = (String, [Guess; 2])>) -> Result<()> {
        let mut kept = self.kept();
        let mut next = kept.clone();
        for (task, guesses) in unsure {
            next.tasks.entry(task).or_insert(Task { guesses, resumed: None });
        }
        self.write(&next).with_context(|| format!("cannot write {}", self.file.display()))?;
        *kept = next;
        Ok(())
    }

    /// Lets a task go on with what was decided, once: returns [`Resume::Now`] to one caller only, after it is
    /// on disk.
    pub(crate) fn resume(&self, task: &str, decided: Decided) -> Result<Resume, Refusal> {
        let Decided { webhook_id, body_sha256, verdict, label } = decided;
        let resumed = Resumed { verdict, label, webhook_id, body_sha256 };
        let mut kept = self.kept();
        let known = kept.tasks.get(task).ok_or(Refusal::NoSuchTask)?;
        let guess = known.guesses[0];
        match &known.resumed {
            Some(before) if *before == resumed => return Ok(Resume::Before),
            Some(_) => return Err(Refusal::GoneOn),
            None => {}
        }
        let mut next = kept.clone();
        next.tasks.insert(task.to_owned(), Task { resumed: Some(resumed), ..known.clone() });
        self.write(&next).map_err(|error| Refusal::NotKept(error.to_string()))?;
        *kept = next;
        Ok(Resume::Now(guess))
    }

    /// Whether it was ever paused.
    pub(crate) fn knows(&self, task: &str) -> bool {
        self.kept().tasks.contains_key(task)
    }

    /// What is paused, with what it was taken for.
    pub(crate) fn paused(&self) -> Vec<(String, [Guess; 2])> {
        let kept = self.kept();
        let paused = kept.tasks.iter().filter(|(_, task)| task.resumed.is_none());
        paused.map(|(name, task)| (name.clone(), task.guesses)).collect()
    }

    /// What people said so far.
    pub(crate) fn labels(&self) -> Vec<Example> {
        let kept = self.kept();
        let resumed = kept.tasks.iter().filter_map(|(name, task)| Some((name, task.resumed.as_ref()?)));
        resumed
            .filter_map(|(name, resumed)| {
                Some(Example { digit: digits::of_task(name)?, label: resumed.label? })
            })
            .collect()
    }

    /// How many stand where.
    pub(crate) fn counts(&self) -> Counts {
        let kept = self.kept();
        let resumed = kept.tasks.values().filter(|task| task.resumed.is_some()).count();
        Counts { paused: kept.tasks.len() - resumed, resumed }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // What is kept is replaced as a whole or not at all, so nobody leaves it half changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Written beside and renamed, so that a crash leaves the old file or the new one, never half of either;
    /// only the owner can read it.
    fn write(&self, kept: &Kept) -> io::Result<()> {
        let beside = self.file.with_extension("json.new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&serde_json::to_vec(kept)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.file)?;
        // The new name is on disk only when its folder is.
        #[cfg(unix)]
        fs::File::open(
            self.file.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        )?
        .sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
