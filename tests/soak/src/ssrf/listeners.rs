//! Who listens where nobody may come, and counts who does.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Addresses of this machine, by far not all: each of 127/8 is one.
pub(super) const HERE: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)),
    IpAddr::V4(Ipv4Addr::new(127, 1, 2, 3)),
    IpAddr::V4(Ipv4Addr::new(127, 255, 255, 254)),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

pub(super) struct Listeners {
    /// All of [`HERE`] listen at it.
    pub(super) port: u16,
    /// Placet's own, or so it believes.
    pub(super) own_port: u16,
    /// On 127.0.0.1, where every answer points to the others by this status.
    pub(super) redirecting: Vec<(u16, u16)>,
    places: Vec<SocketAddr>,
    told: UnboundedReceiver<(SocketAddr, SocketAddr)>,
}

impl Listeners {
    pub(super) async fn open() -> Result<Self> {
        let (tell, told) = unbounded_channel();
        let at_all = at_all_places().await?;
        let port = at_all[0].local_addr()?.port();
        let own = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let own_port = own.local_addr()?.port();
        let mut places = Vec::new();
        for listener in at_all.into_iter().chain([own]) {
            places.push(listener.local_addr()?);
            tokio::spawn(serve(
                listener,
                tell.clone(),
                "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".into(),
            ));
        }
        let mut redirecting = Vec::new();
        let targets = [
            format!("http://127.0.0.1:{port}/"),
            format!("http://[::1]:{port}/"),
            format!("//127.0.0.2:{port}/"),
            format!("http://2130706433:{port}/"),
        ];
        for (number, status) in [300, 301, 302, 303, 307, 308].into_iter().enumerate() {
            let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, 2), 0)).await?;
            let target = &targets[number % targets.len()];
            let answer = format!(
                "HTTP/1.1 {status} Elsewhere\r\nlocation: {target}\r\nrefresh: 0;url={target}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            );
            redirecting.push((status, listener.local_addr()?.port()));
            places.push(listener.local_addr()?);
            tokio::spawn(serve(listener, tell.clone(), answer));
        }
        Ok(Self { port, own_port, redirecting, places, told })
    }

    /// Who came since this was last asked. Who connected before is known by now: connections are taken in the order
    /// in which they came, and the last to come is one of our own.
    pub(super) async fn came(&mut self) -> Result<Vec<SocketAddr>> {
        let mut came = Vec::new();
        for place in self.places.clone() {
            let ours = TcpStream::connect(place).await?;
            let ours_from = ours.local_addr()?;
            loop {
                match self.told.recv().await {
                    Some((at, from)) if (at, from) == (place, ours_from) => break,
                    Some((at, _)) => came.push(at),
                    None => bail!("nobody listens any more"),
                }
            }
        }
        Ok(came)
    }
}

/// The same port at all places.
async fn at_all_places() -> Result<Vec<TcpListener>> {
    for _ in 0..100 {
        let first = TcpListener::bind((HERE[0], 0)).await?;
        let port = first.local_addr()?.port();
        let mut all = vec![first];
        for place in &HERE[1..] {
            match TcpListener::bind((*place, port)).await {
                Ok(listener) => all.push(listener),
                Err(_) => break,
            }
        }
        if all.len() == HERE.len() {
            return Ok(all);
        }
    }
    bail!("no port is free at all of {HERE:?}")
}

async fn serve(listener: TcpListener, tell: UnboundedSender<(SocketAddr, SocketAddr)>, answer: String) {
    let Ok(at) = listener.local_addr() else { return };
    while let Ok((mut connection, from)) = listener.accept().await {
        if tell.send((at, from)).is_err() {
            return;
        }
        let answer = answer.clone();
        tokio::spawn(async move {
            let mut read = Vec::new();
            while !read.ends_with(b"{}") && connection.read_buf(&mut read).await.is_ok_and(|more| more > 0) {}
            // Who came and said nothing gets no answer.
            if !read.is_empty() {
                let _ = connection.write_all(answer.as_bytes()).await;
            }
        });
    }
}
