//! What was found: whether a ledger agrees with everybody outside of it, counted.

use std::collections::{BTreeSet, HashMap, HashSet};

use placet_desk::view::AuditReportView;
use uuid::Uuid;

use super::outside::Outside;
use super::receiver::Receiver;
use crate::ledger::Ledger;

/// What was counted over all ledgers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) kills: u64,
    pub(super) kills_at_start: u64,
    pub(super) kills_while_sending: u64,
    pub(super) broken_off: u64,
    pub(super) items: u64,
    pub(super) items_lost: u64,
    pub(super) decisions: u64,
    pub(super) decisions_lost: u64,
    pub(super) decided_twice: u64,
    pub(super) misfits: u64,
    pub(super) damage: u64,
    pub(super) sends: u64,
    pub(super) ids_differ: u64,
    pub(super) sends_again: u64,
    pub(super) sends_too_many: u64,
    pub(super) sends_after_success: u64,
    pub(super) never_answered: u64,
    pub(super) wrong: u64,
    pub(super) unfinished: u64,
    pub(super) audit: u64,
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        self.kills += other.kills;
        self.kills_at_start += other.kills_at_start;
        self.kills_while_sending += other.kills_while_sending;
        self.broken_off += other.broken_off;
        self.items += other.items;
        self.items_lost += other.items_lost;
        self.decisions += other.decisions;
        self.decisions_lost += other.decisions_lost;
        self.decided_twice += other.decided_twice;
        self.misfits += other.misfits;
        self.damage += other.damage;
        self.sends += other.sends;
        self.ids_differ += other.ids_differ;
        self.sends_again += other.sends_again;
        self.sends_too_many += other.sends_too_many;
        self.sends_after_success += other.sends_after_success;
        self.never_answered += other.never_answered;
        self.wrong += other.wrong;
        self.unfinished += other.unfinished;
        self.audit += other.audit;
    }
}

/// What was found in one ledger.
#[derive(Default)]
pub(super) struct Found {
    pub(super) kills: u64,
    pub(super) kills_at_start: u64,
    pub(super) kills_while_sending: u64,
    /// How often each delivery was under way at a kill.
    pub(super) under_way: HashMap<Uuid, u64>,
    /// Deliveries that were delivered by the ledger, with how often they had come by then.
    pub(super) delivered: HashMap<Uuid, u64>,
    pub(super) items_lost: HashSet<String>,
    pub(super) decisions_lost: HashSet<Uuid>,
    pub(super) decided_twice: HashSet<String>,
    pub(super) misfits: BTreeSet<String>,
    pub(super) damage: BTreeSet<String>,
    pub(super) never_answered: HashSet<Uuid>,
    pub(super) ids_differ: u64,
    /// How much the audit chain finds wrong in the end.
    audit: u64,
    /// 1 if not everything was decided and delivered in the end.
    pub(super) unfinished: u64,
    /// All of it, for a person.
    pub(super) objections: Vec<String>,
}

impl Found {
    pub(super) fn compare(&mut self, ledger: &Ledger, outside: &Outside, receiver: &Receiver) {
        let heard = receiver.heard();
        let told = outside.told();
        for task in &told.items {
            if !ledger.items.contains(task) && self.items_lost.insert(task.clone()) {
                self.objections.push(format!("{task} was acknowledged and is lost"));
            }
        }
        for (id, (task, verdict)) in &told.decisions {
            let kept = ledger.decisions.get(id);
            if kept.is_none_or(|(of, said)| of != task || said != verdict.name())
                && self.decisions_lost.insert(*id)
            {
                self.objections
                    .push(format!("decision {id} on {task} was acknowledged; the ledger has {kept:?}"));
            }
        }
        for misfit in &ledger.misfits {
            if self.misfits.insert(misfit.clone()) {
                self.objections.push(misfit.clone());
            }
        }
        for words in &ledger.damage {
            if self.damage.insert(words.clone()) {
                self.objections.push(words.clone());
            }
        }
        for id in ledger.in_state("sending") {
            *self.under_way.entry(id).or_default() += 1;
        }
        self.kills_while_sending += u64::from(ledger.in_state("sending").next().is_some());
        for id in ledger.in_state("delivered") {
            let heard = heard.get(&id);
            self.delivered.entry(id).or_insert_with(|| heard.map_or(0, |heard| heard.sends));
            if heard.is_none_or(|heard| heard.answered == 0) && self.never_answered.insert(id) {
                self.objections.push(format!("{id} is delivered, and nobody answered"));
            }
        }
    }

    /// What the audit chain says of the ledger in the end.
    pub(super) fn hear(&mut self, audit: &AuditReportView) {
        self.audit += audit.found;
        self.objections.extend(audit.findings.iter().map(|finding| format!("audit: {finding:?}")));
    }

    /// When everything has gone out: the receiver has exactly what was decided, each under one id.
    pub(super) fn compare_ids(&mut self, ledger: &Ledger, receiver: &Receiver) {
        let heard = receiver.heard();
        let sent: HashSet<_> = heard.keys().collect();
        for id in ledger.deliveries.keys().collect::<HashSet<_>>().symmetric_difference(&sent) {
            self.ids_differ += 1;
            self.objections.push(format!("{id} is known to one of ledger and receiver only"));
        }
        let mut decision_of: HashMap<&str, &str> = HashMap::new();
        for heard in heard.values() {
            let first = *decision_of.entry(&heard.task).or_insert(&heard.decision);
            if first != heard.decision && self.decided_twice.insert(heard.task.clone()) {
                self.objections.push(format!("the receiver heard two decisions on {}", heard.task));
            }
        }
    }

    pub(super) fn seen(&mut self, outside: &Outside, receiver: &Receiver) -> Seen {
        let (mut sends, mut sends_again, mut sends_too_many, mut sends_after_success) = (0, 0, 0, 0);
        for (id, heard) in receiver.heard() {
            sends += heard.sends;
            sends_again += heard.sends - 1;
            let under_way = self.under_way.get(&id).copied().unwrap_or_default();
            if heard.sends > 1 + under_way {
                sends_too_many += heard.sends - 1 - under_way;
                self.objections
                    .push(format!("{id} came {} times and was under way {under_way} times", heard.sends));
            }
            let by_then = self.delivered.get(&id).copied().unwrap_or(heard.sends);
            if heard.sends > by_then {
                sends_after_success += heard.sends - by_then;
                self.objections.push(format!("{id} came again after the ledger had it as delivered"));
            }
        }
        let told = outside.told();
        self.decided_twice.extend(told.decided_twice.iter().cloned());
        let wrong = [receiver.wrong(), told.wrong.clone()].concat();
        self.objections.extend(told.decided_twice.iter().map(|task| format!("{task} was decided twice")));
        self.objections.extend(wrong.iter().cloned());
        Seen {
            kills: self.kills,
            kills_at_start: self.kills_at_start,
            kills_while_sending: self.kills_while_sending,
            broken_off: told.broken_off,
            items: told.items.len() as u64,
            items_lost: self.items_lost.len() as u64,
            decisions: told.decisions.len() as u64,
            decisions_lost: self.decisions_lost.len() as u64,
            decided_twice: self.decided_twice.len() as u64,
            misfits: self.misfits.len() as u64,
            damage: self.damage.len() as u64,
            sends,
            ids_differ: self.ids_differ,
            sends_again,
            sends_too_many,
            sends_after_success,
            never_answered: self.never_answered.len() as u64,
            wrong: wrong.len() as u64,
            unfinished: self.unfinished,
            audit: self.audit,
        }
    }
}
