//! The engine against a stand-in for Placet: a real HTTP server that speaks the intake's wire and signs as
//! Placet does.

mod stand_in;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::{Options, Report, Summary, Until, run, truth};
use stand_in::{SECRET, StandIn, TOKEN};

/// An engine at work.
struct AtWork {
    reports: mpsc::UnboundedReceiver<Report>,
    stop: watch::Sender<bool>,
    engine: JoinHandle<anyhow::Result<Summary>>,
    address: String,
}

struct Desk {
    placet: StandIn,
    folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        Self { placet: StandIn::start().await, folder: tempfile::tempdir().expect("a folder") }
    }

    fn state_file(&self) -> PathBuf {
        self.folder.path().join("demo-digits.json")
    }

    /// Starts the engine, which pauses on `limit` digits at most.
    async fn start(&self, limit: usize, until: Until) -> AtWork {
        self.start_on("127.0.0.1:0", limit, until).await
    }

    async fn start_on(&self, listen: &str, limit: usize, until: Until) -> AtWork {
        start(&self.placet.address, listen, &self.state_file(), limit, until).await
    }
}

async fn start(placet: &str, listen: &str, state_file: &Path, limit: usize, until: Until) -> AtWork {
    let listen = TcpListener::bind(listen).await.expect("a port").into_std().expect("a listener");
    let address = format!("http://{}", listen.local_addr().expect("an address"));
    let options = Options {
        placet: placet.to_owned(),
        token: TOKEN.to_owned(),
        webhook_secret: SECRET.to_owned(),
        listen,
        threshold: 0.8,
        limit: Some(limit),
        state_file: state_file.to_owned(),
        until,
    };
    let (report, reports) = mpsc::unbounded_channel();
    let (stop, stopped) = watch::channel(false);
    let report = move |event| {
        // A test that has seen enough has stopped listening.
        let _ = report.send(event);
    };
    AtWork { reports, stop, engine: tokio::spawn(run(options, report, stopped)), address }
}

impl AtWork {
    /// The next event that `pick` takes.
    async fn hears<T>(&mut self, pick: impl Fn(&Report) -> Option<T>) -> T {
        loop {
            let report = self.reports.recv().await.expect("the engine works on");
            if let Some(picked) = pick(&report) {
                return picked;
            }
        }
    }

    async fn has_handed_in(&mut self) -> (usize, usize) {
        self.hears(|report| match report {
            Report::HandedIn { admitted, duplicates, .. } => Some((*admitted, *duplicates)),
            _ => None,
        })
        .await
    }

    async fn stands(&self) -> Value {
        let response = reqwest::get(format!("{}/report", self.address)).await.expect("it answers");
        response.json().await.expect("JSON")
    }

    async fn ends(self) -> Summary {
        self.engine.await.expect("no panic").expect("it ends well")
    }

    async fn stops(self) -> Summary {
        self.stop.send_replace(true);
        self.ends().await
    }
}

#[tokio::test]
async fn every_paused_task_is_handed_in_goes_on_with_its_answer_and_teaches_the_reader() {
    let desk = Desk::open().await;
    let mut engine = desk.start(30, Until::AllResumed).await;
    let before = engine
        .hears(|report| match report {
            Report::Learned { from_people: 0, accuracy, .. } => Some(*accuracy),
            _ => None,
        })
        .await;
    assert_eq!(engine.has_handed_in().await, (30, 0));
    let items = desk.placet.items();
    assert_eq!(items.iter().map(|item| item["id"].as_str()).collect::<HashSet<_>>().len(), 30);
    for item in &items {
        assert_eq!(item["title"], "Which digit is this?");
        assert!(item["content"]["image"]["url"].as_str().expect("a picture").starts_with("data:image/png"));
        let guesses = item["suggestions"].as_array().expect("guesses");
        assert_eq!(guesses.len(), 2);
        assert!(guesses[0]["confidence"].as_f64().expect("a number") < 0.8);
        let task = item["id"].as_str().expect("a name");
        let answer = json!({ "label": truth(task).expect("it is known") });
        let (status, said) = desk.placet.decides(task, "correct", answer).await;
        assert_eq!((status, &said["resumed"]), (StatusCode::OK, &"now".into()));
    }
    let summary = engine.ends().await;
    assert_eq!((summary.paused, summary.resumed, summary.labels_from_people), (0, 30, 30));
    assert!((summary.accuracy_before - before).abs() < f64::EPSILON);
    assert!(summary.accuracy_now > before, "labels help: {summary}");
}

#[tokio::test]
async fn a_callback_that_comes_again_is_confirmed_and_does_nothing() {
    let desk = Desk::open().await;
    let mut engine = desk.start(2, Until::Stopped).await;
    engine.has_handed_in().await;
    let task = desk.placet.tasks().remove(0);
    let callback = desk.placet.callback(&task, "correct", json!({ "label": "3" }));
    let (first, _) = callback.send().await;
    assert_eq!(first, StatusCode::OK);
    for again in [callback.send().await, callback.signed_anew().send().await] {
        assert_eq!((again.0, &again.1["resumed"]), (StatusCode::OK, &"before".into()));
    }
    let stands = engine.stands().await;
    assert_eq!((&stands["resumed"], &stands["repeated"]), (&1.into(), &2.into()), "{stands}");
    let summary = engine.stops().await;
    assert_eq!((summary.resumed, summary.labels_from_people), (1, 1));
}

#[tokio::test]
async fn forged_stale_and_misdirected_callbacks_resume_nothing() {
    let desk = Desk::open().await;
    let mut engine = desk.start(2, Until::Stopped).await;
    engine.has_handed_in().await;
    let [one, other] = desk.placet.tasks().try_into().expect("two tasks");
    let callback = desk.placet.callback(&one, "correct", json!({ "label": "3" }));
    let refused = [
        (callback.forged(), StatusCode::UNAUTHORIZED, "signature-refused"),
        (callback.signed_ten_minutes_ago(), StatusCode::UNAUTHORIZED, "signature-refused"),
        (callback.sent_to(&other), StatusCode::UNPROCESSABLE_ENTITY, "other-task"),
        (
            desk.placet.callback(&one, "correct", json!({ "label": "x" })),
            StatusCode::UNPROCESSABLE_ENTITY,
            "form-refused",
        ),
    ];
    for (callback, status, code) in refused {
        let (answered, said) = callback.send().await;
        assert_eq!((answered, &said["code"]), (status, &code.into()));
        let reported = engine.hears(|report| match report {
            Report::Refused { code, .. } => Some(*code),
            _ => None,
        });
        assert_eq!(reported.await, code);
    }
    let stands = engine.stands().await;
    assert_eq!((&stands["paused"], &stands["refused"]), (&2.into(), &4.into()), "{stands}");

    let (status, _) = callback.send().await;
    assert_eq!(status, StatusCode::OK, "the true one still resumes");
    let second = desk.placet.callback(&one, "correct", json!({ "label": "4" }));
    let (status, said) = second.send().await;
    assert_eq!((status, &said["code"]), (StatusCode::CONFLICT, &"gone-on".into()));
    engine.stops().await;
}

#[tokio::test]
async fn a_rejected_digit_goes_on_and_teaches_nothing() {
    let desk = Desk::open().await;
    let mut engine = desk.start(1, Until::AllResumed).await;
    engine.has_handed_in().await;
    let task = desk.placet.tasks().remove(0);
    desk.placet.decides(&task, "reject", Value::Null).await;
    let summary = engine.ends().await;
    assert_eq!((summary.resumed, summary.labels_from_people), (1, 0));
    assert!((summary.accuracy_now - summary.accuracy_before).abs() < f64::EPSILON);
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was_and_asks_nobody_twice() {
    let desk = Desk::open().await;
    let mut engine = desk.start(3, Until::Stopped).await;
    engine.has_handed_in().await;
    let listened_at = engine.address.trim_start_matches("http://").to_owned();
    let tasks = desk.placet.tasks();
    desk.placet.decides(&tasks[0], "correct", json!({ "label": "5" })).await;
    let first = engine.stops().await;
    assert_eq!((first.paused, first.resumed, first.labels_from_people), (2, 1, 1));

    let mut engine = desk.start_on(&listened_at, 3, Until::AllResumed).await;
    assert_eq!(engine.has_handed_in().await, (0, 2), "Placet had them already, word for word");
    assert_eq!(desk.placet.items().len(), 3, "nothing is asked anew");
    for task in &tasks[1..] {
        desk.placet.decides(task, "correct", json!({ "label": "5" })).await;
    }
    let second = engine.ends().await;
    assert_eq!((second.paused, second.resumed, second.labels_from_people), (0, 3, 3));

    let third = desk.start(3, Until::AllResumed).await.ends().await;
    assert_eq!((third.resumed, third.accuracy_now), (3, second.accuracy_now), "it kept what it learned");
}

#[tokio::test]
async fn a_placet_that_cannot_take_it_now_is_asked_again() {
    let desk = Desk::open().await;
    desk.placet.answers_next([StatusCode::SERVICE_UNAVAILABLE]);
    let mut engine = desk.start(1, Until::Stopped).await;
    let reason = engine.hears(|report| match report {
        Report::Retrying { reason, wait_ms, .. } => Some((reason.clone(), *wait_ms)),
        _ => None,
    });
    let (reason, wait_ms) = reason.await;
    assert!(reason.contains("503") && (1_000..=1_100).contains(&wait_ms), "{reason}, {wait_ms} ms");
    assert_eq!(engine.has_handed_in().await, (1, 0));
    engine.stops().await;
}

#[tokio::test]
async fn a_placet_that_is_not_there_is_waited_for_and_the_wait_can_be_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", nobody.local_addr().expect("an address"));
    drop(nobody);
    let mut engine =
        start(&address, "127.0.0.1:0", &folder.path().join("demo.json"), 1, Until::AllResumed).await;
    let reason = engine.hears(|report| match report {
        Report::Retrying { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    assert!(reason.await.contains(&address), "it says where it looked");
    assert_eq!(engine.stops().await.paused, 1);
}

#[tokio::test]
async fn an_engine_that_is_turned_away_says_why_and_ends() {
    let desk = Desk::open().await;
    desk.placet.answers_next([StatusCode::UNAUTHORIZED]);
    let engine = desk.start(1, Until::Stopped).await;
    let error = engine.engine.await.expect("no panic").expect_err("turned away").to_string();
    assert!(error.contains("401") && error.contains("stand-in"), "{error}");
    assert!(!error.contains(TOKEN), "the token is not told");
}
