//! What commonly happens to a body between the wire and who verifies it.

use serde_json::Value;

/// Bodies that may have been meant, each with what would have been done to it. Signatures are over bytes: who parses
/// and writes JSON again has other ones.
pub(super) fn variants(body: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let mut variants = Vec::new();
    for end in [&b"\r\n"[..], b"\n"] {
        if let Some(cut) = body.strip_suffix(end) {
            variants.push((cut.to_vec(), "a line end was added behind it"));
            break;
        }
    }
    variants.push(([body, b"\n"].concat(), "its last line end was taken away"));
    if let Ok(value) = serde_json::from_slice::<Value>(body) {
        let compact = serde_json::to_vec(&value).unwrap_or_default();
        variants.push((
            compact,
            "it was written as JSON again, with other white space or members in another order",
        ));
    }
    if body.contains(&b'\r') {
        let text = body.iter().copied().filter(|byte| *byte != b'\r').collect();
        variants.push((text, "its line ends were changed"));
    }
    variants
}

/// The end of the sentence that says that the body is not what was signed.
pub(super) fn changed(how: &str) -> String {
    format!(
        "The body is not what was signed: {how}. Verify over the bytes as they came, before anything parses them."
    )
}
