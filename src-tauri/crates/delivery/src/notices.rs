//! Tells engines that want to know how an item fares while it waits: that somebody took it up, how far the answer got.
//! It is news, not the answer: what cannot be told now is not told later.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use placet_review::{DeliveryId, Engine, Item, ItemId, Outcome};
use placet_store::Fault;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::attempt::Courier;
use crate::protocol::{self, News, Noticed};
use crate::signer::Subject;

/// How much news waits to be told. Beyond, it is dropped: who is that far behind hears of the answer first.
const WAITING: usize = 1_024;
/// Of how many items it is known without the item that nobody wants news of them. Beyond, all of them are looked at again.
const KNOWN: usize = 4_096;

/// Where news is left. Cheap to clone; all clones are the same.
#[derive(Clone, Debug)]
pub struct Notices {
    sender: mpsc::Sender<Told>,
    /// Items of which nobody wants news. That stays so: an item keeps its callbacks.
    unwanted: Arc<Mutex<HashSet<ItemId>>>,
}

/// What the other end takes.
#[derive(Debug)]
pub struct NoticesToTell {
    receiver: mpsc::Receiver<Told>,
}

#[derive(Debug)]
struct Told {
    item: Arc<Item>,
    engine: Arc<Engine>,
    news: News,
}

impl Notices {
    /// Both ends.
    pub fn new() -> (Self, NoticesToTell) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self { sender, unwanted: Arc::default() }, NoticesToTell { receiver })
    }

    /// Whether the engine wants to hear how this item fares.
    pub fn are_wanted(&self, item: &Item) -> bool {
        let wants = |callback| protocol::named(callback).is_some_and(|protocol| protocol.wants_news());
        let wanted = item.asked.callbacks.iter().any(|callback| wants(&callback.protocol));
        if !wanted {
            let mut unwanted = self.unwanted();
            if unwanted.len() >= KNOWN {
                unwanted.clear();
            }
            unwanted.insert(item.id);
        }
        wanted
    }

    /// `false` if it was seen before that the item's engine wants no news of it, so that the item need not be read.
    pub fn may_be_wanted(&self, item: ItemId) -> bool {
        !self.unwanted().contains(&item)
    }

    /// Tells the engine, some time soon, if it can be told at all.
    pub fn tell(&self, item: Arc<Item>, engine: Arc<Engine>, news: News) {
        // Nobody listens any more, or too much waits: both are no loss.
        let _ = self.sender.try_send(Told { item, engine, news });
    }

    fn unwanted(&self) -> MutexGuard<'_, HashSet<ItemId>> {
        // A set of whole ids is in order even if a holder panicked.
        self.unwanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NoticesToTell {
    /// Tells what is left, of one item one after the other, until `stopped` is true or its sender is gone.
    pub async fn run(mut self, courier: Arc<Courier>, mut stopped: watch::Receiver<bool>) {
        let mut waiting: HashMap<ItemId, VecDeque<Told>> = HashMap::new();
        let mut busy: HashSet<ItemId> = HashSet::new();
        let mut under_way = JoinSet::new();
        loop {
            let item = tokio::select! {
                told = self.receiver.recv() => match told {
                    Some(told) => later(&mut waiting, told),
                    None => return,
                },
                Some(ended) = under_way.join_next() => match ended {
                    Ok(item) => {
                        busy.remove(&item);
                        item
                    }
                    Err(error) => {
                        tracing::error!(%error, "telling an engine broke down");
                        continue;
                    }
                },
                _ = stopped.wait_for(|stop| *stop) => return,
            };
            if let Some(told) =
                waiting.get_mut(&item).filter(|_| !busy.contains(&item)).and_then(VecDeque::pop_front)
            {
                busy.insert(item);
                let courier = courier.clone();
                under_way.spawn(async move {
                    courier.tell(&told.item, &told.engine, &told.news).await;
                    item
                });
            }
            waiting.retain(|_, told| !told.is_empty());
        }
    }
}

/// Puts the news at the end of what waits to be told of its item. Of drafts, the last is enough.
fn later(waiting: &mut HashMap<ItemId, VecDeque<Told>>, told: Told) -> ItemId {
    let item = told.item.id;
    let before = waiting.entry(item).or_default();
    if matches!((before.back(), &told.news), (Some(Told { news: News::Drafted(_), .. }), News::Drafted(_))) {
        before.pop_back();
    }
    before.push_back(told);
    item
}

impl Courier {
    /// Tells each callback of the item that asks for such news, and whether any did. An engine that answers that it
    /// gave up is believed.
    pub(crate) async fn tell(&self, item: &Item, engine: &Engine, news: &News) -> bool {
        let mut asked = false;
        for callback in &item.asked.callbacks {
            let Some(protocol) = protocol::named(&callback.protocol) else { continue };
            let about = Noticed { item, callback, engine, news };
            let Some(mut request) = protocol.notice(&about, (self.now)()) else { continue };
            asked = true;
            request.secrets.extend(protocol.secrets(callback));
            let id = DeliveryId(Uuid::now_v7());
            let subject = Subject { id, engine: &engine.name, task: &item.asked.task };
            let request = match self.signed(request, &subject, engine).await {
                Ok(signed) => signed.request,
                Err(judgement) => {
                    tracing::warn!(item = %item.id, engine = engine.name, why = judgement.words, "news cannot be signed");
                    continue;
                }
            };
            let outcome = match self.http.send(request, engine).await.answer {
                Ok(answer) => protocol.judge_notice(&about, &answer, (self.now)()).outcome,
                Err(why) => {
                    tracing::warn!(item = %item.id, engine = engine.name, %why, "news got no answer");
                    continue;
                }
            };
            tracing::debug!(item = %item.id, engine = engine.name, outcome = outcome.name(), "told how it fares");
            if outcome == Outcome::Gone {
                self.settle(self.store.engine_gave_up(item.id, (self.now)()).await);
                break;
            }
        }
        asked
    }

    pub(crate) fn settle(&self, written: Result<(), Fault>) {
        if let Err(fault) = written {
            // The next heartbeat finds it out again.
            tracing::error!(%fault, "what an engine said while it waits is not recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use placet_review::{Callback, Item, ItemId};
    use serde_json::Map;

    use super::{KNOWN, Notices};
    use crate::protocol::fixture;

    fn item(number: i64, protocol: &str) -> Item {
        let mut item = Item { id: ItemId(number), ..fixture::item() };
        item.asked.callbacks = vec![Callback { protocol: protocol.to_owned(), parameters: Map::new() }];
        item
    }

    #[test]
    fn an_item_whose_engine_wants_no_news_is_looked_at_once() {
        let (notices, _to_tell) = Notices::new();
        for (number, protocol, wanted) in [(1, "webhook", false), (2, "callback-step", true)] {
            let item = item(number, protocol);
            assert!(notices.may_be_wanted(item.id), "nobody has seen it");
            assert_eq!(notices.are_wanted(&item), wanted);
            assert_eq!(notices.may_be_wanted(item.id), wanted, "{protocol}");
        }
    }

    #[test]
    fn what_is_known_of_items_is_bounded() {
        let (notices, _to_tell) = Notices::new();
        let last = i64::try_from(KNOWN).expect("small") + 1;
        for number in 1..=last {
            assert!(!notices.are_wanted(&item(number, "webhook")));
        }
        assert!(notices.may_be_wanted(ItemId(1)), "it is looked at again");
        assert!(!notices.may_be_wanted(ItemId(last)));
    }
}
