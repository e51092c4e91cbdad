//! Deliveries a second, signed and written down, beside the same HTTP client without ledger or signature.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use anyhow::Result;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use placet_delivery::{Http, KeyChoice, Keys, Worker};
use placet_review::{Callback, Decision, DecisionId, DeliveryId, NewDelivery, Signing, Timestamp};
use placet_store::{SqliteStore, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use crate::ROUNDS;
use crate::desk::{QUEUE, approval, engine, item, moment, queue, submission};
use crate::row::{Goal, Row, median, per_second};

/// Deliveries of a round.
const DELIVERIES: usize = 5_000;
/// As many as the worker has under way at most.
const UNDER_WAY: usize = 32;
/// The key's name; its secret is in the environment that `cargo xtask bench` makes.
const KEY: &str = "bench";

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let receiver = Receiver::start().await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(placet(&receiver).await?);
        theirs.push(bare(&receiver).await?);
    }
    receiver.task.abort();
    let medians = (median(ours), median(theirs));
    Ok(vec![Row::new("deliveries", "32 under way", "deliveries/s", medians).wanted(Goal::RatioAtLeast(0.5))])
}

/// Counts what comes in, and tells when it is enough.
struct Receiver {
    url: String,
    count: Arc<AtomicUsize>,
    enough: Arc<Notify>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Receiver {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let (count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let (counter, bell) = (count.clone(), enough.clone());
        let take = async move || {
            if counter.fetch_add(1, Ordering::SeqCst) + 1 == DELIVERIES {
                bell.notify_one();
            }
            StatusCode::NO_CONTENT
        };
        let task =
            tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(take))).await });
        Ok(Self { url, count, enough, task })
    }
}

/// A ledger with as many deliveries due, and a worker that finds them.
async fn placet(receiver: &Receiver) -> Result<f64> {
    let home = tempfile::tempdir()?;
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(home.path())?);
    fill(&*store, &receiver.url).await?;
    let keys = Arc::new(Keys::open(&KeyChoice::Environment)?);
    let worker = Worker::new(store.clone(), Http::new(), keys, clock);
    let (stop, stopped) = watch::channel(false);
    receiver.count.store(0, Ordering::SeqCst);
    let started = Instant::now();
    let worker = tokio::spawn(worker.run(stopped));
    receiver.enough.notified().await;
    let speed = per_second(DELIVERIES, started);
    stop.send_replace(true);
    worker.await?;
    Ok(speed)
}

/// Goes on as clocks do: should an exchange fail, it is made again and the round ends.
fn clock() -> Timestamp {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    moment().plus_millis(1_000 + i64::try_from(STARTED.elapsed().as_millis()).unwrap_or(i64::MAX))
}

async fn fill(store: &dyn Store, url: &str) -> Result<()> {
    let signing = Signing { standard_webhooks: Some(KEY.to_owned()), jwt: None };
    store.put_engine(engine(url, signing)?, moment()).await?;
    store.put_queue(queue(), moment()).await?;
    let items = (0..DELIVERIES).map(|number| item(&submission(number, url), String::new()));
    store.admit(items.collect::<Result<_>>()?, moment()).await?;
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
        origin: placet_delivery::protocol::origin(callback),
        body: body.into_bytes(),
        due_at: moment(),
    }
}

/// The same client library, posting bodies of the same size as often at a time.
async fn bare(receiver: &Receiver) -> Result<f64> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    receiver.count.store(0, Ordering::SeqCst);
    let sent = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut sending = JoinSet::new();
    for _ in 0..UNDER_WAY {
        let (client, sent, url) = (client.clone(), sent.clone(), receiver.url.clone());
        sending.spawn(async move {
            while sent.fetch_add(1, Ordering::Relaxed) < DELIVERIES {
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
    Ok(per_second(DELIVERIES, started))
}
