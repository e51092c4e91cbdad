//! Tells when an exchange begins to agree on keys. Whoever makes the connections tells nobody when one stands, but
//! rustls asks at the start of each handshake what is remembered of the server.

use std::sync::Arc;

use placet_review::Phase;
use rustls::NamedGroup;
use rustls::client::{
    ClientSessionMemoryCache, ClientSessionStore, Resumption, Tls12ClientSessionValue,
    Tls13ClientSessionValue,
};
use rustls::pki_types::ServerName;

use super::progress::Progress;

/// How many servers are remembered; as many as rustls itself does, if nothing is said.
const SERVERS: usize = 256;

/// Sessions are resumed as usual, and the exchange of the task is told when its handshake begins.
pub(super) fn told() -> Resumption {
    Resumption::store(Arc::new(Told(ClientSessionMemoryCache::new(SERVERS))))
}

#[derive(Debug)]
struct Told(ClientSessionMemoryCache);

impl ClientSessionStore for Told {
    /// The first that rustls asks for, also of a server that it never saw.
    fn kx_hint(&self, server: &ServerName<'_>) -> Option<NamedGroup> {
        if let Some(progress) = Progress::of_this_task() {
            progress.begins(Phase::Tls);
        }
        self.0.kx_hint(server)
    }

    fn set_kx_hint(&self, server: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(server, group);
    }

    fn set_tls12_session(&self, server: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(server, value);
    }

    fn tls12_session(&self, server: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(server)
    }

    fn remove_tls12_session(&self, server: &ServerName<'static>) {
        self.0.remove_tls12_session(server);
    }

    fn insert_tls13_ticket(&self, server: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(server, value);
    }

    fn take_tls13_ticket(&self, server: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.0.take_tls13_ticket(server)
    }
}
