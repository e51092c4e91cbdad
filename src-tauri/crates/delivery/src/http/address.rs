//! Where Placet connects, and where never.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use placet_review::Engine;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::Unanswered;

/// Where clouds hand the machine's own credentials out: AWS, Azure, Google and most others; AWS for
/// containers; AWS over IPv6; Alibaba. Whatever an engine's profile says, nothing is ever sent there.
const METADATA: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
];

/// The address hands out credentials of the machine.
#[derive(Debug, thiserror::Error)]
#[error(
    "its host is the address {0}, which hands out this machine's own credentials; Placet never connects to it"
)]
pub(super) struct Metadata(IpAddr);

/// Whether the engine's profile allows the URL. A name that leads to a metadata address is found out when
/// it is looked up, by [`Resolver`].
pub(super) fn check(url: &Url, engine: &Engine) -> Result<(), Unanswered> {
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
    literal.map_or(Ok(()), may_be_reached).map_err(|metadata| Unanswered::NotAllowed(metadata.to_string()))
}

fn may_be_reached(ip: IpAddr) -> Result<(), Metadata> {
    // Written as IPv4 within IPv6 it is the same place.
    let ip = ip.to_canonical();
    if METADATA.contains(&ip) { Err(Metadata(ip)) } else { Ok(()) }
}

/// Looks hosts up as the system does, and refuses names that lead to a metadata address.
pub(super) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is not known here; 0 stands for the URL's own.
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            for address in &found {
                may_be_reached(address.ip())?;
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use placet_review::{Engine, Schedule, Signing};
    use rstest::rstest;
    use url::Url;

    use super::{Unanswered, check};

    fn allowing(place: &str) -> Engine {
        Engine {
            name: "engine".into(),
            allow: vec![place.parse().expect("a place")],
            signing: Signing::default(),
            schedule: Schedule::Fast,
            at_once: None,
        }
    }

    #[rstest]
    #[case("http://169.254.169.254/latest/meta-data/")]
    #[case("http://[::ffff:169.254.169.254]/latest/meta-data/")]
    #[case("http://0xa9fea9fe/latest/meta-data/")]
    #[case("http://[fd00:ec2::254]/latest/meta-data/")]
    #[case("http://169.254.170.2/v2/credentials")]
    #[case("http://100.100.100.200/latest/meta-data/")]
    fn a_metadata_address_is_never_reached_even_if_the_profile_allows_it(#[case] url: &str) {
        let refused = check(&Url::parse(url).expect("a URL"), &allowing(url)).expect_err("never");
        assert!(
            matches!(&refused, Unanswered::NotAllowed(words) if words.contains("credentials")),
            "{refused}"
        );
    }

    #[test]
    fn what_the_profile_does_not_allow_is_refused_without_its_path_or_query() {
        let url = Url::parse("https://e.example/other?token=hush").expect("a URL");
        let refused = check(&url, &allowing("https://e.example/call")).expect_err("not covered");
        let words = refused.to_string();
        assert!(words.contains("https://e.example") && words.contains("engine"), "{words}");
        assert!(!words.contains("hush"), "{words}");
    }

    #[test]
    fn what_the_profile_allows_is_reached() {
        let url = Url::parse("https://e.example/call/7").expect("a URL");
        assert_eq!(check(&url, &allowing("https://e.example/call")), Ok(()));
    }
}
