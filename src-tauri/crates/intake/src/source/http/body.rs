//! Takes a request's body apart into documents.

use std::time::Duration;

use axum::extract::{FromRequest, Multipart, Request};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde_json::value::RawValue;

use crate::problem::{Code, Problem};
use crate::{AttachedFile, Document, MAX_REQUEST_BYTES};

/// How long a body may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(30);

/// What a body may be, by its content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `application/json`: one object or an array of them.
    Json,
    /// `application/jsonl` or `application/x-ndjson`: one object a line.
    JsonLines,
    /// `multipart/form-data`: a part `submission` and files.
    Multipart,
}

/// What was handed in.
pub(super) enum HandedIn {
    /// One submission: it gets the request's status.
    One(Document),
    /// Many: each gets an answer of its own. The number is the line, or the place in the array, from 1.
    Many(Vec<(usize, Document)>),
}

impl Form {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let value =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = value.split(';').next().unwrap_or_default().trim();
        let is = |name: &str| media_type.eq_ignore_ascii_case(name);
        if is("application/json") {
            Ok(Self::Json)
        } else if is("application/jsonl") || is("application/x-ndjson") {
            Ok(Self::JsonLines)
        } else if is("multipart/form-data") {
            Ok(Self::Multipart)
        } else {
            let detail =
                "send application/json, application/jsonl (or application/x-ndjson) or multipart/form-data";
            Err(Problem::new(Code::ContentTypeUnsupported, detail))
        }
    }

    pub(super) async fn read(self, request: Request) -> Result<HandedIn, Problem> {
        let headers = request.headers().clone();
        let body = receive(request).await?;
        match self {
            Self::Json if body.trim_ascii_start().starts_with(b"[") => array(&body),
            Self::Json => Ok(HandedIn::One(Document::new(body))),
            Self::JsonLines => Ok(lines(&body)),
            Self::Multipart => multipart(&headers, body).await,
        }
    }
}

async fn receive(request: Request) -> Result<Bytes, Problem> {
    match tokio::time::timeout(ARRIVAL, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("a request may have {MAX_REQUEST_BYTES} bytes; send it in parts");
            Err(Problem::new(Code::RequestTooLarge, detail))
        }
        Ok(Err(_)) => Err(Problem::new(Code::RequestTimeout, "the body broke off before its end")),
        Err(_) => {
            let detail = format!("the body took longer than {} s to arrive", ARRIVAL.as_secs());
            Err(Problem::new(Code::RequestTimeout, detail))
        }
    }
}

fn array(body: &Bytes) -> Result<HandedIn, Problem> {
    let entries: Vec<&RawValue> =
        serde_json::from_slice(body).map_err(|e| Problem::new(Code::JsonMalformed, e.to_string()))?;
    let document = |entry: &RawValue| Document::new(body.slice_ref(entry.get().as_bytes()));
    Ok(HandedIn::Many((1..).zip(entries.into_iter().map(document)).collect()))
}

fn lines(body: &Bytes) -> HandedIn {
    let lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let documents = (1..).zip(lines).filter(|(_, line)| !line.is_empty());
    HandedIn::Many(documents.map(|(number, line)| (number, Document::new(body.slice_ref(line)))).collect())
}

async fn multipart(headers: &HeaderMap, body: Bytes) -> Result<HandedIn, Problem> {
    let malformed = |detail: String| Problem::new(Code::MultipartMalformed, detail);
    let mut request = Request::new(body.into());
    *request.headers_mut() = headers.clone();
    let mut parts = Multipart::from_request(request, &()).await.map_err(|e| malformed(e.body_text()))?;
    let mut json = None;
    let mut files: Vec<AttachedFile> = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|e| malformed(e.body_text()))? {
        let Some(name) = part.name().map(str::to_owned) else {
            return Err(malformed("every part needs a name".to_owned()));
        };
        let bytes = part.bytes().await.map_err(|e| malformed(e.body_text()))?;
        if name == "submission" {
            if json.replace(bytes).is_some() {
                return Err(malformed("there are two parts named \"submission\"".to_owned()));
            }
        } else if files.iter().any(|file| file.name == name) {
            return Err(malformed(format!("there are two parts named \"{name}\"")));
        } else {
            files.push(AttachedFile { name, bytes });
        }
    }
    match json {
        Some(json) => Ok(HandedIn::One(Document { json, files })),
        None => Err(malformed("there is no part named \"submission\"".to_owned())),
    }
}
