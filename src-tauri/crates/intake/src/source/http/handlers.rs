//! One function a route.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use placet_store::Fault;

use super::answer::{Answer, Health, ItemStanding, Line, Results};
use super::body::{Form, HandedIn};
use super::{Door, token};
use crate::problem::{Code, Problem};
use crate::{Admitted, AdmittedOutcome, Document, SCHEMA, Submitter};

/// How many submissions of a batch go into one transaction, so that reviewers' decisions get their turn
/// between two of them.
const AT_ONCE: usize = 5_000;

/// Hands items in.
#[utoipa::path(
    post, path = "/v1/items", operation_id = "handIn", tag = "items",
    description = "Takes one submission, a JSON array of them, or JSON Lines. The same id with the same body \
        again is a duplicate and changes nothing, so a request whose answer was lost is simply sent again.",
    security(("token" = [])),
    responses(
        (status = 200, description = "One submission that was admitted before; or a batch in which all is good.",
         body = Admitted),
        (status = 201, description = "Admitted: it is on disk.", body = Admitted),
        (status = 207, description = "A batch in which some are not: each has its own answer.", body = Results),
    )
)]
pub(super) async fn hand_in(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Problem> {
    let engine = door.engine(request.headers()).await?;
    let form = Form::of(request.headers())?;
    let by = Submitter::Engine(engine);
    match form.read(request).await? {
        HandedIn::One(document) => door.take_one(&by, document).await,
        HandedIn::Many(documents) => door.take_many(&by, documents).await,
    }
}

/// Tells where an item stands.
#[utoipa::path(
    get, path = "/v1/items/{engine}/{id}", operation_id = "askAfter", tag = "items",
    description = "Tells where the engine's own item stands. The decision is there once it can no longer be \
        taken back.",
    params(
        ("engine" = String, Path, description = "The engine whose token is shown."),
        ("id" = String, Path, description = "The engine's own name of the task, percent-encoded."),
    ),
    security(("token" = [])),
    responses((status = 200, description = "Where it stands.", body = ItemStanding))
)]
pub(super) async fn ask_after(
    State(door): State<Arc<Door>>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let own = door.engine(&headers).await?;
    // Another engine's items are as good as not there: that they are is not this engine's to know.
    let unknown = || Problem::new(Code::ItemUnknown, "this engine has handed in no item with this id");
    let Ok(Path((engine, id))) = path else { return Err(unknown()) };
    if engine != own {
        return Err(unknown());
    }
    let (item, decision) =
        door.inbox.answer(&engine, &id, (door.site.clock)()).await.map_err(failed)?.ok_or_else(unknown)?;
    Ok(Json(ItemStanding::new(item, decision)).into_response())
}

/// This description.
#[utoipa::path(
    get, path = "/v1/openapi.json", operation_id = "openapi", tag = "about",
    responses((status = 200, description = "This description of the routes.", body = serde_json::Value))
)]
pub(super) async fn openapi() -> Response {
    json_text(super::openapi())
}

/// The form of a submission.
#[utoipa::path(
    get, path = "/v1/submission.schema.json", operation_id = "submissionSchema", tag = "about",
    responses((status = 200, description = "The JSON Schema of a submission.", body = serde_json::Value))
)]
pub(super) async fn submission_schema() -> Response {
    json_text(SCHEMA)
}

/// Whether the server is up.
#[utoipa::path(
    get, path = "/healthz", operation_id = "health", tag = "about",
    responses((status = 200, description = "It is up.", body = Health))
)]
pub(super) async fn health(State(door): State<Arc<Door>>) -> Json<Health> {
    Json(Health { status: "ok", instance: door.site.instance.clone() })
}

pub(super) async fn no_such_route() -> Problem {
    Problem::new(Code::RouteUnknown, "see GET /v1/openapi.json for what is served")
}

pub(super) async fn no_such_method() -> Problem {
    Problem::new(Code::MethodNotAllowed, "see GET /v1/openapi.json for what is served")
}

impl Door {
    async fn engine(&self, headers: &HeaderMap) -> Result<String, Problem> {
        let sha256 = token::shown_in(headers)?;
        let engine = self.inbox.engine_with_token(sha256).await.map_err(failed)?;
        engine.map(|name| name.to_string()).ok_or_else(|| {
            let detail = "this token is no engine's; make a new one with: placet engine token NAME";
            Problem::new(Code::TokenUnknown, detail)
        })
    }

    async fn take_one(&self, by: &Submitter, document: Document) -> Result<Response, Problem> {
        let answers = self.take(by, vec![document]).await?;
        let admitted = answers.into_iter().next().unwrap_or_else(|| Err(unanswered()))?;
        let status = match admitted.outcome {
            AdmittedOutcome::Admitted => StatusCode::CREATED,
            AdmittedOutcome::Duplicate => StatusCode::OK,
        };
        let mut response = (status, Json(&admitted)).into_response();
        if let Ok(location) = HeaderValue::from_str(&path_of(&admitted)) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        Ok(response)
    }

    async fn take_many(
        &self,
        by: &Submitter,
        documents: Vec<(usize, Document)>,
    ) -> Result<Response, Problem> {
        let mut results = Vec::with_capacity(documents.len());
        let mut documents = documents.into_iter().peekable();
        while documents.peek().is_some() {
            let (lines, some): (Vec<_>, Vec<_>) = documents.by_ref().take(AT_ONCE).unzip();
            for (line, taken) in lines.into_iter().zip(self.take(by, some).await?) {
                let answer = match taken {
                    Ok(admitted) => Answer::Taken(admitted),
                    Err(problem) => Answer::Refused { problem },
                };
                results.push(Line { line, answer });
            }
        }
        let all_good = results.iter().all(|line| matches!(line.answer, Answer::Taken(_)));
        let status = if all_good { StatusCode::OK } else { StatusCode::MULTI_STATUS };
        Ok((status, Json(Results { results })).into_response())
    }

    async fn take(
        &self,
        by: &Submitter,
        documents: Vec<Document>,
    ) -> Result<Vec<Result<Admitted, Problem>>, Problem> {
        self.inbox.admit(by, documents, (self.site.clock)()).await.map_err(failed)
    }
}

fn path_of(admitted: &Admitted) -> String {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("/v1/items/{}/{}", encode(&admitted.engine), encode(&admitted.id))
}

fn unanswered() -> Problem {
    Problem::new(Code::Internal, "the submission was not answered for")
}

/// The ledger's own words are for the log: they may name files of this machine.
fn failed(fault: Fault) -> Problem {
    tracing::error!(%fault, "the ledger failed an intake request");
    match fault {
        Fault::Failed(_) | Fault::File { .. } | Fault::Closed => {
            let detail = "the ledger cannot take it now; nothing was lost, hand it in again later";
            Problem::new(Code::LedgerUnavailable, detail)
        }
        Fault::InUse(_)
        | Fault::TooNew { .. }
        | Fault::Damaged(_)
        | Fault::OtherAuditKey
        | Fault::Unreadable(_)
        | Fault::Impossible(_)
        | Fault::Missing(_) => {
            Problem::new(Code::Internal, "the ledger failed; its log says why, and handing in again is safe")
        }
    }
}

fn json_text(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
