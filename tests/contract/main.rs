//! The contract with the window: the types it is written against are those that Rust answers with.

mod samples;

use std::fs;
use std::path::Path;

use placet_desk::verb;
use xtask::house;

use samples::Samples;

/// Rewrites a generated file when it is not what Rust says, and fails, so that the change is seen and
/// committed; `tsc` then says what it breaks.
fn is_generated(name: &str, generated: &str) {
    let path = house::ui().join("src").join("ipc").join(name);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed != generated {
        write(&path, generated);
        panic!("{} was not what Rust says; it is written anew: look at it and commit it", path.display());
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
    fs::write(path, text).expect("written");
}

#[test]
fn the_windows_types_are_generated_from_rust() {
    is_generated("types.gen.ts", &verb::typescript());
}

/// The file says of each sample that it `satisfies` its type, so that `tsc` compares what Rust writes with
/// what the window reads; it also says so of the list, so that `tsc` misses a verb without a sample.
#[test]
fn the_windows_samples_are_written_by_rust() {
    is_generated("samples.gen.ts", &Samples::all().typescript());
}

#[test]
fn every_sample_is_read_back_as_what_was_written() {
    // `Samples` compares while it collects; what is left to see is that no verb was forgotten.
    let samples = Samples::all();
    let typescript = verb::typescript();
    let verbs = typescript.split("export interface Verbs {").nth(1).expect("the list of verbs");
    for verb in verbs.lines().filter_map(|line| line.trim().split_once(": {").map(|(name, _)| name)) {
        assert!(samples.has(verb), "tests/contract/samples.rs has no sample of {verb}");
    }
}
