//! The demo: introduces a real engine to the desk, and lets it ask.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use placet_demo::{Summary, Until};
use placet_desk::verb::{CreateKey, Decide, IssueToken, LookAround, Next, PutEngine, PutQueue};
use placet_desk::{Desk as OpenDesk, Reach, Serving, Settings};
use placet_review::{Draft, Engine, KeyKind, Queue, Schedule, Signing, Verdict};
use serde_json::json;
use tokio::sync::watch;

use crate::arguments::Demo;
use crate::failure::Failure;
use crate::print::Printer;
use crate::{Desk, decide, serve};

/// The engine's name at this desk, and its key's.
const ENGINE: &str = "demo-digits";
/// The variable that holds its key where keys are handed over from outside.
const KEY_VARIABLE: &str = "PLACET_KEY_DEMO_DIGITS";
/// How long the stand-in for a person waits before it looks for the next item again.
const GLANCE: Duration = Duration::from_millis(100);

pub(crate) async fn run(
    settings: Settings,
    reviewer: &str,
    options: Demo,
    printer: Printer,
) -> Result<(), Failure> {
    let state_file = settings.home.join("demo-digits.json");
    let (desk, serving) = reach_or_serve(settings, reviewer).await?;
    let summary = at_desk(&desk, options, state_file, printer).await;
    if let Some(serving) = serving {
        serving.stop().await;
    }
    let summary = summary?;
    printer.line(&json!({ "event": "ended", "summary": summary }), |_| summary.to_string())
}

/// The running app, or a desk that this process opens and serves itself.
async fn reach_or_serve(settings: Settings, reviewer: &str) -> Result<(Desk, Option<Serving>), Failure> {
    let reviewer = reviewer.to_owned();
    if let Some(reach) = Reach::running(&settings).await {
        return Ok((Desk { reach, reviewer }, None));
    }
    let opened = OpenDesk::open(settings)?;
    let serving = opened.serve().await?;
    eprintln!("No Placet is running on this ledger, so the demo serves it: placet list shows what waits.");
    Ok((Desk { reach: Reach::Here(opened), reviewer }, Some(serving)))
}

/// Introduces the engine, and runs it until it is done or somebody asks it to stop.
async fn at_desk(
    desk: &Desk,
    options: Demo,
    state_file: PathBuf,
    printer: Printer,
) -> Result<Summary, Failure> {
    let Demo { listen, threshold, limit, answer_from_truth, once } = options;
    let listen = TcpListener::bind(listen).map_err(|error| {
        Failure::fault(format!(
            "the demo cannot hear answers on {listen}: {error}; choose another place with --listen"
        ))
    })?;
    let queue: Queue = serde_json::from_value(placet_demo::queue()).map_err(Failure::fault)?;
    let queue_name = queue.name.clone();
    desk.ask(PutQueue { queue }).await?;
    let around = desk.ask(LookAround {}).await?;
    let webhook_secret = webhook_secret(desk, &around.keys).await?;
    let allow = format!("http://{}/callbacks/", listen.local_addr()?).parse().map_err(Failure::fault)?;
    let engine = Engine {
        signing: Signing::by_webhook_key(ENGINE),
        schedule: Schedule::Fast,
        ..Engine::new(ENGINE, vec![allow])
    };
    desk.ask(PutEngine { engine }).await?;
    let token = desk.ask(IssueToken { engine: ENGINE.to_owned() }).await?.secret;

    let options = placet_demo::Options {
        placet: around.intake,
        token,
        webhook_secret,
        listen,
        threshold,
        limit,
        state_file,
        until: if once { Until::AllResumed } else { Until::Stopped },
    };
    let report = move |report: placet_demo::Report| {
        // Nobody reads any more; the engine works on all the same.
        let _ = printer.line(&report, |report| report.to_string());
    };
    let (stop, stopped) = watch::channel(false);
    let mut engine = std::pin::pin!(placet_demo::run(options, report, stopped));
    let asked_to_stop = async {
        tokio::select! {
            failed = answer_from_truth_then_wait(desk, &queue_name, answer_from_truth) => failed,
            asked = serve::stop_asked_for() => asked,
        }
    };
    let summary = tokio::select! {
        summary = &mut engine => summary,
        asked = asked_to_stop => {
            stop.send_replace(true);
            let summary = engine.await;
            asked?;
            summary
        }
    };
    summary.map_err(|error| Failure::fault(format!("{error:#}")))
}

/// The secret that the engine checks callbacks with. Where Placet is handed its keys from outside, the engine
/// must be handed the same one; else Placet makes one and tells it this once.
async fn webhook_secret(desk: &Desk, keys: &str) -> Result<String, Failure> {
    let handed_over = std::env::var(KEY_VARIABLE).ok().filter(|secret| !secret.is_empty());
    match handed_over {
        Some(secret) if matches!(keys, "env" | "fd") => Ok(secret),
        Some(_) | None => {
            let create = CreateKey { name: ENGINE.to_owned(), kind: KeyKind::WebhookSecret, replace: true };
            let made = desk.ask(create).await?;
            made.secret.ok_or_else(|| Failure::fault("a secret was asked for and a pair was made"))
        }
    }
}

/// Answers `count` items of the queue with the truth, as a person would: the next item, its label, go. Then
/// waits for ever; returns only what went wrong.
async fn answer_from_truth_then_wait(desk: &Desk, queue: &str, count: usize) -> Result<(), Failure> {
    let mut answered = 0;
    while answered < count {
        let Some(item) = desk.ask(Next { queue: queue.to_owned(), limit: 1 }).await?.pop() else {
            // The engine is still reading; it hands items in as it finds them.
            tokio::time::sleep(GLANCE).await;
            continue;
        };
        let label = placet_demo::truth(&item.task)
            .ok_or_else(|| Failure::fault(format!("nobody knows the truth of {}", item.task)))?;
        let draft = Draft { verdict: Verdict::Correct, answer: Some(json!({ "label": label })), note: None };
        desk.ask(Decide { hold: decide::hold(&item)?, shown: item.shown, draft }).await?;
        answered += 1;
    }
    std::future::pending().await
}
