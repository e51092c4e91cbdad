//! Values that are not what was written.

use rand::RngExt as _;
use rand::rngs::StdRng;
use rusqlite::types::Value;

/// Another value of the same type, or none, or, if there was none, some.
pub(super) fn another(draw: &mut StdRng, value: &Value, declared: &str) -> Value {
    loop {
        let other = match value {
            Value::Null => match declared {
                "INTEGER" => Value::Integer(draw.random_range(0..2_000_000_000_000)),
                "BLOB" => Value::Blob((0..32).map(|_| draw.random()).collect()),
                _ => Value::Text("forged".into()),
            },
            Value::Integer(number) => Value::Integer(match draw.random_range(0..5) {
                0 => number.wrapping_add(1),
                1 => number.wrapping_sub(1),
                2 => number.wrapping_neg(),
                3 => i64::from(draw.random::<bool>()),
                _ => number.wrapping_add(draw.random_range(-100_000..100_000)),
            }),
            Value::Real(number) => Value::Real(number + 1.0),
            Value::Text(text) => Value::Text(another_text(draw, text)),
            Value::Blob(bytes) => Value::Blob(another_blob(draw, bytes)),
        };
        let other = if draw.random_bool(0.05) { Value::Null } else { other };
        if other != *value {
            return other;
        }
    }
}

fn another_text(draw: &mut StdRng, text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    match draw.random_range(0..5) {
        0 => format!("{text} "),
        1 => letters[..letters.len().saturating_sub(1)].iter().collect(),
        2 => text.to_uppercase(),
        3 => ["delivered", "due", "decided", "waiting", "reject", "approve", "leased", ""]
            [draw.random_range(0..8)]
        .to_owned(),
        _ => {
            let place = draw.random_range(0..=letters.len());
            letters[..place].iter().chain(&['~']).chain(&letters[place..]).collect()
        }
    }
}

fn another_blob(draw: &mut StdRng, bytes: &[u8]) -> Vec<u8> {
    let mut other = bytes.to_vec();
    match draw.random_range(0..4) {
        0 if !other.is_empty() => {
            let place = draw.random_range(0..other.len());
            other[place] ^= 1 << draw.random_range(0..8);
        }
        1 => drop(other.pop()),
        2 => other.push(draw.random()),
        _ => other.iter_mut().for_each(|byte| *byte = draw.random()),
    }
    other
}
