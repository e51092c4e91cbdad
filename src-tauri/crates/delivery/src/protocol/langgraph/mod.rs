//! `langgraph`: an interrupt of a thread on a LangGraph server
//! (<https://docs.langchain.com/langsmith/add-human-in-the-loop>).
//!
//! Parameters: `url`, where the server's interface lies; `thread_id`; `assistant_id`, which has to be the thread's own;
//! `interrupt_id`, the id of the question; and `form`, in which the graph takes the answer. As `value`, the default, it gets
//! `{"id", "verdict", "answer", "note", "by", "at", "task"}`; as `agent_inbox`, what LangChain's agent inbox would send
//! (<https://github.com/langchain-ai/agent-inbox>): approve accepts, correct edits, respond responds, and reject and cancel
//! ignore.
//!
//! An answer without the id of its question would be taken for whatever is asked next, should it come twice; with it, one
//! that comes again is left aside. What such a server wants as `X-Api-Key` is the business of the engine's profile.
//!
//! How a thread stands is asked by a search for it, since only there one can leave out its values, which may be of any
//! length.

use std::collections::HashMap;

use ::http::{HeaderMap, HeaderValue, Method, header};
use placet_review::{Callback, Engine, Judgement, Outcome, Timestamp, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::message::Message;
use super::told::Told;
use super::{Decided, Probed, Protocol, Sending, Wrong, address, by_status};
use crate::{Answer, Request};

const NAME: &str = "langgraph";

/// The protocol `langgraph`.
pub(super) struct Langgraph;

/// The parameters of a callback.
struct Question<'a> {
    /// Where the server's threads lie.
    threads: Url,
    thread: Uuid,
    assistant: &'a str,
    interrupt: &'a str,
    form: Form,
}

/// How the graph takes an answer.
#[derive(Clone, Copy)]
enum Form {
    Value,
    AgentInbox,
}

/// What is asked of a thread (<https://reference.langchain.com/python/langgraph-sdk/schema>, `ThreadSelectField`).
const ASKED: [&str; 4] = ["thread_id", "status", "metadata", "interrupts"];

/// A thread, as far as it matters (`Thread`, in the same place).
#[derive(Deserialize)]
struct Thread {
    thread_id: Uuid,
    status: Status,
    #[serde(default)]
    metadata: Metadata,
    /// What waits, by task. A question that was answered is none of them any more, also where its run failed. A thread
    /// that never ran has no such member.
    interrupts: Option<HashMap<String, Vec<Interrupt>>>,
}

#[derive(PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Idle,
    Busy,
    Interrupted,
    Error,
}

#[derive(Deserialize)]
struct Interrupt {
    id: String,
}

#[derive(Default, Deserialize)]
struct Metadata {
    assistant_id: Option<String>,
    graph_id: Option<String>,
}

/// How a question stands.
enum Standing {
    Waits,
    /// It was answered, or dropped.
    Gone,
    /// It was answered or dropped, and the thread's last run failed.
    Failed,
    /// It waits for a run of another assistant.
    OfAnother,
}

impl<'a> Question<'a> {
    fn of(callback: &'a Callback) -> Result<Self, Wrong> {
        address::known(NAME, callback, &["url", "thread_id", "assistant_id", "interrupt_id", "form"])?;
        let base = address::of(callback, "url")?;
        let base = address::base(base.as_str()).map_err(|message| address::wrong("url", message))?;
        let thread = address::needed_part(callback, "thread_id")?;
        // The server refuses others (HTTP 422).
        let thread = Uuid::parse_str(thread)
            .map_err(|_| address::wrong("thread_id", "give the thread's id, which is a UUID"))?;
        let form = match callback.parameters.get("form").map(Value::as_str) {
            None | Some(Some("value")) => Form::Value,
            Some(Some("agent_inbox")) => Form::AgentInbox,
            Some(_) => return Err(address::wrong("form", "choose value or agent_inbox")),
        };
        Ok(Self {
            threads: address::under(&base, &["threads"]),
            thread,
            assistant: address::needed_part(callback, "assistant_id")?,
            interrupt: address::needed_part(callback, "interrupt_id")?,
            form,
        })
    }

    fn runs(&self) -> Url {
        address::under(&self.threads, &[&self.thread.to_string(), "runs"])
    }

    fn search(&self) -> Url {
        address::under(&self.threads, &["search"])
    }

    /// `None` if the answer does not say.
    fn standing(&self, answer: &Answer) -> Option<Standing> {
        let found: Vec<Thread> =
            serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200)?;
        // A server that does not know the search's members tells of others.
        let Thread { status, metadata, interrupts, .. } =
            found.into_iter().find(|thread| thread.thread_id == self.thread)?;
        let waiting = match interrupts {
            Some(interrupts) => interrupts,
            None if status == Status::Idle => HashMap::new(),
            None => return None,
        };
        let waits = waiting.values().flatten().any(|interrupt| interrupt.id == self.interrupt);
        let Metadata { assistant_id, graph_id } = &metadata;
        let mut assistants = assistant_id.iter().chain(graph_id).peekable();
        Some(if !waits && status == Status::Error {
            Standing::Failed
        } else if !waits {
            Standing::Gone
        } else if assistants.peek().is_some() && !assistants.any(|assistant| assistant == self.assistant) {
            Standing::OfAnother
        } else {
            Standing::Waits
        })
    }
}

impl Protocol for Langgraph {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        let question = Question::of(callback)?;
        address::allowed("url", &question.runs(), engine)?;
        address::allowed("url", &question.search(), engine)
    }

    fn target(&self, callback: &Callback) -> String {
        Question::of(callback).map_or_else(|_| NAME.to_owned(), |question| question.runs().into())
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        address::of(callback, "url")
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let question = Question::of(decided.callback)?;
        let answer = match question.form {
            Form::Value => json!(Told::of(decided)),
            Form::AgentInbox => json!([in_an_inbox(decided)?]),
        };
        // Two runs of one thread would be queued else, and the second find another question
        // (https://reference.langchain.com/python/langgraph-sdk/schema/MultitaskStrategy).
        let run = json!({
            "assistant_id": question.assistant,
            "command": { "resume": { question.interrupt: answer } },
            "multitask_strategy": "reject",
        });
        Ok(Message::json(&Method::POST, question.runs(), run.to_string().into_bytes()).frozen())
    }

    fn judge(&self, _attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = by_status(answer, now);
        let (outcome, words) = match answer.status {
            200 => (Outcome::Accepted, "LangGraph has put a run with the answer into its queue (HTTP 200)."),
            404 => (
                Outcome::Refused,
                "LangGraph knows no such thread or no such assistant (HTTP 404). Have the engine ask again.",
            ),
            409 => (
                Outcome::Failed,
                "Another run of the thread is under way (HTTP 409). The answer is tried again after it, if it is still \
                 waited for.",
            ),
            _ => return judgement,
        };
        Judgement { outcome, words: words.to_owned(), ..judgement }
    }

    /// A run that was queued may find its question gone, and says nothing of that.
    fn doubts(&self, judgement: &Judgement) -> bool {
        judgement.outcome == Outcome::Accepted
    }

    fn look(&self, attempt: &Sending<'_>) -> Option<Request> {
        let question = Question::of(&attempt.delivery.callback).ok()?;
        let json = HeaderValue::from_static("application/json");
        let body = json!({ "ids": [question.thread], "select": ASKED, "limit": 1 });
        Some(Request {
            method: Method::POST,
            url: question.search(),
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, json.clone()), (header::ACCEPT, json)]),
            body: body.to_string().into(),
            secrets: Vec::new(),
        })
    }

    fn judge_look(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let standing =
            Question::of(&attempt.delivery.callback).ok().and_then(|question| question.standing(answer));
        let words = match standing {
            None => return Probed::Unclear,
            Some(Standing::Waits) => return Probed::Waits,
            Some(Standing::Gone | Standing::Failed) => {
                "Nothing was sent: the thread waits for no answer to this question any more. Look at it in LangGraph; if \
                 the question still stands, have the engine ask again."
            }
            // It would be accepted, and drop the question without a word.
            Some(Standing::OfAnother) => {
                "Nothing was sent: the thread belongs to another assistant than the callback names, so the question would \
                 be lost. Have the engine ask again with the assistant_id of the thread."
            }
        };
        Probed::Closed(words.to_owned())
    }

    fn probe(&self, attempt: &Sending<'_>) -> Option<Request> {
        self.look(attempt)
    }

    fn judge_probe(&self, attempt: &Sending<'_>, answer: &Answer) -> Probed {
        let standing =
            Question::of(&attempt.delivery.callback).ok().and_then(|question| question.standing(answer));
        match standing {
            None => Probed::Unclear,
            Some(Standing::Waits | Standing::OfAnother) => Probed::Waits,
            Some(Standing::Gone) => {
                Probed::Has("The answer was sent, and the thread has gone on from this question.".to_owned())
            }
            Some(Standing::Failed) => Probed::Has(
                "The answer was sent, the thread has gone on from this question, and its run failed. Look at it in \
                 LangGraph."
                    .to_owned(),
            ),
        }
    }
}

/// The answer as an agent inbox gives it: `HumanResponse` of <https://github.com/langchain-ai/agent-inbox>.
fn in_an_inbox(decided: &Decided<'_>) -> Result<Value, Wrong> {
    let answer = |name: &str| decided.decision.answer.as_ref().and_then(|answer| answer.get(name));
    Ok(match decided.decision.verdict {
        Verdict::Approve => json!({ "type": "accept", "args": null }),
        Verdict::Reject | Verdict::Cancel => json!({ "type": "ignore", "args": null }),
        Verdict::Respond => json!({ "type": "response", "args": answer("response") }),
        Verdict::Correct => {
            let action = decided.item.asked.content.get("tool").and_then(Value::as_str);
            let (Some(action), Some(arguments)) = (action, answer("arguments")) else {
                return Err(Wrong::at(
                    "",
                    "the engine takes corrections of a tool's arguments only: answer otherwise, or have it ask with a tool \
                     and in a queue of the kind action",
                ));
            };
            json!({ "type": "edit", "args": { "action": action, "args": arguments } })
        }
    })
}

#[cfg(test)]
mod tests;
