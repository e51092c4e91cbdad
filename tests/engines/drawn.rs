//! Requests drawn at random and signed in every way, to be accepted by the code of others as they are and refused with
//! any bit of them changed.

mod aws;
mod jwt;
mod message;
mod webhooks;

use std::io::{Seek as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::time::UNIX_EPOCH;

use axum::http::{HeaderMap, Method};
use placet_delivery::signer::{SigningKeys, Subject, sign};
use placet_delivery::{KeyChoice, Keys, Request};
use placet_review::{DeliveryId, Engine, Signing, Timestamp};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::others::{Message, Other, one_bit, refused, texts};

/// Requests of one group of signatures, at least.
const MESSAGES: usize = 1_000;
/// One request of so many is changed bit by bit.
const CHANGED: usize = 25;
/// One request of so many has a body of 1 MiB, as long as an item may be.
const LONG: usize = 250;

/// Draws requests and signs them. What is drawn is the same in every run, but for ids and times.
struct Signer {
    draw: StdRng,
    drawn: usize,
    keys: Keys,
    queries: &'static [&'static str],
    _lines: std::fs::File,
}

/// Parts of queries.
const QUERIES: &[&str] =
    &["a=1", "a=2", "b", "c=", "=d", "e=f=g", "ä=ö%20ü", "%26=%3D", "A=~_.-", "z=/?:@", "0='\"", ""];
/// Parts of queries that are escaped as AWS has them.
const ESCAPED_QUERIES: &[&str] = &[
    "a=1",
    "a=2",
    "a=%2F",
    "b",
    "c=",
    "e=f%3Dg",
    "%C3%A4=%C3%B6%20%C3%BC",
    "%26=%3D",
    "A=~_.-",
    "z=%2F%3F%3A%40",
];

impl Signer {
    /// With keys by name.
    fn with(keys: &[(&str, &str)]) -> Self {
        let mut lines = tempfile::tempfile().expect("a file");
        for (name, text) in keys {
            writeln!(lines, "{name}={}", json!(text)).expect("written");
        }
        lines.rewind().expect("rewound");
        let descriptor = KeyChoice::Descriptor(u32::try_from(lines.as_raw_fd()).expect("a number"));
        let keys = Keys::open(&descriptor).expect("read");
        Self { draw: StdRng::seed_from_u64(0x91ace7), drawn: 0, keys, queries: QUERIES, _lines: lines }
    }

    /// A request that is signed as this profile says.
    fn signed(&mut self, signing: &Value) -> Request {
        let signing: Signing = serde_json::from_value(signing.clone()).expect("a profile");
        let mut engine = Engine::new("drawn", vec![]);
        engine.signing = signing;
        assert_eq!(engine.check(), Ok(()));
        let mut request = self.request();
        let keys = SigningKeys::load(&self.keys, &engine.signing).expect("keys");
        let id = request.headers["idempotency-key"].to_str().expect("text").parse::<DeliveryId>();
        let subject = Subject { id: id.expect("an id"), engine: "drawn", task: "größer/als \"nichts\"" };
        let since_epoch = UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
        let now = Timestamp::from_millis(i64::try_from(since_epoch).expect("this century"));
        sign(&mut request, &subject, &engine, &keys, None, now).expect("signed");
        request
    }

    fn request(&mut self) -> Request {
        self.drawn += 1;
        let method = [Method::POST, Method::PUT, Method::PATCH].choose(&mut self.draw).expect("some").clone();
        let id = uuid_of(self.draw.random());
        let kind = ["application/json", "text/plain; charset=utf-8", "application/x-odd;a=\"b, c\""];
        let kind = kind.choose(&mut self.draw).expect("some");
        let headers =
            [("content-type", *kind), ("accept", "*/*"), ("idempotency-key", &id), ("webhook-id", &id)];
        let header = |(name, value): (&'static str, &str)| {
            (axum::http::HeaderName::from_static(name), value.parse().expect("a value"))
        };
        Request {
            method,
            url: self.url().parse().expect("a URL"),
            headers: headers.map(header).into_iter().collect::<HeaderMap>(),
            body: self.body().into(),
            secrets: vec![],
        }
    }

    /// Of a host with and without a port, with odd paths and queries.
    fn url(&mut self) -> String {
        const PATHS: &[&str] = &[
            "a",
            "call-back",
            "a b",
            "ä",
            "%2F",
            "a+b",
            "~_.-",
            "x=y",
            "1:2",
            "(3)",
            "@me",
            "$",
            "你好",
            ";v=1",
            "%25",
        ];
        let host =
            ["e.example", "e.example:8443", "127.0.0.1:9", "[::1]:7"].choose(&mut self.draw).expect("some");
        let mut url = format!("https://{host}");
        for _ in 0..self.draw.random_range(0..5) {
            url.push('/');
            url.push_str(PATHS.choose(&mut self.draw).expect("some"));
        }
        if self.draw.random_bool(0.2) {
            url.push('/');
        }
        for n in 0..self.draw.random_range(0..4) {
            url.push(if n == 0 { '?' } else { '&' });
            url.push_str(self.queries.choose(&mut self.draw).expect("some"));
        }
        url
    }

    /// Text of any script, now and then none at all, now and then very long.
    fn body(&mut self) -> String {
        const WORDS: &[&str] = &[
            "{\"a\":", "1", "\"ß\"", " ", "\r\n", "你好", "🦀", "\u{202e}", "\0", "}", ".", "x", "\u{ffff}",
        ];
        let bytes = match self.drawn {
            n if n % LONG == 0 => 1024 * 1024,
            n if n % 10 == 0 => 0,
            _ => self.draw.random_range(1..2_000),
        };
        let mut body = String::new();
        while body.len() < bytes {
            body.push_str(WORDS.choose(&mut self.draw).expect("some"));
        }
        body
    }
}

fn uuid_of(random: u128) -> String {
    let hex = format!("{random:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

impl Message {
    fn of(request: &Request, check: Value) -> Self {
        Self {
            method: request.method.to_string(),
            url: request.url.to_string(),
            headers: texts(&request.headers),
            body: request.body.to_vec(),
            check,
        }
    }

    /// With one bit of the text of a header turned over, at its start, in its middle and at its end.
    fn with_header_bits(&self, name: &'static str) -> Vec<(&'static str, Self)> {
        let change = |bytes: Vec<u8>| {
            let mut message = self.clone();
            message.headers.insert(name.to_owned(), String::from_utf8(bytes).expect("ASCII"));
            (name, message)
        };
        one_bit(self.headers[name].as_bytes()).map(change).collect()
    }

    /// With one bit of the body turned over.
    fn with_body_bits(&self) -> Vec<(&'static str, Self)> {
        if self.body.is_empty() {
            return vec![("more body", Self { body: b" ".to_vec(), ..self.clone() })];
        }
        one_bit(&self.body).map(|body| ("body", Self { body, ..self.clone() })).collect()
    }

    /// With one bit of path and query turned over, at letters and digits, which mean themselves there.
    fn with_url_bits(&self) -> Vec<(&'static str, Self)> {
        let start = "https://".len() + self.url["https://".len()..].find('/').expect("a path");
        let places: Vec<usize> = (start..self.url.len())
            .filter(|&place| self.url.as_bytes()[place].is_ascii_alphanumeric())
            .collect();
        let chosen = [places.first(), places.get(places.len() / 2), places.last()];
        let change = |&place: &usize| {
            let mut url = self.url.clone().into_bytes();
            url[place] ^= 1;
            ("address", Self { url: String::from_utf8(url).expect("ASCII"), ..self.clone() })
        };
        chosen.into_iter().flatten().map(change).collect()
    }
}

/// Each message is accepted by the one who checks it, under its own id.
fn all_are_accepted(other: Other, messages: &[Message]) {
    assert!(messages.len() >= MESSAGES, "{} are too few", messages.len());
    for (message, answer) in messages.iter().zip(other.check(messages)) {
        let told = format!("{other:?} {}: {answer} of {} {:?}", message.check, message.url, message.headers);
        assert_eq!(answer["id"], message.headers["idempotency-key"].as_str(), "{told}");
    }
}

/// None of the messages is accepted.
fn none_is_accepted(other: Other, changed: &[(&str, Message)]) {
    assert!(changed.len() > MESSAGES / CHANGED, "{} are too few", changed.len());
    for ((what, message), answer) in
        changed.iter().zip(other.check(changed.iter().map(|(_, message)| message)))
    {
        let told = format!(
            "{other:?} {} accepted another {what}: {} {:?}",
            message.check, message.url, message.headers
        );
        assert!(refused(&answer), "{told}");
    }
}
