//! From the decision to the first byte at the receiver, beside a request of the bare client, and beside the
//! same request after the two commits without which a decision could be lost or sent twice unseen.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use placet_desk::Verb as _;
use placet_desk::verb::{Next, Submit};
use placet_review::Signing;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use crate::ROUNDS;
use crate::bare::Bare;
use crate::desk::{OpenDesk, QUEUE, approve, submission};
use crate::row::{Goal, Row, median, quantile};

/// Decisions of a round, one after the other.
const DECISIONS: usize = 200;

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let (url, mut arrivals) = receiver().await?;
    let placet = OpenDesk::open(&url, Signing::default()).await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let folder = tempfile::tempdir()?;
    let mut bare = Bare::open(&folder.path().join("bare.sqlite3"))?;
    let (mut ours, mut theirs, mut durable) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let documents = (0..DECISIONS).map(|n| submission(round * DECISIONS + n, &url).to_string());
        Submit { documents: documents.collect() }.run(&placet.desk, "owner").await?;
        ours.push(decisions(&placet, &mut arrivals).await?);
        theirs.push(requests(&client, &url, &mut arrivals, || Ok(())).await?);
        let two_commits = || bare.commit().and_then(|()| bare.commit());
        durable.push(requests(&client, &url, &mut arrivals, two_commits).await?);
    }
    placet.close().await;
    let of_rounds = |share: f64, rounds: &[Vec<f64>]| {
        median(rounds.iter().map(|round| quantile(round.iter().copied(), share)))
    };
    let row = |case, share, beside: &[Vec<f64>]| {
        Row::new("wire", case, "ms", (of_rounds(share, &ours), of_rounds(share, beside)))
    };
    Ok(vec![
        row("p50", 0.5, &theirs).wanted(Goal::RatioAtMost(3.0)),
        row("p99", 0.99, &theirs).wanted(Goal::ValueAtMost(5.0)),
        row("p50, beside two commits and a request", 0.5, &durable),
        row("p99, beside two commits and a request", 0.99, &durable),
    ])
}

/// From the call of the verb, which returns when the decision is on disk.
async fn decisions(placet: &OpenDesk, arrivals: &mut mpsc::UnboundedReceiver<Instant>) -> Result<Vec<f64>> {
    let mut taken = Vec::with_capacity(DECISIONS);
    while taken.len() < DECISIONS {
        for item in (Next { queue: QUEUE.to_owned(), limit: 16 }).run(&placet.desk, "ada").await? {
            let started = Instant::now();
            approve(&placet.desk, item).await?;
            let arrived = arrivals.recv().await.context("the receiver ended")?;
            taken.push(milliseconds(started, arrived));
        }
    }
    Ok(taken)
}

async fn requests(
    client: &reqwest::Client,
    url: &str,
    arrivals: &mut mpsc::UnboundedReceiver<Instant>,
    mut before: impl FnMut() -> Result<()>,
) -> Result<Vec<f64>> {
    let mut taken = Vec::with_capacity(DECISIONS);
    for _ in 0..DECISIONS {
        let started = Instant::now();
        before()?;
        client.post(url).body(vec![b'x'; 580]).send().await?.error_for_status()?;
        let arrived = arrivals.recv().await.context("the receiver ended")?;
        taken.push(milliseconds(started, arrived));
    }
    Ok(taken)
}

fn milliseconds(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1e3
}

/// A receiver that notes the moment of each request's first byte.
async fn receiver() -> Result<(String, mpsc::UnboundedReceiver<Instant>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let (arrival, arrivals) = mpsc::unbounded_channel();
    let arrival = Arc::new(arrival);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, arrival.clone()));
        }
    });
    Ok((url, arrivals))
}

async fn serve(mut stream: TcpStream, arrival: Arc<mpsc::UnboundedSender<Instant>>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    loop {
        request.clear();
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
        let first_byte = Instant::now();
        while !is_whole(&request) {
            stream.read_buf(&mut request).await?;
        }
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
        arrival.send(first_byte)?;
    }
}

/// Whether headers and body are there, by the length that the client names.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or(0)
}
