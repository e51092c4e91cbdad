//! A request as it came in: read from its bytes on the wire, or from a recording (HAR).

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::Url;

/// More headers than anybody sends.
const HEADERS: usize = 200;

/// A request that came in.
#[derive(Clone)]
pub struct Arrived {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// Why a text is no request. It holds nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Arrived {
    /// Reads one request in the form of HTTP/1.1 (RFC 9112), as a dump of the wire has it: request line, headers, an
    /// empty line, and the body to the last byte. An address without a host takes it from `Host`, and counts as https.
    pub fn of_wire(bytes: &[u8]) -> Result<Self, Unreadable> {
        let wrong = |why: &str| Unreadable(format!("this is no HTTP request: {why}"));
        let mut room = [httparse::EMPTY_HEADER; HEADERS];
        let mut parsed = httparse::Request::new(&mut room);
        let status = parsed.parse(bytes).map_err(|error| wrong(&error.to_string()))?;
        let httparse::Status::Complete(start) = status else {
            return Err(wrong("there is no empty line after its headers"));
        };
        let mut headers = HeaderMap::new();
        for header in &*parsed.headers {
            let name =
                HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| wrong("a header's name"))?;
            headers
                .append(name, HeaderValue::from_bytes(header.value).map_err(|_| wrong("a header's value"))?);
        }
        let method = parsed.method.unwrap_or_default().parse().map_err(|_| wrong("its method"))?;
        let target = parsed.path.unwrap_or_default();
        let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or("unknown.invalid");
        let url = if target.starts_with('/') { format!("https://{host}{target}") } else { target.to_owned() };
        let url = Url::parse(&url).map_err(|_| wrong("its address"))?;
        Ok(Self { method, url, headers, body: bytes[start..].to_vec() })
    }

    /// Reads the requests of a recording in the HTTP Archive format, version 1.2, as browsers, proxies and request bins
    /// export it. Bodies stand there as text, so that one which is no text is not what it was.
    pub fn of_har(text: &str) -> Result<Vec<Self>, Unreadable> {
        let wrong = |why: String| Unreadable(format!("this is no HTTP archive: {why}"));
        let har: Har = serde_json::from_str(text)
            .map_err(|error| wrong(placet_review::without_values(&error.to_string())))?;
        let entries = har.log.entries.into_iter().map(|Entry { request }| {
            let mut headers = HeaderMap::new();
            // Names that HTTP/2 has for itself, such as `:path`, are no headers.
            for Named { name, value } in
                request.headers.into_iter().filter(|header| !header.name.starts_with(':'))
            {
                let name =
                    HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("a header's name".into()))?;
                headers.append(
                    name,
                    HeaderValue::from_str(&value).map_err(|_| wrong("a header's value".into()))?,
                );
            }
            let body = match request.post_data {
                None => Vec::new(),
                Some(PostData { text, encoding: Some(encoding) }) if encoding == "base64" => {
                    STANDARD.decode(text).map_err(|_| wrong("a body that says base64 and is not".into()))?
                }
                Some(PostData { text, .. }) => text.into_bytes(),
            };
            let method = request.method.parse().map_err(|_| wrong("a method".into()))?;
            Ok(Self { method, url: request.url, headers, body })
        });
        entries.collect()
    }

    /// The header's text, if it is there once and is a text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// Method and address without its query, for a person to tell requests apart.
    pub fn named(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        format!("{} {url}", self.method)
    }

    /// Whether there is anything about it that looks like a signature.
    pub fn is_signed(&self) -> bool {
        let names = ["webhook-signature", "signature-input", "authorization"];
        names.iter().any(|name| self.headers.contains_key(*name)) || super::jwt::token(self).is_some()
    }
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Recorded,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    method: String,
    url: Url,
    #[serde(default)]
    headers: Vec<Named>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    value: String,
}

#[derive(Deserialize)]
struct PostData {
    #[serde(default)]
    text: String,
    encoding: Option<String>,
}
