//! Ready profiles: listing them, and making one an engine's.

use placet_delivery::presets::{Preset, named, presets};
use placet_review::{Engine, Signing};
use serde_json::Value;

use crate::failure::Failure;
use crate::print::Printer;

/// Lists all, or tells what there is to know of one.
pub(crate) fn tell(name: Option<&str>, printer: Printer) -> Result<(), Failure> {
    match name {
        None => {
            let rows: Vec<_> = presets().iter().map(|preset| (preset.name, &preset.said)).collect();
            printer.rows(["PRESET", "ENGINE", "SIGNED"], &rows, |(name, said)| {
                [(*name).to_owned(), said.title.clone(), said.signer.clone()]
            })
        }
        Some(name) => printer.document(&found(name)?.said, |said| {
            let callback = Value::from(said.callback.clone());
            let sources = said.sources.join("\n  ");
            format!(
                "{}\n\n{}\n\nsigned    {}\nbase      {}\ncallback  {callback}\n\n  {sources}",
                said.title, said.pauses, said.signer, said.base
            )
        }),
    }
}

/// The engine's profile by this preset: below `base`, or where the preset says, and signed with the key of this name.
pub(crate) fn engine(preset: &str, name: &str, base: Option<&str>, key: &str) -> Result<Engine, Failure> {
    let preset = found(preset)?;
    let base = base.unwrap_or(&preset.said.base);
    let mut engine = preset.engine(name, base).map_err(|error| Failure::usage(format!("--base: {error}")))?;
    engine.signing = signing(preset, key)?;
    Ok(engine)
}

fn signing(preset: &Preset, key: &str) -> Result<Signing, Failure> {
    let mut said = preset.said.signing.clone();
    if said.is_null() {
        return Ok(Signing::default());
    }
    put(&mut said, key);
    serde_json::from_value(said)
        .map_err(|error| Failure::fault(format!("the preset \"{}\": {error}", preset.name)))
}

/// Puts the key's name wherever the preset leaves room for one.
fn put(value: &mut Value, key: &str) {
    match value {
        Value::String(text) if text == "KEY" => key.clone_into(text),
        Value::Array(values) => values.iter_mut().for_each(|value| put(value, key)),
        Value::Object(members) => members.values_mut().for_each(|value| put(value, key)),
        _ => {}
    }
}

fn found(name: &str) -> Result<&'static Preset, Failure> {
    named(name).ok_or_else(|| {
        let known: Vec<&str> = presets().iter().map(|preset| preset.name).collect();
        Failure::usage(format!("there is no preset of this name; choose from {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use placet_delivery::presets::presets;

    use super::engine;

    #[test]
    fn every_preset_makes_a_profile_that_is_signed_with_the_key_that_was_named() {
        for preset in presets() {
            let base = "https://e.example/base";
            let engine =
                engine(preset.name, "one", Some(base), "its-key").unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(engine.check(), Ok(()), "{}", preset.name);
            assert_eq!(placet_delivery::protocol::check_settings(&engine), Ok(()), "{}", preset.name);
            assert!(engine.signing.keys().all(|key| key == "its-key"), "{}", preset.name);
            assert_eq!(engine.signing.keys().count() > 0, !preset.said.signing.is_null(), "{}", preset.name);
        }
    }

    #[test]
    fn what_is_none_is_told_with_what_there_is() {
        let failure = engine("pigeon", "one", None, "key").expect_err("none").to_string();
        assert!(failure.contains("n8n-wait"), "{failure}");
        let failure = engine("prefect", "one", Some("prefect"), "key").expect_err("no address").to_string();
        assert!(failure.contains("--base"), "{failure}");
    }
}
