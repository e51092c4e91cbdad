//! One digest for one meaning: JSON that differs only in key order or spacing has the same digest.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// `sha256:` and the hex SHA-256 of the value in canonical JSON (RFC 8785).
pub fn digest(value: &impl Serialize) -> String {
    // Canonical form fails only on values JSON cannot hold, such as NaN, which no parser lets in.
    let bytes = serde_json_canonicalizer::to_vec(value).unwrap_or_default();
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::digest;

    #[test]
    fn key_order_and_spacing_do_not_count() {
        let one: serde_json::Value = serde_json::from_str(r#"{"b":1, "a":[1.0, "x"]}"#).expect("valid");
        let two: serde_json::Value = serde_json::from_str(r#"{"a":[1,"x"],"b":1}"#).expect("valid");
        assert_eq!(digest(&one), digest(&two));
        assert_ne!(digest(&one), digest(&json!({"a": [1, "y"], "b": 1})));
    }
}
