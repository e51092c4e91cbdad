//! Deliveries a second, signed and written down, beside the same HTTP client without ledger or signature; and so many
//! that have piled up, beside that client and beside a loop that does the least over the same ledger.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use anyhow::Result;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use placet_delivery::{Courier, Http, KeyChoice, Keys, Worker};
use placet_review::{
    Attempt, Callback, Decision, DecisionId, Delivery, DeliveryId, Engine, Judgement, NewDelivery, Outcome,
    Phase, Signing, Timestamp,
};
use placet_store::{LeasedDelivery, Room, SqliteStore, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use crate::ROUNDS;
use crate::desk::{QUEUE, approval, engine, item, moment, queue, submission};
use crate::row::{Goal, Row, median, per_second};

/// Deliveries of a round.
const DELIVERIES: usize = 5_000;
/// As many of them are under way at a time.
const UNDER_WAY: usize = 32;
/// Deliveries that have piled up. They last long enough to measure once.
const PILED_UP: usize = 100_000;
/// As many of those are under way at a time.
const DRAINED_AT_ONCE: [usize; 3] = [1, 16, 64];
/// The key's name; its secret is in the environment that `cargo xtask bench` makes.
const KEY: &str = "bench";

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let receiver = Receiver::start(DELIVERIES).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(placet(&receiver, UNDER_WAY).await?);
        theirs.push(bare(&receiver, UNDER_WAY).await?);
    }
    receiver.task.abort();
    let medians = (median(ours), median(theirs));
    Ok(vec![Row::new("deliveries", "32 under way", "deliveries/s", medians).wanted(Goal::RatioAtLeast(0.5))])
}

/// Against the bare client, and against the ledger with it: what breaker, flow, signature and policy cost.
pub(crate) async fn drain() -> Result<Vec<Row>> {
    let receiver = Receiver::start(PILED_UP).await?;
    let mut rows = Vec::new();
    for at_once in DRAINED_AT_ONCE {
        let ours = placet(&receiver, at_once).await?;
        let client = bare(&receiver, at_once).await?;
        let loops = ledger_and_client(&receiver, at_once).await?;
        let case = |beside: &str| format!("{at_once} at once, beside {beside}");
        rows.push(Row::new("drain", case("a client"), "deliveries/s", (ours, client)));
        rows.push(Row::new("drain", case("a ledger and a client"), "deliveries/s", (ours, loops)));
    }
    receiver.task.abort();
    Ok(rows)
}

/// Counts what comes in, and tells when it is enough.
struct Receiver {
    url: String,
    enough_is: usize,
    count: Arc<AtomicUsize>,
    enough: Arc<Notify>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Receiver {
    async fn start(enough_is: usize) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let (count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let (counter, bell) = (count.clone(), enough.clone());
        let take = async move || {
            if counter.fetch_add(1, Ordering::SeqCst) + 1 == enough_is {
                bell.notify_one();
            }
            StatusCode::NO_CONTENT
        };
        let task =
            tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(take))).await });
        Ok(Self { url, enough_is, count, enough, task })
    }
}

/// A ledger with as many deliveries due, and a worker that finds them.
async fn placet(receiver: &Receiver, at_once: usize) -> Result<f64> {
    let home = tempfile::tempdir()?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(home.path())?);
    fill(&*store, receiver, at_once).await?;
    let keys = Arc::new(Keys::open(&KeyChoice::Environment)?);
    let worker = Worker::new(Arc::new(Courier::new(store.clone(), Http::new(), keys, clock)));
    let (stop, stopped) = watch::channel(false);
    receiver.count.store(0, Ordering::SeqCst);
    let started = Instant::now();
    let worker = tokio::spawn(worker.run(stopped));
    receiver.enough.notified().await;
    let speed = per_second(receiver.enough_is, started);
    stop.send_replace(true);
    worker.await?;
    Ok(speed)
}

/// The same ledger, and a loop that takes what is due, posts it and writes down that it arrived: no signature, no
/// policy, no judgement, nothing taken ahead.
async fn ledger_and_client(receiver: &Receiver, at_once: usize) -> Result<f64> {
    let home = tempfile::tempdir()?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(home.path())?);
    fill(&*store, receiver, at_once).await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    receiver.count.store(0, Ordering::SeqCst);
    let started = Instant::now();
    let room = Room { total: u32::try_from(at_once)?, ..Room::default() };
    let mut under_way = JoinSet::new();
    loop {
        let left =
            Room { total: room.total.saturating_sub(u32::try_from(under_way.len())?), ..Room::default() };
        let leased = store.lease_due_deliveries(left, clock(), moment()).await?;
        for leased in leased {
            let (client, store, url) = (client.clone(), store.clone(), receiver.url.clone());
            under_way.spawn(async move {
                let answer = client.post(&url).body(leased.delivery.body.clone()).send().await?;
                answer.error_for_status()?.bytes().await?;
                arrived(&*store, &leased).await
            });
        }
        match under_way.join_next().await {
            Some(ended) => ended??,
            None => break,
        }
    }
    // The bell has rung for this round too.
    receiver.enough.notified().await;
    Ok(per_second(receiver.enough_is, started))
}

async fn arrived(store: &dyn Store, leased: &LeasedDelivery) -> Result<()> {
    let words = "It arrived.".to_owned();
    let attempt = Attempt {
        number: leased.attempt,
        started_at: moment(),
        ended_at: Some(clock()),
        outcome: Some(Outcome::Accepted),
        phase: Some(Phase::GotBody),
        retry_after_ms: None,
        status: Some(204),
        words: Some(words.clone()),
        answer: None,
    };
    let judgement = Judgement { outcome: Outcome::Accepted, words, retry_after_ms: None };
    let Delivery { id, fence, .. } = leased.delivery;
    store.record_outcome(id, fence, attempt, judgement, leased.engine.schedule.clone(), 0.0).await?;
    Ok(())
}

/// Goes on as clocks do: should an exchange fail, it is made again and the round ends.
fn clock() -> Timestamp {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    moment().plus_millis(1_000 + i64::try_from(STARTED.elapsed().as_millis()).unwrap_or(i64::MAX))
}

/// As many deliveries as the receiver takes for enough, all due.
async fn fill(store: &dyn Store, receiver: &Receiver, at_once: usize) -> Result<()> {
    let signing = Signing::by_webhook_key(KEY);
    let engine = Engine { at_once: Some(u32::try_from(at_once)?), ..engine(&receiver.url, signing)? };
    store.put_engine(engine, moment()).await?;
    store.put_queue(queue(), moment()).await?;
    let numbers: Vec<usize> = (0..receiver.enough_is).collect();
    for some in numbers.chunks(5_000) {
        let items = some.iter().map(|number| item(&submission(*number, &receiver.url), String::new()));
        store.admit(items.collect::<Result<_>>()?, moment()).await?;
    }
    let until = moment().plus_millis(300_000);
    loop {
        let leases = store.lease_next(QUEUE, "ada", 500, moment(), until).await?;
        if leases.is_empty() {
            return Ok(());
        }
        let recordings = leases.into_iter().map(async |lease| {
            let decision = lease.decide(approval(), &lease.shown(), DecisionId(Uuid::now_v7()), moment())?;
            let delivery = delivery(&decision, &lease.item.asked.callbacks[0]);
            store.record_decision(decision, lease.fence, vec![delivery]).await?;
            anyhow::Ok(())
        });
        futures::future::try_join_all(recordings).await?;
    }
}

fn delivery(decision: &Decision, callback: &Callback) -> NewDelivery {
    let body = format!(
        "{{\"type\":\"item.decided\",\"decision\":\"{}\",\"pad\":\"{}\"}}",
        decision.id,
        "x".repeat(500)
    );
    NewDelivery {
        id: DeliveryId(Uuid::now_v7()),
        callback: callback.clone(),
        origin: placet_delivery::protocol::named(&callback.protocol)
            .expect("a webhook")
            .origin(callback, &Engine::new("engine", vec![])),
        body: body.into_bytes(),
        due_at: moment(),
    }
}

/// The same client library, posting bodies of the same size as often at a time.
async fn bare(receiver: &Receiver, at_once: usize) -> Result<f64> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    receiver.count.store(0, Ordering::SeqCst);
    let sent = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut sending = JoinSet::new();
    for _ in 0..at_once {
        let (client, sent, url) = (client.clone(), sent.clone(), receiver.url.clone());
        let enough_is = receiver.enough_is;
        sending.spawn(async move {
            while sent.fetch_add(1, Ordering::Relaxed) < enough_is {
                let answer = client.post(&url).body(vec![b'x'; 580]).send().await?;
                answer.error_for_status()?.bytes().await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    // The bell has rung for this round too.
    receiver.enough.notified().await;
    Ok(per_second(receiver.enough_is, started))
}
