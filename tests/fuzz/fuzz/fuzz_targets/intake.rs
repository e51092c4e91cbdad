//! `intake` as a program of libFuzzer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use placet_fuzz::{Body, Target};

thread_local! {
    static BODY: Body = Target::Intake.body();
}

fuzz_target!(|input: &[u8]| BODY.with(|body| body(input)));
