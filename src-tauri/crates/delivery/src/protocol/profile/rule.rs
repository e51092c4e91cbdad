//! What an engine's answer means, by its status and what it says.

use std::ops::RangeInclusive;

use minijinja::Value as Facts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::Wrong;
use super::template::{self, Place};
use crate::Answer;

/// What an answer means that has all of these.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule<M> {
    /// Its status; any, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Statuses>,
    /// A JSON pointer (RFC 6901) at which its body has something other than null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// What stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    equals: Option<Value>,
    /// A text in its body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contains: Option<String>,
    /// What it means.
    pub(super) means: M,
    /// A sentence for the person, in place of the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) words: Option<String>,
}

impl<M: Clone> Rule<M> {
    /// Whether it says anything that can be compared.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        match &self.pointer {
            None if self.equals.is_some() => {
                return Err(Wrong::at("/equals", "say with \"pointer\" where in the body this stands"));
            }
            Some(pointer) if !pointer.is_empty() && !pointer.starts_with('/') => {
                return Err(Wrong::at("/pointer", "write a JSON pointer, such as /state/type"));
            }
            Some(_) | None => {}
        }
        if self.status.is_none() && self.pointer.is_none() && self.contains.is_none() {
            return Err(Wrong::at(
                "",
                "give \"status\", \"pointer\" or \"contains\": this fits every answer",
            ));
        }
        Ok(())
    }

    /// Whether what it compares with can be read as templates.
    pub(super) fn check_templates(&self) -> Result<(), Wrong> {
        let Self { equals, contains, .. } = self;
        equals.as_ref().map_or(Ok(()), template::check_json).map_err(|wrong| wrong.under("equals"))?;
        contains.as_deref().map_or(Ok(()), template::check).map_err(|wrong| wrong.under("contains"))
    }

    /// The rule with what it compares with rendered.
    pub(super) fn rendered(&self, facts: &Facts) -> Result<Self, Wrong> {
        let equals = self.equals.as_ref().map(|equals| template::json(equals, facts)).transpose();
        let contains =
            self.contains.as_ref().map(|contains| match template::text(contains, Place::Text, facts)? {
                text if text.is_empty() => {
                    Err(Wrong::at("", "this comes to an empty text, which every answer has"))
                }
                text => Ok(text),
            });
        Ok(Self {
            equals: equals.map_err(|wrong| wrong.under("equals"))?,
            contains: contains.transpose().map_err(|wrong: Wrong| wrong.under("contains"))?,
            ..self.clone()
        })
    }

    fn fits(&self, answer: &Answer) -> bool {
        self.status.as_ref().is_none_or(|statuses| statuses.cover(answer.status))
            && self.contains.as_ref().is_none_or(|text| String::from_utf8_lossy(&answer.body).contains(text))
            && self.pointer.as_ref().is_none_or(|pointer| {
                let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
                let there = body.as_ref().and_then(|body| body.pointer(pointer));
                match &self.equals {
                    Some(equals) => there == Some(equals),
                    None => there.is_some_and(|there| !there.is_null()),
                }
            })
    }
}

/// The first rule that fits the answer.
pub(super) fn first<'r, M: Clone>(rules: &'r [Rule<M>], answer: &Answer) -> Option<&'r Rule<M>> {
    rules.iter().find(|rule| rule.fits(answer))
}

/// HTTP statuses: `409`, the class `"4xx"`, or a list of both.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
struct Statuses {
    ranges: Vec<RangeInclusive<u16>>,
    written: Value,
}

impl Statuses {
    fn cover(&self, status: u16) -> bool {
        self.ranges.iter().any(|range| range.contains(&status))
    }
}

impl TryFrom<Value> for Statuses {
    type Error = &'static str;

    fn try_from(written: Value) -> Result<Self, Self::Error> {
        let one = |value: &Value| match value {
            Value::Number(number) => {
                let status = number.as_u64().and_then(|number| u16::try_from(number).ok());
                status.filter(|status| (100..=599).contains(status)).map(|status| status..=status)
            }
            Value::String(class) => {
                let digit =
                    class.strip_suffix("xx")?.parse::<u16>().ok().filter(|digit| (1..=5).contains(digit))?;
                Some(digit * 100..=digit * 100 + 99)
            }
            _ => None,
        };
        let ranges: Option<Vec<_>> = match &written {
            Value::Array(values) => values.iter().map(one).collect(),
            value => one(value).map(|range| vec![range]),
        };
        let ranges = ranges.filter(|ranges| !ranges.is_empty());
        let ranges = ranges.ok_or("write a status as 409, a class as \"4xx\", or a list of these")?;
        Ok(Self { ranges, written })
    }
}

impl From<Statuses> for Value {
    fn from(statuses: Statuses) -> Self {
        statuses.written
    }
}

#[cfg(test)]
mod tests {
    use ::http::HeaderMap;
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::Rule;
    use crate::Answer;

    fn rule(mut members: Value) -> Result<Rule<u8>, String> {
        members["means"] = 1.into();
        serde_json::from_value(members).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case(json!({ "status": 409 }), 409, "", true)]
    #[case(json!({ "status": 409 }), 408, "", false)]
    #[case(json!({ "status": ["5xx", 404] }), 404, "", true)]
    #[case(json!({ "status": ["5xx", 404] }), 599, "", true)]
    #[case(json!({ "status": "2xx" }), 300, "", false)]
    #[case(json!({ "contains": "no such" }), 400, "There is no such task", true)]
    #[case(json!({ "contains": "no such" }), 400, "There is a task", false)]
    #[case(json!({ "pointer": "/status", "equals": "ABORT" }), 200, r#"{"status":"ABORT"}"#, true)]
    #[case(json!({ "pointer": "/status", "equals": "ABORT" }), 200, r#"{"status":"ACCEPT"}"#, false)]
    #[case(json!({ "pointer": "/status", "equals": "ABORT" }), 200, "ABORT", false)]
    #[case(json!({ "pointer": "/errors/0" }), 200, r#"{"errors":[{}]}"#, true)]
    #[case(json!({ "pointer": "/errors/0" }), 200, r#"{"errors":[]}"#, false)]
    #[case(json!({ "pointer": "/error" }), 200, r#"{"error":null}"#, false)]
    #[case(json!({ "status": 200, "contains": "a", "pointer": "/x", "equals": 1 }), 200, r#"{"x":1,"y":"b"}"#, false)]
    fn an_answer_fits_that_has_all_of_it(
        #[case] members: Value,
        #[case] status: u16,
        #[case] body: &str,
        #[case] fits: bool,
    ) {
        let answer = Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() };
        let rule = rule(members).expect("a rule");
        rule.check().expect("it says something");
        assert_eq!(rule.fits(&answer), fits);
        let kept: Rule<u8> =
            serde_json::from_value(serde_json::to_value(&rule).expect("JSON")).expect("a rule");
        assert_eq!(kept.fits(&answer), fits, "as it is frozen");
    }

    #[rstest]
    #[case(json!(99))]
    #[case(json!("6xx"))]
    #[case(json!("xx"))]
    #[case(json!([]))]
    #[case(json!({}))]
    fn what_is_no_status_is_refused_with_what_would_be(#[case] status: Value) {
        assert!(rule(json!({ "status": status })).expect_err("refused").contains("4xx"));
    }

    #[rstest]
    #[case(json!({}), "")]
    #[case(json!({ "equals": 1, "status": 200 }), "/equals")]
    #[case(json!({ "pointer": "status" }), "/pointer")]
    fn a_rule_that_says_nothing_is_refused(#[case] members: Value, #[case] pointer: &str) {
        assert_eq!(rule(members).expect("it reads").check().expect_err("refused").pointer, pointer);
    }
}
