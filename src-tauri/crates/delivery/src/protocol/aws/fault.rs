//! What an error of AWS means, whichever of its services it comes from.

use placet_review::{Judgement, Outcome, Park, Timestamp};
use serde::Deserialize;

use super::super::{by_status, element};
use crate::Answer;

/// By this header errors of the JSON protocols say what they are
/// (<https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization>).
const ERROR_TYPE: &str = "x-amzn-errortype";
/// No error's name is longer.
const LONGEST_NAME: usize = 64;

/// An error in JSON, with the names of its members in all protocols.
#[derive(Deserialize)]
struct Written {
    #[serde(alias = "code", alias = "Code", rename = "__type")]
    code: String,
}

/// The name of the error that the answer is, such as `TaskTimedOut`: from its header, or from its body in JSON or XML.
/// Namespaces before it and addresses behind it are left out, as clients should.
pub(in super::super) fn code(answer: &Answer) -> Option<String> {
    if answer.status < 400 {
        return None;
    }
    let in_header = || answer.headers.get(ERROR_TYPE)?.to_str().ok().map(str::to_owned);
    let in_json = || serde_json::from_slice(&answer.body).ok().map(|Written { code }| code);
    // Whoever checks signatures answers in XML, also where the service speaks JSON.
    let in_xml = || element::text_of(&answer.body, "Code");
    let written = in_header().or_else(in_json).or_else(in_xml)?;
    let name = written.split(':').next().unwrap_or_default();
    let name = name.rsplit('#').next().unwrap_or_default().trim();
    let is_name = (1..=LONGEST_NAME).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
    is_name.then(|| name.to_owned())
}

/// Judges an answer by the errors that all services share
/// (<https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html>), else by its status. `permission`
/// is what the key must be allowed to do.
pub(in super::super) fn judge(answer: &Answer, now: Timestamp, permission: &str) -> Judgement {
    let judgement = by_status(answer, now);
    let Some(code) = code(answer) else { return judgement };
    let (outcome, words) = match code.as_str() {
        // The SDKs' list (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), and those of
        // the key service that the callback's service asks in turn. Most come as HTTP 400.
        "Throttling"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceededException"
        | "ProvisionedThroughputExceededException"
        | "TransactionInProgressException"
        | "EC2ThrottledException"
        | "PriorRequestNotComplete"
        | "SlowDown"
        | "KmsThrottlingException" => {
            (Outcome::Throttled, format!("AWS asks for patience ({code}). It is tried again when it may."))
        }
        "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "SignatureException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "RequestTimeTooSkewed"
        | "RequestExpired" => (
            Outcome::Parked(Park::Auth),
            format!(
                "AWS does not accept the signature ({code}). Check the secret key, the region in the engine's profile \
                 and this machine's clock, then try again."
            ),
        ),
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidAccessKeyId" | "AuthFailure" => (
            Outcome::Parked(Park::Auth),
            format!(
                "AWS does not know the access key ({code}). Put the right one in the engine's profile, then try again."
            ),
        ),
        "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" => (
            Outcome::Parked(Park::Auth),
            format!(
                "The temporary credentials ran out ({code}). Put new ones in their place, then try again."
            ),
        ),
        "MissingAuthenticationToken" | "MissingAuthenticationTokenException" => (
            Outcome::Parked(Park::Auth),
            format!(
                "AWS got no signature ({code}). Have the engine's profile sign with an AWS key, then try again."
            ),
        ),
        "AccessDenied" | "AccessDeniedException" | "NotAuthorized" | "OptInRequired" => (
            Outcome::Parked(Park::Auth),
            format!("The AWS key may not do this ({code}). Allow it {permission}, then try again."),
        ),
        "KmsAccessDeniedException" | "KMSAccessDeniedException" => (
            Outcome::Parked(Park::Auth),
            format!(
                "The KMS key that the task is encrypted with may not be used ({code}). Allow it in the key's policy, \
                 then try again."
            ),
        ),
        "KmsInvalidStateException"
        | "KMSInvalidStateException"
        | "KMSDisabledException"
        | "KMSNotFoundException" => (
            Outcome::Failed,
            format!(
                "The KMS key that the task is encrypted with cannot be used ({code}). Enable it in AWS; it is tried \
                 again."
            ),
        ),
        _ => return judgement,
    };
    Judgement { outcome, words, ..judgement }
}
