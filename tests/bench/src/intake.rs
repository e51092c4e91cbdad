//! Items handed in one by one over HTTP at 64 connections, beside a handler that checks nothing and writes
//! to the same kind of ledger with the same group commit.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use hyper::body::Bytes;
use placet_review::Signing;
use placet_store::{SqliteStore, Store as _};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::ROUNDS;
use crate::connections::posts_per_second;
use crate::desk::{OpenDesk, engine, item, moment, queue, submission};
use crate::row::{Goal, Row, median};

const CONNECTIONS: usize = 64;
const ITEMS: usize = 10_000;
const RECEIVER: &str = "http://127.0.0.1:9/";

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let placet = OpenDesk::open(RECEIVER, Signing::default()).await?;
    let bare = Bare::start().await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let numbers = round * ITEMS..(round + 1) * ITEMS;
        let bodies: Vec<Bytes> =
            numbers.map(|number| submission(number, RECEIVER).to_string().into()).collect();
        let (path, token) = ("/v1/items", placet.token.as_str());
        ours.push(posts_per_second(placet.address, path, token, bodies.clone(), CONNECTIONS).await?);
        theirs.push(posts_per_second(bare.address, path, token, bodies, CONNECTIONS).await?);
    }
    placet.close().await;
    bare.task.abort();
    let medians = (median(ours), median(theirs));
    Ok(vec![Row::new("intake", "64 connections", "items/s", medians).wanted(Goal::RatioAtLeast(0.5))])
}

/// The least that could take an item in: JSON in, row out.
struct Bare {
    address: SocketAddr,
    task: JoinHandle<std::io::Result<()>>,
    _home: tempfile::TempDir,
}

impl Bare {
    async fn start() -> Result<Self> {
        let home = tempfile::tempdir()?;
        let store = SqliteStore::open(home.path())?;
        store.put_engine(engine(RECEIVER, Signing::default())?, moment()).await?;
        store.put_queue(queue(), moment()).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let routes = Router::new().route("/v1/items", post(take)).with_state(Arc::new(store));
        let task = tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, task, _home: home })
    }
}

async fn take(State(store): State<Arc<SqliteStore>>, body: Bytes) -> Result<StatusCode, StatusCode> {
    let wrong = |_| StatusCode::BAD_REQUEST;
    let submission: Value = serde_json::from_slice(&body).map_err(wrong)?;
    let item = item(&submission, String::new()).map_err(|_| StatusCode::BAD_REQUEST)?;
    match store.admit(vec![item], moment()).await {
        Ok(_) => Ok(StatusCode::CREATED),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}
