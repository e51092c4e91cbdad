//! What is answered to questions: of an item, and what is served besides.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::routing::get;
use http::{Method, header};
use placet_review::ItemId;
use rstest::rstest;
use serde_json::json;

use super::super::{Site, guard, router};
use super::{JSON, PORT, Served};
use crate::fixture::{noon, submission};

#[tokio::test]
async fn an_engine_sees_where_its_own_items_stand() {
    let served = Served::open().await;
    let item = ItemId(served.hand_in(&submission("1")).await.body["item"].as_i64().expect("a number"));
    let waiting = served.get("/v1/items/faces/1").await;
    waiting.fits("ItemStanding");
    assert_eq!(waiting.body["state"], "waiting");
    assert_eq!(waiting.body["admitted_at"], "2026-12-01T12:00:00.000Z");

    served.ledger.approve(item).await;
    let decided = served.get("/v1/items/faces/1").await;
    decided.fits("ItemStanding");
    assert_eq!(decided.body["state"], "decided");
    assert_eq!(decided.body["decision"], json!(null), "it can still be taken back");

    let served = served.at(|| noon().plus_millis(10_000));
    let stands = served.get("/v1/items/faces/1").await;
    stands.fits("ItemStanding");
    let decision = &stands.body["decision"];
    assert_eq!((&decision["verdict"], &decision["by"]), (&json!("approve"), &json!("ada")));
    assert_eq!((&decision["note"], &decision["answer"]), (&json!("fine"), &json!(null)));
}

#[rstest]
#[case("/v1/items/faces/2")]
#[case("/v1/items/nobody/1")]
#[case("/v1/items/voices/1")]
#[case("/v1/items/faces/%ff")]
#[tokio::test]
async fn anothers_item_is_as_good_as_not_there(#[case] path: &str) {
    let served = Served::open().await;
    served.hand_in(&submission("1")).await;
    let others = Served { token: served.ledger.token("voices", 2).await, ..served };
    others.hand_in(&submission("1")).await;
    let served = Served { token: others.ledger.token("faces", 3).await, ..others };
    assert_eq!(served.get(path).await.problem(), (404, "item-unknown"));
}

#[tokio::test]
async fn the_description_lists_every_route_and_its_schemas_are_schemas() {
    let served = Served::open().await;
    let told = served.get("/v1/openapi.json").await;
    assert_eq!(
        (told.status.as_u16(), &told.headers[header::CONTENT_TYPE]),
        (200, &JSON.parse().expect("ASCII"))
    );
    let description = &told.body;
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    let described: BTreeSet<_> = description["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, methods)| methods.as_object().expect("methods").keys().map(move |it| (it, path)))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let routes = [
        "get /healthz",
        "get /v1/items/{engine}/{id}",
        "get /v1/openapi.json",
        "get /v1/submission.schema.json",
        "post /v1/items",
    ];
    assert_eq!(described, routes.map(str::to_owned).into());
    for (name, schema) in description["components"]["schemas"].as_object().expect("schemas") {
        assert!(jsonschema::meta::is_valid(schema), "{name} is no JSON Schema");
    }
}

#[tokio::test]
async fn the_served_schema_takes_what_the_door_takes() {
    let served = Served::open().await;
    let schema = served.get("/v1/submission.schema.json").await;
    let validator = jsonschema::validator_for(&schema.body).expect("a schema");
    assert!(validator.is_valid(&submission("1")));
    assert!(!validator.is_valid(&json!({ "v": 1 })));
}

#[tokio::test]
async fn it_says_that_it_is_up_and_who_it_is_without_a_token() {
    let served = Served::open().await;
    let mut request = served.request(Method::GET, "/healthz", Body::empty());
    request.headers_mut().remove(header::AUTHORIZATION);
    let told = served.ask(request).await;
    assert_eq!((told.status.as_u16(), &told.body), (200, &json!({ "status": "ok", "instance": "here" })));
    told.fits("Health");
}

#[tokio::test]
async fn paths_and_methods_that_are_not_served_are_problems_too() {
    let served = Served::open().await;
    for path in ["/", "/v1", "/v1/items/faces", "/v2/items", "/v1/items/faces/1/decision"] {
        assert_eq!(served.get(path).await.problem(), (404, "route-unknown"), "{path}");
    }
    for (method, path, allowed) in [
        (Method::GET, "/v1/items", "POST"),
        (Method::DELETE, "/v1/items/faces/1", "GET,HEAD"),
        (Method::OPTIONS, "/v1/items", "POST"),
        (Method::POST, "/healthz", "GET,HEAD"),
    ] {
        let told = served.ask(served.request(method.clone(), path, Body::empty())).await;
        assert_eq!(told.problem(), (405, "method-not-allowed"), "{method} {path}");
        assert_eq!(told.headers[header::ALLOW], allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn a_handler_that_panics_is_a_problem_and_the_next_is_answered() {
    let served = Served::open().await;
    async fn panics() -> &'static str {
        panic!("of a handler, in a test")
    }
    let site = Site { instance: "here".to_owned(), port: PORT, clock: noon };
    let routes = router(served.ledger.inbox.clone(), site.clone()).route("/panic", get(panics));
    let served = Served { routes: guard(routes, site), ..served };
    let told = served.get("/panic").await;
    assert_eq!(told.problem(), (500, "internal"));
    assert!(!told.body.to_string().contains("in a test"), "its words may hold what was handed in: {told:?}");
    assert_eq!(served.get("/healthz").await.status, 200);
}
