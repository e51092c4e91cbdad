//! The contract with the window: the types it is written against are those that Rust answers with.

use std::fs;
use std::path::Path;

use placet_desk::verb;

/// Rewrites the generated file when it is not what Rust says, and fails, so that the change is seen and
/// committed; `tsc` then says what it breaks.
#[test]
fn the_windows_types_are_generated_from_rust() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/types.gen.ts");
    let generated = verb::typescript();
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if committed != generated {
        fs::write(&path, &generated).expect("ui/src/ipc is there");
        panic!(
            "ui/src/ipc/types.gen.ts was not what Rust says; it is written anew: look at it and commit it"
        );
    }
}
