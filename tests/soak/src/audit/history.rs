//! A ledger with a history, drawn at random and made by the store's own verbs.

use std::path::Path;

use anyhow::{Result, ensure};
use placet_store::AuditHead;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rusqlite::Connection;

use super::world::World;
use super::{KEY, chain};

/// The ledger is closed and copied after each.
const STAGES: usize = 4;

/// The file of a ledger and where its chain ended.
pub(super) struct Stage {
    pub(super) file: Vec<u8>,
    pub(super) head: AuditHead,
}

/// One history, at several moments, and another that parted from it.
pub(super) struct History {
    stages: Vec<Stage>,
    /// From the second moment on, other things happened, under the same key.
    other: Stage,
}

impl History {
    /// Makes the history of this seed in the folder.
    pub(super) async fn made(seed: u64, folder: &Path) -> Result<Self> {
        let mut world = World::new(StdRng::seed_from_u64(seed));
        let mut stages = Vec::new();
        stages.push(world.stage(folder, true).await?);
        stages.push(world.stage(folder, false).await?);
        let mut other = world.parted(StdRng::seed_from_u64(!seed));
        while stages.len() < STAGES {
            stages.push(world.stage(folder, false).await?);
        }
        let last = stages.last().map(|stage| stage.file.clone()).unwrap_or_default();
        super::put(folder, &stages[1].file)?;
        let mut parted = other.stage(folder, false).await?;
        // As long as the history that it takes the place of, or longer.
        while parted.head.number < stages[STAGES - 1].head.number {
            parted = other.stage(folder, false).await?;
        }
        super::put(folder, &last)?;
        ensure_anybody_computes_the_same(folder)?;
        Ok(Self { stages, other: parted })
    }

    /// The ledger as it is now.
    pub(super) fn file(&self) -> &[u8] {
        &self.stages[STAGES - 1].file
    }

    /// The head that was kept.
    pub(super) fn head(&self) -> AuditHead {
        self.stages[STAGES - 1].head
    }

    /// The ledger as it was before.
    pub(super) fn older(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.stages[..STAGES - 1].iter().map(|stage| stage.file.as_slice())
    }

    /// A ledger in which other things happened.
    pub(super) fn other(&self) -> &[u8] {
        &self.other.file
    }

    /// Every honest ledger with each head that it must agree with.
    pub(super) fn honest(&self) -> Vec<(&[u8], AuditHead)> {
        let mut honest = vec![
            (self.other(), self.other.head),
            (self.other(), self.stages[1].head),
            (self.other(), self.stages[0].head),
        ];
        for (place, stage) in self.stages.iter().enumerate() {
            honest.extend(self.stages[..=place].iter().map(|before| (stage.file.as_slice(), before.head)));
            honest.push((&stage.file, AuditHead::default()));
        }
        honest
    }
}

/// Another program, which knows the form by its description, seals every row as Placet did.
fn ensure_anybody_computes_the_same(folder: &Path) -> Result<()> {
    let connection = Connection::open(folder.join("ledger.sqlite3"))?;
    let rows = chain::rows(&connection)?;
    ensure!(rows.len() > 100, "only {} rows", rows.len());
    let mut anew = rows.clone();
    chain::seal_from(&mut anew, 0, &KEY, true)?;
    ensure!(rows == anew, "the form is not what its description says");
    Ok(())
}
