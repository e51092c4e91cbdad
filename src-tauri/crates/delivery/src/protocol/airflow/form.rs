//! What a task lets a person choose and fill in, and how a decision does.

use jsonschema::Validator;
use placet_review::{Callback, Verdict};
use serde_json::{Map, Value};

use crate::protocol::{Decided, Wrong, address};

/// The parameters of a callback that describe it.
pub(super) const PARAMETERS: [&str; 5] = ["options", "multiple", "params", "approve", "reject"];

/// What can be chosen and filled in.
pub(super) struct Form<'a> {
    options: Vec<&'a str>,
    multiple: bool,
    approve: Option<&'a str>,
    reject: Option<&'a str>,
    parameters: Vec<Parameter<'a>>,
}

/// A parameter of the task.
struct Parameter<'a> {
    name: &'a str,
    /// What it is unless somebody says otherwise.
    value: Option<&'a Value>,
    schema: Option<Validator>,
}

impl<'a> Form<'a> {
    pub(super) fn of(callback: &'a Callback) -> Result<Self, Wrong> {
        let options = options(callback)?;
        let option = |name: &str| match callback.parameters.get(name) {
            None => Ok(None),
            Some(value) => {
                value.as_str().filter(|option| options.contains(option)).map(Some).ok_or_else(|| {
                    address::wrong(name, format!("choose one of the task's options: {}", options.join(", ")))
                })
            }
        };
        let multiple = match callback.parameters.get("multiple") {
            None => false,
            Some(value) => value.as_bool().ok_or_else(|| address::wrong("multiple", "say true or false"))?,
        };
        Ok(Self {
            approve: option("approve")?,
            reject: option("reject")?,
            multiple,
            parameters: parameters(callback)?,
            options,
        })
    }

    /// What a decision chooses. What Airflow would refuse is refused here.
    pub(super) fn options(&self, decided: &Decided<'_>) -> Result<Vec<String>, Wrong> {
        if is_a_no(decided) {
            let no = self.reject.or_else(|| self.called("Reject"));
            let no = no.ok_or_else(|| {
                Wrong::at(
                    "",
                    "no option of this task says no: answer otherwise, or have the engine name the option as \"reject\"",
                )
            })?;
            return Ok(vec![no.to_owned()]);
        }
        let Some(labels) = labels(decided) else {
            let yes = self.approve.or_else(|| self.called("Approve")).unwrap_or(self.options[0]);
            return Ok(vec![yes.to_owned()]);
        };
        if let Some(unknown) = labels.iter().find(|label| !self.options.contains(label)) {
            let options = self.options.join(", ");
            return Err(Wrong::at(
                "/answer",
                format!("the task has no option \"{unknown}\", only {options}"),
            ));
        }
        match labels.len() {
            0 => Err(Wrong::at("/answer", "the task wants at least one of its options")),
            2.. if !self.multiple => {
                Err(Wrong::at("/answer", "the task takes one of its options, not several"))
            }
            _ => Ok(labels.into_iter().map(str::to_owned).collect()),
        }
    }

    /// The task's parameters as a decision sets them: all, or none. Airflow takes others without a word, and then fails the
    /// task.
    pub(super) fn input(&self, decided: &Decided<'_>) -> Result<Map<String, Value>, Wrong> {
        let arguments = decided.decision.answer.as_ref().and_then(|answer| answer.get("arguments"));
        let Some(arguments) = arguments.filter(|_| !is_a_no(decided)) else { return Ok(Map::new()) };
        if self.parameters.is_empty() {
            return match decided.decision.verdict {
                Verdict::Correct => Err(Wrong::at(
                    "/answer/arguments",
                    "this task takes no parameters, so nothing can be corrected",
                )),
                _ => Ok(Map::new()),
            };
        }
        let arguments = arguments
            .as_object()
            .ok_or_else(|| Wrong::at("/answer/arguments", "give an object of the parameters"))?;
        if let Some(unknown) =
            arguments.keys().find(|name| !self.parameters.iter().any(|known| known.name == **name))
        {
            let names: Vec<&str> = self.parameters.iter().map(|known| known.name).collect();
            return Err(at(unknown, format!("the task has only the parameters {}", names.join(", "))));
        }
        self.parameters.iter().map(|parameter| parameter.set_by(arguments)).collect()
    }

    /// The option of this name, however it is written.
    fn called(&self, name: &str) -> Option<&'a str> {
        self.options.iter().copied().find(|option| option.eq_ignore_ascii_case(name))
    }
}

impl Parameter<'_> {
    fn set_by(&self, arguments: &Map<String, Value>) -> Result<(String, Value), Wrong> {
        let value = arguments.get(self.name).or(self.value);
        let value = value.ok_or_else(|| {
            at(self.name, format!("{}: this parameter is missing and has no default", self.name))
        })?;
        match self.schema.as_ref().map(|schema| schema.validate(value)) {
            Some(Err(error)) => Err(at(self.name, format!("{}: {error}", self.name))),
            Some(Ok(())) | None => Ok((self.name.to_owned(), value.clone())),
        }
    }
}

/// Neither rejecting nor withdrawing a question is a yes, whatever the queue says.
fn is_a_no(decided: &Decided<'_>) -> bool {
    decided.is_a_no() || matches!(decided.decision.verdict, Verdict::Reject | Verdict::Cancel)
}

/// The labels of an answer; `None` if it is of another shape.
fn labels<'a>(decided: &Decided<'a>) -> Option<Vec<&'a str>> {
    let answer = decided.decision.answer.as_ref()?;
    match answer.get("label").and_then(Value::as_str) {
        Some(label) => Some(vec![label]),
        None => answer.get("labels")?.as_array()?.iter().map(Value::as_str).collect(),
    }
}

fn options(callback: &Callback) -> Result<Vec<&str>, Wrong> {
    let options = match callback.parameters.get("options") {
        None => return Ok(vec!["Approve", "Reject"]),
        Some(value) => {
            value.as_array().and_then(|all| all.iter().map(Value::as_str).collect::<Option<Vec<_>>>())
        }
    };
    options
        .filter(|options| !options.is_empty())
        .ok_or_else(|| address::wrong("options", "give the task's options as a list of texts"))
}

fn parameters<'a>(callback: &'a Callback) -> Result<Vec<Parameter<'a>>, Wrong> {
    let Some(all) = callback.parameters.get("params") else { return Ok(Vec::new()) };
    let all = all.as_object().ok_or_else(|| {
        address::wrong(
            "params",
            "give the task's parameters as Airflow does: by name, each with value and schema",
        )
    })?;
    let parameter = |(name, told): (&'a String, &'a Value)| -> Result<Parameter<'a>, Wrong> {
        let wrong =
            |what: String| Wrong::at(format!("/params/{}", name.replace('~', "~0").replace('/', "~1")), what);
        let told =
            told.as_object().ok_or_else(|| wrong("give an object with value and schema".to_owned()))?;
        let schema = told.get("schema").map(jsonschema::validator_for).transpose();
        let schema = schema.map_err(|error| wrong(format!("its schema is no JSON Schema: {error}")))?;
        Ok(Parameter { name, value: told.get("value"), schema })
    };
    all.iter().map(parameter).collect()
}

/// What is wrong with this argument of an answer.
fn at(name: &str, what: String) -> Wrong {
    Wrong::at(format!("/answer/arguments/{}", name.replace('~', "~0").replace('/', "~1")), what)
}
