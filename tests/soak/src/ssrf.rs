//! URLs by which a task could make Placet connect where it must not, seen by those who listen there.
//!
//! Every form is sent through the door that receivers are reached by, to listeners on this machine that count who
//! comes. Controls, which must connect, keep the trial honest: it fails as well if the door is simply shut.

mod forms;
mod listeners;
mod names;

use std::net::{IpAddr, SocketAddr};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use http::{HeaderMap, Method};
use placet_delivery::{Exchange, Http, Request};
use placet_review::{Engine, Phase};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use tokio::runtime::Runtime;
use xtask::trial::Trial;

use self::listeners::Listeners;
use self::names::Names;
use crate::Order;
use crate::row::{Row, Wanted};

/// As many as the issue asks for.
const FORMS: u64 = 150;
/// Says to a second process of this program that proxies are set in its environment.
const WITH_PROXIES: &str = "PLACET_SOAK_WITH_PROXIES";
const PROXIES: [&str; 6] =
    ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

/// One URL and the profile that it is tried under.
pub(super) struct Form {
    pub(super) url: String,
    pub(super) engine: Engine,
    /// What the name server says, look-up by look-up; the last answer stands.
    pub(super) answers: Vec<Vec<IpAddr>>,
    /// Where a connection may come to, if anywhere.
    pub(super) reaches: Option<SocketAddr>,
}

#[derive(Default)]
struct Counted {
    forms: u64,
    came: u64,
    let_through: u64,
    controls: u64,
    controls_shut_out: u64,
}

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let runtime = Runtime::new()?;
    let mut counted = Counted::default();
    runtime.block_on(async {
        for round in 0..order.size {
            play(order.seed.wrapping_add(round), &mut counted).await?;
        }
        anyhow::Ok(())
    })?;
    let row = |what: &str, found, wanted| Row::new(Trial::Ssrf, what, order, found, wanted);
    if std::env::var_os(WITH_PROXIES).is_some() {
        return Ok(vec![row("controls that did not connect", counted.controls_shut_out, Wanted::None)]);
    }
    let proxied = runtime.block_on(proxied(order))?;
    Ok(vec![
        row("URL forms that must not connect", counted.forms, Wanted::AtLeast(order.size * FORMS)),
        row("connections that came all the same", counted.came, Wanted::None),
        row("forms that got past policy and look-up", counted.let_through, Wanted::None),
        row("controls, which must connect", counted.controls, Wanted::AtLeast(order.size * 12)),
        row("controls that did not connect", counted.controls_shut_out, Wanted::None),
        row("connections to proxies of the environment", proxied, Wanted::None),
    ])
}

/// Tries every form once, in an order of its own.
async fn play(seed: u64, counted: &mut Counted) -> Result<()> {
    let mut listeners = Listeners::open().await?;
    let names = Names::default();
    let http = Http::new().away_from(listeners.own_port).looking_up(names.look_up());
    let mut forms: Vec<Form> =
        if std::env::var_os(WITH_PROXIES).is_some() { Vec::new() } else { forms::closed(&listeners) };
    forms.extend(forms::controls(&listeners));
    forms.shuffle(&mut StdRng::seed_from_u64(seed));
    for (number, mut form) in forms.into_iter().enumerate() {
        // Connections are an engine's own, so each form makes its own.
        form.engine.name = format!("engine-{number}");
        names.answer(form.answers.clone());
        let phase = send(&http, &form).await;
        let came = listeners.came().await?;
        let again = || format!("again by --only ssrf --size 1 --seed {seed}");
        let Some(place) = form.reaches else {
            counted.forms += 1;
            counted.came += came.len() as u64;
            if phase.is_some_and(|phase| phase >= Phase::Connect) {
                counted.let_through += 1;
            }
            if !came.is_empty() || phase.is_some_and(|phase| phase >= Phase::Connect) {
                eprintln!("{:?} came to {came:?}, phase {phase:?} ({})", form.url, again());
            }
            continue;
        };
        counted.controls += 1;
        // A control may come where it should, and nowhere else.
        let elsewhere = came.iter().filter(|at| **at != place).count() as u64;
        counted.came += elsewhere;
        if elsewhere > 0 || came.is_empty() {
            counted.controls_shut_out += u64::from(came.is_empty());
            eprintln!("{:?} came to {came:?} and not to {place}, phase {phase:?} ({})", form.url, again());
        }
    }
    Ok(())
}

/// How far the URL got; `None` if it is none.
async fn send(http: &Http, form: &Form) -> Option<Phase> {
    let url = form.url.parse().ok()?;
    let request = Request {
        method: Method::POST,
        url,
        headers: HeaderMap::new(),
        body: b"{}"[..].into(),
        secrets: vec![],
    };
    let Exchange { phase, .. } = http.send(request, &form.engine).await;
    Some(phase)
}

/// Runs the controls in a process that has proxies in its environment, and counts who came to those.
async fn proxied(order: Order) -> Result<u64> {
    let mut proxy = Listeners::open().await?;
    let url = format!("http://127.0.0.1:{}/", proxy.port);
    let mut child = Command::new(std::env::current_exe()?);
    child.args(["--only", "ssrf", "--size", "1", "--json", "--seed", &order.seed.to_string()]);
    child.env(WITH_PROXIES, "yes").envs(PROXIES.map(|name| (name, &url)));
    child.env_remove("NO_PROXY").env_remove("no_proxy").stdout(Stdio::null());
    let status = tokio::task::spawn_blocking(move || child.status()).await??;
    ensure!(status.success(), "the controls did not connect where proxies were set");
    let came = proxy.came().await.context("the proxies count who came")?;
    Ok(came.len() as u64)
}
