//! The wire form in which a source hands an item in, version 1, and everything that can be wrong with it.

mod form;
mod measure;

use bytes::Bytes;
use placet_review::{NewItem, Suggestion, without_values};
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::attachment::{self, Image};
use crate::problem::{Code, Problem};
use form::{Object, Submission};
pub(crate) use measure::is_data_url;

/// How large a submission may be, its attachments not counted.
pub const MAX_ITEM_BYTES: usize = 1 << 20;
/// How large a request may be, with all its submissions and attachments.
pub const MAX_REQUEST_BYTES: usize = 50 << 20;
/// How deep objects and arrays of a submission may be nested.
pub const MAX_DEPTH: usize = 64;

/// The JSON Schema (2020-12) of the submission.
pub const SCHEMA: &str = include_str!("submission/schema.json");

/// One submission as it was received, unread.
#[derive(Clone, Debug)]
pub struct Document {
    /// The JSON text of one object.
    pub json: Bytes,
    /// The files handed in with it. `{"file": "name"}` in its content stands for one of them.
    pub files: Vec<AttachedFile>,
}

impl Document {
    /// A submission without files.
    pub fn new(json: impl Into<Bytes>) -> Self {
        Self { json: json.into(), files: Vec::new() }
    }
}

/// A file handed in beside a submission.
#[derive(Clone, Debug)]
pub struct AttachedFile {
    /// The name by which the submission's content refers to it.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// A submission that fits its form; whether its engine, queue and callbacks exist is the door's to say.
#[derive(Debug)]
pub(crate) struct Read {
    /// What it says. `engine` is `None` where the submission leaves it to the token.
    pub(crate) engine: Option<String>,
    /// The item, with an empty engine until the door knows it.
    pub(crate) item: NewItem,
    /// The images that stood in its content.
    pub(crate) images: Vec<Image>,
}

/// Reads one submission.
///
/// Its digest is taken with every attachment standing as its own hash, so that the same image handed in
/// as a file, as a `data:` URL or in another base64 is the same submission.
pub(crate) fn read(document: &Document) -> Result<Read, Problem> {
    let json = &document.json;
    let measure = measure::measure(json).map_err(|measure::TooDeep(byte)| {
        let detail =
            format!("at most {MAX_DEPTH} objects and arrays may be nested; byte {byte} opens one more");
        Problem::new(Code::JsonTooDeep, detail)
    })?;
    let bare_bytes = json.len() - measure.data_url_bytes;
    if bare_bytes > MAX_ITEM_BYTES {
        return Err(too_large(bare_bytes));
    }
    let mut value: Value =
        serde_json::from_slice(json).map_err(|e| Problem::new(Code::JsonMalformed, e.to_string()))?;
    check_version(&value)?;
    let images = match value.get_mut("content") {
        Some(content) => attachment::take_out(content, &document.files)?,
        None => Vec::new(),
    };
    if measure.data_url_bytes > 0 {
        // Only what was taken out as an attachment may be larger than an item.
        let bytes = bare_bytes + data_url_bytes_left(&value);
        if bytes > MAX_ITEM_BYTES {
            return Err(too_large(bytes));
        }
    }
    let submission_digest = placet_review::digest(&value);
    let Object(submission) =
        serde_path_to_error::deserialize::<_, Object<Submission>>(value).map_err(|error| {
            let words = without_values(&error.inner().to_string());
            Problem::at(Code::SubmissionInvalid, pointer(error.path()), words)
        })?;
    let item = NewItem {
        engine: String::new(),
        task: submission.id.0,
        queue: submission.queue.0,
        title: submission.title.0,
        content: submission.content,
        suggestions: submission.suggestions.0.into_iter().map(|Object(p)| Suggestion::from(p)).collect(),
        priority: submission.priority.0,
        deadline: submission.deadline,
        heartbeat_seconds: submission.heartbeat_seconds.map(|seconds| seconds.0),
        callbacks: submission.callbacks.0,
        metadata: submission.metadata,
        submission_digest,
    };
    Ok(Read { engine: submission.engine.map(|name| name.0), item, images })
}

fn check_version(value: &Value) -> Result<(), Problem> {
    match value.get("v") {
        Some(Value::Number(v)) if v.as_f64() != Some(1.0) => {
            let detail = format!("this Placet reads version 1 of the submission, not {v}");
            Err(Problem::at(Code::VersionUnsupported, "/v", detail))
        }
        // A `v` that is missing or no number at all is told with the rest of the form.
        _ => Ok(()),
    }
}

fn too_large(bytes: usize) -> Problem {
    let detail = format!(
        "a submission may have {MAX_ITEM_BYTES} bytes and this one has {bytes}, images not counted; refer to \
         what is large by URL"
    );
    Problem::new(Code::SubmissionTooLarge, detail)
}

fn data_url_bytes_left(value: &Value) -> usize {
    match value {
        Value::String(text) if is_data_url(text.as_bytes()) => text.len(),
        Value::Array(values) => values.iter().map(data_url_bytes_left).sum(),
        Value::Object(members) => members.values().map(data_url_bytes_left).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => push_segment(&mut pointer, &index.to_string()),
            Segment::Map { key } => push_segment(&mut pointer, key),
            Segment::Enum { variant } => push_segment(&mut pointer, variant),
            Segment::Unknown => {}
        }
    }
    pointer
}

/// Appends one reference token to a JSON pointer, escaped as RFC 6901 section 4 says.
pub(crate) fn push_segment(pointer: &mut String, segment: &str) {
    pointer.push('/');
    pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
}

#[cfg(test)]
mod tests;
