//! What is acknowledged was synced before: seen from outside, in the system calls of the real process.
//!
//! Of each item and each decision, by several clients at once: after its request was read, the log of the ledger was
//! written, then synced to its end, and only then the answer went out on the same connection.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use placet_desk::verb::{Decide, Hold, IssueToken, Next, PutEngine, PutQueue};
use placet_desk::view::ItemView;
use placet_desk::{Desk, Reach, Verb as _};
use placet_review::{Draft, Engine, Kind, Queue, Verdict};
use reqwest::Client;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;
use xtask::trial::Trial;

use crate::Order;
use crate::process::{self, Serve};
use crate::row::{Row, Wanted};

/// So many clients hand in and decide at once.
const CLIENTS: u64 = 4;

pub(crate) fn soak(order: Order) -> Result<Vec<Row>> {
    let home = TempDir::new()?;
    let trace = home.path().join("trace");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(traced(home.path(), &trace, order.size))?;
    let calls = read(&fs::read_to_string(&trace)?);
    let items = acknowledged(&calls, "POST /v1/items ", "HTTP/1.1 201 ");
    let decisions = acknowledged(&calls, "POST /v1/desk/decide ", "HTTP/1.1 200 ");
    let row = |what: &str, found, wanted| Row::new(Trial::Fsync, what, order, found, wanted);
    let all = Wanted::AtLeast(order.size);
    Ok(vec![
        row("items acknowledged", items.len() as u64, all),
        row("items acknowledged before they were synced", count_not_synced(&items), Wanted::None),
        row("decisions acknowledged", decisions.len() as u64, all),
        row("decisions acknowledged before they were synced", count_not_synced(&decisions), Wanted::None),
    ])
}

fn count_not_synced(acknowledged: &[bool]) -> u64 {
    acknowledged.iter().filter(|synced| !**synced).count() as u64
}

/// Hands so many items in and decides them, while every call of the server is written down.
async fn traced(home: &Path, trace: &Path, count: u64) -> Result<()> {
    let desk = Desk::open(process::settings(home))?;
    let engine = Engine::new("engine", vec![]);
    PutEngine { engine }.run(&desk, "owner").await?;
    PutQueue { queue: Queue::new("gate", Kind::Fallback) }.run(&desk, "owner").await?;
    let token = IssueToken { engine: "engine".to_owned() }.run(&desk, "owner").await?.secret;
    drop(desk);

    let mut serve = Serve::start_traced(home, trace)?;
    let intake = serve.ready().await.context("strace cannot follow the server: is ptrace permitted here?")?;
    let worked = work(&serve, &intake, &token, count).await;
    serve.stop_traced().await?;
    worked
}

/// Hands in, all clients at once, and then decides.
async fn work(serve: &Serve, intake: &str, token: &str, count: u64) -> Result<()> {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (intake, token) = (intake.to_owned(), token.to_owned());
        clients.spawn(async move {
            let http = Client::builder().no_proxy().build()?;
            for number in (0..count).filter(|number| number % CLIENTS == client) {
                let submission = json!({ "v": 1, "engine": "engine", "id": format!("task-{number}"), "queue": "gate",
                                         "title": "Go on?", "content": {} });
                let sent = http.post(format!("{intake}/v1/items")).bearer_auth(&token).json(&submission).send().await?;
                ensure!(sent.status() == 201, "{}", sent.text().await?);
            }
            Ok(())
        });
    }
    all_of(clients).await?;
    let desk = Arc::new(serve.desk().await?);
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let desk = desk.clone();
        clients.spawn(async move { decide_all(&desk, &format!("reviewer-{client}")).await });
    }
    all_of(clients).await
}

async fn decide_all(desk: &Reach, reviewer: &str) -> Result<()> {
    loop {
        let items: Vec<ItemView> = desk.ask(reviewer, Next { queue: "gate".to_owned(), limit: 1 }).await?;
        let Some(item) = items.into_iter().next() else { return Ok(()) };
        let fence = item.lease.as_ref().context("what is next is held")?.fence;
        let draft = Draft { verdict: Verdict::Approve, answer: None, note: None };
        desk.ask(reviewer, Decide { hold: Hold { item: item.id, fence }, shown: item.shown, draft }).await?;
    }
}

async fn all_of(mut clients: JoinSet<Result<()>>) -> Result<()> {
    while let Some(one) = clients.join_next().await {
        one??;
    }
    Ok(())
}

/// A system call, as strace tells of it.
#[derive(Debug)]
struct Call {
    /// The lines at which it began and at which it was over.
    began: usize,
    over: usize,
    /// Its name, its arguments and what it returned.
    words: String,
}

/// Reads what `strace -f -yy` wrote. A call that another thread's came between stands on two lines.
fn read(trace: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut under_way = HashMap::new();
    for (number, line) in trace.lines().enumerate() {
        let Some((thread, words)) = line.trim_start().split_once(' ') else { continue };
        let words = words.trim_start();
        if let Some(begin) = words.strip_suffix(" <unfinished ...>") {
            under_way.insert(thread.to_owned(), (number, begin.to_owned()));
        } else if words.starts_with("<... ") {
            let Some((began, begin)) = under_way.remove(thread) else { continue };
            let end = words.split_once(" resumed>").map_or("", |(_, end)| end);
            calls.push(Call { began, over: number, words: begin + end });
        } else {
            calls.push(Call { began: number, over: number, words: words.to_owned() });
        }
    }
    calls.sort_by_key(|call| call.began);
    calls
}

impl Call {
    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.words.strip_prefix(name).is_some_and(|rest| rest.starts_with('(')))
    }

    /// The connection it is about: its two ends.
    fn connection(&self) -> Option<&str> {
        let (_, rest) = self.words.split_once("<TCP:[")?;
        rest.split_once(']').map(|(ends, _)| ends)
    }

    fn is_about_the_log(&self) -> bool {
        self.words.contains("ledger.sqlite3-wal>")
    }
}

/// Of each answer to such a request, in order: whether the ledger's log was written and then synced between the two.
fn acknowledged(calls: &[Call], request: &str, answer: &str) -> Vec<bool> {
    let log: Vec<_> = calls.iter().filter(|call| call.is_about_the_log()).collect();
    let mut acknowledged = Vec::new();
    let mut read_at = HashMap::new();
    for call in calls {
        let Some(connection) = call.connection() else { continue };
        if call.is(&["recvfrom", "read", "readv", "recvmsg"]) {
            // An answer that comes after another request's is not this one's.
            if call.words.contains(request) {
                read_at.insert(connection, call.over);
            } else if call.words.contains("\"POST ") || call.words.contains("\"GET ") {
                read_at.remove(connection);
            }
        } else if call.is(&["sendto", "write", "writev", "sendmsg"])
            && call.words.contains(answer)
            && let Some(read_at) = read_at.remove(connection)
        {
            acknowledged.push(is_synced(&log, read_at, call.began));
        }
    }
    acknowledged
}

/// Whether the log was written and then synced after this line and before that one.
fn is_synced(log: &[&Call], after: usize, before: usize) -> bool {
    let between = || log.iter().filter(|call| call.began > after && call.over < before);
    let written =
        between().filter(|call| call.is(&["pwrite64", "pwritev", "write"])).map(|call| call.over).min();
    written.is_some_and(|written| {
        between().any(|call| {
            call.is(&["fsync", "fdatasync"]) && call.began > written && call.words.trim_end().ends_with("= 0")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{acknowledged, read};

    const READ: &str =
        "7 recvfrom(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"POST /v1/items HTTP/1.1\"..., 1, 0, NULL, NULL) = 9";
    const WRITE: &str = "8 pwrite64(5</h/ledger.sqlite3-wal>, \"x\", 1, 0) = 1";
    const SYNC: &str = "8 fdatasync(5</h/ledger.sqlite3-wal>) = 0";
    const ANSWER: &str =
        "7 sendto(9<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"HTTP/1.1 201 Created\"..., 1, 0, NULL, 0) = 1";

    fn seen(lines: &[&str]) -> Vec<bool> {
        acknowledged(&read(&lines.join("\n")), "POST /v1/items ", "HTTP/1.1 201 ")
    }

    #[test]
    fn only_what_was_written_and_then_synced_in_between_counts() {
        assert_eq!(seen(&[READ, WRITE, SYNC, ANSWER]), [true]);
        assert_eq!(seen(&[READ, WRITE, ANSWER, SYNC]), [false]);
        assert_eq!(seen(&[WRITE, SYNC, READ, ANSWER]), [false]);
        assert_eq!(seen(&[READ, SYNC, WRITE, ANSWER]), [false]);
        assert_eq!(
            seen(&[READ, WRITE, &SYNC.replace("= 0", "= -1 EIO (Input/output error)"), ANSWER]),
            [false]
        );
        let (begun, over) =
            ("8 fdatasync(5</h/ledger.sqlite3-wal> <unfinished ...>", "8 <... fdatasync resumed>) = 0");
        assert_eq!(seen(&[READ, WRITE, begun, over, ANSWER]), [true]);
        assert_eq!(seen(&[READ, WRITE, begun, ANSWER, over]), [false], "its end is what counts");
        assert_eq!(seen(&[WRITE, begun, READ, over, ANSWER]), [false], "it began before");
    }
}
