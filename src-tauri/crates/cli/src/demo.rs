//! The demo: introduces a real engine to the desk, and lets it ask.

use std::net::TcpListener;

use placet_demo::Report;
use placet_desk::verb::{CreateKey, Decide, IssueToken, Next, PutEngine, PutQueue};
use placet_desk::{Desk as OpenDesk, Reach, Serving, Settings};
use placet_review::{Draft, Engine, Queue, Schedule, Signing, Verdict};
use serde_json::json;
use tokio::sync::watch;

use crate::arguments::Demo;
use crate::failure::Failure;
use crate::print::Printer;
use crate::{Desk, decide, serve};

/// The engine's name at this desk, and its key's.
const ENGINE: &str = "demo-digits";

pub(crate) async fn run(
    settings: Settings,
    reviewer: &str,
    options: Demo,
    printer: &Printer,
) -> Result<(), Failure> {
    let state_file = settings.home.join("demo-digits.json");
    let (desk, serving) = reach_or_serve(settings, reviewer).await?;
    let listen = TcpListener::bind(options.listen).map_err(|error| {
        Failure::fault(format!("the demo cannot hear answers on {}: {error}; use --listen", options.listen))
    })?;
    let address = listen.local_addr()?;
    let queue: Queue = serde_json::from_value(placet_demo::queue()).map_err(Failure::fault)?;
    let queue_name = queue.name.clone();
    desk.ask(PutQueue { queue }).await?;
    let webhook_secret = webhook_secret(&desk).await?;
    let allow = format!("http://{address}/callbacks/").parse().map_err(Failure::fault)?;
    let engine = Engine {
        name: ENGINE.to_owned(),
        allow: vec![allow],
        signing: Signing { standard_webhooks: Some(ENGINE.to_owned()), jwt: None },
        schedule: Schedule::Fast,
    };
    desk.ask(PutEngine { engine }).await?;
    let token = desk.ask(IssueToken { engine: ENGINE.to_owned() }).await?.secret;
    let placet = desk.ask(placet_desk::verb::LookAround {}).await?.intake;

    let (stop, stopped) = watch::channel(false);
    let engine = placet_demo::run(
        placet_demo::Options {
            placet,
            token,
            webhook_secret,
            listen,
            threshold: options.threshold,
            limit: options.limit,
            state_file,
        },
        reporter(printer.is_json()),
        stopped,
    );
    let mut engine = std::pin::pin!(engine);
    let answering = answer_from_truth(&desk, &queue_name, options.answer_from_truth);
    let person = async {
        answering.await?;
        if options.once { std::future::pending().await } else { serve::stop_asked_for().await }
    };
    let asked_to_stop = tokio::select! {
        summary = &mut engine => Some(summary),
        ended = person => { ended?; None }
    };
    stop.send_replace(true);
    let summary = match asked_to_stop {
        Some(summary) => summary,
        None => engine.await,
    }
    .map_err(|error| Failure::fault(format!("{error:#}")))?;
    if let Some(serving) = serving {
        serving.stop().await;
    }
    printer.document(&summary, |summary| summary.to_string())
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

/// The secret that the engine checks callbacks with: the one both sides were given in the environment, or
/// a new one in the key store.
async fn webhook_secret(desk: &Desk) -> Result<String, Failure> {
    match std::env::var("PLACET_KEY_DEMO_DIGITS") {
        Ok(secret) => Ok(secret),
        Err(_) => Ok(desk.ask(CreateKey { name: ENGINE.to_owned() }).await?.secret),
    }
}

/// Answers `count` items of the queue with the truth, as a person would: the next item, its label, go.
async fn answer_from_truth(desk: &Desk, queue: &str, count: usize) -> Result<(), Failure> {
    let truth = placet_demo::truth();
    let mut answered = 0;
    while answered < count {
        let Some(item) = desk.ask(Next { queue: queue.to_owned(), limit: 1 }).await?.pop() else {
            // The engine is still reading; it hands items in as it finds them.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let label = truth(&item.task)
            .ok_or_else(|| Failure::fault(format!("nobody knows the truth of {}", item.task)))?;
        let draft = Draft { verdict: Verdict::Correct, answer: Some(json!({ "label": label })), note: None };
        desk.ask(Decide { hold: decide::hold(&item)?, shown: item.shown, draft }).await?;
        answered += 1;
    }
    Ok(())
}

/// Says what the engine does: JSON Lines, or sentences.
fn reporter(json: bool) -> impl Fn(Report) + Send + Sync + 'static {
    move |report| {
        if json {
            match serde_json::to_string(&report) {
                Ok(line) => println!("{line}"),
                Err(error) => eprintln!("placet: {error}"),
            }
        } else {
            println!("{report}");
        }
    }
}
