//! Tells receivers whether a request's signature holds, and if not, why not.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use placet_delivery::verify::{Arrived, Finding, verify};
use placet_review::Timestamp;
use secrecy::SecretString;
use serde::Serialize;

use crate::arguments::Verify;
use crate::failure::Failure;
use crate::print::Printer;

/// What one request comes to.
#[derive(Serialize)]
struct Verified {
    request: String,
    findings: Vec<Finding>,
}

pub(crate) fn run(options: Verify, printer: Printer) -> Result<(), Failure> {
    let Verify { file, key_file, key_env, at } = options;
    let key = key(key_file.as_deref(), key_env.as_deref())?;
    let now = match at {
        None => placet_desk::now(),
        Some(at) => at.parse::<Timestamp>().map_err(|error| Failure::usage(format!("--at: {error}")))?,
    };
    let mut all = Vec::new();
    for arrived in requests(file)? {
        all.push(Verified { request: arrived.named(), findings: verify(&arrived, &key, now) });
    }
    let told = |all: &Vec<Verified>| {
        let lines = all.iter().flat_map(|Verified { request, findings }| {
            findings.iter().map(move |Finding { scheme, holds, words }| {
                let verdict = if *holds { "holds" } else { "does not hold" };
                format!("{request}\n  {scheme}: {verdict}. {words}")
            })
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    printer.document(&all, told)?;
    let holds = |one: &Verified| one.findings.iter().any(|finding| finding.holds);
    if all.iter().all(holds) { Ok(()) } else { Err(Failure::refused("not every signature holds")) }
}

/// From a file or a variable of the environment, and never from the command line, where others can read it.
fn key(file: Option<&Path>, variable: Option<&str>) -> Result<SecretString, Failure> {
    match (file, variable) {
        (Some(file), _) => fs::read_to_string(file)
            .map(SecretString::from)
            .map_err(|error| Failure::usage(format!("--key-file {}: {error}", file.display()))),
        (None, Some(name)) => std::env::var(name)
            .map(SecretString::from)
            .map_err(|_| Failure::usage(format!("--key-env: there is no text in the variable {name}"))),
        (None, None) => Err(Failure::usage("say where the receiver's key is: --key-file or --key-env")),
    }
}

/// One request as it is on the wire, or those of a recording that look signed.
fn requests(file: Option<PathBuf>) -> Result<Vec<Arrived>, Failure> {
    let bytes = match file {
        Some(file) => {
            fs::read(&file).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?
        }
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map_err(|error| Failure::usage(error.to_string()))?;
            bytes
        }
    };
    let unreadable = |error: placet_delivery::verify::Unreadable| Failure::usage(error.to_string());
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Ok(vec![Arrived::of_wire(&bytes).map_err(unreadable)?]);
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage("the recording is not UTF-8"))?;
    let mut signed = Arrived::of_har(&text).map_err(unreadable)?;
    signed.retain(Arrived::is_signed);
    if signed.is_empty() { Err(Failure::usage("no request of the recording is signed")) } else { Ok(signed) }
}
