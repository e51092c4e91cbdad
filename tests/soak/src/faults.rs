//! Receivers with every fault there is, each by its name: what the delivery becomes, how far its attempt got, and
//! what the person is told, through the real worker on a real ledger.

mod certificates;
mod desk;
mod list;
mod server;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, ensure};
use placet_delivery::{Http, LookUp};
use placet_review::{Attempt, DeliveryState, Engine, Outcome, Phase};
use placet_store::DeliveryLog;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use tokio::runtime::Runtime;
use xtask::trial::Trial;

use self::desk::{Desk, JWT_KEY, WAIT_SECONDS, WEBHOOK_KEY};
use self::server::{Running, Server};
use crate::Order;
use crate::row::{Row, Wanted};

/// As many as the issue asks for.
const FAULTS: u64 = 60;
/// How long an exchange may take here: receivers that hang hang as well when they are waited for longer, and those that
/// do not must be heard on a busy machine.
const DEADLINE: Duration = Duration::from_secs(4);
/// What an attempt may take beside its exchange.
const SLACK_MS: i64 = 5_000;
/// How long one round may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// In the query of every callback.
const TOKEN: &str = "hush-hush-token";
/// The longest answer that is kept, in bytes.
const KEPT_BYTES: usize = 8 * 1024;

/// A receiver with a fault, and what is expected then.
struct Fault {
    name: &'static str,
    server: Server,
    host: Host,
    https: bool,
    /// What the profile trusts beside the machine.
    ca: Option<String>,
    /// The body is so much longer, in bytes.
    pad: usize,
    /// Any of these.
    outcomes: Vec<Outcome>,
    phases: Vec<Phase>,
    /// What is kept of `Retry-After`, in milliseconds.
    retry_after_ms: Option<RangeInclusive<i64>>,
    /// A word that the reason must have.
    says: &'static str,
}

/// How the receiver is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    /// By its address.
    Address,
    /// `localhost`.
    Localhost,
    /// By a name that the profile opens this machine to.
    Name,
    /// By a name that nobody knows.
    Unknown,
    /// By a name whose look-up does not end.
    Slow,
    /// By a name that leads here although the profile does not say so.
    Misleading,
    /// The profile allows another place.
    NotAllowed,
}

#[derive(Default)]
struct Counted {
    played: u64,
    wrong: u64,
    followed: u64,
    states: HashMap<&'static str, u64>,
}

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let mut counted = Counted::default();
    Runtime::new()?.block_on(async {
        for round in 0..order.size {
            play(order.seed.wrapping_add(round), &mut counted).await?;
        }
        anyhow::Ok(())
    })?;
    let row = |what: &str, found, wanted| Row::new(Trial::Faults, what, order, found, wanted);
    let ended = |state: DeliveryState| counted.states.get(state.name()).copied().unwrap_or(0);
    Ok(vec![
        row("named faults of receivers", counted.played, Wanted::AtLeast(order.size * FAULTS)),
        row("with another state, phase or reason than is right", counted.wrong, Wanted::None),
        row("connections to where redirects point", counted.followed, Wanted::None),
        row("delivered all the same", ended(DeliveryState::Delivered), Wanted::AtLeast(order.size)),
        row("due again", ended(DeliveryState::Due), Wanted::AtLeast(order.size)),
        row("parked", ended(DeliveryState::Parked), Wanted::AtLeast(order.size)),
        row("dead", ended(DeliveryState::Dead), Wanted::AtLeast(order.size)),
    ])
}

/// All faults at once, in an order of its own.
async fn play(seed: u64, counted: &mut Counted) -> Result<()> {
    let elsewhere = Elsewhere::listen().await?;
    let mut faults = list::all(elsewhere.port)?;
    faults.shuffle(&mut StdRng::seed_from_u64(seed));
    let desk = Desk::open(Http::new().within(DEADLINE).looking_up(look_up())).await?;
    let mut ids = Vec::new();
    let mut running: Vec<Running> = Vec::new();
    for (number, fault) in faults.iter().enumerate() {
        let server = fault.server.clone().start().await?;
        let (engine, url) = fault.wired(number, server.address.port());
        running.push(server);
        ids.push(desk.decide(engine, &url, fault.pad).await?);
    }
    let logs = desk.tried(&ids, PATIENCE).await?;
    for (fault, log) in faults.iter().zip(&logs) {
        counted.played += 1;
        *counted.states.entry(log.delivery.standing.state.name()).or_default() += 1;
        if let Err(wrong) = fault.judge(log) {
            counted.wrong += 1;
            eprintln!("{}: {wrong} (again by --only faults --size 1 --seed {seed})", fault.name);
        }
    }
    desk.close().await?;
    counted.followed += elsewhere.came();
    Ok(())
}

/// By the names of [`Host`].
fn look_up() -> LookUp {
    Arc::new(|host| {
        Box::pin(async move {
            let here = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
            match host.as_str() {
                "localhost" | "misleading.example" => Ok(here),
                "slow.example" => std::future::pending().await,
                "unknown.example" => Err(std::io::Error::other("no such host is known")),
                _ => Ok(here),
            }
        })
    })
}

impl Fault {
    /// Its engine, and the URL of its callback.
    fn wired(&self, number: usize, port: u16) -> (Engine, String) {
        let scheme = if self.https { "https" } else { "http" };
        let host = match self.host {
            Host::Address | Host::NotAllowed => "127.0.0.1",
            Host::Localhost => "localhost",
            Host::Name => "engine.example",
            Host::Unknown => "unknown.example",
            Host::Slow => "slow.example",
            Host::Misleading => "misleading.example",
        };
        let origin = format!("{scheme}://{host}:{port}/");
        let allow = if self.host == Host::NotAllowed { "https://engine.example/" } else { &origin };
        let engine = Engine {
            addresses: if self.host == Host::Name { vec![Ipv4Addr::LOCALHOST.into()] } else { Vec::new() },
            ca: self.ca.clone(),
            ..Engine::new(format!("engine-{number}"), vec![allow.parse().expect("an entry")])
        };
        (engine, format!("{origin}resume?token={TOKEN}"))
    }

    /// Whether everything is as it should be.
    fn judge(&self, log: &DeliveryLog) -> Result<()> {
        let [first, ..] = &log.attempts[..] else { anyhow::bail!("it was not tried") };
        let standing = &log.delivery.standing;
        let Some(outcome) = first.outcome else { anyhow::bail!("no outcome") };
        ensure!(self.outcomes.contains(&outcome), "{outcome:?} instead of {:?}: {first:?}", self.outcomes);
        let phase = first.phase;
        ensure!(
            phase.is_some_and(|phase| self.phases.contains(&phase)),
            "{phase:?} instead of {:?}: {first:?}",
            self.phases
        );
        match (&self.retry_after_ms, first.retry_after_ms) {
            (None, None) => {}
            (Some(range), Some(ms)) if range.contains(&ms) => {}
            (wanted, found) => anyhow::bail!("told to wait {found:?} ms instead of {wanted:?}"),
        }
        let ended = first.ended_at.unwrap_or(first.started_at);
        let deadline = i64::try_from(DEADLINE.as_millis())?;
        let took = ended.millis_since(first.started_at);
        ensure!(
            log.attempts.len() > 1 || took <= deadline + PATIENCE.as_millis() as i64 / 2 + SLACK_MS,
            "it took {took} ms"
        );
        // A receiver that is throttling without saying how long is tried again after a second.
        let settled = log.attempts.len() == 1;
        if settled {
            let state = state_after(outcome);
            ensure!(standing.state == state, "{:?} instead of {state:?}: {first:?}", standing.state);
            ensure!(
                standing.ambiguous == (outcome == Outcome::Ambiguous),
                "ambiguous {}",
                standing.ambiguous
            );
            if let (Some(due), true) = (standing.due_at, outcome != Outcome::Throttled) {
                let floor = i64::from(WAIT_SECONDS) * 1_000;
                let floor = floor.max(first.retry_after_ms.unwrap_or(0));
                ensure!(due.millis_since(ended) >= floor, "due {} ms after", due.millis_since(ended));
            }
        }
        let told = [first.words.as_deref(), standing.reason.as_deref()];
        for words in told {
            let words = words.unwrap_or_default();
            ensure!(words.len() > 20 && words.ends_with('.'), "no reason in words: {words:?}");
            ensure!(!settled || words.contains(self.says), "it does not say {:?}: {words:?}", self.says);
        }
        let kept = first.answer.as_deref().unwrap_or_default();
        ensure!(kept.len() <= KEPT_BYTES, "{} bytes of the answer are kept", kept.len());
        for text in told.into_iter().flatten().chain([kept]) {
            for secret in [TOKEN, JWT_KEY, WEBHOOK_KEY, "eyJ", "v1,", "?token="] {
                // That there was one may be told.
                let told = text.replace(&format!("{secret}[hidden]"), "");
                ensure!(!told.contains(secret), "{secret:?} is in {text:?}");
            }
        }
        no_more_than_a_line(first)
    }
}

fn no_more_than_a_line(attempt: &Attempt) -> Result<()> {
    let words = attempt.words.as_deref().unwrap_or_default();
    ensure!(words.len() < 700 && !words.chars().any(char::is_control), "too many words: {words:?}");
    Ok(())
}

/// What a first attempt with this outcome makes of its delivery.
fn state_after(outcome: Outcome) -> DeliveryState {
    match outcome {
        Outcome::Accepted => DeliveryState::Delivered,
        Outcome::AlreadyDone | Outcome::Gone | Outcome::Refused => DeliveryState::Dead,
        Outcome::Parked(_) => DeliveryState::Parked,
        Outcome::NotFound
        | Outcome::Failed
        | Outcome::Ambiguous
        | Outcome::Throttled
        | Outcome::Offline
        | Outcome::Interrupted => DeliveryState::Due,
    }
}

/// Where redirects point; counts who comes.
struct Elsewhere {
    port: u16,
    count: Arc<Mutex<u64>>,
    task: tokio::task::JoinHandle<()>,
}

impl Elsewhere {
    async fn listen() -> Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let count = Arc::new(Mutex::new(0));
        let counter = count.clone();
        let task = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                *counter.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            }
        });
        Ok(Self { port, count, task })
    }

    fn came(&self) -> u64 {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.task.abort();
    }
}
