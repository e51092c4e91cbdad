//! From templates to a request, to the byte as it goes out.

use ::http::{HeaderName, HeaderValue, header};
use minijinja::Value as Facts;
use placet_review::{Engine, JwtPlace};
use url::{Position, Url};

use super::super::message::{Head, Message};
use super::super::{Wrong, address};
use super::settings::{Body, Call};
use super::template::{self, Place};

/// The methods that a request can have.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Headers of the connection (RFC 9110 section 7.6.1), which are not a profile's to set, nor is what the body says.
const NOT_TO_SET: [HeaderName; 9] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
];
/// Headers in which a key would stand.
const OF_KEYS: [HeaderName; 3] = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];

/// Whether its templates can be read and its headers are ones that a profile can set.
pub(super) fn check(call: &Call) -> Result<(), Wrong> {
    template::check(&call.method).map_err(|wrong| wrong.under("method"))?;
    template::check(&call.url).map_err(|wrong| wrong.under("url"))?;
    for (name, source) in &call.query {
        template::check(source).map_err(|wrong| wrong.under(name).under("query"))?;
    }
    for (name, source) in &call.headers {
        check_header(name, source).map_err(|wrong| wrong.under(name).under("headers"))?;
    }
    match &call.body {
        None => Ok(()),
        Some(Body::Json(json)) => {
            template::check_json(json).map_err(|wrong| wrong.under("json").under("body"))
        }
        Some(Body::Text { content_type, template }) => template::check(content_type)
            .map_err(|wrong| wrong.under("content_type"))
            .and_then(|()| template::check(template).map_err(|wrong| wrong.under("template")))
            .map_err(|wrong| wrong.under("text").under("body")),
    }
}

fn check_header(name: &str, source: &str) -> Result<(), Wrong> {
    let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
        return Err(Wrong::at("", "this is no header's name"));
    };
    if NOT_TO_SET.contains(&header) {
        return Err(Wrong::at("", "Placet sets this header itself; say the media type with the body"));
    }
    if OF_KEYS.contains(&header) && !source.contains("{{") {
        return Err(Wrong::at(
            "",
            "a profile holds no keys: name one in \"signing\", or take it from the callback",
        ));
    }
    template::check(source)
}

/// The request that these facts make.
pub(super) fn render(call: &Call, facts: &Facts) -> Result<Message, Wrong> {
    let method = template::text(&call.method, Place::Text, facts).map_err(|wrong| wrong.under("method"))?;
    if !METHODS.contains(&method.as_str()) {
        return Err(Wrong::at("/method", format!("this comes to none of {}", METHODS.join(", "))));
    }
    let url = url(call, facts)?;
    let mut headers = Vec::new();
    for (name, source) in &call.headers {
        let value = template::text_if_any(source, facts).and_then(|value| match value {
            Some(value) if HeaderValue::from_str(&value).is_err() => {
                Err(Wrong::at("", "this comes to what does not fit into a header, such as a second line"))
            }
            value => Ok(value),
        });
        let value = value.map_err(|wrong| wrong.under(name).under("headers"))?;
        headers.extend(value.map(|value| (name.to_ascii_lowercase(), value)));
    }
    let body = body(call.body.as_ref(), facts).map_err(|wrong| wrong.under("body"))?;
    let body = body.map_or_else(Vec::new, |(content_type, body)| {
        headers.push((header::CONTENT_TYPE.to_string(), content_type));
        body
    });
    Ok(Message { head: Head { method, url: url.into(), headers }, body: body.into() })
}

fn url(call: &Call, facts: &Facts) -> Result<Url, Wrong> {
    let text = template::text(&call.url, Place::Address, facts).map_err(|wrong| wrong.under("url"))?;
    let mut url = as_written(&text).map_err(|message| Wrong::at("/url", message))?;
    let mut query: Vec<String> = url.query().map(str::to_owned).into_iter().collect();
    for (name, source) in &call.query {
        let value = template::text_if_any(source, facts).map_err(|wrong| wrong.under(name).under("query"))?;
        let value = value.map(|value| format!("{}={}", template::encoded(name), template::encoded(&value)));
        query.extend(value);
    }
    url.set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
    Ok(url)
}

/// The address, if its path and query go out as they were written: a signature may cover them, and what is written
/// otherwise may lead elsewhere than it seems.
pub(super) fn as_written(text: &str) -> Result<Url, String> {
    let url = address::parsed(text)?;
    let after_scheme = text.find("://").map_or(0, |at| at + "://".len());
    let written = text[after_scheme..].find(['/', '?', '#']).map_or("", |at| &text[after_scheme + at..]);
    let goes_out = &url[Position::BeforePath..];
    if written == goes_out || goes_out.strip_prefix('/') == Some(written) {
        return Ok(url);
    }
    let words = "path and query of this would go out in another spelling; percent-encode what is no plain ASCII, and \
                 write no . or .. into the path";
    Err(words.to_owned())
}

/// The media type and the bytes.
fn body(body: Option<&Body>, facts: &Facts) -> Result<Option<(String, Vec<u8>)>, Wrong> {
    match body {
        None => Ok(None),
        Some(Body::Json(json)) => {
            let json = template::json(json, facts).map_err(|wrong| wrong.under("json"))?;
            let bytes = serde_json::to_vec(&json).expect("JSON can be written");
            Ok(Some(("application/json".to_owned(), bytes)))
        }
        Some(Body::Text { content_type, template }) => {
            let media_type = template::text(content_type, Place::Text, facts)
                .and_then(|text| match HeaderValue::from_str(&text) {
                    Ok(_) => Ok(text),
                    Err(_) => Err(Wrong::at("", "this comes to what does not fit into a header")),
                })
                .map_err(|wrong| wrong.under("content_type").under("text"))?;
            let text = template::text(template, Place::Text, facts);
            let text = text.map_err(|wrong| wrong.under("template").under("text"))?;
            Ok(Some((media_type, text.into_bytes())))
        }
    }
}

/// Whether the engine's profile lets the request go where it goes.
pub(super) fn check_place(head: &Head, engine: &Engine) -> Result<Url, Wrong> {
    let url = address::parsed(&head.url).map_err(|message| Wrong::at("/url", message))?;
    address::allowed("url", &url, engine)?;
    // Two of the same name, and it were the receiver's whim which one counts.
    if let Some(JwtPlace::Query(token)) = engine.signing.jwt.as_ref().map(|jwt| &jwt.place)
        && url.query_pairs().any(|(name, _)| name == *token)
    {
        let words = format!("leave \"{token}\" out of the query: Placet puts its token there");
        return Err(Wrong::at("/url", words));
    }
    Ok(url)
}
