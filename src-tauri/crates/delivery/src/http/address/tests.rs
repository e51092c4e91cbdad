use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use placet_review::Engine;
use proptest::prelude::*;
use rstest::rstest;
use url::Url;

use super::{Bounds, Closed, SPECIAL_V4, Unanswered, check, never, special};

fn allowing(place: &str) -> Engine {
    Engine::new("engine", vec![place.parse().expect("a place")])
}

fn bounds(addresses: &[&str]) -> Bounds {
    let addresses = addresses.iter().map(|ip| ip.parse().expect("an address")).collect();
    Bounds { addresses, own_ports: vec![7410] }
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[rstest]
#[case("http://169.254.169.254/latest/meta-data/")]
#[case("http://[::ffff:169.254.169.254]/latest/meta-data/")]
#[case("http://[64:ff9b::169.254.169.254]/latest/meta-data/")]
#[case("http://[2002:a9fe:a9fe::1]/latest/meta-data/")]
#[case("http://0xa9fea9fe/latest/meta-data/")]
#[case("http://[fd00:ec2::254]/latest/meta-data/")]
#[case("http://169.254.170.2/v2/credentials")]
#[case("http://100.100.100.200/latest/meta-data/")]
#[case("http://168.63.129.16/machine")]
fn a_metadata_address_is_never_reached_even_if_the_profile_allows_it(#[case] url: &str) {
    let url = Url::parse(url).expect("a URL");
    let engine = Engine {
        addresses: url
            .host_str()
            .and_then(|host| host.trim_matches(['[', ']']).parse().ok())
            .into_iter()
            .collect(),
        ..allowing(url.as_str())
    };
    let open = Bounds { addresses: engine.addresses.clone(), own_ports: vec![] };
    let refused = check(&url, &engine, &open).expect_err("never");
    assert!(matches!(&refused, Unanswered::NotAllowed(words) if words.contains("credentials")), "{refused}");
    assert!(never(&engine.addresses).is_some(), "and the profile is refused");
}

#[test]
fn what_the_profile_does_not_allow_is_refused_without_its_path_or_query() {
    let url = Url::parse("https://e.example/other?token=hush").expect("a URL");
    let refused = check(&url, &allowing("https://e.example/call"), &bounds(&[])).expect_err("not covered");
    let words = refused.to_string();
    assert!(words.contains("https://e.example") && words.contains("engine"), "{words}");
    assert!(!words.contains("hush"), "{words}");
}

#[test]
fn what_the_profile_allows_is_reached() {
    let url = Url::parse("https://e.example/call/7").expect("a URL");
    assert_eq!(check(&url, &allowing("https://e.example/call"), &bounds(&[])), Ok(()));
}

#[rstest]
#[case("127.0.0.1", "127.0.0.1")]
#[case("[::1]", "::1")]
#[case("192.168.0.5", "192.168.0.5")]
#[case("localhost", "127.0.0.1")]
#[case("localhost", "::1")]
#[case("e.example", "10.0.0.7")]
#[case("e.example", "fd12::7")]
#[case("e.example", "93.184.215.14")]
#[case("e.example", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
#[case("e.example", "64:ff9b::93.184.215.14")]
fn what_is_public_or_named_exactly_is_reached(#[case] host: &str, #[case] at: &str) {
    assert_eq!(bounds(&["10.0.0.7", "fd12::7"]).admits(host, ip(at), 443), Ok(()));
}

#[rstest]
#[case("e.example", "127.0.0.1", "this machine")]
#[case("localhost.", "127.0.0.1", "this machine")]
#[case("localhost.e.example", "::1", "this machine")]
#[case("localhost", "10.0.0.8", "private")]
#[case("e.example", "10.0.0.8", "private")]
#[case("e.example", "::ffff:10.0.0.7", "private")]
#[case("e.example", "fd12::8", "private")]
#[case("e.example", "fe80::1", "private")]
#[case("e.example", "64:ff9b::127.0.0.1", "this machine")]
#[case("e.example", "64:ff9b:1:808:8:800::", "an address")]
#[case("e.example", "2002:7f00:1::1", "this machine")]
#[case("e.example", "2001:0:4136:e378:8000:63bf:80ff:fffe", "this machine")]
#[case("e.example", "2001:db8::1", "not public")]
#[case("e.example", "ff02::1", "not public")]
#[case("e.example", "100.64.0.1", "private")]
#[case("e.example", "0.0.0.0", "this machine")]
fn where_a_name_leads_must_be_public_or_named_exactly(
    #[case] host: &str,
    #[case] at: &str,
    #[case] what: &str,
) {
    let closed = bounds(&["10.0.0.7", "fd12::7"]).admits(host, ip(at), 443).expect_err("closed");
    let words = closed.to_string();
    assert!(words.contains(what) && words.contains(&format!("--address {}", ip(at))), "{words}");
}

#[rstest]
#[case("127.0.0.1", "127.0.0.1")]
#[case("localhost", "::1")]
#[case("[::ffff:127.0.0.1]", "::ffff:127.0.0.1")]
#[case("0.0.0.0", "0.0.0.0")]
#[case("e.example", "127.0.0.2")]
fn placets_own_port_is_never_a_receiver(#[case] host: &str, #[case] at: &str) {
    let open = bounds(&["127.0.0.2"]);
    assert_eq!(open.admits(host, ip(at), 7410), Err(Closed::Own(7410)));
    assert_eq!(open.admits(host, ip(at), 7411), Ok(()));
}

#[test]
fn another_machine_may_use_the_same_port() {
    assert_eq!(bounds(&["10.0.0.7"]).admits("e.example", ip("10.0.0.7"), 7410), Ok(()));
}

/// An address of one of the special networks of IPv4.
fn special_v4() -> impl Strategy<Value = Ipv4Addr> {
    (prop::sample::select(&SPECIAL_V4[..]), any::<u32>())
        .prop_map(|((network, length, _), host)| Ipv4Addr::from_bits(network.to_bits() | host >> length))
}

/// An address of IPv6 that carries this one, by each way there is.
fn carrying(ip: Ipv4Addr, way: usize, rest: u64) -> Ipv6Addr {
    let carried = u128::from(ip.to_bits());
    let rest = u128::from(rest);
    Ipv6Addr::from_bits(match way {
        0 => 0xffff << 32 | carried,
        1 => 0xffff << 48 | carried,
        2 => 0x64_ff9b << 96 | carried,
        3 => 0x2002 << 112 | carried << 80 | rest,
        4 => 0x2001_0000 << 96 | carried << 64 | rest,
        5 => 0x2001_0000 << 96 | rest << 32 & (0xffff_ffff_ffff_ffff << 32) | (!carried & 0xffff_ffff),
        6 => 0x2606_2800 << 96 | (rest & 0xffff_ffff) << 64 | 0x5efe << 32 | carried,
        _ => 0x64_ff9b_0001 << 80 | rest << 32 & (0xffff_ffff_ffff << 32) | carried,
    })
}

/// A way to write an address of IPv4 in a URL.
fn written(ip: Ipv4Addr, way: usize) -> String {
    let [a, b, c, d] = ip.octets();
    let all = ip.to_bits();
    match way {
        0 => format!("{a}.{b}.{c}.{d}"),
        1 => format!("{all}"),
        2 => format!("0x{all:x}"),
        3 => format!("0{all:o}"),
        4 => format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        5 => format!("0x{a:x}.0x{b:X}.{c}.0{d:o}"),
        6 => format!("{a}.{}", u32::from(b) << 16 | u32::from(c) << 8 | u32::from(d)),
        7 => format!("{a}.{b}.{}", u32::from(c) << 8 | u32::from(d)),
        8 => format!("{a}.{b}.{c}.{d}."),
        _ => format!("%{:02x}{}", format!("{a}").as_bytes()[0], &format!("{a}.{b}.{c}.{d}")[1..]),
    }
}

proptest! {
    #[test]
    fn no_address_that_is_not_public_is_reached_by_a_name(ip in special_v4(), way in 0_usize..8, rest: u64) {
        let none = Bounds::default();
        prop_assert!(none.admits("e.example", IpAddr::V4(ip), 443).is_err(), "{ip}");
        let carrying = carrying(ip, way, rest);
        prop_assert!(none.admits("e.example", IpAddr::V6(carrying), 443).is_err(), "{ip} in {carrying}");
    }

    #[test]
    fn no_way_to_write_an_address_gets_past_the_allow_list(ip in special_v4(), way in 0_usize..10, port: u16) {
        let url = format!("http://{}:{port}/call", written(ip, way));
        let url = Url::parse(&url).expect("a URL");
        prop_assert!(check(&url, &allowing("http://e.example/call"), &Bounds::default()).is_err(), "{url}");
        // Whatever the spelling, it is the address; so it is open only where that address stands in the list.
        let engine = allowing(&format!("http://{ip}:{port}/call"));
        let opened = check(&url, &engine, &Bounds::default());
        prop_assert_eq!(opened.is_ok(), never(&[IpAddr::V4(ip)]).is_none(), "{}", url);
    }

    #[test]
    fn of_ipv6_only_what_was_given_out_is_public(bits: u128) {
        let ip = Ipv6Addr::from_bits(bits);
        if ip.segments()[0] & 0xe000 != 0x2000 && ip.segments()[..2] != [0x64, 0xff9b] {
            prop_assert!(special(IpAddr::V6(ip)).is_some(), "{}", ip);
        }
    }

    #[test]
    fn most_of_ipv4_is_public(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        let std = ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_broadcast()
            || ip.is_documentation() || ip.is_unspecified() || ip.is_multicast();
        prop_assert!(!std || special(IpAddr::V4(ip)).is_some(), "the standard library knows {} to be special", ip);
        let first = ip.octets()[0];
        if (1..=223).contains(&first) && ![10, 100, 127, 169, 172, 192, 198, 203].contains(&first) {
            prop_assert_eq!(special(IpAddr::V4(ip)), None, "{}", ip);
        }
    }
}
