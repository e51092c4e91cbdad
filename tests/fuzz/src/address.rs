//! Where an answer may go: whatever passes is read again as the HTTP client reads it, and must lie under an entry of
//! the allow-list in that reading too.

use std::net::{IpAddr, Ipv4Addr};

use http::Uri;
use placet_delivery::protocol;
use placet_review::{Allowed, Callback, Engine};
use serde_json::{Map, Value};
use url::Url;

/// The input is an allow-list, one entry a line, and on the last line the address.
pub(crate) fn put_in(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let (entries, address) = text.rsplit_once('\n').unwrap_or(("", text));
    let allow: Vec<Allowed> = entries.lines().filter_map(|entry| entry.parse().ok()).collect();
    let engine = Engine::new("engine", allow);
    let parameters = Map::from_iter([("url".to_owned(), Value::from(address))]);
    let callback = Callback { protocol: "webhook".to_owned(), parameters };
    let webhook = protocol::named("webhook").expect("there is a webhook");
    let url = Url::parse(address).ok();
    let allowed = url.as_ref().is_some_and(|url| engine.allows(url));
    match webhook.check(&callback, &engine) {
        Ok(()) => assert!(allowed, "the callback to {address:?} is taken and not allowed"),
        Err(wrong) => {
            // Only what is longer than anybody needs to take is allowed and yet not taken.
            assert!(!allowed || address.len() > 8_000, "{address:?} is allowed and not taken: {wrong}");
            assert_eq!(wrong.pointer, "/url");
        }
    }
    if let Some(entry) = engine.allow.first() {
        let parameters = [("url", entry.to_string()), ("heartbeat_url", address.to_owned())];
        let parameters = parameters.map(|(name, text)| (name.to_owned(), Value::from(text)));
        let callback = Callback { protocol: "webhook".to_owned(), parameters: Map::from_iter(parameters) };
        let taken = webhook.check(&callback, &engine);
        let places = ["/url", "/heartbeat_url"];
        assert!(taken.is_ok() || taken.as_ref().is_err_and(|wrong| places.contains(&wrong.pointer.as_str())));
        assert!(allowed || taken.is_err(), "signs of life go to {address:?}, which is not allowed");
    }
    let Some(url) = url.filter(|_| allowed) else { return };

    let sent = Place::read(url.as_str());
    let entry =
        engine.allow.iter().map(|entry| Place::read(&entry.to_string())).find(|entry| sent.is_under(entry));
    assert!(entry.is_some(), "{url} lies under none of {:?}", engine.allow);
    if let Some(ip) = sent.ip() {
        let exactly = |entry: &Allowed| Place::read(&entry.to_string()).ip() == Some(ip);
        assert!(!is_private(ip) || engine.allow.iter().any(exactly), "{ip} is private, and nobody named it");
    }
    let origin = webhook.origin(&callback, &engine);
    assert_eq!(Place::read(&origin).at(), sent.at(), "a delivery is counted where it does not go: {origin}");
    let shown = webhook.target(&callback);
    // What is a secret stands in values, so what is shown is the same with other ones.
    let mut other = url.clone();
    let without_value =
        |pair: &str| pair.split_once('=').map_or(pair.to_owned(), |(name, _)| format!("{name}=x"));
    let query = url.query().map(|query| query.split('&').map(without_value).collect::<Vec<_>>().join("&"));
    other.set_query(query.as_deref());
    let parameters = Map::from_iter([("url".to_owned(), Value::from(other.as_str()))]);
    let other = Callback { protocol: "webhook".to_owned(), parameters };
    assert_eq!(webhook.target(&other), shown, "a value of the query is shown");
}

/// An address as the HTTP client takes it apart: by RFC 3986, not by what browsers do.
#[derive(Debug)]
struct Place {
    secure: bool,
    host: String,
    port: u16,
    path: String,
}

impl Place {
    fn read(text: &str) -> Self {
        let uri: Uri = match text.parse() {
            Ok(uri) => uri,
            Err(error) => panic!("{text} passes, and the HTTP client cannot send there: {error}"),
        };
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            scheme => panic!("{text} has the scheme {scheme:?}"),
        };
        let authority = uri.authority().expect("there is a host").as_str();
        assert!(!authority.contains('@'), "{text} has somebody's name in it");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let host = uri.host().expect("there is a host").to_owned();
        assert!(!host.is_empty(), "{text} has no host");
        assert_eq!(host, host.to_ascii_lowercase(), "{text} has its host in two spellings");
        Self { secure, host, port, path: uri.path().to_owned() }
    }

    /// Scheme, host and port.
    fn at(&self) -> (bool, &str, u16) {
        (self.secure, &self.host, self.port)
    }

    fn is_under(&self, entry: &Self) -> bool {
        let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (own, given) = (segments(&self.path), segments(entry.path.trim_end_matches('/')));
        let climbs = own.iter().any(|segment| {
            let segment = segment.to_ascii_lowercase().replace("%2e", ".");
            segment == "." || segment == ".."
        });
        self.at() == entry.at() && own.starts_with(&given) && !climbs
    }

    /// The address that the host stands for without being looked up, in any spelling that some resolver knows.
    fn ip(&self) -> Option<IpAddr> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let ip = bare.parse::<IpAddr>().ok().or_else(|| aton(bare.trim_end_matches('.')).map(IpAddr::V4));
        ip.map(|ip| ip.to_canonical())
    }
}

/// What `inet_aton` makes of the text: one to four numbers, decimal, octal (`0`) or hexadecimal (`0x`).
fn aton(text: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
        Some("") => Some(0),
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u64::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let numbers: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = numbers.split_last()?;
    let left = u32::try_from(first.len()).ok().filter(|&count| count <= 3)?;
    let fits = first.iter().all(|&number| number <= 255) && *last < 1 << (8 * (4 - left));
    let first = first.iter().enumerate().fold(0_u64, |sum, (nth, number)| sum | number << (24 - 8 * nth));
    fits.then(|| u32::try_from(first | last).ok().map(Ipv4Addr::from)).flatten()
}

/// Addresses that lead to this machine or to a network behind it (RFC 6890).
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        IpAddr::V6(ip) => {
            ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
    }
}
