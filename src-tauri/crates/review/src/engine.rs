//! An engine's profile: where Placet may reach it, with which keys, on which schedule.

use core::net::IpAddr;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::queue::{NAME_RULE, is_name};
use crate::{Schedule, Signing};

/// How many callbacks are under way to one origin at a time unless its engine's profile says otherwise.
const AT_ONCE: u32 = 4;
/// As many as there are under way in all.
const MOST_AT_ONCE: u32 = 64;

/// The system that paused a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engine {
    /// Its name in submissions: 1 to 64 of `a-z`, `0-9`, `-`, `_`, `.`.
    pub name: String,
    /// The only places its callbacks may point to.
    pub allow: Vec<Allowed>,
    /// Addresses that are not public, where names in `allow` may lead all the same. An address that `allow` itself
    /// names needs no mention, nor does this machine under the name `localhost`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<IpAddr>,
    /// Certificates of authorities (PEM) that are trusted for this engine beside those that the machine trusts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// How callbacks are signed.
    #[serde(default)]
    pub signing: Signing,
    /// When a callback that failed is tried again.
    #[serde(default)]
    pub schedule: Schedule,
    /// How many of its callbacks may be under way to one origin at a time: 1 to 64; 4, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<u32>,
    /// What a protocol has to know of this engine beyond its callbacks, by the protocol's name; only the protocol
    /// reads it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, Value>,
}

impl Engine {
    /// One that is signed with nothing and tried by the usual schedule.
    pub fn new(name: impl Into<String>, allow: Vec<Allowed>) -> Self {
        Self {
            name: name.into(),
            allow,
            addresses: Vec::new(),
            ca: None,
            signing: Signing::default(),
            schedule: Schedule::default(),
            at_once: None,
            settings: BTreeMap::new(),
        }
    }

    /// Says what is wrong with the profile, as a sentence that names the member to change.
    pub fn check(&self) -> Result<(), String> {
        if !is_name(&self.name) {
            return Err(format!("name: {NAME_RULE}"));
        }
        if !self.at_once.is_none_or(|at_once| (1..=MOST_AT_ONCE).contains(&at_once)) {
            return Err(format!("at_once: choose a number from 1 to {MOST_AT_ONCE}"));
        }
        self.signing.check().map_err(|wrong| format!("signing: {wrong}"))?;
        if self.signing.client_certificate.is_some()
            && !self.allow.is_empty()
            && !self.allow.iter().any(Allowed::is_https)
        {
            return Err("signing: client_certificate: allow a place with https, for only there it is shown"
                .to_owned());
        }
        self.schedule.check()
    }

    /// How many of its callbacks may be under way to one origin at a time.
    pub fn at_once(&self) -> u32 {
        self.at_once.unwrap_or(AT_ONCE)
    }

    /// Whether its callbacks may go to `url`.
    pub fn allows(&self, url: &Url) -> bool {
        self.allow.iter().any(|allowed| allowed.covers(url))
    }
}

/// One entry of an allow-list: scheme, host, port and path prefix, all of which must match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Allowed(Url);

impl Allowed {
    /// Whether `url` lies under this entry. A prefix ends at a path segment: `/call` does not cover
    /// `/callbacks`. User names and passwords in a URL are never covered.
    pub fn covers(&self, url: &Url) -> bool {
        let prefix = self.0.path().trim_end_matches('/');
        url.scheme() == self.0.scheme()
            && url.host() == self.0.host()
            && url.port_or_known_default() == self.0.port_or_known_default()
            && url.username().is_empty()
            && url.password().is_none()
            && url.path().strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Scheme, host and port of what it covers (RFC 6454 section 6.2).
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Whether what it covers is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

/// A text that is no allow-list entry. It does not say which: there may be a password in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry of the allow-list {reason}; write it as https://host[:port]/path")]
pub struct AllowedError {
    reason: &'static str,
}

impl FromStr for Allowed {
    type Err = AllowedError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |reason| AllowedError { reason };
        let url = Url::parse(text).map_err(|_| wrong("is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("is neither http nor https"));
        }
        // The URL standard lets more into a name than the HTTP client then takes, and no name server knows any of it.
        let is_name = |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if url.domain().is_some_and(|host| !is_name(host)) {
            return Err(wrong("has a host that nobody can look up"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("has a user name or password in it"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("has a query or fragment, which an allow-list does not compare"));
        }
        Ok(Self(url))
    }
}

impl TryFrom<String> for Allowed {
    type Error = AllowedError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Allowed> for String {
    fn from(allowed: Allowed) -> Self {
        allowed.to_string()
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use url::Url;

    use super::Allowed;

    #[rstest]
    #[case("https://e.example/call", true)]
    #[case("https://e.example/call/7?x=1", true)]
    #[case("https://e.example:443/call/7", true)]
    #[case("https://e.example/callbacks", false)]
    #[case("https://e.example/call/../other", false)]
    #[case("https://e.example/call/%2e%2e/other", false)]
    #[case("http://e.example/call", false)]
    #[case("https://e.example:8443/call", false)]
    #[case("https://sub.e.example/call", false)]
    #[case("https://e.example.evil.example/call", false)]
    #[case("https://user@e.example/call", false)]
    fn covers_its_prefix_and_nothing_else(#[case] url: &str, #[case] covered: bool) {
        let allowed: Allowed = "https://e.example/call".parse().expect("valid");
        assert_eq!(allowed.covers(&Url::parse(url).expect("a URL")), covered, "{url}");
    }

    #[rstest]
    #[case("ftp://e.example/")]
    #[case("http://a\"b/")]
    #[case("http://a;b/")]
    #[case("https://user:secret@e.example/")]
    #[case("https://e.example/?x=1")]
    #[case("e.example")]
    fn refuses_what_it_could_not_compare(#[case] text: &str) {
        let error = text.parse::<Allowed>().expect_err(text).to_string();
        assert!(!error.contains(text) && !error.contains("secret"), "{error}");
    }
}
