//! Receivers that are not there, or whose connection breaks off or stands still.

use placet_review::{Outcome, Park, Phase};

use super::super::server::{Server, Step};
use super::super::{Fault, Host};
use super::{ACCEPTED, after_request, fault};

pub(super) fn connecting() -> Vec<Fault> {
    let accepts = || Server::Plain(vec![Step::ReadAll, Step::Send(ACCEPTED.to_vec())]);
    let early = |name, steps| Fault {
        // Whether the request was on its way by then is a race, and is told as it was.
        outcomes: vec![Outcome::Ambiguous, Outcome::Failed],
        phases: vec![Phase::Connect, Phase::SentHeaders, Phase::SentBody],
        ..fault(name, Server::Plain(steps), Outcome::Ambiguous, Phase::SentBody)
    };
    let policy = Outcome::Parked(Park::Policy);
    vec![
        Fault {
            says: "nothing listens",
            ..fault("nobody listens", Server::Nobody, Outcome::Failed, Phase::Connect)
        },
        Fault {
            says: "no connection stood",
            ..fault("takes no connection", Server::Deaf, Outcome::Failed, Phase::Connect)
        },
        Fault {
            host: Host::Unknown,
            says: "looked up",
            ..fault("has no address", accepts(), Outcome::Failed, Phase::Dns)
        },
        Fault {
            host: Host::Slow,
            says: "looked up",
            ..fault("is looked up for ever", accepts(), Outcome::Failed, Phase::Dns)
        },
        Fault {
            host: Host::Misleading,
            says: "--address 127.0.0.1",
            ..fault("leads where it may not", accepts(), policy, Phase::Dns)
        },
        Fault {
            host: Host::NotAllowed,
            says: "allow-list",
            ..fault("is not allowed", accepts(), policy, Phase::Policy)
        },
        Fault { host: Host::Name, ..fault("is well", accepts(), Outcome::Accepted, Phase::GotBody) },
        Fault {
            host: Host::Localhost,
            ..fault("is well on this machine", accepts(), Outcome::Accepted, Phase::GotBody)
        },
        early("resets at once", vec![Step::Reset]),
        early("closes at once", vec![]),
    ]
}

pub(super) fn breaking_off() -> Vec<Fault> {
    let (open, headers, body) = (Outcome::Ambiguous, Phase::SentBody, Phase::GotHeaders);
    let send = |text: &str| Step::Send(text.as_bytes().to_vec());
    let accepted = Outcome::Accepted;
    vec![
        fault("resets after the headers", Server::Plain(vec![Step::ReadHeaders, Step::Reset]), open, headers),
        after_request("resets after the request", vec![Step::Reset], open, headers),
        after_request("closes after the request", vec![], open, headers),
        after_request("resets in the status line", vec![send("HTTP/1.1 2"), Step::Reset], open, headers),
        after_request("closes in the status line", vec![send("HTTP/1.1 2")], open, headers),
        after_request(
            "resets in the headers",
            vec![send("HTTP/1.1 200 OK\r\nx-a: b\r\n"), Step::Reset],
            open,
            headers,
        ),
        after_request("closes in the headers", vec![send("HTTP/1.1 200 OK\r\nx-a: b\r\n")], open, headers),
        after_request(
            "resets in the body",
            vec![send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"), Step::Reset],
            accepted,
            body,
        ),
        after_request(
            "closes in the body",
            vec![send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")],
            accepted,
            body,
        ),
        after_request(
            "closes in a chunk",
            vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\nhalf")],
            accepted,
            body,
        ),
        after_request(
            "resets in a refusal",
            vec![send("HTTP/1.1 422 No\r\ncontent-length: 100\r\n\r\nhalf"), Step::Reset],
            Outcome::Refused,
            body,
        ),
    ]
}

pub(super) fn going_on() -> Vec<Fault> {
    let chunk = [&b"2000\r\n"[..], &[b'x'; 0x2000], b"\r\n"].concat();
    let (open, headers, body) = (Outcome::Ambiguous, Phase::SentBody, Phase::GotHeaders);
    let send = |text: &str| Step::Send(text.as_bytes().to_vec());
    let late = |fault: Fault| Fault { says: "in time", ..fault };
    let accepted = Outcome::Accepted;
    vec![
        late(fault("never reads", Server::Plain(vec![Step::Freeze]), open, headers)),
        Fault {
            pad: 32 * 1024 * 1024,
            says: "whole request",
            ..fault(
                "stops reading",
                Server::Plain(vec![Step::ReadHeaders, Step::Freeze]),
                open,
                Phase::SentHeaders,
            )
        },
        late(after_request("is silent after the request", vec![Step::Silence], open, headers)),
        late(after_request(
            "is silent in the status line",
            vec![send("HTTP/1.1 20"), Step::Silence],
            open,
            headers,
        )),
        late(after_request(
            "is silent in the headers",
            vec![send("HTTP/1.1 200 OK\r\nx-a"), Step::Silence],
            open,
            headers,
        )),
        after_request(
            "is silent in the body",
            vec![send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nha"), Step::Silence],
            accepted,
            body,
        ),
        late(after_request(
            "drips headers",
            vec![send("HTTP/1.1 200 OK\r\n"), Step::Drip(b"x-a: b\r\n".to_vec())],
            open,
            headers,
        )),
        after_request(
            "drips a body",
            vec![send("HTTP/1.1 200 OK\r\n\r\n"), Step::Drip(b"drip ".to_vec())],
            accepted,
            body,
        ),
        after_request(
            "has a body without end",
            vec![send("HTTP/1.1 200 OK\r\n\r\n"), Step::Pour(vec![b'x'; 65_536])],
            accepted,
            Phase::GotBody,
        ),
        after_request(
            "has chunks without end",
            vec![send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"), Step::Pour(chunk)],
            accepted,
            Phase::GotBody,
        ),
        after_request(
            "has headers without end",
            vec![send("HTTP/1.1 200 OK\r\n"), Step::Pour(b"x-a: b\r\n".repeat(1_000))],
            open,
            headers,
        ),
        after_request(
            "has a header without end",
            vec![send("HTTP/1.1 200 OK\r\nx-a: "), Step::Pour(vec![b'x'; 65_536])],
            open,
            headers,
        ),
        after_request(
            "has a status line without end",
            vec![send("HTTP/1.1 200 "), Step::Pour(vec![b'x'; 65_536])],
            open,
            headers,
        ),
        late(after_request(
            "says 100 without end",
            vec![Step::Pour(b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100))],
            open,
            headers,
        )),
        late(after_request(
            "says 102 and no more",
            vec![send("HTTP/1.1 102 Processing\r\n\r\n"), Step::Silence],
            open,
            headers,
        )),
    ]
}
