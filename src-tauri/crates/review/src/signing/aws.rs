//! Signatures as AWS wants them.

use serde::{Deserialize, Serialize};

/// How a callback is signed with version 4 of AWS's signatures. The credentials are a key of the key store or a profile
/// of the machine's own AWS files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsSigning {
    /// Such as `eu-central-1`.
    pub region: String,
    /// Such as `states` or `lambda`.
    pub service: String,
    /// Name of the key. Its text is JSON: `access_key_id`, `secret_access_key`, and `session_token` where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Name of the profile, read anew for every attempt: such files are often changed by other programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

impl AwsSigning {
    pub(super) fn check(&self) -> Result<(), String> {
        for (member, text) in [("region", &self.region), ("service", &self.service)] {
            let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
            if text.is_empty() || !text.bytes().all(fits) {
                return Err(format!("aws.{member}: use small letters, digits and dashes, as AWS does"));
            }
        }
        if self.key.is_some() == self.profile.is_some() {
            return Err("aws.key: name a key of the key store, or a profile of the AWS files, and not both"
                .to_owned());
        }
        Ok(())
    }
}
