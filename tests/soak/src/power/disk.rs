//! What is on the disk when the power goes.
//!
//! What was synced is there. Of what was not, each write is there whole, or not at all, or in some of its sectors; the
//! order in which it was written does not matter. Names come and go in the order in which they did, as in a
//! journalled folder, and are certain once the folder was synced: when a new file was synced first, or with a delete
//! that asked for it. A file that was never synced may be there empty.

use std::collections::BTreeMap;

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::vfs::{Call, Deed};

/// No disk writes less at a time, in bytes.
const SECTOR: usize = 512;

/// A folder as the disk has it, and what is under way to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    files: Vec<File>,
    /// Names that are certain.
    names: BTreeMap<String, usize>,
    /// What happened to names since, in order; `None` took the name away.
    names_under_way: Vec<(String, Option<usize>)>,
}

#[derive(Clone, Debug, Default)]
struct File {
    synced: Vec<u8>,
    under_way: Vec<Deed>,
    /// Nothing of it was ever synced, so the folder was not either.
    is_new: bool,
}

/// What becomes of what is under way.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Kept,
    Dropped,
    /// Each its own.
    Mixed,
}

impl Disk {
    /// A folder with this empty file in it.
    pub(super) fn with_empty(name: &str) -> Self {
        Self {
            files: vec![File::default()],
            names: BTreeMap::from([(name.to_owned(), 0)]),
            names_under_way: Vec::new(),
        }
    }

    /// One call further.
    pub(super) fn after(&mut self, call: &Call) {
        match &call.deed {
            Deed::Create => {
                self.files.push(File { is_new: true, ..File::default() });
                self.names_under_way.push((call.file.clone(), Some(self.files.len() - 1)));
            }
            Deed::Delete { synced } => {
                self.names_under_way.push((call.file.clone(), None));
                if *synced {
                    self.sync_names();
                }
            }
            deed @ (Deed::Write { .. } | Deed::Truncate { .. }) => {
                let file = self.named(&call.file);
                self.files[file].under_way.push(deed.clone());
            }
            Deed::Sync => {
                let number = self.named(&call.file);
                let file = &mut self.files[number];
                for deed in std::mem::take(&mut file.under_way) {
                    apply(&mut file.synced, &deed, |_| true);
                }
                if std::mem::take(&mut file.is_new) {
                    self.sync_names();
                }
            }
        }
    }

    /// The file that has this name now.
    fn named(&self, name: &str) -> usize {
        let newest = self.names_under_way.iter().rev().find(|(under_way, _)| under_way == name);
        let number = newest.map_or_else(|| self.names.get(name).copied(), |(_, number)| *number);
        number.expect("only what is there is written")
    }

    fn sync_names(&mut self) {
        for (name, number) in std::mem::take(&mut self.names_under_way) {
            change_name(&mut self.names, name, number);
        }
    }

    /// What is there if the power does not go.
    pub(super) fn whole(&self) -> BTreeMap<String, Vec<u8>> {
        let mut names = self.names.clone();
        for (name, number) in &self.names_under_way {
            change_name(&mut names, name.clone(), *number);
        }
        let whole = |file: &File| {
            let mut bytes = file.synced.clone();
            file.under_way.iter().for_each(|deed| apply(&mut bytes, deed, |_| true));
            bytes
        };
        names.into_iter().map(|(name, number)| (name, whole(&self.files[number]))).collect()
    }

    /// What is there if the power goes now.
    pub(super) fn cut(&self, draw: &mut StdRng) -> BTreeMap<String, Vec<u8>> {
        let fate = match draw.random_range(0..5) {
            0 => Fate::Kept,
            1 => Fate::Dropped,
            _ => Fate::Mixed,
        };
        let mut names = self.names.clone();
        let certain = match fate {
            Fate::Kept => self.names_under_way.len(),
            Fate::Dropped => 0,
            Fate::Mixed => draw.random_range(0..=self.names_under_way.len()),
        };
        for (name, number) in self.names_under_way.iter().take(certain) {
            change_name(&mut names, name.clone(), *number);
        }
        names.into_iter().map(|(name, number)| (name, self.files[number].cut(fate, draw))).collect()
    }
}

fn change_name(names: &mut BTreeMap<String, usize>, name: String, number: Option<usize>) {
    match number {
        Some(number) => names.insert(name, number),
        None => names.remove(&name),
    };
}

impl File {
    fn cut(&self, fate: Fate, draw: &mut StdRng) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for deed in &self.under_way {
            let fate = match (fate, draw.random_range(0..3)) {
                (Fate::Mixed, 0) => Fate::Kept,
                (Fate::Mixed, 1) => Fate::Dropped,
                (fate, _) => fate,
            };
            match fate {
                Fate::Kept => apply(&mut bytes, deed, |_| true),
                Fate::Dropped => {}
                // Torn.
                Fate::Mixed => apply(&mut bytes, deed, |_| draw.random_bool(0.5)),
            }
        }
        bytes
    }
}

/// Does it to those sectors that are `there`.
fn apply(bytes: &mut Vec<u8>, deed: &Deed, mut there: impl FnMut(usize) -> bool) {
    match deed {
        Deed::Write { at, bytes: written } => {
            let end = at + written.len();
            let mut from = *at;
            while from < end {
                let to = ((from / SECTOR + 1) * SECTOR).min(end);
                if there(from / SECTOR) {
                    if bytes.len() < to {
                        bytes.resize(to, 0);
                    }
                    bytes[from..to].copy_from_slice(&written[from - at..to - at]);
                }
                from = to;
            }
        }
        // A length is changed or it is not.
        Deed::Truncate { length } => {
            if there(0) {
                bytes.resize(*length, 0);
            }
        }
        Deed::Create | Deed::Sync | Deed::Delete { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::{Disk, SECTOR};
    use crate::power::vfs::{Call, Deed};

    fn call(file: &str, deed: Deed) -> Call {
        Call { file: file.to_owned(), deed }
    }

    #[test]
    fn what_was_synced_is_there_and_what_was_not_may_be_torn() {
        let mut disk = Disk::with_empty("a");
        disk.after(&call("a", Deed::Write { at: 0, bytes: vec![1; 2 * SECTOR] }));
        disk.after(&call("a", Deed::Sync));
        disk.after(&call("a", Deed::Write { at: 0, bytes: vec![2; 2 * SECTOR] }));
        let mut draw = StdRng::seed_from_u64(1);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..200 {
            let bytes = disk.cut(&mut draw).remove("a").expect("there");
            seen.insert((bytes[0], bytes[2 * SECTOR - 1]));
        }
        assert_eq!(seen.len(), 4, "kept, dropped, and torn both ways: {seen:?}");
    }

    #[test]
    fn a_name_is_certain_once_its_file_was_synced() {
        let mut disk = Disk::with_empty("a");
        disk.after(&call("b", Deed::Create));
        let mut draw = StdRng::seed_from_u64(1);
        let there =
            |disk: &Disk, draw: &mut StdRng| (0..100).filter(|_| disk.cut(draw).contains_key("b")).count();
        assert!((1..100).contains(&there(&disk, &mut draw)));
        disk.after(&call("b", Deed::Sync));
        assert_eq!(there(&disk, &mut draw), 100);
        disk.after(&call("b", Deed::Delete { synced: false }));
        assert!((1..100).contains(&there(&disk, &mut draw)));
        disk.after(&call("b", Deed::Delete { synced: true }));
        assert_eq!(there(&disk, &mut draw), 0);
    }
}
