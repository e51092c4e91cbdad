//! The faults by name.

mod answers;
mod connections;
mod tls;

use anyhow::Result;
use placet_review::{Outcome, Phase};

use super::server::{Server, Step};
use super::{Fault, Host};

const ACCEPTED: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";

/// All of them; redirects point to `elsewhere` on this machine.
pub(super) fn all(elsewhere: u16) -> Result<Vec<Fault>> {
    let mut faults = connections::connecting();
    faults.extend(connections::breaking_off());
    faults.extend(connections::going_on());
    faults.extend(answers::bodies()?);
    faults.extend(answers::no_http());
    faults.extend(answers::statuses());
    faults.extend(answers::redirects(elsewhere));
    faults.extend(answers::retry_after());
    faults.extend(tls::tls()?);
    Ok(faults)
}

fn fault(name: &'static str, server: Server, outcome: Outcome, phase: Phase) -> Fault {
    Fault {
        name,
        server,
        host: Host::Address,
        https: false,
        ca: None,
        pad: 0,
        outcomes: vec![outcome],
        phases: vec![phase],
        retry_after_ms: None,
        says: "",
    }
}

/// A receiver that reads the request and does this.
fn after_request(name: &'static str, steps: Vec<Step>, outcome: Outcome, phase: Phase) -> Fault {
    let steps = std::iter::once(Step::ReadAll).chain(steps).collect();
    fault(name, Server::Plain(steps), outcome, phase)
}
