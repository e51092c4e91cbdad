mod asked;
mod ledger;
mod tokens;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use placet_review::{
    Callback, DeliveryState, ItemState, JwtAlgorithm, JwtSigning, Outcome, Park, Signing, Timestamp,
};
use placet_store::{DeliveryFilter, DeliveryLog, Room, Store};
use standardwebhooks::Webhook;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use self::ledger::Ledger;
use super::{IN_FLIGHT, Worker};
use crate::{Courier, Heartbeats, Http, KeyChoice, Keys};

fn now() -> Timestamp {
    let ms = UNIX_EPOCH.elapsed().expect("after 1970").as_millis();
    Timestamp::from_millis(i64::try_from(ms).expect("this century"))
}

/// Keys as whoever starts Placet hands them over.
fn keys(lines: &str) -> (Arc<Keys>, tempfile::NamedTempFile) {
    use std::os::fd::AsRawFd as _;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), lines).expect("written");
    let number = u32::try_from(file.as_raw_fd()).expect("a descriptor");
    (Arc::new(Keys::open(&KeyChoice::Descriptor(number)).expect("read")), file)
}

struct Working {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

fn courier(ledger: &Arc<Ledger>, keys: Arc<Keys>) -> Arc<Courier> {
    let store: Arc<dyn Store> = ledger.clone();
    Arc::new(Courier::new(store, Http::new(), keys, now))
}

fn work(ledger: &Arc<Ledger>, keys: Arc<Keys>) -> Working {
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(Worker::new(courier(ledger, keys)).run(stopped));
    Working { stop, task }
}

impl Working {
    async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.expect("the worker ends well");
    }
}

/// All deliveries, once each is in `state`.
async fn all_in(ledger: &Ledger, state: DeliveryState) -> Vec<DeliveryLog> {
    let mut changes = ledger.changes();
    let search = async {
        loop {
            let filter = DeliveryFilter { limit: 1_000, ..DeliveryFilter::default() };
            let rows = ledger.deliveries(filter).await.expect("listed");
            if !rows.is_empty() && rows.iter().all(|row| row.delivery.standing.state == state) {
                let mut logs = Vec::new();
                for row in rows {
                    logs.push(ledger.delivery(row.delivery.id).await.expect("read").expect("there"));
                }
                return logs;
            }
            // Lagging behind is news as well.
            let _ = changes.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), search).await.expect("it should have happened by now")
}

async fn answering(status: u16) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(status).set_body_string("so")).mount(&server).await;
    server
}

fn signed_by(key: &str) -> Signing {
    Signing::by_webhook_key(key)
}

#[tokio::test]
async fn a_decision_reaches_its_receiver_signed_and_is_written_down() {
    let receiver = answering(200).await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let (keys, _handed_over) =
        keys(&format!("webhooks={secret}\njwt=\"a shared secret of thirty-two bytes\"\n"));
    let jwt = JwtSigning {
        key: "jwt".into(),
        algorithm: JwtAlgorithm::HS256,
        kid: None,
        audience: None,
        place: placet_review::JwtPlace::Bearer,
        published: vec![],
    };
    let signing = Signing { jwt: Some(jwt), ..signed_by("webhooks") };
    let ledger = Ledger::open(&receiver.uri(), signing).await;
    let working = work(&ledger, keys);
    ledger.decide("task-1", &receiver.uri()).await;

    let logs = all_in(&ledger, DeliveryState::Delivered).await;
    let requests = receiver.received_requests().await.expect("recorded");
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].body, logs[0].delivery.body, "the frozen bytes");
    let verifier = Webhook::new(secret).expect("the same secret");
    verifier.verify(&requests[0].body, &requests[0].headers).expect("a good signature");
    assert!(requests[0].headers["authorization"].to_str().expect("text").starts_with("Bearer ey"));

    let [attempt] = &logs[0].attempts[..] else { panic!("one attempt: {:?}", logs[0].attempts) };
    assert_eq!((attempt.number, attempt.outcome, attempt.status), (1, Some(Outcome::Accepted), Some(200)));
    assert_eq!(attempt.answer.as_deref(), Some("so"));
    assert!(attempt.ended_at.is_some_and(|ended| ended >= attempt.started_at));
    working.stop().await;
}

#[tokio::test]
async fn more_answers_than_slots_all_get_through_once() {
    let receiver = answering(204).await;
    let ledger = Ledger::open(&receiver.uri(), Signing::default()).await;
    let count = 4 * IN_FLIGHT;
    for number in 0..count {
        ledger.decide(&format!("task-{number}"), &receiver.uri()).await;
    }
    let working = work(&ledger, keys("").0);
    assert_eq!(all_in(&ledger, DeliveryState::Delivered).await.len(), count);
    let requests = receiver.received_requests().await.expect("recorded");
    let ids: std::collections::HashSet<_> =
        requests.iter().map(|request| request.headers["webhook-id"].clone()).collect();
    assert_eq!((requests.len(), ids.len()), (count, count));
    working.stop().await;
}

#[tokio::test]
async fn a_key_that_is_missing_parks_the_delivery_and_nothing_is_sent() {
    let receiver = answering(204).await;
    let ledger = Ledger::open(&receiver.uri(), signed_by("faces")).await;
    let working = work(&ledger, keys("voices=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").0);
    ledger.decide("task-1", &receiver.uri()).await;
    let logs = all_in(&ledger, DeliveryState::Parked).await;
    assert_eq!(logs[0].attempts[0].outcome, Some(Outcome::Parked(Park::Auth)));
    let reason = logs[0].delivery.standing.reason.clone().expect("it says why");
    assert!(reason.contains("\"faces\"") && reason.contains("descriptor"), "{reason}");
    assert!(receiver.received_requests().await.expect("recorded").is_empty(), "never unsigned");
    working.stop().await;
}

#[tokio::test]
async fn an_address_that_is_no_longer_allowed_parks_the_delivery_and_nothing_is_sent() {
    let receiver = answering(204).await;
    let ledger = Ledger::open("https://e.example/", Signing::default()).await;
    let working = work(&ledger, keys("").0);
    ledger.decide("task-1", &receiver.uri()).await;
    let logs = all_in(&ledger, DeliveryState::Parked).await;
    assert_eq!(logs[0].attempts[0].outcome, Some(Outcome::Parked(Park::Policy)));
    assert!(receiver.received_requests().await.expect("recorded").is_empty());
    working.stop().await;
}

#[tokio::test]
async fn an_attempt_that_was_under_way_in_a_crash_is_made_again() {
    let receiver = answering(204).await;
    let ledger = Ledger::open(&receiver.uri(), Signing::default()).await;
    ledger.decide("task-1", &receiver.uri()).await;
    // The last process came as far as this.
    let room = Room { total: 1, ..Room::default() };
    assert_eq!(ledger.lease_due_deliveries(room, now(), now()).await.expect("leased").len(), 1);
    let working = work(&ledger, keys("").0);
    let logs = all_in(&ledger, DeliveryState::Delivered).await;
    let outcomes: Vec<_> = logs[0].attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Interrupted), Some(Outcome::Accepted)]);
    assert!(logs[0].delivery.standing.ambiguous, "only a person clears that");
    working.stop().await;
}

#[tokio::test]
async fn a_stop_lets_the_attempt_under_way_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let (heard, came) = oneshot::channel();
    let (allow, allowed) = oneshot::channel();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a connection");
        let mut start = [0; 4];
        connection.read_exact(&mut start).await.expect("a request");
        heard.send(()).expect("somebody waits");
        allowed.await.expect("allowed");
        connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("answered");
        let mut rest = Vec::new();
        let _ = connection.read_to_end(&mut rest).await;
    });
    let ledger = Ledger::open(&url, Signing::default()).await;
    let working = work(&ledger, keys("").0);
    ledger.decide("task-1", &url).await;
    came.await.expect("the request came");
    working.stop.send_replace(true);
    allow.send(()).expect("somebody waits");
    working.task.await.expect("the worker ends well");
    let logs = all_in(&ledger, DeliveryState::Delivered).await;
    assert_eq!(logs[0].attempts.len(), 1, "it was not cut off");
}

#[tokio::test]
async fn an_outcome_is_written_down_even_if_the_ledger_fails_at_first() {
    let receiver = answering(204).await;
    let ledger = Ledger::open(&receiver.uri(), Signing::default()).await;
    ledger.fail_outcomes(2);
    let working = work(&ledger, keys("").0);
    ledger.decide("task-1", &receiver.uri()).await;
    let logs = all_in(&ledger, DeliveryState::Delivered).await;
    assert_eq!(logs[0].attempts.len(), 1);
    assert_eq!(
        receiver.received_requests().await.expect("recorded").len(),
        1,
        "it is not sent again for that"
    );
    working.stop().await;
}

#[tokio::test]
async fn a_worker_that_has_nothing_to_do_leaves_the_ledger_alone() {
    let receiver = answering(204).await;
    let ledger = Ledger::open(&receiver.uri(), Signing::default()).await;
    let working = work(&ledger, keys("").0);
    ledger.decide("task-1", &receiver.uri()).await;
    all_in(&ledger, DeliveryState::Delivered).await;
    // One decision, one lease, one outcome: each is news of deliveries once at most, and so is the start.
    working.stop().await;
    assert!(ledger.looks() <= 5, "{} looks for one delivery", ledger.looks());
}

/// Gives signs of life until it is dropped.
fn beat(ledger: &Arc<Ledger>, keys: Arc<Keys>) -> watch::Sender<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(Heartbeats::new(courier(ledger, keys)).run(stopped));
    stop
}

fn with_heartbeats(url: &str) -> Callback {
    let parameters = serde_json::json!({ "url": url, "heartbeat_url": format!("{url}/alive") });
    Callback { protocol: "webhook".into(), parameters: parameters.as_object().expect("an object").clone() }
}

async fn eventually(what: &str, mut check: impl AsyncFnMut() -> bool) {
    let search = async {
        while !check().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), search).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn an_engine_hears_that_its_task_still_waits() {
    let engine = answering(204).await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let (keys, _handed_over) = keys(&format!("webhooks={secret}\n"));
    let ledger = Ledger::open(&engine.uri(), signed_by("webhooks")).await;
    let _beating = beat(&ledger, keys);
    ledger.hand_in("task-1", with_heartbeats(&engine.uri()), Some(1)).await;
    let requests = async || engine.received_requests().await.expect("recorded");
    eventually("two signs of life", async || requests().await.len() >= 2).await;
    let heard = requests().await;
    assert_eq!(heard[0].url.path(), "/alive");
    let body: serde_json::Value = heard[0].body_json().expect("JSON");
    assert_eq!((&body["type"], &body["id"]), (&"item.waiting".into(), &"task-1".into()));
    let verifier = Webhook::new(secret).expect("the same secret");
    verifier.verify(&heard[0].body, &heard[0].headers).expect("a good signature");
    assert_ne!(
        heard[0].headers["webhook-id"], heard[1].headers["webhook-id"],
        "each is a message of its own"
    );
}

#[tokio::test]
async fn an_engine_that_answers_that_it_gave_up_takes_its_item_along() {
    let engine = answering(410).await;
    let ledger = Ledger::open(&engine.uri(), Signing::default()).await;
    let item = ledger.hand_in("task-1", with_heartbeats(&engine.uri()), Some(1)).await;
    let _beating = beat(&ledger, keys("").0);
    let state = async || ledger.item(item).await.expect("read").expect("there").state;
    eventually("the item expires", async || state().await == ItemState::Expired).await;
    assert_eq!(engine.received_requests().await.expect("recorded").len(), 1);
}

#[tokio::test]
async fn an_engine_that_gives_no_address_for_them_gets_no_heartbeats() {
    let engine = answering(204).await;
    let ledger = Ledger::open(&engine.uri(), Signing::default()).await;
    let parameters = serde_json::Map::from_iter([("url".to_owned(), engine.uri().into())]);
    ledger.hand_in("task-1", Callback { protocol: "webhook".into(), parameters }, Some(1)).await;
    let _beating = beat(&ledger, keys("").0);
    eventually("it is found out", async || ledger.next_heartbeat_at().await.expect("read").is_none()).await;
    assert!(engine.received_requests().await.expect("recorded").is_empty());
}

#[tokio::test]
async fn a_worker_stops_at_once_when_nothing_is_under_way() {
    let ledger = Ledger::open("https://e.example/", Signing::default()).await;
    work(&ledger, keys("").0).stop().await;
}
