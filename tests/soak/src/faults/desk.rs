//! A ledger in which every fault has its engine, its item and its decision, and a worker that sends them.

use std::os::fd::AsRawFd as _;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use placet_delivery::protocol::{self, Decided};
use placet_delivery::{Courier, Http, KeyChoice, Keys, Worker};
use placet_review::{
    Callback, CustomSchedule, DecisionId, DeliveryId, Draft, Engine, JwtAlgorithm, JwtPlace, JwtSigning,
    Kind, NewDelivery, NewItem, Queue, Schedule, Signing, Timestamp, Verdict,
};
use placet_store::{Admission, DeliveryLog, Leasing, SqliteStore, Store};
use serde_json::{Map, json};
use tempfile::{NamedTempFile, TempDir};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// After the first try there is none within the trial.
pub(super) const WAIT_SECONDS: u32 = 3_600;
const QUEUE: &str = "gate";
/// Nothing of it may be seen anywhere.
pub(super) const WEBHOOK_KEY: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(super) const JWT_KEY: &str = "hush-hush, a shared secret of forty bytes";

pub(super) struct Desk {
    store: Arc<dyn Store>,
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
    _files: (TempDir, NamedTempFile),
}

pub(super) fn now() -> Timestamp {
    let ms = UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis());
    Timestamp::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
}

impl Desk {
    pub(super) async fn open(http: Http) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(folder.path())?);
        store.put_queue(Queue::new(QUEUE, Kind::Fallback), now()).await?;
        let handed_over = NamedTempFile::new()?;
        std::fs::write(handed_over.path(), format!("webhooks={WEBHOOK_KEY}\njwt=\"{JWT_KEY}\"\n"))?;
        let number = u32::try_from(handed_over.as_raw_fd())?;
        let keys = Arc::new(Keys::open(&KeyChoice::Descriptor(number))?);
        let (stop, stopped) = watch::channel(false);
        let worker =
            tokio::spawn(Worker::new(Arc::new(Courier::new(store.clone(), http, keys, now))).run(stopped));
        Ok(Self { store, stop, worker, _files: (folder, handed_over) })
    }

    /// Hands an item in and approves it, for a callback to this URL that goes out at once. `pad` makes its body so
    /// much longer.
    pub(super) async fn decide(&self, engine: Engine, url: &str, pad: usize) -> Result<DeliveryId> {
        let jwt = JwtSigning {
            key: "jwt".into(),
            algorithm: JwtAlgorithm::HS256,
            kid: None,
            audience: None,
            place: JwtPlace::Bearer,
            published: vec![],
        };
        let engine = Engine {
            signing: Signing { jwt: Some(jwt), ..Signing::by_webhook_key("webhooks") },
            schedule: Schedule::Custom(CustomSchedule {
                waits_seconds: vec![WAIT_SECONDS],
                give_up_after_seconds: 36 * 3_600,
            }),
            ..engine
        };
        let name = engine.name.clone();
        self.store.put_engine(engine, now()).await?;
        let parameters = Map::from_iter([("url".to_owned(), url.into())]);
        let callback = Callback { protocol: "webhook".into(), parameters };
        let item = NewItem {
            engine: name.clone(),
            task: "task".into(),
            queue: QUEUE.into(),
            title: "Deploy?".into(),
            content: json!({}),
            suggestions: vec![],
            priority: 0,
            deadline: None,
            heartbeat_seconds: None,
            callbacks: vec![callback.clone()],
            metadata: Map::new(),
            submission_digest: format!("sha256:{name}"),
        };
        let admitted = self.store.admit(vec![item], now()).await?;
        let [Admission::Admitted(item)] = admitted[..] else { bail!("no new item: {admitted:?}") };
        let leasing = self.store.lease_item(item, "ada", now(), now().plus_millis(60_000)).await?;
        let Leasing::Leased(lease) = leasing else { bail!("not leased: {leasing:?}") };
        let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
        let decision = lease.decide(draft, &lease.shown(), DecisionId(Uuid::now_v7()), now())?;
        let id = DeliveryId(Uuid::now_v7());
        let protocol = protocol::named("webhook").context("the protocol is known")?;
        let engine = Engine::new("engine", vec![]);
        let (item, queue) = (&lease.item, &*lease.queue);
        let decided = Decided { id, decision: &decision, item, queue, callback: &callback, engine: &engine };
        let mut body = protocol.freeze(&decided)?;
        body.resize(body.len() + pad, b' ');
        let origin = protocol.origin(&callback, &engine);
        let delivery = NewDelivery { id, callback, origin, body, due_at: now() };
        self.store.record_decision(decision, lease.fence, vec![delivery]).await?;
        Ok(id)
    }

    /// The whole story of each delivery, once each has been tried.
    pub(super) async fn tried(&self, ids: &[DeliveryId], patience: Duration) -> Result<Vec<DeliveryLog>> {
        let mut changes = self.store.changes();
        let all = async {
            let mut logs = Vec::with_capacity(ids.len());
            for id in ids {
                loop {
                    let log = self.store.delivery(*id).await?.context("recorded deliveries are there")?;
                    if log.attempts.first().is_some_and(|first| first.outcome.is_some()) {
                        logs.push(log);
                        break;
                    }
                    // To have missed some is news as well.
                    let _ = changes.recv().await;
                }
            }
            anyhow::Ok(logs)
        };
        tokio::time::timeout(patience, all).await.context("a delivery was never tried")?
    }

    pub(super) async fn close(self) -> Result<()> {
        self.stop.send_replace(true);
        Ok(self.worker.await?)
    }
}
