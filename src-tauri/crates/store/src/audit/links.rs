//! Holding rows to the chain, and to a head that was kept elsewhere.

use std::ops::RangeInclusive;

use super::{AuditHead, AuditReport, AuditRow, Seal, Unsealed};

/// Takes the rows of a chain one after another and says what does not fit.
pub(crate) struct Links<'a> {
    /// `None` if the key is not here.
    key: Option<&'a Seal>,
    open: Seal,
    kept: Option<AuditHead>,
    /// The MAC of the row before, unless it could not be read.
    previous: Option<[u8; 32]>,
    last: i64,
    first_keyed: Option<i64>,
    /// The newest rows without a key, of which no row with one has followed yet.
    without_key: Option<RangeInclusive<i64>>,
    pub(crate) report: AuditReport,
}

impl<'a> Links<'a> {
    pub(crate) fn new(seal: &'a Seal, kept: Option<AuditHead>) -> Self {
        Self {
            key: seal.is_keyed().then_some(seal),
            open: Seal::without_a_key(),
            kept,
            previous: Some([0; 32]),
            last: 0,
            first_keyed: None,
            without_key: None,
            report: AuditReport::default(),
        }
    }

    /// The next row, which could be read.
    pub(crate) fn take(&mut self, row: &AuditRow) {
        self.count(row.number);
        let seal = if row.keyed { self.key } else { Some(&self.open) };
        let mac = seal.zip(self.previous).map(|(seal, previous)| seal.mac(&previous, &Unsealed::of(row)));
        if mac.is_some_and(|mac| mac != row.mac) {
            let words = "it is not what was written: it, or the row before it, was changed, moved or put in.";
            self.report.find(Some(row.number), words);
        }
        if row.keyed {
            self.begins_to_be_keyed(row.number);
        } else {
            let first = self.without_key.take().map_or(row.number, |rows| *rows.start());
            self.without_key = Some(first..=row.number);
        }
        if let Some(kept) = self.kept
            && kept.number == row.number
            && kept.mac != row.mac
        {
            self.report.find(Some(row.number), "it is another row than the one whose head was kept.");
        }
        self.previous = Some(row.mac);
        self.report.head = AuditHead { number: row.number, mac: row.mac };
    }

    /// The next row, which could not be read.
    pub(crate) fn take_unreadable(&mut self, number: i64, why: &str) {
        self.count(number);
        self.report.find(Some(number), format!("it cannot be read, so it was changed: {why}."));
        if self.kept.is_some_and(|kept| kept.number == number) {
            self.report.find(Some(number), "it is another row than the one whose head was kept.");
        }
        self.previous = None;
        self.report.head = AuditHead { number, mac: [0; 32] };
    }

    /// After the last row.
    pub(crate) fn end(mut self) -> AuditReport {
        if let Some(rows) = self.without_key.take() {
            self.tell_of_rows_without_key(rows, false);
        }
        match self.kept {
            Some(kept) if kept.number > self.last => self.report.find(
                None,
                format!(
                    "The chain ends at row {}, before the head that was kept of row {}: its end was cut off, or an \
                     older file was put back.",
                    self.last, kept.number
                ),
            ),
            Some(_) => {}
            None => self.report.notes.push(
                "Without a head that was kept elsewhere (--head), nothing shows whether rows are missing at the end \
                 or an older file was put back."
                    .to_owned(),
            ),
        }
        self.report
    }

    fn count(&mut self, number: i64) {
        self.report.rows += 1;
        let wanted = self.last + 1;
        if number > wanted {
            let missing = if number - wanted == 1 {
                format!("row {wanted} is missing")
            } else {
                format!("rows {wanted} to {} are missing", number - 1)
            };
            self.report.find(Some(number), format!("{missing} before it."));
        } else if number < wanted {
            self.report.find(Some(number), "it was put in: rows are counted from 1.");
        }
        self.last = number;
    }

    fn begins_to_be_keyed(&mut self, number: i64) {
        if let Some(rows) = self.without_key.take() {
            self.tell_of_rows_without_key(rows, self.first_keyed.is_none());
        }
        if self.first_keyed.is_none() {
            self.first_keyed = Some(number);
            if self.key.is_none() {
                self.report.find(
                    Some(number),
                    "from here on rows are sealed with a key that Placet does not have here, so nobody can say \
                     whether they are what was written.",
                );
            }
        }
    }

    /// Rows that were written while there was no key. What a head that was kept stands for is as it was; and before
    /// the key came, nobody could expect more.
    fn tell_of_rows_without_key(&mut self, rows: RangeInclusive<i64>, before_the_key: bool) {
        let (first, last) = (*rows.start(), *rows.end());
        let kept = self.kept.map_or(0, |kept| kept.number);
        if last <= kept {
            return;
        }
        let which = |first: i64| {
            if first == last { format!("Row {first} was") } else { format!("Rows {first} to {last} were") }
        };
        if before_the_key {
            self.report.notes.push(format!(
                "{} written before there was a key; the key vouches for them since row {}.",
                which(first),
                last + 1
            ));
            return;
        }
        let first = first.max(kept + 1);
        let words = format!(
            "{} written while Placet had no key for the chain, so nothing proves that they are what was written. \
             Look at them with `placet audit export --from {first}`, and keep the head that it ends with.",
            which(first)
        );
        self.report.find(None, words);
    }
}

#[cfg(test)]
mod tests {
    use placet_review::{ItemId, Timestamp};

    use super::Links;
    use crate::audit::seal::Unsealed;
    use crate::audit::{AuditHead, AuditKey, AuditKind, AuditReport, AuditRow, AuditSubject, Seal};

    fn key() -> Seal {
        Seal::with(AuditKey::new(&[7; 32]))
    }

    /// A chain whose rows are sealed with the key where it says so.
    fn chain(keyed: &[bool]) -> Vec<AuditRow> {
        let mut head = AuditHead::default();
        let row = |&keyed: &bool| {
            let seal = if keyed { key() } else { Seal::without_a_key() };
            let mut row = AuditRow {
                number: head.number + 1,
                at: Timestamp::from_millis(head.number),
                kind: AuditKind::Admitted,
                subject: AuditSubject::Item(ItemId(head.number + 1)),
                reviewer: None,
                digest: [1; 32],
                keyed,
                mac: [0; 32],
            };
            row.mac = seal.mac(&head.mac, &Unsealed::of(&row));
            head = AuditHead { number: row.number, mac: row.mac };
            row
        };
        keyed.iter().map(row).collect()
    }

    fn look(rows: &[AuditRow], seal: &Seal, kept: Option<AuditHead>) -> AuditReport {
        let mut links = Links::new(seal, kept);
        rows.iter().for_each(|row| links.take(row));
        links.end()
    }

    fn head_of(row: &AuditRow) -> AuditHead {
        AuditHead { number: row.number, mac: row.mac }
    }

    /// The rows that something was found at.
    fn found(report: &AuditReport) -> Vec<Option<i64>> {
        report.findings.iter().map(|finding| finding.row).collect()
    }

    #[test]
    fn what_was_written_holds() {
        let rows = chain(&[true; 5]);
        let report = look(&rows, &key(), Some(head_of(&rows[2])));
        assert!(report.holds() && report.notes.is_empty(), "{report:?}");
        assert_eq!((report.rows, report.head), (5, head_of(&rows[4])));
        assert!(look(&[], &key(), Some(AuditHead::default())).holds(), "nothing is a chain as well");
        let without_head = look(&rows, &key(), None);
        assert!(without_head.holds() && without_head.notes[0].contains("--head"), "{without_head:?}");
    }

    #[test]
    fn a_row_that_is_gone_is_named() {
        let mut rows = chain(&[true; 5]);
        rows.remove(2);
        let report = look(&rows, &key(), None);
        assert!(report.findings[0].words.contains("row 3 is missing"), "{report:?}");
        assert_eq!(found(&report), [Some(4), Some(4)]);
    }

    #[test]
    fn rows_that_changed_places_are_found() {
        let mut rows = chain(&[true; 5]);
        let (second, fourth) = (rows[1].clone(), rows[3].clone());
        rows[1] = AuditRow { number: 2, ..fourth };
        rows[3] = AuditRow { number: 4, ..second };
        assert_eq!(found(&look(&rows, &key(), None)), [Some(2), Some(3), Some(4), Some(5)]);
    }

    #[test]
    fn an_end_that_was_cut_off_shows_beside_a_head_only() {
        let rows = chain(&[true; 5]);
        assert!(look(&rows[..3], &key(), None).holds(), "nothing tells");
        let report = look(&rows[..3], &key(), Some(head_of(&rows[4])));
        assert!(report.findings[0].words.contains("ends at row 3, before the head"), "{report:?}");
    }

    #[test]
    fn another_history_of_the_same_length_shows_beside_a_head() {
        let rows = chain(&[true; 3]);
        let other = chain(&[false; 3]);
        let report = look(&other, &key(), Some(head_of(&rows[2])));
        assert_eq!(found(&report), [Some(3)], "{report:?}");
    }

    #[test]
    fn rows_without_a_key_are_told_of_until_a_head_vouches_for_them() {
        let (without, with) = (false, true);
        let before = chain(&[without, without, with]);
        let report = look(&before, &key(), Some(AuditHead::default()));
        assert!(report.holds() && report.notes[0].contains("since row 3"), "{report:?}");

        let between = chain(&[with, without, without, with]);
        let report = look(&between, &key(), Some(head_of(&between[1])));
        assert!(report.findings[0].words.starts_with("Row 3 was written while"), "{report:?}");
        assert!(look(&between, &key(), Some(head_of(&between[2]))).holds());

        let never = chain(&[without, without]);
        let report = look(&never, &Seal::without_a_key(), None);
        assert!(report.findings[0].words.starts_with("Rows 1 to 2 were written while"), "{report:?}");
        assert!(look(&never, &Seal::without_a_key(), Some(head_of(&never[1]))).holds());
    }

    #[test]
    fn rows_that_lost_their_key_are_found() {
        let mut rows = chain(&[true; 3]);
        let mut last = AuditRow { keyed: false, digest: [2; 32], ..rows[2].clone() };
        last.mac = Seal::without_a_key().mac(&rows[1].mac, &Unsealed::of(&last));
        rows[2] = last;
        assert!(!look(&rows, &key(), None).holds());
    }

    #[test]
    fn nothing_is_proven_where_the_key_is_not() {
        let rows = chain(&[true; 3]);
        let report = look(&rows, &Seal::without_a_key(), Some(head_of(&rows[2])));
        assert_eq!(found(&report), [Some(1)], "{report:?}");
        let other = Seal::with(AuditKey::new(&[8; 32]));
        assert_eq!(look(&rows, &other, None).found, 3);
    }
}
