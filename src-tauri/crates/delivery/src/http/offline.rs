//! Tells a receiver that is not there from a machine that reaches nobody.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};

use url::{Host, Url};

use super::Unanswered;

/// Addresses that stand for all that is far away (RFC 5737, RFC 3849). Nothing is ever sent there: a datagram socket
/// that is connected only asks the system for a route.
const FAR_AWAY_V4: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const FAR_AWAY_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

/// What it means that the receiver at `url` gave no answer: if this machine has no way out, that says nothing of it.
pub(super) fn or_offline(why: Unanswered, url: &Url) -> Unanswered {
    match why {
        Unanswered::Unreached(_) if !is_on_this_machine(url) && is_offline() => {
            Unanswered::Offline("this machine has no network".to_owned())
        }
        other => other,
    }
}

fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn is_offline() -> bool {
    let no_route = |socket: UdpSocket, far: IpAddr| {
        use io::ErrorKind::{AddrNotAvailable, NetworkDown, NetworkUnreachable};
        // Who may not ask is told that there is a way: then the receiver's own failure counts.
        let told = socket.connect((far, 9));
        told.is_err_and(|error| matches!(error.kind(), NetworkUnreachable | NetworkDown | AddrNotAvailable))
    };
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).is_ok_and(|socket| no_route(socket, FAR_AWAY_V4.into()))
        // A machine without IPv6 has no such socket, and no way out by it.
        && UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0))
            .map_or(true, |socket| no_route(socket, FAR_AWAY_V6.into()))
}

#[cfg(test)]
mod tests {
    use super::{Unanswered, is_on_this_machine, or_offline};

    #[test]
    fn a_receiver_on_this_machine_is_reached_without_a_network() {
        for url in ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/", "http://127.9.9.9/"] {
            assert!(is_on_this_machine(&url.parse().expect("a URL")), "{url}");
        }
        for url in ["https://e.example/", "http://10.0.0.1/", "http://localhost.example/"] {
            assert!(!is_on_this_machine(&url.parse().expect("a URL")), "{url}");
        }
    }

    #[test]
    fn what_was_sent_or_refused_is_no_matter_of_the_network() {
        let url = "https://e.example/".parse().expect("a URL");
        for why in [
            Unanswered::NotAllowed("x".into()),
            Unanswered::Untrusted("x".into()),
            Unanswered::TurnedAway("x".into()),
            Unanswered::Silent("x".into()),
        ] {
            assert_eq!(or_offline(why.clone(), &url), why);
        }
    }
}
