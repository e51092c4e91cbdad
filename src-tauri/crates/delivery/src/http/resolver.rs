//! Looks a host up and checks every address that it has. Connections go to those and to no others.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use placet_review::Phase;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Bounds;
use super::progress::Progress;

/// Finds the addresses of a host.
pub type LookUp =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> + Send + Sync>;

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

/// Looks up for one engine. It is not asked about addresses that URLs write out: see
/// [`address::check`](super::address::check).
pub(super) struct Resolver {
    pub(super) bounds: Arc<Bounds>,
    pub(super) look_up: LookUp,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (bounds, look_up) = (self.bounds.clone(), self.look_up.clone());
        let progress = Progress::of_this_task();
        Box::pin(async move {
            let progress = progress.ok_or("no exchange asks for this host")?;
            progress.begins(Phase::Dns);
            let (host, port) = (name.as_str(), progress.port());
            let found = look_up(host.to_owned()).await.map_err(NotFound)?;
            // One that is closed closes the host: who mixes them in is up to something.
            for ip in &found {
                bounds.admits(host, *ip, port)?;
            }
            progress.begins(Phase::Connect);
            Ok(Box::new(found.into_iter().map(move |ip| SocketAddr::new(ip, port))) as Addrs)
        })
    }
}
