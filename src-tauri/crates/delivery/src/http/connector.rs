//! Makes connections: looks a host up, checks every address that it has, and connects to those and no others.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioIo;
use placet_review::Phase;
use tokio::net::TcpStream;
use tower_service::Service;

use super::address::Bounds;
use super::progress::Progress;

type Error = Box<dyn std::error::Error + Send + Sync>;
type Answering<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Finds the addresses of a host.
pub type LookUp = Arc<dyn Fn(String) -> Answering<Vec<IpAddr>, io::Error> + Send + Sync>;

/// As the system does it.
pub(super) fn system() -> LookUp {
    Arc::new(|host| {
        Box::pin(async move {
            // The port plays no part in it.
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// A host could not be looked up.
#[derive(Debug, thiserror::Error)]
#[error("its host could not be looked up ({0})")]
pub(super) struct NotFound(#[source] io::Error);

/// Connects for one engine. TLS is laid over it by others.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) bounds: Arc<Bounds>,
    pub(super) look_up: LookUp,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = Error;
    type Future = Answering<Self::Response, Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { bounds, look_up } = self.clone();
        let progress = Progress::of_this_task();
        Box::pin(async move {
            let host = uri.host().ok_or("its address names no host")?;
            let https = uri.scheme_str() == Some("https");
            let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });
            progress.begins(Phase::Dns);
            let found = match host.trim_matches(['[', ']']).parse() {
                Ok(written_out) => vec![written_out],
                Err(_) => look_up(host.to_owned()).await.map_err(NotFound)?,
            };
            // One that is closed closes the host: who mixes them in is up to something.
            for ip in &found {
                bounds.admits(host, *ip, port)?;
            }
            progress.begins(Phase::Connect);
            let found = found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
            let mut tcp = HttpConnector::new_with_resolver(Checked(found));
            tcp.enforce_http(false);
            tcp.set_nodelay(true);
            let connection = tcp.call(uri).await?;
            if https {
                progress.begins(Phase::Tls);
            }
            Ok(connection)
        })
    }
}

/// The addresses that were checked, whatever the name.
#[derive(Clone)]
struct Checked(Vec<SocketAddr>);

impl Service<Name> for Checked {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        std::future::ready(Ok(std::mem::take(&mut self.0).into_iter()))
    }
}
