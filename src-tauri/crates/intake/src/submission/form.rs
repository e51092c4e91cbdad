//! The members of a submission, with each one's limits in its type, so that the place where a value does
//! not fit is the place the parser stands at.

use std::fmt;
use std::marker::PhantomData;

use placet_review::{Callback, Suggestion, Timestamp};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

/// Version 1 of the form in which an item is handed in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submission {
    /// Checked by [`super::check_version`] before anything else, for another version has other members.
    #[serde(rename = "v")]
    _v: Number,
    #[serde(default)]
    pub(super) engine: Option<Name>,
    pub(super) id: Name,
    pub(super) queue: Name,
    pub(super) title: Title,
    pub(super) content: Value,
    #[serde(default)]
    pub(super) suggestions: AtMost<Object<Proposal>, 50>,
    #[serde(default)]
    pub(super) priority: Whole<i32, { i32::MIN as i64 }>,
    #[serde(default)]
    pub(super) deadline: Option<Timestamp>,
    #[serde(default)]
    pub(super) heartbeat_seconds: Option<Whole<u32, 1>>,
    #[serde(default)]
    pub(super) callbacks: AtMost<Callback, 16>,
    #[serde(default)]
    pub(super) metadata: Map<String, Value>,
}

/// A suggestion whose confidence is still to be believed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposal {
    answer: Value,
    #[serde(default)]
    confidence: Option<Confidence>,
    #[serde(default)]
    by: Option<Name>,
}

impl From<Proposal> for Suggestion {
    fn from(proposal: Proposal) -> Self {
        Self {
            answer: proposal.answer,
            confidence: proposal.confidence.map(|confidence| confidence.0),
            by: proposal.by.map(|by| by.0),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "f64")]
struct Confidence(f64);

impl TryFrom<f64> for Confidence {
    type Error = String;

    fn try_from(confidence: f64) -> Result<Self, String> {
        // Also refuses NaN, which lies in no range.
        if (0.0..=1.0).contains(&confidence) {
            Ok(Self(confidence))
        } else {
            Err(format!("a confidence is a number from 0 to 1, not {confidence}"))
        }
    }
}

/// A whole number from `LEAST` on, as JSON Schema and RFC 8785 know it: 60.0 is 60.
#[derive(Default, Deserialize)]
#[serde(try_from = "Number", bound(deserialize = "T: TryFrom<i64>"))]
pub(super) struct Whole<T, const LEAST: i64>(pub(super) T);

impl<T: TryFrom<i64>, const LEAST: i64> TryFrom<Number> for Whole<T, LEAST> {
    type Error = String;

    fn try_from(number: Number) -> Result<Self, String> {
        let whole = number.as_i64().or_else(|| {
            let number = number.as_f64().filter(|number| number.fract() == 0.0)?;
            #[expect(clippy::cast_possible_truncation, reason = "what is too large becomes the largest")]
            Some(number as i64)
        });
        let fits = whole.filter(|whole| *whole >= LEAST).and_then(|whole| T::try_from(whole).ok());
        fits.map(Self).ok_or_else(|| format!("must be a whole number in its range, not {number}"))
    }
}

/// What names a thing: it ends up in paths, logs and terminals, so it has no control characters.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Name(pub(super) String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("must not contain control characters".to_owned());
        }
        sized(text, 256).map(Self)
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Title(pub(super) String);

impl TryFrom<String> for Title {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        sized(text, 500).map(Self)
    }
}

fn sized(text: String, max: usize) -> Result<String, String> {
    match text.chars().count() {
        0 => Err("must not be empty".to_owned()),
        length if length > max => Err(format!("must have at most {max} characters, not {length}")),
        _ => Ok(text),
    }
}

/// A list of at most so many.
#[derive(Deserialize)]
#[serde(try_from = "Vec<T>", bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct AtMost<T, const MAX: usize>(pub(super) Vec<T>);

impl<T, const MAX: usize> Default for AtMost<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> TryFrom<Vec<T>> for AtMost<T, MAX> {
    type Error = String;

    fn try_from(list: Vec<T>) -> Result<Self, String> {
        if list.len() > MAX {
            return Err(format!("must have at most {MAX} entries, not {}", list.len()));
        }
        Ok(Self(list))
    }
}

/// A JSON object and nothing else: derived readers of structs would also take an array of the members.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(Object)
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}
