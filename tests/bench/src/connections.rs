//! Requests to a server on this machine over connections that stay open: the least a client can cost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::row::per_second;

/// Posts all `bodies` to `path`, over `connections` at a time, and tells how many a second were taken.
/// Everything but a 201 is an error: a server that refuses is fast.
pub(crate) async fn posts_per_second(
    address: SocketAddr,
    path: &str,
    token: &str,
    bodies: Vec<Bytes>,
    connections: usize,
) -> Result<f64> {
    let count = bodies.len();
    let bodies = Arc::new(bodies);
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await.context("the server is not there")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        senders.push(sender);
    }
    let started = Instant::now();
    let mut posting = JoinSet::new();
    for mut sender in senders {
        let (bodies, next) = (bodies.clone(), next.clone());
        let (path, token) = (path.to_owned(), format!("Bearer {token}"));
        posting.spawn(async move {
            while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                let request = Request::post(&path)
                    .header(header::HOST, address.to_string())
                    .header(header::AUTHORIZATION, &token)
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(Full::new(body.clone()))?;
                let answer = sender.send_request(request).await?;
                let status = answer.status();
                let said = answer.into_body().collect().await?.to_bytes();
                ensure!(status == 201, "{status}: {}", String::from_utf8_lossy(&said));
            }
            anyhow::Ok(())
        });
    }
    while let Some(posted) = posting.join_next().await {
        posted??;
    }
    Ok(per_second(count, started))
}
