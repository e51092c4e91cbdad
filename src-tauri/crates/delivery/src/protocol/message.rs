//! A whole request as it is frozen with the decision: what the bytes of a delivery are, where not only the body but
//! also the method, the address or the headers depend on what was decided.
//!
//! The form: one line of JSON, `{"method", "url", "headers": [[name, value], ...]}`, a line feed, and the body.

use ::http::{HeaderMap, HeaderName, HeaderValue, Method};
use bytes::Bytes;
use placet_review::DeliveryId;
use serde::{Deserialize, Serialize};

use super::{Wrong, address};
use crate::Request;

/// The header by which a receiver knows a second try (draft-ietf-httpapi-idempotency-key-header).
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request that was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) head: Head,
    pub(super) body: Bytes,
}

/// All of it but the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) method: String,
    /// To the byte as it goes out.
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
}

impl Message {
    /// JSON to this address.
    pub(super) fn json(method: &Method, url: impl Into<String>, body: Vec<u8>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { head: Head { method: method.to_string(), url: url.into(), headers }, body: body.into() }
    }

    /// The bytes to freeze.
    pub(super) fn frozen(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(&self.head).expect("texts can be written as JSON");
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Reads what [`Self::frozen`] wrote.
    pub(super) fn read(frozen: &[u8]) -> Result<Self, Wrong> {
        let broken = |what: &str| Wrong::at("", format!("what was kept to be sent cannot be read: {what}"));
        let end = frozen.iter().position(|byte| *byte == b'\n').ok_or_else(|| broken("it has no head"))?;
        let head = serde_json::from_slice(&frozen[..end]).map_err(|_| broken("its head is damaged"))?;
        Ok(Self { head, body: Bytes::copy_from_slice(&frozen[end + 1..]) })
    }

    /// The request, under the id that stays the same in every attempt.
    pub(super) fn request(self, id: DeliveryId) -> Result<Request, Wrong> {
        let mut request = self.without_id()?;
        let id = HeaderValue::from_str(&id.to_string()).expect("a UUID is hex digits and dashes");
        request.headers.entry(IDEMPOTENCY_KEY).or_insert(id);
        Ok(request)
    }

    /// The request of what is told once, such as a notice.
    pub(super) fn without_id(self) -> Result<Request, Wrong> {
        let Self { head: Head { method, url, headers: written }, body } = self;
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| address::wrong("method", "this is no HTTP method"))?;
        let url = address::parsed(&url).map_err(|message| address::wrong("url", message))?;
        let mut headers = HeaderMap::new();
        for (name, value) in written {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| address::wrong("headers", "this is no header's name"))?;
            let value = HeaderValue::from_str(&value).map_err(|_| {
                address::wrong("headers", format!("the value of {name} does not fit into a header"))
            })?;
            headers.append(name, value);
        }
        Ok(Request { method, url, headers, body, secrets: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use ::http::Method;
    use placet_review::DeliveryId;
    use uuid::Uuid;

    use super::{Head, IDEMPOTENCY_KEY, Message};

    #[test]
    fn it_is_read_as_it_was_frozen() {
        let headers = vec![("x-one".to_owned(), "1".to_owned()), ("x-one".to_owned(), "ü\n".to_owned())];
        let url = "https://e.example/a%2Fb?x=%7B%22a%22:1%7D".to_owned();
        let head = Head { method: "PUT".to_owned(), url, headers };
        for body in [&b""[..], b"\n", b"{}\n\n\xff"] {
            let message = Message { head: head.clone(), body: body.into() };
            assert_eq!(Message::read(&message.frozen()), Ok(message));
        }
    }

    #[test]
    fn its_request_says_the_same_and_carries_the_id() {
        let id = DeliveryId(Uuid::nil());
        let url = "https://e.example/a%2Fb?x=%7B%22a%22:1%7D";
        let request = Message::json(&Method::PATCH, url, b"{}".to_vec()).request(id).expect("well-formed");
        assert_eq!((request.method, request.url.as_str()), (Method::PATCH, url));
        assert_eq!(request.headers["content-type"], "application/json");
        assert_eq!(request.headers[IDEMPOTENCY_KEY], id.to_string());
        assert_eq!(&request.body[..], b"{}");
    }

    #[test]
    fn what_is_damaged_or_cannot_be_sent_is_told() {
        for frozen in [&b""[..], b"{}", b"{}\n", b"[\n"] {
            Message::read(frozen).expect_err("no message");
        }
        let id = DeliveryId(Uuid::nil());
        let mut message = Message::json(&Method::POST, "https://e.example/", Vec::new());
        message.head.headers.push(("x".to_owned(), "a\nb".to_owned()));
        assert_eq!(message.request(id).err().expect("two lines").pointer, "/headers");
        let message = Message::json(&Method::POST, "ftp://e.example/", Vec::new());
        assert_eq!(message.request(id).err().expect("no http").pointer, "/url");
    }
}
