//! The desk itself: opened on a ledger, and serving while items come in and answers go out.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use placet_delivery::protocol::{self, News};
use placet_delivery::{Courier, Heartbeats, Http, KeyChoice, Keys, KeysError, Notices, Worker};
use placet_intake::{CallbackProblem, Inbox, Site};
use placet_review::{Callback, Engine, Item, ItemId, Queue, Timestamp};
use placet_store::{Attachments, Fault, SqliteStore, Store};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use crate::home::Running;
use crate::view::{Changed, ItemView};
use crate::{Error, ErrorCode, Result, deadlines, door, show, verb};

/// How a desk is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the ledger; made if it is not there.
    pub home: PathBuf,
    /// Where keys live.
    pub keys: KeyChoice,
    /// Where items come in on this machine; 0 takes any free port.
    pub port: u16,
}

impl Settings {
    /// As the environment says: `PLACET_HOME`, `PLACET_KEYS` (else the keychain) and `PLACET_PORT` (else
    /// 7410). The error names the variable that cannot be understood.
    pub fn from_environment() -> std::result::Result<Self, EnvironmentError> {
        let wrong = |name, reason: String| EnvironmentError { name, reason };
        let keys = match std::env::var("PLACET_KEYS") {
            Ok(text) => text.parse().map_err(|error: KeysError| wrong("PLACET_KEYS", error.to_string()))?,
            Err(_) => KeyChoice::Keychain,
        };
        let port = match std::env::var("PLACET_PORT") {
            Ok(text) => {
                text.parse().map_err(|_| wrong("PLACET_PORT", format!("\"{text}\" is not a port")))?
            }
            Err(_) => 7410,
        };
        Ok(Self { home: crate::default_home(), keys, port })
    }
}

/// A variable of the environment that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct EnvironmentError {
    name: &'static str,
    reason: String,
}

/// Why a desk could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The ledger could not.
    #[error(transparent)]
    Ledger(#[from] Fault),
    /// The key store could not.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// Items cannot come in.
    #[error("cannot listen on port {port} of this machine: {source}; choose another with --port")]
    Listen {
        /// Which port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The note for the command line could not be written.
    #[error("cannot write running.json: {0}")]
    Note(std::io::Error),
}

/// Everything a person can do, over one ledger. Cheap to clone; all clones are the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) attachments: Attachments,
    pub(crate) keys: Arc<Keys>,
    pub(crate) inbox: Arc<Inbox>,
    /// Why the audit chain goes on without a key, if it does.
    pub(crate) without_audit_key: Option<Arc<str>>,
    home: PathBuf,
    port: u16,
    address: Arc<OnceLock<SocketAddr>>,
    /// Where news for engines is left while the desk serves.
    notices: Arc<OnceLock<Notices>>,
}

impl Desk {
    /// Opens the ledger; nothing comes in or goes out yet.
    pub fn open(settings: Settings) -> std::result::Result<Self, OpenError> {
        let Settings { home, keys, port } = settings;
        let keys = Arc::new(Keys::open(&keys)?);
        let (store, without_audit_key) = open_ledger(&home, &keys)?;
        let attachments = store.attachments().clone();
        let store: Arc<dyn Store> = Arc::new(store);
        let inbox = Arc::new(Inbox::new(store.clone(), attachments.clone(), check_callback));
        let address = Arc::new(OnceLock::new());
        let notices = Arc::default();
        Ok(Self { store, attachments, keys, inbox, without_audit_key, home, port, address, notices })
    }

    /// Lets items come in and sends answers out, until [`Serving::stop`].
    pub async fn serve(&self) -> std::result::Result<Serving, OpenError> {
        let listen = |source| OpenError::Listen { port: self.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let running = Running {
            port: address.port(),
            instance: hex::encode(rand::random::<[u8; 8]>()),
            secret: hex::encode(rand::random::<[u8; 32]>()),
        };
        let (stop, stopped) = watch::channel(false);
        let site = Site { instance: running.instance.clone(), port: running.port, clock: now };
        let items = placet_intake::router(self.inbox.clone(), site.clone());
        let desk = door::router(self.clone(), &running.secret);
        let for_keys = self.clone();
        let keys = placet_intake::key_set(move || verb::key_set(for_keys.clone()));
        let routes = placet_intake::guard(items.merge(keys).merge(desk), site);
        running.write(&self.home).map_err(OpenError::Note)?;
        self.address.get_or_init(|| address);
        tracing::info!(port = running.port, "items can come in");
        if let Some(why) = &self.without_audit_key {
            tracing::warn!(%why, "the audit chain goes on without a key: whoever can write the ledger can rewrite it");
        }
        let mut closing = stopped.clone();
        let server = tokio::spawn(async move {
            let closing = async move {
                // An error means that the sender is gone, which is a stop as well.
                let _ = closing.wait_for(|stop| *stop).await;
            };
            if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(closing).await {
                tracing::error!(%error, "items cannot come in any more");
            }
        });
        let http = Http::new().away_from(address.port()).with_keys(self.keys.clone());
        let courier = Arc::new(Courier::new(self.store.clone(), http, self.keys.clone(), now));
        let worker = Worker::new(courier.clone());
        let heartbeats = Heartbeats::new(courier.clone());
        let (notices, to_tell) = Notices::new();
        self.notices.get_or_init(|| notices);
        let telling = to_tell.run(courier, stopped.clone());
        let tasks = vec![
            server,
            tokio::spawn(worker.run(stopped.clone())),
            tokio::spawn(heartbeats.run(stopped.clone())),
            tokio::spawn(telling),
            tokio::spawn(deadlines::keep(self.store.clone(), now, stopped)),
        ];
        Ok(Serving { home: self.home.clone(), stop, tasks })
    }

    /// The moment, read here and passed on: nothing below the desk looks at a clock.
    pub(crate) fn now(&self) -> Timestamp {
        now()
    }

    /// Where items come in, once the desk serves.
    pub fn intake_address(&self) -> String {
        match self.address.get() {
            Some(address) => format!("http://{address}"),
            None => "closed".to_owned(),
        }
    }

    /// Hears what kind of thing changed, after it is on disk. A listener that was too slow is told
    /// [`broadcast::error::RecvError::Lagged`] and should take everything as changed.
    pub fn changes(&self) -> broadcast::Receiver<placet_store::Change> {
        self.store.changes()
    }

    /// An attachment by its id `sha256:...`.
    pub fn attachment(&self, id: &str) -> Result<Attachment> {
        let bytes = self.attachments.read(id)?.ok_or_else(|| Error::missing("such attachment"))?;
        // Told from the bytes themselves: what is no image is never shown as one.
        let media_type = match infer::get(&bytes) {
            Some(kind) if kind.matcher_type() == infer::MatcherType::Image => kind.mime_type(),
            _ => "application/octet-stream",
        };
        Ok(Attachment { bytes, media_type })
    }

    pub(crate) async fn queue(&self, name: &str) -> Result<Queue> {
        let queues = self.store.queues().await?;
        let queue = queues.into_iter().find(|queue| queue.name == name);
        queue.ok_or_else(|| Error::missing(format_args!("queue \"{name}\"")))
    }

    /// The engine of this name, by its profile as it is now.
    pub(crate) async fn engine(&self, name: &str) -> Result<Arc<Engine>> {
        let engine = self.inbox.engine(name).await?;
        engine.ok_or_else(|| Error::missing(format_args!("engine \"{name}\"")))
    }

    /// Whether there may be anybody to tell how the item fares.
    pub(crate) fn may_notify(&self, item: ItemId) -> bool {
        self.notices.get().is_some_and(|notices| notices.may_be_wanted(item))
    }

    /// Leaves news of the item for its engine, if that wants any. What cannot be told is no reason to stop.
    pub(crate) async fn notify(&self, item: &Item, news: News) {
        if let Some(notices) = self.notices.get()
            && notices.are_wanted(item)
            && let Ok(engine) = self.engine(&item.asked.engine).await
        {
            notices.tell(Arc::new(item.clone()), engine, news);
        }
    }

    pub(crate) async fn item(&self, id: ItemId) -> Result<Item> {
        self.store.item(id).await?.ok_or_else(|| Error::missing(format_args!("item {id}")))
    }

    pub(crate) async fn shown_item(&self, item: Item) -> Result<ItemView> {
        let queue = self.queue(&item.asked.queue).await?;
        let decision = self.store.decision_of(item.id).await?;
        Ok(show::looked_at(item, queue, decision))
    }

    pub(crate) fn still_held(&self, held: bool) -> Result<()> {
        if held { Ok(()) } else { Err(placet_review::Refusal::LeaseLost.into()) }
    }
}

/// Opens the ledger with the key of its audit chain, or says why there is none: what is handed in and decided is taken
/// all the same, and verifying tells which rows the key does not vouch for.
fn open_ledger(home: &Path, keys: &Keys) -> std::result::Result<(SqliteStore, Option<Arc<str>>), OpenError> {
    let kept = match keys.audit_key() {
        // Somebody set it, and would take it for in use.
        Err(error @ KeysError::Unusable { .. }) => return Err(error.into()),
        kept => kept,
    };
    let mut why: Option<Arc<str>> = None;
    let mut sealed_with_a_key = false;
    let store = SqliteStore::open_with_key(home, |sealed| {
        sealed_with_a_key = sealed;
        let key = match kept {
            Ok(Some(key)) => Ok(key),
            // A new key would be another than the one that the chain is sealed with.
            Ok(None) if sealed => Err(keys.audit_key_is_missing()),
            Ok(None) => keys.create_audit_key(rand::random()),
            Err(error) => Err(error),
        };
        key.map_err(|error| why = Some(Arc::from(error.to_string()))).ok()
    })?;
    if let Some(why) = &why
        && sealed_with_a_key
    {
        tracing::warn!(%why, "what happens now is written without the key of the audit chain, and verifying says so");
    }
    Ok((store, why))
}

/// A file that was handed in with an item.
pub struct Attachment {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What the bytes are.
    pub media_type: &'static str,
}

/// A desk at work.
pub struct Serving {
    home: PathBuf,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Serving {
    /// Closes the door, lets attempts under way end, and returns when nothing moves any more.
    pub async fn stop(self) {
        Running::remove(&self.home);
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the desk ended badly");
            }
        }
    }
}

impl From<placet_store::Change> for Changed {
    fn from(change: placet_store::Change) -> Self {
        match change {
            placet_store::Change::Items => Self::Items,
            placet_store::Change::Holds => Self::Holds,
            placet_store::Change::Deliveries => Self::Deliveries,
            placet_store::Change::Setup => Self::Setup,
        }
    }
}

/// The moment, as this machine's clock tells it.
pub fn now() -> Timestamp {
    // A clock before 1970 is a broken clock; the epoch is as good an answer as any.
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// Intake and delivery never meet; the desk lets the one ask the other whether a callback can be served, and until when
/// its engine waits.
fn check_callback(
    engine: &Engine,
    callback: &Callback,
    now: Timestamp,
) -> std::result::Result<Option<Timestamp>, CallbackProblem> {
    let problem = |pointer: &str, message: String| CallbackProblem { pointer: pointer.to_owned(), message };
    let Some(protocol) = protocol::named(&callback.protocol) else {
        let known = protocol::names().join(", ");
        return Err(problem(
            "/protocol",
            format!("no protocol \"{}\" is known; choose one of {known}", callback.protocol),
        ));
    };
    protocol.check(callback, engine).map_err(|wrong| problem(&wrong.pointer, wrong.message))?;
    Ok(protocol.waits_until(callback, engine, now))
}

impl From<KeysError> for Error {
    fn from(error: KeysError) -> Self {
        Self::new(ErrorCode::Keys, error.to_string())
    }
}
