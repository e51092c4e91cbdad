//! The life of keys.

use std::io::{self, IsTerminal as _, Read as _};

use placet_desk::verb::{CreateKey, ImportKey, KeySet, KeyText, Keys, RetireKey, RotateKey};
use placet_desk::view::{NewKeyView, SignsAs};
use serde::Serialize;

use crate::Desk;
use crate::arguments;
use crate::failure::Failure;
use crate::print::Printer;

/// No key is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// What was done with a key of this name.
#[derive(Serialize)]
struct Done {
    name: String,
}

pub(crate) async fn run(desk: &Desk, command: arguments::Keys, printer: Printer) -> Result<(), Failure> {
    match command {
        arguments::Keys::Create { name, kind } => {
            let made = desk.ask(CreateKey { name, kind: kind.into(), replace: false }).await?;
            printer.document(&made, tell)
        }
        arguments::Keys::Import { name } => {
            desk.ask(ImportKey { name: name.clone(), text: KeyText(typed_in()?) }).await?;
            printer.document(&Done { name }, |done| format!("key \"{}\" is kept", done.name))
        }
        arguments::Keys::Rotate { engine, jwt } => {
            let signs_as = if jwt { SignsAs::Jwt } else { SignsAs::StandardWebhooks };
            let made = desk.ask(RotateKey { engine, signs_as }).await?;
            printer.document(&made, |made| {
                format!(
                    "{}\nGive it to the receiver, then retire the older key: placet keys retire NAME",
                    tell(made)
                )
            })
        }
        arguments::Keys::Retire { name } => {
            desk.ask(RetireKey { name: name.clone() }).await?;
            printer.document(&Done { name }, |done| format!("key \"{}\" is gone", done.name))
        }
        arguments::Keys::List => {
            let keys = desk.ask(Keys {}).await?;
            printer.rows(["KEY", "ENGINE", "USED FOR", "ID"], &keys, |key| {
                [key.name.clone(), key.engine.clone(), key.used.clone(), key.id.clone().unwrap_or_default()]
            })
        }
        arguments::Keys::Jwks => {
            let set = desk.ask(KeySet {}).await?;
            let text = serde_json::to_string_pretty(&set).map_err(Failure::fault)?;
            printer.document(&set, |_| text)
        }
    }
}

fn tell(made: &NewKeyView) -> String {
    let NewKeyView { name, secret, public } = made;
    match (secret, public) {
        (Some(secret), _) => {
            format!("key \"{name}\" is kept; the receiver needs it too, and it is shown this once:\n{secret}")
        }
        (None, Some(public)) => {
            format!("key \"{name}\" is kept; the receiver needs its public half:\n{}", public.trim_end())
        }
        (None, None) => format!("key \"{name}\" is kept"),
    }
}

/// Without the line end that `echo` and files add.
fn typed_in() -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        eprintln!("Paste the key, then Ctrl-D:");
    }
    let mut text = String::new();
    let length = io::stdin().take(LONGEST + 1).read_to_string(&mut text);
    match length {
        Ok(length) if length as u64 <= LONGEST => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
        Ok(_) => Err(Failure::usage("standard input: this is longer than any key")),
        Err(error) => Err(Failure::usage(format!("standard input: {error}"))),
    }
}
