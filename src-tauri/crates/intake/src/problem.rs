//! What is wrong with a request, in the form of RFC 9457 and with a code that never changes its meaning.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Serialize, Serializer};

/// The media type of a [`Problem`] (RFC 9457 section 3).
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident, $name:literal, $status:ident, $title:literal;)+) => {
        /// What kind of problem it is. Programs may branch on these; a code keeps its name and meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[$doc])* $code,)+
        }

        impl Code {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// The stable name, in kebab-case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$code => StatusCode::$status,)+ }
            }

            /// The problem in a few words, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }
        }
    };
}

codes! {
    /// The text is not JSON.
    JsonMalformed, "json-malformed", BAD_REQUEST, "The text is not JSON";
    /// Objects and arrays are nested deeper than [`crate::MAX_DEPTH`].
    JsonTooDeep, "json-too-deep", BAD_REQUEST, "The JSON is nested too deeply";
    /// The multipart body cannot be taken apart into a `submission` part and files.
    MultipartMalformed, "multipart-malformed", BAD_REQUEST, "The multipart body does not fit";
    /// The submission is larger than [`crate::MAX_ITEM_BYTES`], attachments not counted.
    SubmissionTooLarge, "submission-too-large", PAYLOAD_TOO_LARGE, "The submission is too large";
    /// The request is larger than [`crate::MAX_REQUEST_BYTES`].
    RequestTooLarge, "request-too-large", PAYLOAD_TOO_LARGE, "The request is too large";
    /// `v` names a version of the submission that this Placet does not know.
    VersionUnsupported, "version-unsupported", UNPROCESSABLE_ENTITY, "This version of the submission is not known";
    /// A member is missing, unknown, of the wrong type or out of its range.
    SubmissionInvalid, "submission-invalid", UNPROCESSABLE_ENTITY, "The submission does not fit its schema";
    /// An image could not be taken out of the content, or is none that is shown.
    AttachmentRefused, "attachment-refused", UNPROCESSABLE_ENTITY, "The attachment is not taken";
    /// The submission names another engine than the one whose token it came with.
    EngineMismatch, "engine-mismatch", FORBIDDEN, "The token belongs to another engine";
    /// No engine has this name.
    EngineUnknown, "engine-unknown", UNPROCESSABLE_ENTITY, "There is no such engine";
    /// No queue has this name.
    QueueUnknown, "queue-unknown", UNPROCESSABLE_ENTITY, "There is no such queue";
    /// The answer could not be sent to this callback, so the item is not taken.
    CallbackRefused, "callback-refused", UNPROCESSABLE_ENTITY, "The callback is not taken";
    /// The same engine and id were handed in before with another body.
    SubmissionConflict, "submission-conflict", CONFLICT, "This id was handed in before with another body";
    /// The request carries no bearer token.
    TokenMissing, "token-missing", UNAUTHORIZED, "A token is needed";
    /// The bearer token is not, or no longer, any engine's.
    TokenUnknown, "token-unknown", UNAUTHORIZED, "The token is not known";
    /// The request was sent by a web page.
    OriginRefused, "origin-refused", FORBIDDEN, "Web pages are not answered";
    /// The request names another host than this machine's loopback.
    HostRefused, "host-refused", MISDIRECTED_REQUEST, "This host is not served here";
    /// The body is in a media type that is not read.
    ContentTypeUnsupported, "content-type-unsupported", UNSUPPORTED_MEDIA_TYPE, "This content type is not read";
    /// The engine has handed in no item with this id.
    ItemUnknown, "item-unknown", NOT_FOUND, "There is no such item";
    /// Nothing is served at this path.
    RouteUnknown, "route-unknown", NOT_FOUND, "There is nothing at this path";
    /// The path is served, but not with this method.
    MethodNotAllowed, "method-not-allowed", METHOD_NOT_ALLOWED, "This method is not served here";
    /// The body did not arrive in time.
    RequestTimeout, "request-timeout", REQUEST_TIMEOUT, "The request did not arrive in time";
    /// The ledger cannot write at the moment; nothing was taken, and handing it in again is safe.
    LedgerUnavailable, "ledger-unavailable", SERVICE_UNAVAILABLE, "The ledger cannot be written";
    /// Placet itself failed; handing the item in again is safe.
    Internal, "internal", INTERNAL_SERVER_ERROR, "Placet failed";
}

impl Code {
    /// The URI of RFC 9457's `type` member.
    pub fn uri(self) -> String {
        format!("urn:placet:problem:{}", self.name())
    }
}

/// Why a request, or one submission of it, was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub code: Code,
    /// What is wrong this time and, where it is known, what to do about it.
    pub detail: String,
    /// Where in the submission it is: a JSON pointer (RFC 6901), empty for the whole submission.
    pub pointer: Option<String>,
}

impl Problem {
    /// A problem that is no single place's.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: None }
    }

    /// A problem at one place of the submission.
    pub fn at(code: Code, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: Some(pointer.into()) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_deref() {
            None | Some("") => write!(f, "{}: {}", self.code.title(), self.detail),
            Some(pointer) => write!(f, "{} at {pointer}: {}", self.code.title(), self.detail),
        }
    }
}

impl std::error::Error for Problem {}

/// A [`Problem`] as it is written: the members of RFC 9457 with the extensions `code` and `pointer`.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// `urn:placet:problem:` and the code.
    r#type: String,
    /// The problem in a few words, the same for every occurrence.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong this time.
    detail: &'a str,
    /// What programs branch on.
    code: &'a str,
    /// Where in the submission: a JSON pointer (RFC 6901), empty for the whole submission.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body = ProblemBody {
            r#type: self.code.uri(),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &self.detail,
            code: self.code.name(),
            pointer: self.pointer.as_deref(),
        };
        body.serialize(serializer)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.code.status(), axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        let challenge = match self.code {
            Code::TokenMissing => Some("Bearer realm=\"placet\""),
            Code::TokenUnknown => Some("Bearer realm=\"placet\", error=\"invalid_token\""),
            _ => None,
        };
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Problem};

    #[test]
    fn is_written_with_the_members_of_rfc_9457() {
        let problem = Problem::at(Code::QueueUnknown, "/queue", "there is no queue \"faces\"");
        assert_eq!(
            serde_json::to_value(problem).expect("serialises"),
            serde_json::json!({
                "type": "urn:placet:problem:queue-unknown",
                "title": "There is no such queue",
                "status": 422,
                "detail": "there is no queue \"faces\"",
                "code": "queue-unknown",
                "pointer": "/queue",
            })
        );
    }

    #[test]
    fn every_code_has_its_own_name_and_an_error_status() {
        let names: std::collections::HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len(), "two codes share a name");
        for code in Code::ALL {
            assert!(code.status().is_client_error() || code.status().is_server_error(), "{code:?}");
        }
    }
}
