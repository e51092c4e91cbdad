//! Where a service of AWS is: at an address of its own, or where its region has it.

use placet_review::{Callback, Engine};
use serde::Deserialize;
use url::Url;

use super::super::{Wrong, address};

/// The parameter, and the setting, that says where the service is.
const ENDPOINT: &str = "endpoint";

/// One service.
pub(in super::super) struct Service {
    /// The protocol that speaks to it.
    pub(in super::super) protocol: &'static str,
    /// The first label of its host names.
    pub(in super::super) host: &'static str,
}

/// The engine's settings.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Where the service is, for all callbacks that do not say it.
    endpoint: Option<String>,
    /// Such as `eu-central-1`; the region that the profile signs for, if absent.
    region: Option<String>,
}

impl Service {
    /// Whether the engine's settings say where it is, if they say anything.
    pub(in super::super) fn check_settings(&self, engine: &Engine) -> Result<(), Wrong> {
        let Settings { endpoint, region } = self.settings(engine)?;
        if let Some(endpoint) = endpoint {
            bare(&endpoint)?;
        }
        match region {
            Some(region) if !is_region(&region) => {
                Err(address::wrong("region", "name the region as AWS does, such as eu-central-1"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Its address by the callback, else by the engine's settings, else by the region there or in its signing. Its path is `/`.
    pub(in super::super) fn endpoint(&self, callback: &Callback, engine: &Engine) -> Result<Url, Wrong> {
        if callback.parameters.contains_key(ENDPOINT) {
            return bare(address::of(callback, ENDPOINT)?.as_str());
        }
        let Settings { endpoint, region } = self.settings(engine)?;
        let signed_for = || engine.signing.aws.as_ref().map(|aws| aws.region.clone());
        match (endpoint, region.or_else(signed_for)) {
            (Some(endpoint), _) => bare(&endpoint),
            (None, Some(region)) if is_region(&region) => bare(&self.in_region(&region)),
            (None, _) => Err(address::wrong(
                ENDPOINT,
                format!(
                    "nothing says where AWS is: set \"region\" for {} in the profile of engine \"{}\", or give the \
                     endpoint here, such as {}",
                    self.protocol,
                    engine.name,
                    self.in_region("eu-central-1")
                ),
            )),
        }
    }

    /// Where it goes, for a person to read.
    pub(in super::super) fn target(&self, callback: &Callback) -> String {
        match address::of(callback, ENDPOINT) {
            Ok(url) => format!("{} at {}", self.protocol, url.origin().ascii_serialization()),
            Err(_) => self.protocol.to_owned(),
        }
    }

    /// By the rules of the SDKs (<https://github.com/boto/botocore/tree/develop/botocore/data>, `endpoint-rule-set-1`).
    /// Regions of partitions beyond the public and the Chinese one need an endpoint of their own.
    fn in_region(&self, region: &str) -> String {
        let suffix = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        format!("https://{}.{region}.{suffix}", self.host)
    }

    fn settings(&self, engine: &Engine) -> Result<Settings, Wrong> {
        match engine.settings.get(self.protocol) {
            None => Ok(Settings::default()),
            Some(settings) => Settings::deserialize(settings)
                .map_err(|error| Wrong::at("", placet_review::without_values(&error.to_string()))),
        }
    }
}

/// An address of nothing but scheme, host and port: paths are the API's.
fn bare(text: &str) -> Result<Url, Wrong> {
    let url = address::parsed(text).map_err(|message| address::wrong(ENDPOINT, message))?;
    if url.path() == "/" && url.query().is_none() && url.fragment().is_none() {
        Ok(url)
    } else {
        Err(address::wrong(ENDPOINT, "give scheme, host and port only, such as https://host"))
    }
}

/// It becomes part of a host's name.
fn is_region(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.ends_with(|c: char| c.is_ascii_digit())
        && text.chars().all(fits)
}
