//! Adding engines and queues.

use std::path::Path;

use placet_desk::verb::{CreateKey, Engines, IssueToken, PutEngine, PutQueue};
use placet_review::{
    Allowed, BasicSigning, Choice, CustomSchedule, Engine, HeaderSigning, JwtPlace, JwtSigning, KeyKind,
    Kind, Queue, Schedule, Signing, without_values,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::arguments::{self, EngineAdd, KindName, QueueAdd};
use crate::failure::Failure;
use crate::print::Printer;
use crate::rehearse::{self, json_in};
use crate::{Desk, items, presets};

/// What adding an engine makes, shown once.
#[derive(Serialize)]
struct Added {
    engine: String,
    token: String,
    /// Absent where the key was there already.
    webhook_secret: Option<String>,
}

pub(crate) async fn engine(desk: &Desk, command: arguments::Engine, printer: Printer) -> Result<(), Failure> {
    match command {
        arguments::Engine::Add(options) => add_engine(desk, *options, printer).await,
        arguments::Engine::List => {
            let engines = desk.ask(Engines {}).await?;
            printer.rows(
                ["ENGINE", "ALLOWED", "ADDRESSES", "TRUSTED", "SIGNED", "TRIED AGAIN", "AT ONCE"],
                &engines,
                |engine| {
                    [
                        engine.name.clone(),
                        engine.allow.join(" "),
                        if engine.addresses.is_empty() {
                            "public".to_owned()
                        } else {
                            engine.addresses.join(" ")
                        },
                        if engine.private_ca { "machine, own CA" } else { "machine" }.to_owned(),
                        engine.signing.clone(),
                        engine.schedule.clone(),
                        engine.at_once.to_string(),
                    ]
                },
            )
        }
        arguments::Engine::Presets { preset } => presets::tell(preset.as_deref(), printer),
        arguments::Engine::Token { name } => {
            let token = desk.ask(IssueToken { engine: name }).await?;
            printer.document(&token, |token| token.secret.clone())
        }
        arguments::Engine::Try(options) => rehearse::run(desk, options, printer).await,
    }
}

async fn add_engine(desk: &Desk, options: EngineAdd, printer: Printer) -> Result<(), Failure> {
    let EngineAdd { name, allow, addresses, ca_file, key, no_webhook_signature, .. } = options;
    let begun = match &options.preset {
        Some(preset) => {
            presets::engine(preset, &name, options.base.as_deref(), key.as_deref().unwrap_or(&name))?
        }
        None => Engine::new(name.clone(), vec![]),
    };
    let allow = allow.iter().map(|entry| allowed(entry));
    let allow = begun.allow.into_iter().map(Ok).chain(allow).collect::<Result<Vec<_>, _>>()?;
    let ca = ca_file.map(|file| certificates(&file)).transpose()?;
    let signs_otherwise = options.profile.is_some() || options.preset.is_some();
    let makes_key = key.is_none() && !no_webhook_signature && !signs_otherwise;
    let signing = match options.profile {
        Some(file) => profile(&file)?,
        None if options.preset.is_some() => begun.signing,
        None => {
            let jwt = options.jwt.map(|spec| jwt_signing(&spec, options.jwt_query)).transpose()?;
            let basic = options
                .basic
                .map(|spec| pair(&spec, "--basic", "USER:KEY, such as ada:faces"))
                .transpose()?;
            let header =
                options.header.map(|spec| pair(&spec, "--header", "NAME:KEY, such as X-Api-Key:faces"));
            Signing {
                standard_webhooks: if no_webhook_signature {
                    vec![]
                } else {
                    vec![key.unwrap_or_else(|| name.clone())]
                },
                jwt,
                bearer: options.bearer,
                basic: basic.map(|(user, key)| BasicSigning { user, key }),
                header: header.transpose()?.map(|(name, key)| HeaderSigning { name, key }),
                ..Signing::default()
            }
        }
    };
    let schedule = match options.give_up_after {
        None => named(&options.schedule, "--schedule")?,
        Some(give_up_after_seconds) => {
            let waits_seconds = options.retry_after;
            Schedule::Custom(CustomSchedule { waits_seconds, give_up_after_seconds })
        }
    };
    // The key first: an engine whose key could not be kept must not be there half set up.
    let webhook_secret = if makes_key {
        let create = CreateKey { name: name.clone(), kind: KeyKind::WebhookSecret, replace: true };
        desk.ask(create).await?.secret
    } else {
        None
    };
    let engine = Engine {
        addresses,
        ca,
        signing,
        schedule,
        at_once: options.at_once,
        settings: options.settings.map(|file| json_in(&file)).transpose()?.unwrap_or(begun.settings),
        ..Engine::new(name.clone(), allow)
    };
    desk.ask(PutEngine { engine }).await?;
    let token = desk.ask(IssueToken { engine: name.clone() }).await?;
    let added = Added { engine: name, token: token.secret, webhook_secret };
    printer.document(&added, |added| {
        let mut lines = vec![
            format!("{} can hand items in. Shown this once:", added.engine),
            format!("intake token     {}", added.token),
        ];
        lines.extend(added.webhook_secret.as_ref().map(|secret| format!("callback secret  {secret}")));
        lines.join("\n")
    })
}

/// An entry of the allow-list. Not parsed by clap, which would repeat it, and with it any password.
fn allowed(entry: &str) -> Result<Allowed, Failure> {
    entry.parse().map_err(|error| Failure::usage(format!("--allow: {error}")))
}

/// The text of the file; the desk looks whether it holds certificates.
fn certificates(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("--ca-file {}: {error}", file.display())))
}

/// How callbacks are signed, as the file says it.
fn profile(file: &Path) -> Result<Signing, Failure> {
    let place =
        |error: &dyn std::fmt::Display| Failure::usage(format!("--profile {}: {error}", file.display()));
    let text = std::fs::read(file).map_err(|error| place(&error))?;
    serde_json::from_slice(&text).map_err(|error| place(&without_values(&error.to_string())))
}

/// Two words with a colon between. What was typed is not repeated: somebody may have put a secret there.
fn pair(spec: &str, option: &str, form: &str) -> Result<(String, String), Failure> {
    let both = spec.rsplit_once(':').ok_or_else(|| Failure::usage(format!("{option}: write {form}")))?;
    Ok((both.0.to_owned(), both.1.to_owned()))
}

/// `ALGORITHM:KEY[:KID]`.
fn jwt_signing(spec: &str, query: Option<String>) -> Result<JwtSigning, Failure> {
    let mut parts = spec.splitn(3, ':');
    let (Some(algorithm), Some(key)) = (parts.next(), parts.next()) else {
        return Err(Failure::usage("--jwt: write ALGORITHM:KEY[:KID], such as EdDSA:faces"));
    };
    Ok(JwtSigning {
        algorithm: named(algorithm, "--jwt")?,
        key: key.to_owned(),
        kid: parts.next().map(str::to_owned),
        audience: None,
        place: query.map_or(JwtPlace::Bearer, JwtPlace::Query),
        published: vec![],
    })
}

/// The value with this name on the wire.
fn named<T: DeserializeOwned>(name: &str, option: &str) -> Result<T, Failure> {
    serde_json::from_value(name.into())
        .map_err(|error| Failure::usage(format!("{option}: {}", without_values(&error.to_string()))))
}

pub(crate) async fn queue(desk: &Desk, command: arguments::Queue, printer: Printer) -> Result<(), Failure> {
    match command {
        arguments::Queue::List => items::queues(desk, printer).await,
        arguments::Queue::Add(options) => {
            let queue = queue_of(options)?;
            desk.ask(PutQueue { queue: queue.clone() }).await?;
            printer.document(&queue, |queue| format!("queue \"{}\" takes items", queue.name))
        }
    }
}

fn queue_of(options: QueueAdd) -> Result<Queue, Failure> {
    let kind = match options.kind {
        KindName::Classify => Kind::Classify,
        KindName::Action => Kind::Action,
        KindName::Fallback => Kind::Fallback,
    };
    let answer_schema = match options.answer_schema {
        None => None,
        Some(file) => {
            let place =
                |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", file.display()));
            let text = std::fs::read(&file).map_err(|error| place(&error))?;
            Some(serde_json::from_slice(&text).map_err(|error| place(&error))?)
        }
    };
    Ok(Queue {
        guidelines: options.guidelines,
        choices: options.choice.into_iter().map(|label| Choice { label, title: None }).collect(),
        many: options.many,
        answer_schema,
        order: options.order.into(),
        undo_seconds: options.undo_seconds,
        lease_seconds: options.lease_seconds,
        ..Queue::new(options.name, kind)
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use placet_review::{JwtAlgorithm, JwtPlace, Kind, Schedule};

    use super::{allowed, jwt_signing, named, pair, profile, queue_of};
    use crate::arguments::{Arguments, Command, Queue as QueueCommand};

    #[test]
    fn a_token_is_signed_as_it_is_spelled() {
        let signing = jwt_signing("EdDSA:faces:2026-11", None).expect("spelled well");
        assert_eq!((signing.algorithm, signing.key.as_str()), (JwtAlgorithm::EdDSA, "faces"));
        assert_eq!((signing.kid.as_deref(), signing.place), (Some("2026-11"), JwtPlace::Bearer));
        let query = jwt_signing("HS256:faces", Some("token".into())).expect("spelled well");
        assert_eq!((query.kid, query.place), (None, JwtPlace::Query("token".into())));
    }

    #[test]
    fn what_may_be_a_secret_is_not_repeated() {
        let failure = allowed("https://user:hush@e.example/").expect_err("a password").to_string();
        assert!(failure.contains("--allow") && !failure.contains("hush"), "{failure}");
        let failure = jwt_signing("hush:faces", None).expect_err("no algorithm").to_string();
        assert!(failure.contains("HS256") && !failure.contains("hush"), "{failure}");
    }

    #[test]
    fn what_is_spelled_wrongly_is_told_with_its_option() {
        for spec in ["EdDSA", "none:faces", ""] {
            let failure = jwt_signing(spec, None).expect_err(spec).to_string();
            assert!(failure.contains("--jwt"), "{failure}");
        }
        let failure = named::<Schedule>("often", "--schedule").expect_err("unknown").to_string();
        assert!(failure.contains("--schedule") && failure.contains("voicebase"), "{failure}");
    }

    #[test]
    fn the_rarer_ways_to_sign_stand_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("signing.json");
        std::fs::write(&file, r#"{"message_signature":{"key":"faces","algorithm":"ed25519"}}"#)
            .expect("written");
        assert_eq!(profile(&file).expect("a profile").message_signature.expect("there").key, "faces");
        std::fs::write(&file, r#"{"bearer":{"hush":1}}"#).expect("written");
        let failure = profile(&file).expect_err("no name").to_string();
        assert!(failure.contains("--profile") && !failure.contains("hush"), "{failure}");
    }

    #[test]
    fn what_stands_in_a_header_is_named_with_its_key() {
        assert_eq!(
            pair("X-Api-Key:faces", "--header", "NAME:KEY").expect("both"),
            ("X-Api-Key".into(), "faces".into())
        );
        let failure = pair("hush", "--header", "NAME:KEY").expect_err("no colon").to_string();
        assert!(failure.contains("--header") && !failure.contains("hush"), "{failure}");
    }

    #[test]
    fn a_queue_has_what_was_typed() {
        let folder = tempfile::tempdir().expect("a folder");
        let schema = folder.path().join("schema.json");
        std::fs::write(&schema, r#"{"type":"object"}"#).expect("written");
        let typed = ["placet", "queue", "add", "refunds", "--kind", "action", "--undo-seconds", "0"];
        let schema_option = ["--answer-schema", schema.to_str().expect("text")];
        let parsed = Arguments::try_parse_from(typed.into_iter().chain(schema_option)).expect("it parses");
        let Command::Queue { command: QueueCommand::Add(options) } = parsed.command else {
            panic!("it adds a queue")
        };
        let queue = queue_of(options).expect("a queue");
        assert_eq!((queue.kind, queue.undo_seconds), (Kind::Action, 0));
        assert_eq!(queue.answer_schema, Some(serde_json::json!({ "type": "object" })));
    }
}
