//! A Placet at which a person answers what one engine asks.

use std::sync::atomic::{AtomicU32, Ordering};

use placet_desk::Reach;
use placet_desk::verb::{Decide, Deliveries, Delivery, Next, PutEngine, PutQueue, Submit};
use placet_desk::view::{DeliveryView, ItemView};
use placet_review::{DeliveryState, Draft, Engine, Schedule};
use placet_tests::{Placet, Server, eventually, hold, refunds};
use serde_json::{Value, json};
use tempfile::TempDir;

/// It, with the real command at work.
pub(crate) struct Console {
    /// Its desk.
    pub(crate) desk: Reach,
    engine: String,
    asked: AtomicU32,
    _server: Server,
    _home: TempDir,
}

impl Console {
    /// For an engine by its profile, with these keys, each after its name. What fails is tried again soon.
    pub(crate) async fn open(engine: Engine, keys: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let placet = keys.iter().fold(Placet::on(home.path()), |placet, (name, key)| {
            placet.with(&format!("PLACET_KEY_{}", name.to_uppercase().replace(['-', '.'], "_")), key)
        });
        let server = placet.serve();
        let (desk, name) = (placet.desk().await, engine.name.clone());
        let engine = Engine { schedule: Schedule::Fast, ..engine };
        desk.ask("owner", PutEngine { engine }).await.expect("the engine is added");
        desk.ask("owner", PutQueue { queue: refunds() }).await.expect("the queue is added");
        Self { desk, engine: name, asked: AtomicU32::new(0), _server: server, _home: home }
    }

    /// Hands an item in whose answer goes to this callback, with what else is to be said of it, and takes hold of it.
    pub(crate) async fn ask(&self, callback: &Value, besides: Value) -> ItemView {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let mut submission = json!({
            "v": 1, "engine": self.engine, "id": format!("refund-{number}"), "queue": "refunds",
            "title": "Refund order 4711?", "callbacks": [callback],
            "content": { "tool": "refund", "arguments": { "order": "4711" } },
        });
        if let (Value::Object(submission), Value::Object(besides)) = (&mut submission, besides) {
            submission.extend(besides);
        }
        let submit = Submit { documents: vec![submission.to_string()] };
        let submitted = self.desk.ask("owner", submit).await.expect("it is read");
        let next = Next { queue: "refunds".into(), limit: 1 };
        let item = self.desk.ask("ada", next).await.expect("leased").pop();
        item.unwrap_or_else(|| panic!("it was not taken: {submitted:?}"))
    }

    /// Answers an item, and returns the story of its delivery once nothing but a person could move it on.
    pub(crate) async fn answer(&self, item: &ItemView, draft: Draft) -> DeliveryView {
        let decide = Decide { hold: hold(item), shown: item.shown.clone(), draft };
        self.desk.ask("ada", decide).await.expect("decided");
        eventually("the answer is delivered, or not", async || {
            let log = self.desk.ask("ada", Deliveries { limit: 100, ..Deliveries::default() }).await?;
            let row = log.into_iter().find(|row| row.item == item.id).expect("it was decided");
            let story = self.desk.ask("ada", Delivery { delivery: row.id }).await?;
            let under_way = [DeliveryState::Held, DeliveryState::Due, DeliveryState::Sending];
            Ok((!under_way.contains(&story.row.state)).then_some(story))
        })
        .await
        .expect("it ends somehow")
    }
}
