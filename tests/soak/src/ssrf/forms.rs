//! The URLs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use placet_review::Engine;

use super::Form;
use super::listeners::Listeners;

const NAME: &str = "engine.example";
const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const SECOND: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const LOCAL_V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
/// A public address to mix in. Nothing is ever sent to it: each name that has it has a closed one before it.
const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(93, 184, 215, 14));

/// One address of each kind that is not public, and the edges of their networks.
const NOT_PUBLIC: [&str; 49] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1.2.3",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "169.254.0.1",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "2606:2800::5efe:7f00:1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "4000::1",
];

/// Where credentials of the machine are handed out.
const METADATA: [&str; 12] = [
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.169.253",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::1",
];

fn engine(allow: &str) -> Engine {
    Engine::new("engine", vec![allow.parse().expect("an entry of an allow-list")])
}

fn form(url: impl Into<String>, engine: Engine) -> Form {
    Form { url: url.into(), engine, answers: vec![vec![LOCAL]], reaches: None }
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// As it stands in a URL.
fn host(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// What must not connect.
pub(super) fn closed(listeners: &Listeners) -> Vec<Form> {
    let port = listeners.port;
    let by_name = || engine(&format!("http://{NAME}:{port}/"));
    let mut forms = Vec::new();
    for ip in [Ipv4Addr::LOCALHOST, Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::new(127, 1, 2, 3)] {
        for host in spelled(ip) {
            forms.push(form(format!("http://{host}:{port}/"), by_name()));
        }
    }
    for host in SPELLED_V6 {
        forms.push(form(format!("http://{host}:{port}/"), by_name()));
    }
    forms.extend(confused(port).into_iter().map(|url| form(url, by_name())));
    forms.extend(beside_the_allowed(port));
    forms.extend(by_names(port));
    forms.extend(metadata());
    forms.extend(own(listeners.own_port));
    forms
}

/// The ways to write an address that URLs know, and some that they do not.
fn spelled(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let all = ip.to_bits();
    let plain = ip.to_string();
    let wide: String =
        plain.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0xff10 + d)).unwrap_or(c)).collect();
    let circled: String = plain
        .chars()
        .map(|c| match c.to_digit(10) {
            Some(0) => '\u{24ea}',
            Some(digit) => char::from_u32(0x2460 + digit - 1).unwrap_or(c),
            None => c,
        })
        .collect();
    vec![
        plain.clone(),
        format!("{plain}."),
        format!("{all}"),
        format!("0x{all:x}"),
        format!("0X{all:X}"),
        format!("0{all:o}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("000{a:o}.00{b:o}.{c}.{d}"),
        format!("0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}"),
        format!("0x{a:x}.{b}.0{c:o}.{d}"),
        format!("{a}.{}", u32::from(b) << 16 | u32::from(c) << 8 | u32::from(d)),
        format!("{a}.{b}.{}", u32::from(c) << 8 | u32::from(d)),
        plain.replace('.', "\u{3002}"),
        plain.replace('.', "\u{ff0e}"),
        plain.replace('.', "%2e"),
        plain.chars().map(|c| format!("%{:02x}", u32::from(c))).collect(),
        wide,
        circled,
        format!("\u{ad}{plain}"),
        format!("[::ffff:{plain}]"),
        format!("[::ffff:{:x}:{:x}]", all >> 16, all & 0xffff),
        format!("[::{plain}]"),
        format!("[64:ff9b::{plain}]"),
        format!("[2002:{:x}:{:x}::]", all >> 16, all & 0xffff),
    ]
}

const SPELLED_V6: [&str; 11] = [
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::]",
    "[0::0]",
    "[::ffff:0.0.0.0]",
    "[::1%25lo]",
    "0",
    "0.0.0.0",
    "0x0",
    "localhost",
];

/// URLs that one reader takes for another place than the next one does. Wherever they lead, it is here.
fn confused(port: u16) -> Vec<String> {
    vec![
        format!("http://{NAME}@127.0.0.1:{port}/"),
        format!("http://{NAME}:{port}@127.0.0.1:{port}/"),
        format!("http://{NAME}:{port}%40127.0.0.1:{port}/"),
        format!("http://{NAME}%2f@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}\\@{NAME}:{port}/"),
        format!("http://{NAME}:{port}\\@127.0.0.1:{port}/"),
        format!("http://{NAME}:{port}/\\127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}#@{NAME}:{port}/"),
        format!("http://127.0.0.1:{port}?@{NAME}:{port}/"),
        format!("http://user:secret@{NAME}:{port}/"),
        format!("http:127.0.0.1:{port}/"),
        format!("http:/127.0.0.1:{port}/"),
        format!("http:///127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}\\"),
        format!("//127.0.0.1:{port}/"),
        format!(" http://127.0.0.1:{port}/ "),
        format!("ht\ttp://127.0.0.1:{port}/"),
        format!("http://127.0.\n0.1:{port}/"),
        format!("http://127.0.0.1:{port}/\r\nHost: {NAME}"),
        format!("http://127.0.0.1\u{0}.{NAME}:{port}/"),
        format!("http://127.0.0.1%00.{NAME}:{port}/"),
        format!("HTTP://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("ftp://127.0.0.1:{port}/"),
        format!("ws://127.0.0.1:{port}/"),
        format!("gopher://127.0.0.1:{port}/_x"),
        format!("file://127.0.0.1:{port}/etc/passwd"),
        format!("unix://127.0.0.1:{port}/"),
        format!("http+unix://127.0.0.1:{port}/"),
        format!("jar:http://127.0.0.1:{port}/!/"),
        format!("http://{NAME}.:{port}/"),
        format!("http://{NAME}.127.0.0.1.nip.io:{port}/"),
        format!("http://127.0.0.1.{NAME}:{port}/"),
        format!("http://xn--{NAME}:{port}/"),
        format!("http://\u{ff45}ngine.example:{port}/x"),
        format!("http://ENGINE.example:{port}/"),
        format!("http://engin\u{435}.example:{port}/"),
        format!("http://localhost.localdomain:{port}/"),
        format!("http://LOCALHOST:{port}/"),
        format!("http://localtest.me:{port}/"),
    ]
}

/// Places on this machine near those that the profile names.
fn beside_the_allowed(port: u16) -> Vec<Form> {
    let here = || engine(&format!("http://127.0.0.1:{port}/hooks/engine"));
    let urls = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}/hooks"),
        format!("http://127.0.0.1:{port}/hooks/engine2"),
        format!("http://127.0.0.1:{port}/hooks/engine/../other"),
        format!("http://127.0.0.1:{port}/hooks/engine/%2e%2e/other"),
        format!("http://127.0.0.1:{port}/hooks/engine/.%2E/other"),
        format!("http://127.0.0.1:{port}/hooks/engine\\..\\..\\other"),
        format!("http://127.0.0.1:{port}/HOOKS/ENGINE"),
        format!("http://127.0.0.1:{port}//hooks/engine"),
        format!("http://127.0.0.1:{port}/hooks%2fengine"),
        format!("https://127.0.0.1:{port}/hooks/engine"),
        format!("http://127.0.0.2:{port}/hooks/engine"),
        format!("http://[::1]:{port}/hooks/engine"),
        format!("http://[::ffff:127.0.0.1]:{port}/hooks/engine"),
        format!("http://localhost:{port}/hooks/engine"),
        format!("http://user@127.0.0.1:{port}/hooks/engine"),
    ];
    let mut forms: Vec<Form> = urls.into_iter().map(|url| form(url, here())).collect();
    let elsewhere = engine("http://127.0.0.1:1/");
    forms.push(form(format!("http://127.0.0.1:{port}/"), elsewhere));
    // `localhost` is this machine and nothing else, whatever a hosts file says; and nothing else is `localhost`.
    let localhost = || engine(&format!("http://localhost:{port}/"));
    let misled = |answer: &str| Form {
        answers: vec![vec![ip(answer)]],
        ..form(format!("http://localhost:{port}/"), localhost())
    };
    forms.extend(["10.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"].map(misled));
    forms.push(form(format!("http://localhost.:{port}/"), engine(&format!("http://localhost.:{port}/"))));
    forms.push(form(format!("http://a.localhost:{port}/"), engine(&format!("http://a.localhost:{port}/"))));
    forms
}

/// The name is allowed; where it leads is not.
fn by_names(port: u16) -> Vec<Form> {
    let url = format!("http://{NAME}:{port}/");
    let to = |answers: Vec<Vec<IpAddr>>| Form { answers, ..form(url.clone(), engine(&url)) };
    let mut forms: Vec<Form> = NOT_PUBLIC.iter().map(|at| to(vec![vec![ip(at)]])).collect();
    forms.extend(METADATA.iter().map(|at| to(vec![vec![ip(at)]])));
    // One closed address closes the name, wherever it stands.
    forms.extend(
        [
            vec![LOCAL, PUBLIC],
            vec![LOCAL_V6, PUBLIC],
            vec![SECOND, LOCAL, PUBLIC],
            vec![ip("169.254.169.254"), PUBLIC],
        ]
        .map(|mixed| to(vec![mixed])),
    );
    let opened = |addresses: Vec<IpAddr>, answers: Vec<Vec<IpAddr>>| {
        let form = to(answers);
        Form { engine: Engine { addresses, ..form.engine }, ..form }
    };
    forms.push(opened(vec![SECOND], vec![vec![SECOND, LOCAL]]));
    forms.push(opened(vec![SECOND], vec![vec![LOCAL, SECOND]]));
    forms.push(opened(vec![SECOND], vec![vec![LOCAL_V6]]));
    forms.push(opened(vec![LOCAL], vec![vec![ip("::ffff:127.0.0.1")]]));
    forms.push(opened(vec![ip("10.0.0.1")], vec![vec![LOCAL]]));
    // An address that another entry of the list writes out is not open to names.
    let form = to(vec![vec![LOCAL]]);
    let mut both = form.engine;
    both.allow.push(format!("http://127.0.0.1:{port}/").parse().expect("an entry"));
    forms.push(Form { engine: both, url: url.clone(), answers: vec![vec![LOCAL]], reaches: None });
    forms
}

/// Whatever the profile says.
fn metadata() -> Vec<Form> {
    let spelled = [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "0xa9.254.0251.254",
        "169.254.43518",
    ];
    let written = METADATA.iter().map(|at| host(ip(at)));
    let mut forms: Vec<Form> = spelled
        .into_iter()
        .map(str::to_owned)
        .chain(written)
        .map(|host| {
            let url = format!("http://{host}/latest/meta-data/");
            let form = form(url.clone(), engine(&url));
            Form { engine: Engine { addresses: METADATA.map(ip).to_vec(), ..form.engine }, ..form }
        })
        .collect();
    forms.extend(METADATA.iter().map(|at| {
        let url = "http://metadata.google.internal/computeMetadata/v1/";
        let form = form(url, engine(url));
        let engine = Engine { addresses: METADATA.map(ip).to_vec(), ..form.engine };
        Form { engine, answers: vec![vec![ip(at)]], ..form }
    }));
    forms
}

/// Placet's own port, by every way that would be open to another one.
fn own(port: u16) -> Vec<Form> {
    let hosts =
        ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "[::1]", "2130706433", "0x7f.1", NAME];
    let to = |host: &str| {
        let url = format!("http://{host}:{port}/v1/items");
        let form = form(url.clone(), engine(&url));
        Form { engine: Engine { addresses: vec![LOCAL, LOCAL_V6], ..form.engine }, ..form }
    };
    hosts.into_iter().map(to).collect()
}

/// What must connect, and where to.
pub(super) fn controls(listeners: &Listeners) -> Vec<Form> {
    let port = listeners.port;
    let to = |host: &str, at: IpAddr| {
        let url = format!("http://{host}:{port}/");
        Form {
            reaches: Some(SocketAddr::new(at, port)),
            answers: vec![vec![at]],
            ..form(url.clone(), engine(&url))
        }
    };
    let mut controls = vec![
        to("127.0.0.1", LOCAL),
        to("127.0.0.2", SECOND),
        to("127.255.255.254", ip("127.255.255.254")),
        to("[::1]", LOCAL_V6),
        to("[::ffff:127.0.0.1]", LOCAL),
        to("0x7f.1", LOCAL),
        to("2130706433", LOCAL),
        to("localhost", LOCAL),
        to("localhost", LOCAL_V6),
        to("localhost", SECOND),
        to("LocalHost", LOCAL),
    ];
    let named = |host: &str, answers: Vec<Vec<IpAddr>>, addresses: &[IpAddr], at: IpAddr| {
        let form = to(host, at);
        Form { engine: Engine { addresses: addresses.to_vec(), ..form.engine }, answers, ..form }
    };
    controls.extend([
        named(NAME, vec![vec![SECOND]], &[SECOND], SECOND),
        named("ENGINE.example", vec![vec![SECOND]], &[SECOND], SECOND),
        named("b\u{fc}cher.example", vec![vec![LOCAL_V6]], &[LOCAL_V6], LOCAL_V6),
        named("engine.example.", vec![vec![LOCAL]], &[LOCAL], LOCAL),
        // The name server changes its mind between two look-ups. There is one, and what it found is where it goes.
        named(NAME, vec![vec![SECOND], vec![LOCAL]], &[SECOND], SECOND),
        named(NAME, vec![vec![SECOND], vec![LOCAL_V6], vec![LOCAL]], &[SECOND], SECOND),
    ]);
    // Redirects come from a place that is open, and are not followed.
    controls.extend(listeners.redirecting.iter().map(|(_, port)| {
        let url = format!("http://127.0.0.2:{port}/");
        Form { reaches: Some(SocketAddr::new(SECOND, *port)), ..form(url.clone(), engine(&url)) }
    }));
    controls
}
