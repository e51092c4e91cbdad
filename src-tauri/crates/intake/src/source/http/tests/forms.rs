//! What may be handed in, and in which form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, header};
use placet_review::ItemId;
use rstest::rstest;
use serde_json::{Value, json};

use super::{JSON, LINES, Served, endless, lines};
use crate::fixture::{PIXEL, submission};

#[tokio::test]
async fn one_submission_is_created_and_again_it_is_there() {
    let served = Served::open().await;
    let created = served.hand_in(&submission("task 4711/ä")).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.body["outcome"], "admitted");
    created.fits("Admitted");
    let location = created.headers[header::LOCATION].to_str().expect("ASCII");
    let standing = served.get(location).await;
    assert_eq!((standing.status.as_u16(), &standing.body["id"]), (200, &json!("task 4711/ä")), "{location}");

    let again = served.hand_in(&submission("task 4711/ä")).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body["outcome"], "duplicate");
    assert_eq!(again.body["item"], created.body["item"]);
}

#[tokio::test]
async fn the_order_of_members_makes_no_other_submission() {
    let served = Served::open().await;
    served.hand_in(&submission("1")).await;
    let reordered = r#"{ "title": "Deploy?", "queue": "gate", "id": "1", "content": { "commit": "abc" },
        "callbacks": [{ "url": "https://e.example/done", "protocol": "webhook" }], "v": 1 }"#;
    let told = served.ask(served.post(JSON, reordered)).await;
    assert_eq!((told.status.as_u16(), &told.body["outcome"]), (200, &json!("duplicate")));
}

#[tokio::test]
async fn the_same_id_with_another_body_is_a_conflict() {
    let served = Served::open().await;
    served.hand_in(&submission("1")).await;
    let mut other = submission("1");
    other["title"] = json!("Deploy it?");
    let told = served.hand_in(&other).await;
    assert_eq!(told.problem(), (409, "submission-conflict"));
    assert_eq!(told.body["pointer"], "/id");
}

#[tokio::test]
async fn what_does_not_fit_is_told_with_its_place() {
    let served = Served::open().await;
    let with = |name: &str, value: Value| {
        let mut submission = submission("1");
        submission[name] = value;
        submission
    };
    let elsewhere = json!([{ "protocol": "webhook", "url": "https://evil.example/" }]);
    let suggestion = json!([{ "answer": 1, "confidence": 2 }]);
    for (submission, status, code, pointer) in [
        (with("v", json!(2)), 422, "version-unsupported", "/v"),
        (with("title", json!("")), 422, "submission-invalid", "/title"),
        (with("suggestions", suggestion), 422, "submission-invalid", "/suggestions/0/confidence"),
        (with("queue", json!("nowhere")), 422, "queue-unknown", "/queue"),
        (with("engine", json!("voices")), 403, "engine-mismatch", "/engine"),
        (with("callbacks", elsewhere), 422, "callback-refused", "/callbacks/0/url"),
        (
            with("content", json!({ "url": "data:image/png;base64,AAAA" })),
            422,
            "attachment-refused",
            "/content/url",
        ),
    ] {
        let told = served.hand_in(&submission).await;
        assert_eq!(told.problem(), (status, code));
        assert_eq!(told.body["pointer"], pointer);
    }
    assert_eq!(served.ledger.waiting().await, 0);
}

#[rstest]
#[case("")]
#[case("nonsense")]
#[case("{\"v\":1")]
#[case("[{\"v\":1}")]
#[case("{\"v\":1}{}")]
#[tokio::test]
async fn what_is_no_json_is_told_so(#[case] text: &'static str) {
    let served = Served::open().await;
    assert_eq!(served.ask(served.post(JSON, text)).await.problem(), (400, "json-malformed"), "{text}");
}

#[rstest]
#[case(None)]
#[case(Some("text/plain"))]
#[case(Some("text/json"))]
#[case(Some("application/jsonp"))]
#[case(Some("application/x-www-form-urlencoded"))]
#[tokio::test]
async fn other_media_types_are_not_read(#[case] content_type: Option<&str>) {
    let served = Served::open().await;
    // Nor is the body waited for: this one would never end.
    let mut request = served.request(Method::POST, "/v1/items", endless());
    if let Some(content_type) = content_type {
        request.headers_mut().insert(header::CONTENT_TYPE, content_type.parse().expect("ASCII"));
    }
    assert_eq!(served.ask(request).await.problem(), (415, "content-type-unsupported"));
}

#[rstest]
#[case("application/json; charset=utf-8")]
#[case("APPLICATION/JSON")]
#[tokio::test]
async fn a_media_type_has_no_case_and_may_have_parameters(#[case] content_type: &str) {
    let served = Served::open().await;
    let told = served.ask(served.post(content_type, submission("1").to_string())).await;
    assert_eq!(told.status, 201, "{told:?}");
}

#[rstest]
#[case("application/jsonl")]
#[case("application/x-ndjson")]
#[tokio::test]
async fn each_line_gets_its_own_answer_and_the_good_are_kept(#[case] content_type: &str) {
    let served = Served::open().await;
    served.hand_in(&submission("3")).await;
    let mut bad = submission("2");
    bad["queue"] = json!("nowhere");
    let body = format!("{}\r\n\nnonsense\n{bad}\n{}", submission("1"), submission("3"));
    let told = served.ask(served.post(content_type, body)).await;
    assert_eq!(told.status, 207);
    told.fits("Results");
    let results = told.body["results"].as_array().expect("a list");
    let said: Vec<_> = results
        .iter()
        .map(|line| (line["line"].as_u64(), line["outcome"].as_str(), line["problem"]["code"].as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (Some(1), Some("admitted"), None),
            (Some(3), None, Some("json-malformed")),
            (Some(4), None, Some("queue-unknown")),
            (Some(5), Some("duplicate"), None),
        ]
    );
    assert_eq!(results[2]["problem"]["pointer"], "/queue");
    assert_eq!(results[2]["problem"]["status"], 422);
    assert_eq!(served.ledger.waiting().await, 2);
}

#[tokio::test]
async fn a_batch_in_which_all_is_good_is_simply_good() {
    let served = Served::open().await;
    let both = [submission("1"), submission("2")];
    let told = served.ask(served.post(LINES, lines(&both))).await;
    assert_eq!(told.status, 200);
    told.fits("Results");
    let again = served.ask(served.post(JSON, json!(both).to_string())).await;
    assert_eq!((again.status.as_u16(), &again.body["results"][1]["outcome"]), (200, &json!("duplicate")));
    assert_eq!(served.ask(served.post(LINES, "\n\n")).await.body, json!({ "results": [] }));
    assert_eq!(served.ask(served.post(JSON, "[]")).await.body, json!({ "results": [] }));
}

#[tokio::test]
async fn the_places_of_an_array_count_from_one() {
    let served = Served::open().await;
    let told = served.ask(served.post(JSON, json!([submission("1"), 17, submission("2")]).to_string())).await;
    assert_eq!(told.status, 207);
    let said: Vec<_> = told.body["results"].as_array().expect("a list").iter().collect();
    assert_eq!((&said[1]["line"], &said[1]["problem"]["code"]), (&json!(2), &json!("submission-invalid")));
    assert_eq!((&said[2]["line"], &said[2]["outcome"]), (&json!(3), &json!("admitted")));
}

#[tokio::test]
async fn files_come_with_the_submission_that_names_them() {
    let served = Served::open().await;
    let pixel = STANDARD.decode(PIXEL).expect("base64");
    let mut with_image = submission("1");
    with_image["content"] = json!({ "image": { "file": "face" } });
    let told =
        served.hand_in_parts(&[("face", &pixel), ("submission", with_image.to_string().as_bytes())]).await;
    assert_eq!(told.status, 201, "{told:?}");
    let item = ItemId(told.body["item"].as_i64().expect("a number"));
    let item = served.ledger.store.item(item).await.expect("read").expect("there");
    let hash = item.asked.content["image"]["attachment"].as_str().expect("its hash");
    assert_eq!(served.ledger.attachments.read(hash).expect("read").as_deref(), Some(&pixel[..]));
}

#[tokio::test]
async fn parts_that_do_not_fit_together_are_refused() {
    let served = Served::open().await;
    let text = submission("1").to_string();
    let text = text.as_bytes();
    let malformed: [&[(&str, &[u8])]; 4] = [
        &[],
        &[("face", b"bytes")],
        &[("submission", text), ("submission", text)],
        &[("submission", text), ("face", b"a"), ("face", b"b")],
    ];
    for parts in malformed {
        assert_eq!(served.hand_in_parts(parts).await.problem(), (400, "multipart-malformed"), "{parts:?}");
    }
    let unnamed = served.hand_in_parts(&[("submission", text), ("face", b"bytes")]).await;
    assert_eq!(unnamed.problem(), (422, "attachment-refused"), "nothing refers to the file");
    let broken = served.ask(served.post("multipart/form-data; boundary=edge", "--edge\r\nhalf")).await;
    assert_eq!(broken.problem(), (400, "multipart-malformed"));
    let no_edge = served.ask(served.post("multipart/form-data", "")).await;
    assert_eq!(no_edge.problem(), (400, "multipart-malformed"));
    assert_eq!(served.ledger.waiting().await, 0);
}
