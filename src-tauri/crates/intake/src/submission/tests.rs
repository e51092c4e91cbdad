use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{AttachedFile, Document, MAX_ITEM_BYTES, Read, read};
use crate::problem::{Code, Problem};

/// One transparent pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn good() -> Value {
    json!({
        "v": 1,
        "engine": "faces-prod",
        "id": "task-4711",
        "queue": "faces",
        "title": "Who is this?",
        "content": { "text": "a face" },
        "suggestions": [{ "answer": { "label": "A. Turing" }, "confidence": 0.41, "by": "resnet-7" }],
        "priority": 0,
        "deadline": "2026-12-01T12:00:00Z",
        "heartbeat_seconds": 60,
        "callbacks": [{ "protocol": "webhook", "url": "https://e.example/", "data": { "ref": "xyz" } }],
        "metadata": { "a": 1 },
    })
}

/// The good submission with one member set.
fn with(name: &str, value: Value) -> Value {
    let mut submission = good();
    submission[name] = value;
    submission
}

fn without(name: &str) -> Value {
    let mut submission = good();
    submission.as_object_mut().expect("an object").remove(name);
    submission
}

fn reading(submission: &Value) -> Result<Read, Problem> {
    read(&Document::new(submission.to_string()))
}

fn data_url(media_type: &str) -> String {
    format!("data:{media_type};base64,{PNG}")
}

#[test]
fn a_good_submission_becomes_an_item_word_for_word() {
    let read = reading(&good()).expect("it is good");
    assert_eq!(read.engine.as_deref(), Some("faces-prod"));
    let item = read.item;
    assert_eq!((item.task.as_str(), item.queue.as_str()), ("task-4711", "faces"));
    assert_eq!(item.title, "Who is this?");
    assert_eq!(item.content, json!({ "text": "a face" }));
    assert_eq!(item.confidence(), Some(0.41));
    assert_eq!(
        item.deadline.map(|deadline| deadline.to_string()).as_deref(),
        Some("2026-12-01T12:00:00.000Z")
    );
    assert_eq!(item.heartbeat_seconds, Some(60));
    assert_eq!(item.callbacks[0].protocol, "webhook");
    assert_eq!(item.callbacks[0].parameters["data"], json!({ "ref": "xyz" }));
    assert_eq!(item.metadata["a"], 1);
    assert_eq!(item.submission_digest, placet_review::digest(&good()));
}

#[test]
fn only_five_members_must_be_there() {
    let least = json!({ "v": 1, "id": "1", "queue": "q", "title": "t", "content": null });
    let read = reading(&least).expect("it is good");
    assert_eq!(read.engine, None);
    assert!(read.item.suggestions.is_empty() && read.item.callbacks.is_empty());
}

#[test]
fn a_whole_number_may_be_written_with_a_fraction_of_zero() {
    let schema = serde_json::from_str(super::SCHEMA).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let plain = reading(&good()).expect("it is good").item;
    for (name, number) in [("v", 1.0), ("priority", 0.0), ("heartbeat_seconds", 60.0)] {
        let submission = with(name, json!(number));
        assert!(schema.is_valid(&submission), "{name}");
        let item = reading(&submission).expect(name).item;
        assert_eq!(item, plain, "{name}: and it is the same submission");
    }
}

#[test]
fn every_wrong_submission_is_refused_with_its_code_and_place() {
    use Code::{AttachmentRefused, SubmissionInvalid, VersionUnsupported};
    let suggestion = |suggestion: Value| with("suggestions", json!([{ "answer": 1 }, suggestion]));
    let content = |content: Value| with("content", content);
    let image = |url: &str| with("content", json!({ "image": { "url": url } }));
    let cases = [
        (json!(null), SubmissionInvalid, ""),
        (json!(17), SubmissionInvalid, ""),
        (json!("text"), SubmissionInvalid, ""),
        (json!([1, "faces-prod", "task", "q", "t", {}]), SubmissionInvalid, ""),
        (json!({}), SubmissionInvalid, ""),
        (without("v"), SubmissionInvalid, ""),
        (without("id"), SubmissionInvalid, ""),
        (without("queue"), SubmissionInvalid, ""),
        (without("title"), SubmissionInvalid, ""),
        (without("content"), SubmissionInvalid, ""),
        (with("v", json!(2)), VersionUnsupported, "/v"),
        (with("v", json!(0)), VersionUnsupported, "/v"),
        (with("v", json!(-1)), VersionUnsupported, "/v"),
        (with("v", json!(1.5)), VersionUnsupported, "/v"),
        (with("v", json!("1")), SubmissionInvalid, "/v"),
        (with("v", json!(null)), SubmissionInvalid, "/v"),
        (with("titel", json!("t")), SubmissionInvalid, "/titel"),
        (with("a/b~c", json!(1)), SubmissionInvalid, "/a~1b~0c"),
        (with("engine", json!(7)), SubmissionInvalid, "/engine"),
        (with("engine", json!("")), SubmissionInvalid, "/engine"),
        (with("engine", json!("e".repeat(257))), SubmissionInvalid, "/engine"),
        (with("id", json!("")), SubmissionInvalid, "/id"),
        (with("id", json!("x".repeat(257))), SubmissionInvalid, "/id"),
        (with("id", json!(4711)), SubmissionInvalid, "/id"),
        (with("id", json!("a\u{1b}[31mb")), SubmissionInvalid, "/id"),
        (with("queue", json!("")), SubmissionInvalid, "/queue"),
        (with("queue", json!(["faces"])), SubmissionInvalid, "/queue"),
        (with("title", json!("")), SubmissionInvalid, "/title"),
        (with("title", json!("t".repeat(501))), SubmissionInvalid, "/title"),
        (with("title", json!(null)), SubmissionInvalid, "/title"),
        (with("suggestions", json!({})), SubmissionInvalid, "/suggestions"),
        (with("suggestions", json!(null)), SubmissionInvalid, "/suggestions"),
        (with("suggestions", vec![json!({ "answer": 1 }); 51].into()), SubmissionInvalid, "/suggestions"),
        (suggestion(json!({})), SubmissionInvalid, "/suggestions/1"),
        (suggestion(json!([1, 0.5, "me"])), SubmissionInvalid, "/suggestions/1"),
        (
            suggestion(json!({ "answer": 1, "confidence": 1.01 })),
            SubmissionInvalid,
            "/suggestions/1/confidence",
        ),
        (
            suggestion(json!({ "answer": 1, "confidence": -0.1 })),
            SubmissionInvalid,
            "/suggestions/1/confidence",
        ),
        (
            suggestion(json!({ "answer": 1, "confidence": "0.5" })),
            SubmissionInvalid,
            "/suggestions/1/confidence",
        ),
        (suggestion(json!({ "answer": 1, "by": "" })), SubmissionInvalid, "/suggestions/1/by"),
        (suggestion(json!({ "answer": 1, "sure": true })), SubmissionInvalid, "/suggestions/1/sure"),
        (with("priority", json!(1.5)), SubmissionInvalid, "/priority"),
        (with("priority", json!(2_147_483_648_i64)), SubmissionInvalid, "/priority"),
        (with("priority", json!("high")), SubmissionInvalid, "/priority"),
        (with("deadline", json!("tomorrow")), SubmissionInvalid, "/deadline"),
        (with("deadline", json!("2026-12-01T12:00:00")), SubmissionInvalid, "/deadline"),
        (with("deadline", json!(1_700_000_000)), SubmissionInvalid, "/deadline"),
        (with("heartbeat_seconds", json!(0)), SubmissionInvalid, "/heartbeat_seconds"),
        (with("heartbeat_seconds", json!(-5)), SubmissionInvalid, "/heartbeat_seconds"),
        (with("heartbeat_seconds", json!(1.5)), SubmissionInvalid, "/heartbeat_seconds"),
        (with("heartbeat_seconds", json!(1e300)), SubmissionInvalid, "/heartbeat_seconds"),
        (with("heartbeat_seconds", json!(u64::MAX)), SubmissionInvalid, "/heartbeat_seconds"),
        (with("callbacks", json!({ "protocol": "webhook" })), SubmissionInvalid, "/callbacks"),
        (
            with("callbacks", vec![json!({ "protocol": "webhook" }); 17].into()),
            SubmissionInvalid,
            "/callbacks",
        ),
        (with("callbacks", json!([{ "url": "x" }])), SubmissionInvalid, "/callbacks/0"),
        (with("callbacks", json!(["webhook"])), SubmissionInvalid, "/callbacks/0"),
        (with("callbacks", json!([{ "protocol": 1 }])), SubmissionInvalid, "/callbacks/0/protocol"),
        (with("metadata", json!([])), SubmissionInvalid, "/metadata"),
        (with("metadata", json!(null)), SubmissionInvalid, "/metadata"),
        (image("data:text/html,<b>hi</b>"), AttachmentRefused, "/content/image/url"),
        (image("data:image/svg+xml,<svg/>"), AttachmentRefused, "/content/image/url"),
        (image("data:image/png;base64,AAAA"), AttachmentRefused, "/content/image/url"),
        (image("data:image/png;base64,%%%"), AttachmentRefused, "/content/image/url"),
        (image("data:image/png;base64,"), AttachmentRefused, "/content/image/url"),
        (image("DATA:nothing"), AttachmentRefused, "/content/image/url"),
        (image(&data_url("image/jpeg")), AttachmentRefused, "/content/image/url"),
        (content(json!([{ "pages/1": { "url": "data:," } }])), AttachmentRefused, "/content/0/pages~11/url"),
        (content(json!({ "attachment": "sha256:00" })), AttachmentRefused, "/content/attachment"),
    ];
    for (submission, code, pointer) in cases {
        let problem = reading(&submission).expect_err(&format!("{submission} is wrong"));
        assert_eq!(
            (problem.code, problem.pointer.as_deref()),
            (code, Some(pointer)),
            "{submission}: {problem}"
        );
        assert!(!problem.detail.is_empty());
    }
}

#[test]
fn the_published_schema_refuses_the_same_shapes() {
    let schema = serde_json::from_str(super::SCHEMA).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is a schema");
    assert!(schema.is_valid(&good()));
    let shapes = [
        without("v"),
        without("content"),
        with("v", json!(2)),
        with("titel", json!("t")),
        with("id", json!("")),
        with("id", json!("a\u{9b}b")),
        with("title", json!("t".repeat(501))),
        with("suggestions", json!([{ "answer": 1, "confidence": 2 }])),
        with("suggestions", json!([{ "answer": 1, "sure": true }])),
        with("priority", json!(1.5)),
        with("heartbeat_seconds", json!(0)),
        with("callbacks", json!([{ "url": "x" }])),
        with("metadata", json!(null)),
    ];
    for shape in shapes {
        assert!(!schema.is_valid(&shape), "the schema takes {shape}");
        assert!(reading(&shape).is_err(), "the reader takes {shape}");
    }
    for absent in ["engine", "deadline", "heartbeat_seconds"] {
        let submission = with(absent, json!(null));
        assert!(
            schema.is_valid(&submission) && reading(&submission).is_ok(),
            "null is as good as absent: {absent}"
        );
    }
}

#[test]
fn what_is_no_json_is_told_with_its_place() {
    for text in ["", "{", "{\"v\":1,}", "{} {}", "nul", "\u{feff}{}", "{\"v\":1e999}"] {
        let problem = read(&Document::new(text)).expect_err(text);
        assert_eq!(problem.code, Code::JsonMalformed, "{text}: {problem}");
        assert!(problem.detail.contains("line 1"), "{problem}");
    }
    let problem = read(&Document::new(&b"{\"v\":\"\xff\"}"[..])).expect_err("no UTF-8");
    assert_eq!(problem.code, Code::JsonMalformed);
}

#[test]
fn a_depth_bomb_is_refused_before_it_is_parsed() {
    let bomb = "[".repeat(MAX_ITEM_BYTES);
    assert_eq!(read(&Document::new(bomb)).expect_err("too deep").code, Code::JsonTooDeep);
}

#[test]
fn a_mebibyte_is_taken_and_one_byte_more_is_not() {
    let sized = |bytes: usize| {
        let bare = with("content", json!("")).to_string().len();
        with("content", json!("x".repeat(bytes - bare)))
    };
    assert!(reading(&sized(MAX_ITEM_BYTES)).is_ok());
    let problem = reading(&sized(MAX_ITEM_BYTES + 1)).expect_err("too large");
    assert_eq!(problem.code, Code::SubmissionTooLarge);
}

#[test]
fn only_what_is_taken_out_may_be_larger_than_an_item() {
    let big = "x".repeat(MAX_ITEM_BYTES);
    let text = with("content", json!({ "text": format!("data:{big}") }));
    assert_eq!(reading(&text).expect_err("a text is no image").code, Code::SubmissionTooLarge);

    // A PNG may carry anything after its end.
    let url =
        format!("data:image/png;base64,{}{}", PNG.trim_end_matches('='), "A".repeat(MAX_ITEM_BYTES * 2 + 2));
    let image = with("content", json!({ "image": { "url": url } }));
    let read = reading(&image).expect("an image may be large");
    assert_eq!(read.images.len(), 1);
    assert!(read.images[0].bytes.len() > MAX_ITEM_BYTES);
}

#[test]
fn a_data_image_leaves_its_hash_in_its_place() {
    let submission = with("content", json!({ "image": { "url": data_url("image/png"), "alt": "a face" } }));
    let read = reading(&submission).expect("it is good");
    let [image] = read.images.as_slice() else { panic!("one image, not {:?}", read.images.len()) };
    assert_eq!(
        read.item.content,
        json!({ "image": { "attachment": image.hash, "media_type": "image/png", "alt": "a face" } })
    );
    assert!(image.bytes.starts_with(b"\x89PNG"));
}

#[test]
fn other_urls_and_members_stay_as_they_are() {
    let content = json!({
        "image": { "url": "https://engine.example/face.png" },
        "arguments": { "file": "/etc/hosts", "attachment": "invoice.pdf" },
        "note": "data:image/png;base64,AAAA",
    });
    let read = reading(&with("content", content.clone())).expect("it is good");
    assert_eq!(read.item.content, content);
    assert!(read.images.is_empty());
}

#[test]
fn a_file_and_the_same_image_as_a_data_url_are_one_submission() {
    let url = data_url("image/png");
    let by_url = reading(&with("content", json!({ "image": { "url": url } }))).expect("it is good");
    let bytes = by_url.images[0].bytes.clone();
    let handing_in = |content: Value, name: &str| {
        let files = vec![AttachedFile { name: name.to_owned(), bytes: bytes.clone() }];
        read(&Document { json: with("content", content).to_string().into(), files })
    };

    let by_file = handing_in(json!({ "image": { "file": "face" } }), "face").expect("it is good");
    assert_eq!(by_file.item.submission_digest, by_url.item.submission_digest);
    assert_eq!(by_file.item.content, by_url.item.content);

    let by_hash = handing_in(json!({ "image": { "attachment": by_url.images[0].hash } }), "face");
    assert_eq!(by_hash.expect("it is good").item.content, by_url.item.content);

    let unused = handing_in(json!({ "image": { "file": "fase" } }), "face").expect_err("a slip of the pen");
    assert_eq!((unused.code, unused.pointer.as_deref()), (Code::AttachmentRefused, Some("/content")));
}

#[test]
fn a_file_that_is_no_image_is_refused_where_it_is_named() {
    let document = Document {
        json: with("content", json!({ "pages": [{ "file": "page" }] })).to_string().into(),
        files: vec![AttachedFile { name: "page".to_owned(), bytes: "<html>".into() }],
    };
    let problem = read(&document).expect_err("HTML is not shown");
    assert_eq!(
        (problem.code, problem.pointer.as_deref()),
        (Code::AttachmentRefused, Some("/content/pages/0/file"))
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "(data|DATA):(image/png)?(;base64)?,.{0,8}".prop_map(Value::from),
        "sha256:[0-9a-f]{0,4}".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "[a-z]{0,4}",
        prop::sample::select(vec!["url", "file", "attachment", "media_type"]).prop_map(str::to_owned)
    ];
    leaf.prop_recursive(6, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The same value with the members of every object written in the opposite order.
fn backwards(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .rev()
                .map(|(name, member)| format!("{} : {}", Value::from(name.as_str()), backwards(member)))
                .collect();
            format!("{{ {} }}", members.join(" , "))
        }
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(backwards).collect();
            format!("[{}]", values.join(",\n"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

proptest! {
    #[test]
    fn no_json_makes_the_reader_panic(value in any_json()) {
        let _ = reading(&value);
    }

    #[test]
    fn no_member_makes_the_reader_panic(name in prop::sample::select(vec![
        "v", "engine", "id", "queue", "title", "content", "suggestions", "priority", "deadline",
        "heartbeat_seconds", "callbacks", "metadata",
    ]), value in any_json()) {
        let _ = reading(&with(name, value));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in any::<Vec<u8>>()) {
        let _ = read(&Document::new(bytes));
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order_of_members(
        content in any_json(),
        metadata in prop::collection::btree_map("[a-z]{0,4}", any_json(), 0..4),
    ) {
        let mut submission = with("content", content);
        submission["metadata"] = Value::Object(metadata.into_iter().collect::<Map<_, _>>());
        let forwards = read(&Document::new(submission.to_string()));
        let backwards = read(&Document::new(backwards(&submission)));
        match (forwards, backwards) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one.item.submission_digest, other.item.submission_digest),
            (Err(_), Err(_)) => {}
            (one, other) => prop_assert!(false, "one order is taken, the other is not: {one:?} {other:?}"),
        }
    }

    #[test]
    fn every_place_of_a_problem_exists_or_is_a_member_that_should_not(name in "[a-z/~]{1,6}", value in any_json()) {
        let submission = with(&name, value);
        if let Err(Problem { pointer: Some(pointer), .. }) = reading(&submission) {
            prop_assert!(submission.pointer(&pointer).is_some(), "{pointer} leads nowhere");
        }
    }
}
