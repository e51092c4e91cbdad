//! Access tokens that are asked for before they are used.

use serde::{Deserialize, Serialize};
use url::Url;

/// How an access token is had (RFC 6749).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthSigning {
    /// Where tokens are given out.
    pub token_url: Url,
    /// What is shown there.
    pub grant: OauthGrant,
    /// What the token should be good for, with spaces between.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl OauthSigning {
    pub(super) fn check(&self) -> Result<(), String> {
        let url = &self.token_url;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some()
        {
            return Err(
                "oauth.token_url: write it as https://host[:port]/path, without a password".to_owned()
            );
        }
        if matches!(self.grant, OauthGrant::GithubApp { .. }) && self.scope.is_some() {
            return Err("oauth.scope: the token of an installation is good for what the app may do there; leave this out"
                .to_owned());
        }
        Ok(())
    }
}

/// What is shown to be given a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OauthGrant {
    /// A client's own credentials (RFC 6749 section 4.4).
    ClientCredentials {
        /// The client's id.
        client_id: String,
        /// Name of the key whose text is the client's secret.
        key: String,
        /// Where id and secret stand in the request for a token.
        #[serde(default)]
        secret_in: SecretPlace,
    },
    /// A token that is signed here with RS256 and says who asks (RFC 7523 section 2.1), as Google's service accounts do.
    Assertion {
        /// Who asks: the `iss` claim, such as the address of a service account.
        issuer: String,
        /// Name of the private key.
        key: String,
        /// The `kid` header, by which the public key is picked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kid: Option<String>,
    },
    /// A token that is signed here with RS256 and says which GitHub App asks, for the token of one of its installations
    /// (<https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app>).
    GithubApp {
        /// The app's client id, or its number.
        app: String,
        /// Name of one of its private keys.
        key: String,
    },
}

impl OauthGrant {
    /// The name of its key.
    pub fn key(&self) -> &str {
        match self {
            Self::ClientCredentials { key, .. }
            | Self::Assertion { key, .. }
            | Self::GithubApp { key, .. } => key,
        }
    }
}

/// Where a client's id and secret stand in the request for a token (RFC 6749 section 2.3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecretPlace {
    /// In `Authorization: Basic ...`.
    #[default]
    Header,
    /// In the body.
    Body,
}
