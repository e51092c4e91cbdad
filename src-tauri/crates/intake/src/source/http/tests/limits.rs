//! How large, how deep, how long.

use axum::body::Body;
use serde_json::json;

use super::{JSON, LINES, Served};
use crate::fixture::submission;
use crate::{MAX_DEPTH, MAX_ITEM_BYTES, MAX_REQUEST_BYTES};

#[tokio::test]
async fn a_submission_may_have_a_mebibyte() {
    let served = Served::open().await;
    let sized = |bytes: usize| {
        let bare = submission("1").to_string().len();
        let mut sized = submission("1");
        sized["content"] = json!({ "commit": "a".repeat(bytes - bare + "abc".len()) });
        assert_eq!(sized.to_string().len(), bytes);
        sized
    };
    let told = served.hand_in(&sized(MAX_ITEM_BYTES + 1)).await;
    assert_eq!(told.problem(), (413, "submission-too-large"));
    assert_eq!(served.hand_in(&sized(MAX_ITEM_BYTES)).await.status, 201);
}

#[tokio::test]
async fn what_is_too_large_or_too_deep_is_not_even_parsed() {
    let served = Served::open().await;
    // Neither is JSON, which nobody who has not parsed them could know.
    let large = format!("{{{}", " ".repeat(MAX_ITEM_BYTES));
    assert_eq!(served.ask(served.post(JSON, large)).await.problem(), (413, "submission-too-large"));
    let deep = "{\"a\":".repeat(MAX_DEPTH + 1);
    assert_eq!(served.ask(served.post(JSON, deep)).await.problem(), (400, "json-too-deep"));
    let bomb = format!("[{}", "[".repeat(MAX_ITEM_BYTES));
    let told = served.ask(served.post(JSON, bomb)).await;
    assert!(told.status.is_client_error(), "a bomb in an array is refused as well: {told:?}");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_not_taken_in() {
    let served = Served::open().await;
    let told = served.ask(served.post(LINES, vec![b' '; MAX_REQUEST_BYTES + 1])).await;
    assert_eq!(told.problem(), (413, "request-too-large"));
    let told = served.ask(served.post(LINES, vec![b'\n'; MAX_REQUEST_BYTES])).await;
    assert_eq!(told.status, 200);
}

#[tokio::test]
async fn a_body_that_breaks_off_admits_nothing() {
    let served = Served::open().await;
    let whole = submission("1").to_string();
    let broken = futures::stream::iter([Ok(whole), Err(std::io::Error::other("the line went dead"))]);
    let told = served.ask(served.post(JSON, Body::from_stream(broken))).await;
    assert_eq!(told.problem(), (408, "request-timeout"));
    assert_eq!(served.ledger.waiting().await, 0);
}
