//! Where Placet connects, and where never.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use placet_review::Engine;
use url::{Host, Url};

use super::Unanswered;

/// Where clouds hand the machine's own credentials out, or let it be steered. Whatever an engine's profile says,
/// nothing is ever sent there.
const METADATA: [IpAddr; 12] = [
    // AWS, Azure, Google, Oracle, DigitalOcean, OpenStack and most others.
    v4(169, 254, 169, 254),
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254]),
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254]),
    v6([0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe]),
    // AWS: its name server, containers, and pods.
    v4(169, 254, 169, 253),
    v4(169, 254, 170, 2),
    v4(169, 254, 170, 23),
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23]),
    // Azure's host, which is a public address by its looks.
    v4(168, 63, 129, 16),
    // Alibaba, Oracle before, Tencent.
    v4(100, 100, 100, 200),
    v4(192, 0, 0, 192),
    v4(169, 254, 0, 23),
];

const fn v4(a: u8, b: u8, c: u8, d: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

const fn v6(s: [u16; 8]) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]))
}

/// What is not public of IPv4, each with the length of its prefix (IANA IPv4 Special-Purpose Address Registry, and
/// RFC 5771 for multicast).
const SPECIAL_V4: [(Ipv4Addr, u32, &str); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, THIS),
    (Ipv4Addr::new(127, 0, 0, 0), 8, THIS),
    (Ipv4Addr::new(10, 0, 0, 0), 8, PRIVATE),
    (Ipv4Addr::new(172, 16, 0, 0), 12, PRIVATE),
    (Ipv4Addr::new(192, 168, 0, 0), 16, PRIVATE),
    (Ipv4Addr::new(100, 64, 0, 0), 10, PRIVATE),
    (Ipv4Addr::new(169, 254, 0, 0), 16, PRIVATE),
    (Ipv4Addr::new(192, 0, 0, 0), 24, RESERVED),
    (Ipv4Addr::new(192, 0, 2, 0), 24, RESERVED),
    (Ipv4Addr::new(192, 88, 99, 0), 24, RESERVED),
    (Ipv4Addr::new(198, 18, 0, 0), 15, RESERVED),
    (Ipv4Addr::new(198, 51, 100, 0), 24, RESERVED),
    (Ipv4Addr::new(203, 0, 113, 0), 24, RESERVED),
    (Ipv4Addr::new(224, 0, 0, 0), 4, RESERVED),
    (Ipv4Addr::new(240, 0, 0, 0), 4, RESERVED),
];

/// Of IPv6, only 2000::/3 was ever given out as public (RFC 4291 section 2.4), and of that not these (IANA IPv6
/// Special-Purpose Address Registry): protocols of their own with Teredo, documentation twice, and 6to4.
const SPECIAL_OF_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

const THIS: &str = "an address of this machine";
const PRIVATE: &str = "an address of a private network";
const RESERVED: &str = "an address that is not public";

/// Why nothing is sent to an address. The text completes "Nothing was sent: ...".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Closed {
    #[error(
        "its host is the address {0}, which hands out this machine's own credentials; Placet never connects to it"
    )]
    Metadata(IpAddr),
    #[error("it is port {0} of this machine, where Placet itself takes items in; no answer ever goes there")]
    Own(u16),
    #[error(
        "its host {host} leads to {ip}, {what}; if that is right, name it in the engine's profile \
         (`placet engine add ... --address {ip}`)"
    )]
    NotPublic { host: String, ip: IpAddr, what: &'static str },
}

/// How far the door is open for one engine, beyond its allow-list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Addresses that are not public and may be reached all the same.
    pub(super) addresses: Vec<IpAddr>,
    /// The ports on which Placet itself listens.
    pub(super) own_ports: Vec<u16>,
}

impl Bounds {
    /// Whether a connection may go to `host`, which was found at `ip`.
    ///
    /// An address that the URL itself writes out is one that the allow-list names, as [`check`] made sure. One that
    /// a name led to was chosen by a name server, and is taken only if it is public or the profile names it.
    pub(super) fn admits(&self, host: &str, ip: IpAddr, port: u16) -> Result<(), Closed> {
        let written_out = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let forms = || std::iter::once(ip).chain(embedded(ip).map(IpAddr::V4));
        if forms().any(|form| METADATA.contains(&form)) {
            return Err(Closed::Metadata(ip));
        }
        let this_machine = forms().any(|form| special(form) == Some(THIS));
        if this_machine && self.own_ports.contains(&port) {
            return Err(Closed::Own(port));
        }
        let Some(what) = special(ip) else { return Ok(()) };
        let by_name = host == "localhost" && ip.is_loopback();
        if written_out || by_name || self.addresses.contains(&ip) {
            return Ok(());
        }
        Err(Closed::NotPublic { host: host.to_owned(), ip, what })
    }
}

/// Whether the engine's allow-list covers the URL, and its address may be reached if it is written out. Where names
/// lead is found out when a connection is made.
pub(super) fn check(url: &Url, engine: &Engine, bounds: &Bounds) -> Result<(), Unanswered> {
    if !engine.allows(url) {
        return Err(Unanswered::NotAllowed(format!(
            "the allow-list of engine \"{}\" does not cover {}; add the place to its profile if it is right",
            engine.name,
            url.origin().ascii_serialization()
        )));
    }
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(Host::Domain(_)) | None => None,
    };
    let Some(ip) = literal else { return Ok(()) };
    let port = url.port_or_known_default().unwrap_or_default();
    bounds.admits(&ip.to_string(), ip, port).map_err(|closed| Unanswered::NotAllowed(closed.to_string()))
}

/// Says which of these addresses no profile can open.
pub(super) fn never(addresses: &[IpAddr]) -> Option<String> {
    let closed = |ip: &&IpAddr| {
        METADATA.contains(ip) || embedded(**ip).any(|form| METADATA.contains(&IpAddr::V4(form)))
    };
    addresses.iter().find(closed).map(|ip| Closed::Metadata(*ip).to_string())
}

/// What the address is, unless it is public.
fn special(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => SPECIAL_V4
            .iter()
            .find(|(network, length, _)| {
                same_prefix(ip.to_bits().into(), network.to_bits().into(), 32, *length)
            })
            .map(|(.., what)| *what),
        IpAddr::V6(ip) => {
            // A translator (RFC 6052 section 2.1) carries IPv4 there; the address is what it carries.
            let translated =
                same_prefix(ip.to_bits(), Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0).to_bits(), 128, 96);
            if translated {
                return embedded(ip.into()).find_map(|form| special(form.into()));
            }
            if let Some(form) = embedded(ip.into()).find_map(|form| special(form.into())) {
                return Some(form);
            }
            let first = ip.segments()[0];
            match ip {
                Ipv6Addr::LOCALHOST | Ipv6Addr::UNSPECIFIED => Some(THIS),
                // RFC 4193 section 3.1, and RFC 4291 section 2.5.6.
                _ if first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80 => Some(PRIVATE),
                _ if first & 0xe000 != 0x2000 => Some(RESERVED),
                _ => SPECIAL_OF_PUBLIC_V6
                    .iter()
                    .any(|(network, length)| same_prefix(ip.to_bits(), network.to_bits(), 128, *length))
                    .then_some(RESERVED),
            }
        }
    }
}

fn same_prefix(one: u128, other: u128, bits: u32, length: u32) -> bool {
    (one ^ other) >> (bits - length) == 0
}

/// The IPv4 addresses that an IPv6 address may carry, each by one of the ways in which it could be reached.
fn embedded(ip: IpAddr) -> impl Iterator<Item = Ipv4Addr> {
    let found = match ip {
        IpAddr::V4(_) => [None; 4],
        IpAddr::V6(ip) => {
            let s = ip.segments();
            let pair =
                |high: u16, low: u16| Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
            let last = pair(s[6], s[7]);
            match s {
                [0, 0, 0, 0, 0, 0, 0, 0 | 1] => [None; 4],
                // IPv4-compatible and -mapped (RFC 4291 section 2.5.5), -translated (RFC 7915), and through the
                // translators of RFC 6052.
                [0, 0, 0, 0, 0 | 0xffff, 0, ..]
                | [0, 0, 0, 0, 0, 0xffff, ..]
                | [0x64, 0xff9b, 0, 0, 0, 0, ..] => [last, None, None, None],
                // A network's own translator (RFC 8215), by the lengths of prefix that fit (RFC 6052 section 2.2).
                [0x64, 0xff9b, 1, ..] => [
                    pair(s[3], s[4] << 8 | s[5] >> 8),
                    pair(s[3] << 8 | s[4] & 0xff, s[5]),
                    pair(s[4] << 8 | s[5] >> 8, s[5] << 8 | s[6] >> 8),
                    last,
                ],
                // 6to4 (RFC 3056), and Teredo with its server and its masked client (RFC 4380 section 4).
                [0x2002, ..] => [pair(s[1], s[2]), None, None, None],
                [0x2001, 0, ..] => [pair(s[2], s[3]), pair(!s[6], !s[7]), None, None],
                // ISATAP (RFC 5214 section 6.1).
                [_, _, _, _, 0 | 0x200, 0x5efe, ..] => [last, None, None, None],
                _ => [None; 4],
            }
        }
    };
    found.into_iter().flatten()
}

#[cfg(test)]
mod tests;
