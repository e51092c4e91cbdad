//! `voicebase`: hands results over as callbacks of VoiceBase V3 do
//! (<https://voicebase.readthedocs.io/en/v3/how-to-guides/callbacks.html>). An item has one callback for each thing that
//! is sent, and each is a delivery of its own.
//!
//! Parameters: `url`; `method`, POST (the default) or PUT; `type`, `analytics` (the default) or `transcript`; `format` of
//! a transcript: `json`, `text`, `srt`, `webvtt` or `dfxp`; `include`, the sections of analytics: `metadata`,
//! `transcript`, `knowledge`, `prediction`, `spotting`, `streams`, all of them if absent.
//!
//! The type `media` is refused: a decision changes no recording, and what is frozen with it is text. The recording is
//! where the engine has it.
//!
//! What a section holds is taken from the answer (from its `arguments`, where it corrects a tool call), else from the
//! item's content, under the section's own name; `metadata` is the submission's. [`transcript`] says what a transcript
//! looks like. A URL that was signed beforehand, as S3 does it, goes out to the byte and with exactly the Content-Type
//! that the documentation's table names, since the signature may cover both.
//!
//! Of media that failed, VoiceBase tells in analytics alone, and ignores callbacks of the other types. So it is with a
//! no: a transcript that was rejected is sent to nobody, as long as the item has another callback that says so.

mod analytics;
mod dfxp;
mod srt;
mod transcript;
mod webvtt;

use ::http::header::AUTHORIZATION;
use placet_review::{Callback, Engine, Judgement, Outcome, Park, Timestamp};
use serde_json::Value;
use url::Url;

use self::transcript::Transcript;
use super::message::{Head, Message};
use super::{Decided, Protocol, Sending, Wrong, address, by_status};
use crate::{Answer, signer};

/// The name in callbacks.
const NAME: &str = "voicebase";

/// The sections of analytics.
const SECTIONS: [&str; 6] = ["metadata", "transcript", "knowledge", "prediction", "spotting", "streams"];

/// The protocol `voicebase`.
pub(super) struct Voicebase;

/// What is sent to one callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Analytics,
    Transcript(Format),
}

/// How a transcript is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Text,
    Srt,
    Webvtt,
    Dfxp,
}

impl Format {
    const ALL: [Self; 5] = [Self::Json, Self::Text, Self::Srt, Self::Webvtt, Self::Dfxp];

    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "text",
            Self::Srt => "srt",
            Self::Webvtt => "webvtt",
            Self::Dfxp => "dfxp",
        }
    }

    /// To the letter as in the documentation's table, without a charset: a signature may cover it.
    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Text => "text/plain",
            Self::Srt => "text/srt",
            Self::Webvtt => "text/vtt",
            Self::Dfxp => "application/ttaf+xml",
        }
    }

    fn write(self, transcript: &Transcript) -> String {
        match self {
            Self::Json => transcript.to_json().to_string(),
            Self::Text => transcript.to_text(),
            Self::Srt => srt::write(&transcript.cues()),
            Self::Webvtt => webvtt::write(&transcript.cues()),
            Self::Dfxp => dfxp::write(&transcript.cues()),
        }
    }
}

impl Protocol for Voicebase {
    fn name(&self) -> &'static str {
        NAME
    }

    fn check(&self, callback: &Callback, engine: &Engine) -> Result<(), Wrong> {
        address::known(NAME, callback, &["url", "method", "type", "format", "include", "stream"])?;
        method(callback)?;
        wanted(callback)?;
        sections(callback)?;
        let url = url(callback)?;
        address::allowed("url", &url, engine)?;
        match signed_headers(&url) {
            None => Ok(()),
            Some(covered) => check_signed(&covered, engine),
        }
    }

    fn target(&self, callback: &Callback) -> String {
        url(callback).map_or_else(|_| NAME.to_owned(), address::without_secrets)
    }

    fn address(&self, callback: &Callback, _engine: &Engine) -> Result<Url, Wrong> {
        url(callback)
    }

    fn hears_of(&self, decided: &Decided<'_>) -> bool {
        let is_transcript = |callback: &Callback| {
            callback.protocol == NAME && matches!(wanted(callback), Ok(Wanted::Transcript(_)))
        };
        let is_last = decided.item.asked.callbacks.iter().all(is_transcript);
        !decided.is_a_no() || is_last || !is_transcript(decided.callback)
    }

    fn freeze(&self, decided: &Decided<'_>) -> Result<Vec<u8>, Wrong> {
        let callback = decided.callback;
        let (content_type, body) = match wanted(callback)? {
            Wanted::Analytics => {
                let sections = sections(callback)?;
                ("application/json", analytics::of(decided, sections.as_deref())?.to_string())
            }
            Wanted::Transcript(_) if decided.is_a_no() => {
                return Err(Wrong::at(
                    "",
                    "it waits for a transcript and cannot be told a no; correct the transcript, or have the engine add a \
                     callback of type \"analytics\"",
                ));
            }
            Wanted::Transcript(format) => {
                let transcript = Transcript::decided(decided)?.ok_or_else(transcript::none)?;
                (format.content_type(), format.write(&transcript))
            }
        };
        let head = Head {
            method: method(callback)?.to_owned(),
            url: url(callback)?.into(),
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
        };
        Ok(Message { head, body: body.into() }.frozen())
    }

    fn judge(&self, attempt: &Sending<'_>, answer: &Answer, now: Timestamp) -> Judgement {
        let judgement = by_status(answer, now);
        let is_signed = url(&attempt.delivery.callback).is_ok_and(|url| signed_headers(&url).is_some());
        if judgement.outcome == Outcome::Parked(Park::Auth) && is_signed {
            let words = format!(
                "The store does not accept the signature in the URL (HTTP {}). It may have run out, or be made for another \
                 method or Content-Type: have the engine hand in the task with a new URL.",
                answer.status
            );
            return Judgement { words, ..judgement };
        }
        judgement
    }
}

fn url(callback: &Callback) -> Result<Url, Wrong> {
    address::of(callback, "url")?;
    let text = callback.parameters.get("url").and_then(Value::as_str).unwrap_or_default();
    address::exactly(text).map_err(|message| address::wrong("url", message))
}

fn method(callback: &Callback) -> Result<&'static str, Wrong> {
    match callback.parameters.get("method").map(Value::as_str) {
        None | Some(Some("POST")) => Ok("POST"),
        Some(Some("PUT")) => Ok("PUT"),
        Some(_) => Err(address::wrong("method", "choose POST or PUT")),
    }
}

fn wanted(callback: &Callback) -> Result<Wanted, Wrong> {
    let said = |name| callback.parameters.get(name).map(Value::as_str);
    let only = |name: &str, kind: &str| match callback.parameters.contains_key(name) {
        true => {
            Err(address::wrong(name, format!("only callbacks of type \"{kind}\" have this; leave it out")))
        }
        false => Ok(()),
    };
    match said("type") {
        None | Some(Some("analytics")) => {
            only("format", "transcript")?;
            only("stream", "media")?;
            Ok(Wanted::Analytics)
        }
        Some(Some("transcript")) => {
            only("include", "analytics")?;
            only("stream", "media")?;
            let format = Format::ALL.into_iter().find(|format| said("format") == Some(Some(format.name())));
            let names = Format::ALL.map(Format::name).join(", ");
            let wrong = || address::wrong("format", format!("choose one of {names}"));
            format.map(Wanted::Transcript).ok_or_else(wrong)
        }
        Some(Some("media")) => Err(address::wrong(
            "type",
            "a decision has no recording to send; leave this callback to the engine, which has it",
        )),
        Some(_) => Err(address::wrong("type", "choose analytics or transcript")),
    }
}

/// The sections that were asked for; all, if none were.
fn sections(callback: &Callback) -> Result<Option<Vec<&str>>, Wrong> {
    let Some(include) = callback.parameters.get("include") else { return Ok(None) };
    let known = |section: &Value| SECTIONS.into_iter().find(|known| section == known);
    let sections = include.as_array().and_then(|sections| sections.iter().map(known).collect());
    sections
        .map(Some)
        .ok_or_else(|| address::wrong("include", format!("give a list of {}", SECTIONS.join(", "))))
}

/// The headers that the signature in a URL of S3 or the like covers; `None` if there is no such signature. With version
/// 4 the URL names them
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>); with version 2 it is the
/// Content-Type, and what begins with `x-amz-`, of which Placet sends none
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html>).
fn signed_headers(url: &Url) -> Option<Vec<String>> {
    let value =
        |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if value("X-Amz-Signature").is_some() {
        let covered = value("X-Amz-SignedHeaders").unwrap_or_default();
        return Some(covered.split(';').map(str::to_owned).collect());
    }
    (value("Signature").is_some() && value("Expires").is_some()).then(|| vec!["content-type".to_owned()])
}

/// Whether a request can be what was signed. Headers that are not covered do no harm, except a second way to say who one
/// is.
fn check_signed(covered: &[String], engine: &Engine) -> Result<(), Wrong> {
    let unknown = |name: &&String| !matches!(name.as_str(), "host" | "content-type");
    if let Some(name) = covered.iter().find(unknown) {
        let words = format!(
            "its signature covers the header \"{name}\", which is not sent; have it cover host and content-type only"
        );
        return Err(address::wrong("url", words));
    }
    let signs = signer::query_parameter(&engine.signing).is_some()
        || signer::headers(&engine.signing).contains(&AUTHORIZATION);
    if signs {
        return Err(address::wrong(
            "url",
            "it is signed already, and the engine's profile adds a token that its store refuses; use a profile that signs \
             with no token",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
