//! Takes down what SQLite writes, in the order in which it does.
//!
//! A VFS that is the system's own in everything, but notes each call that changes a file in a recorded folder once it
//! has succeeded. It is the process's default from the first recording on, so the ledger needs no change to be
//! recorded. Shared memory and locks are the system's: neither outlives a power cut.
//!
//! This is the one place of the house that is `unsafe`: SQLite knows a VFS as a table of C functions only.
#![allow(unsafe_code)]

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

/// A call that changed something.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// The file's name in the folder.
    pub(super) file: String,
    /// What was done to it.
    pub(super) deed: Deed,
}

/// What can be done to a file.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// It was not there before.
    Create,
    /// These bytes stand there now.
    Write { at: usize, bytes: Vec<u8> },
    /// It is so long now.
    Truncate { length: usize },
    /// All that was written is on disk, and if it is new so is its name.
    Sync,
    /// It is gone; whether the folder knows that after a power cut is said by `synced`.
    Delete { synced: bool },
}

/// All calls so far.
pub(super) type Tape = Arc<Mutex<Vec<Call>>>;

/// Records what happens in a folder, until it is dropped.
pub(super) struct Recording {
    folder: PathBuf,
    tape: Tape,
}

impl Recording {
    /// Begins. `folder` as SQLite will name it: absolute, without links.
    pub(super) fn of(folder: &Path) -> Self {
        ORIGINAL.get_or_init(register);
        let tape = Tape::default();
        locked(&TAPES).push((folder.to_owned(), tape.clone()));
        Self { folder: folder.to_owned(), tape }
    }

    /// How many calls there were so far.
    pub(super) fn calls(&self) -> usize {
        locked(&self.tape).len()
    }

    /// Ends, and hands over all calls.
    pub(super) fn end(self) -> Vec<Call> {
        mem::take(&mut *locked(&self.tape))
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        locked(&TAPES).retain(|(folder, _)| *folder != self.folder);
    }
}

static TAPES: Mutex<Vec<(PathBuf, Tape)>> = Mutex::new(Vec::new());
/// What is open and recorded, by the address of SQLite's file.
static OPEN: Mutex<Option<HashMap<usize, Open>>> = Mutex::new(None);
/// The system's own functions.
static ORIGINAL: OnceLock<Original> = OnceLock::new();

struct Original {
    open:
        unsafe extern "C" fn(*mut sqlite3_vfs, *const c_char, *mut sqlite3_file, c_int, *mut c_int) -> c_int,
    delete: unsafe extern "C" fn(*mut sqlite3_vfs, *const c_char, c_int) -> c_int,
}

struct Open {
    file: String,
    tape: Tape,
    methods: &'static sqlite3_io_methods,
    /// The same with ours among them: what SQLite calls.
    _ours: Box<sqlite3_io_methods>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn register() -> Original {
    // SAFETY: the default VFS is there as long as the process. A copy of it works as it does, since its functions
    // take what they need from their arguments and from `pAppData`, which the copy shares. The copy is never freed.
    unsafe {
        let system = ffi::sqlite3_vfs_find(ptr::null());
        let original = Original {
            open: (*system).xOpen.expect("a VFS opens files"),
            delete: (*system).xDelete.expect("a VFS deletes files"),
        };
        let ours = Box::leak(Box::new(*system));
        ours.zName = c"recorded".as_ptr();
        ours.pNext = ptr::null_mut();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        let registered = ffi::sqlite3_vfs_register(ours, 1);
        assert_eq!(registered, ffi::SQLITE_OK, "SQLite takes the VFS");
        original
    }
}

/// The tape of the folder that this file is in, with its name there.
fn tape_of(path: *const c_char) -> Option<(Tape, PathBuf, String)> {
    if path.is_null() {
        return None;
    }
    // SAFETY: SQLite names files by texts that end with a zero.
    let path = PathBuf::from(unsafe { CStr::from_ptr(path) }.to_str().ok()?);
    let tapes = locked(&TAPES);
    let (_, tape) = tapes.iter().find(|(folder, _)| path.parent() == Some(folder))?;
    let name = path.file_name()?.to_str()?.to_owned();
    Some((tape.clone(), path, name))
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let original = ORIGINAL.get().expect("registered").open;
    let recorded = tape_of(path);
    let is_new = recorded.as_ref().is_some_and(|(_, path, _)| !path.exists());
    // SAFETY: SQLite's own arguments, handed on as they are.
    let code = unsafe { original(vfs, path, file, flags, out_flags) };
    if code != ffi::SQLITE_OK {
        return code;
    }
    if let Some((tape, _, name)) = recorded {
        if is_new {
            locked(&tape).push(Call { file: name.clone(), deed: Deed::Create });
        }
        // SAFETY: after a success `pMethods` is a table of the system's VFS, which is there as long as the process.
        // Only the table that SQLite looks functions up in is exchanged; the file itself stays the system's.
        unsafe {
            let methods: &'static sqlite3_io_methods = &*(*file).pMethods;
            let ours = Box::new(sqlite3_io_methods {
                xClose: Some(close),
                xWrite: Some(write),
                xTruncate: Some(truncate),
                xSync: Some(sync),
                ..*methods
            });
            (*file).pMethods = &raw const *ours;
            let open = Open { file: name, tape, methods, _ours: ours };
            locked(&OPEN).get_or_insert_default().insert(file as usize, open);
        }
    }
    code
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, path: *const c_char, sync_folder: c_int) -> c_int {
    let original = ORIGINAL.get().expect("registered").delete;
    // SAFETY: SQLite's own arguments, handed on as they are.
    let code = unsafe { original(vfs, path, sync_folder) };
    if code == ffi::SQLITE_OK
        && let Some((tape, _, file)) = tape_of(path)
    {
        locked(&tape).push(Call { file, deed: Deed::Delete { synced: sync_folder != 0 } });
    }
    code
}

/// The system's functions for a file that is recorded.
fn methods_of(file: *mut sqlite3_file) -> &'static sqlite3_io_methods {
    locked(&OPEN).as_ref().and_then(|open| open.get(&(file as usize))).expect("it is open").methods
}

/// Notes what was done, if it was.
fn note(file: *mut sqlite3_file, code: c_int, deed: impl FnOnce() -> Deed) -> c_int {
    if code == ffi::SQLITE_OK
        && let Some(open) = locked(&OPEN).as_ref().and_then(|open| open.get(&(file as usize)))
    {
        locked(&open.tape).push(Call { file: open.file.clone(), deed: deed() });
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let original = methods_of(file).xClose.expect("files are closed");
    // SAFETY: the system's own function on its own file.
    let code = unsafe { original(file) };
    locked(&OPEN).as_mut().and_then(|open| open.remove(&(file as usize)));
    code
}

unsafe extern "C" fn write(file: *mut sqlite3_file, data: *const c_void, length: c_int, at: i64) -> c_int {
    let original = methods_of(file).xWrite.expect("files are written");
    // SAFETY: the system's own function on its own file.
    let code = unsafe { original(file, data, length, at) };
    note(file, code, || {
        let length = usize::try_from(length).expect("no less than nothing is written");
        // SAFETY: so many bytes were just read from there.
        let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), length) }.to_vec();
        Deed::Write { at: usize::try_from(at).expect("nothing stands before the file"), bytes }
    })
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: i64) -> c_int {
    let original = methods_of(file).xTruncate.expect("files are cut");
    // SAFETY: the system's own function on its own file.
    let code = unsafe { original(file, length) };
    note(file, code, || Deed::Truncate { length: usize::try_from(length).expect("a length") })
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let original = methods_of(file).xSync.expect("files are synced");
    // SAFETY: the system's own function on its own file.
    let code = unsafe { original(file, flags) };
    note(file, code, || Deed::Sync)
}
