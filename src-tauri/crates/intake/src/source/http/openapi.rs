//! The description of the routes (OpenAPI 3.1), made from the handlers and the submission's own schema.

use std::sync::LazyLock;

use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{answer, handlers};
use crate::problem::{Code, MEDIA_TYPE, ProblemBody};
use crate::{Admitted, SCHEMA};

#[derive(OpenApi)]
#[openapi(
    info(title = "Placet intake", description = "How engines hand items in and ask after them."),
    paths(
        handlers::hand_in,
        handlers::ask_after,
        handlers::openapi,
        handlers::submission_schema,
        handlers::health
    ),
    components(schemas(Admitted, answer::Results, ProblemBody)),
    modifiers(&Token),
    servers((url = "/"))
)]
struct Routes;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let scheme = scheme.description(Some("The engine's token, from: placet engine token NAME"));
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme.build()));
    }
}

/// The description as JSON text.
pub fn openapi() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| describe().to_string());
    &TEXT
}

fn describe() -> Value {
    let mut openapi = serde_json::to_value(Routes::openapi()).unwrap_or_default();
    openapi["components"]["schemas"]["Submission"] = submission();
    openapi["components"]["schemas"]["Problem"]["properties"]["code"]["enum"] =
        Code::ALL.iter().map(|code| code.name()).collect();
    let submission = json!({ "$ref": "#/components/schemas/Submission" });
    let lines = json!({ "schema": { "type": "string", "description": "One submission a line." } });
    openapi["paths"]["/v1/items"]["post"]["requestBody"] = json!({
        "required": true,
        "content": {
            "application/json": {
                "schema": { "oneOf": [submission, { "type": "array", "items": submission }] },
                "example": EXAMPLE.clone(),
            },
            "application/jsonl": lines,
            "application/x-ndjson": lines,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["submission"],
                    "properties": { "submission": submission },
                    "additionalProperties": {
                        "type": "string",
                        "format": "binary",
                        "description": "A file that the content names as {\"file\": \"name of the part\"}.",
                    },
                },
            },
        },
    });
    let problem = json!({
        "description": "Not taken, and why.",
        "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    for operation in operations(&mut openapi) {
        operation["responses"]["default"] = problem.clone();
    }
    openapi
}

fn operations(openapi: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = openapi["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    paths.filter_map(Value::as_object_mut).flat_map(|path| path.values_mut())
}

/// The submission's schema as a part of a larger document: its references start at that document's root.
fn submission() -> Value {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    if let Some(members) = schema.as_object_mut() {
        members.retain(|name, _| !matches!(name.as_str(), "$schema" | "$id"));
    }
    root_references(&mut schema);
    schema
}

fn root_references(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                *reference = reference.replace("#/", "#/components/schemas/Submission/");
            }
            members.values_mut().for_each(root_references);
        }
        Value::Array(values) => values.iter_mut().for_each(root_references),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

static EXAMPLE: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "v": 1,
        "id": "task-4711",
        "queue": "faces",
        "title": "Who is this?",
        "content": { "image": { "url": "https://engine.example/faces/4711.png" } },
        "suggestions": [{ "answer": { "label": "A. Turing" }, "confidence": 0.41, "by": "resnet-7" }],
        "deadline": "2026-12-01T12:00:00Z",
        "callbacks": [{ "protocol": "webhook", "url": "https://engine.example/resume/4711" }],
    })
});

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::{EXAMPLE, describe};

    fn references<'a>(value: &'a Value, found: &mut HashSet<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let openapi = describe();
        let mut found = HashSet::new();
        references(&openapi, &mut found);
        assert!(found.contains("#/components/schemas/Submission"), "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').expect("references stay inside the document");
            assert!(openapi.pointer(pointer).is_some(), "{reference} leads nowhere");
        }
    }

    #[test]
    fn the_example_fits_the_submission_schema() {
        let schema = serde_json::from_str(crate::SCHEMA).expect("the schema is JSON");
        assert!(jsonschema::is_valid(&schema, &EXAMPLE));
    }

    #[test]
    fn problems_are_described_with_every_code() {
        let openapi = describe();
        let codes = &openapi["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
        assert_eq!(codes.as_array().map(Vec::len), Some(crate::Code::ALL.len()));
        for (path, operations) in openapi["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                assert!(operation["responses"]["default"].is_object(), "{method} {path} says no problems");
            }
        }
    }
}
