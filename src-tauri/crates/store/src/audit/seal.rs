//! Sealing a row: its bytes, and the MAC over them.

use std::fmt;

use aws_lc_rs::hmac;
use placet_review::Timestamp;

use super::{AuditKind, AuditRow, AuditSubject};

/// Of the form that [`crate::audit`] describes.
const VERSION: u8 = 1;
/// What rows are sealed with while there is no key. Everybody knows it.
const WITHOUT_A_KEY: &[u8] = b"placet audit chain without a key";
/// Sealed with the key and kept in the ledger, so that another key is told from this one. No row begins like it.
const CHECK: &[u8] = b"placet audit chain, is this the key?";

/// The key of the audit chain. It never stands in the ledger.
#[derive(Clone)]
pub struct AuditKey(hmac::Key);

impl AuditKey {
    /// The key of these bytes, which should be 32 random ones or more.
    pub fn new(bytes: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// Tells this key from others, and tells nobody the key.
    pub(crate) fn check(&self) -> [u8; 32] {
        bytes_of(hmac::sign(&self.0, CHECK))
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditKey").finish_non_exhaustive()
    }
}

/// What rows are sealed with: the key, or what everybody knows.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    key: AuditKey,
    keyed: bool,
}

impl Seal {
    pub(crate) fn with(key: AuditKey) -> Self {
        Self { key, keyed: true }
    }

    pub(crate) fn without_a_key() -> Self {
        Self { key: AuditKey::new(WITHOUT_A_KEY), keyed: false }
    }

    pub(crate) fn is_keyed(&self) -> bool {
        self.keyed
    }

    /// The MAC of a row of which all but `keyed` and `mac` is settled.
    pub(crate) fn mac(&self, previous: &[u8; 32], row: &Unsealed<'_>) -> [u8; 32] {
        bytes_of(hmac::sign(&self.key.0, &row.bytes(self.keyed, previous)))
    }
}

fn bytes_of(tag: hmac::Tag) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(tag.as_ref());
    bytes
}

/// A row that is still to be sealed, or whose seal is to be compared.
pub(crate) struct Unsealed<'a> {
    pub(crate) number: i64,
    pub(crate) at: Timestamp,
    pub(crate) kind: AuditKind,
    pub(crate) subject: &'a AuditSubject,
    pub(crate) reviewer: Option<&'a str>,
    pub(crate) digest: &'a [u8; 32],
}

impl<'a> Unsealed<'a> {
    pub(crate) fn of(row: &'a AuditRow) -> Self {
        Self {
            number: row.number,
            at: row.at,
            kind: row.kind,
            subject: &row.subject,
            reviewer: row.reviewer.as_deref(),
            digest: &row.digest,
        }
    }

    fn bytes(&self, keyed: bool, previous: &[u8; 32]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        bytes.push(VERSION);
        bytes.push(u8::from(keyed));
        bytes.extend_from_slice(previous);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(&self.at.as_millis().to_be_bytes());
        let word = self.kind.name();
        // The longest has eleven letters.
        bytes.push(u8::try_from(word.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(word.as_bytes());
        match self.subject {
            AuditSubject::Item(item) => {
                bytes.push(b'i');
                bytes.extend_from_slice(&item.0.to_be_bytes());
            }
            AuditSubject::Id(id) => {
                bytes.push(b'u');
                bytes.extend_from_slice(id.as_bytes());
            }
            AuditSubject::Name(name) => {
                bytes.push(b'n');
                push_text(&mut bytes, name);
            }
        }
        match self.reviewer {
            None => bytes.push(0),
            Some(reviewer) => {
                bytes.push(1);
                push_text(&mut bytes, reviewer);
            }
        }
        bytes.extend_from_slice(self.digest);
        bytes
    }
}

fn push_text(bytes: &mut Vec<u8>, text: &str) {
    // SQLite holds no text of 4 GiB.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use placet_review::{ItemId, Timestamp};
    use rstest::rstest;
    use uuid::Uuid;

    use super::{AuditKey, Seal, Unsealed};
    use crate::{AuditKind, AuditSubject};

    /// Computed by Python's `hmac` and `struct` over the bytes that the description of the form asks for:
    ///
    /// ```python
    /// import hmac, struct
    /// def mac(key, keyed, previous, number, at, kind, subject, reviewer, digest):
    ///     by = b"\0" if reviewer is None else b"\1" + struct.pack(">I", len(reviewer)) + reviewer
    ///     row = bytes([1, keyed]) + previous + struct.pack(">qq", number, at) + bytes([len(kind)]) + kind
    ///     return hmac.new(key, row + subject + by + digest, "sha256").hexdigest()
    /// key, open_key = bytes(range(32)), b"placet audit chain without a key"
    /// mac(key, 1, bytes(32), 1, 1800000000000, b"admitted", b"i" + struct.pack(">q", 7), None, b"\x11" * 32)
    /// mac(key, 1, b"\x22" * 32, 2, 1800000000001, b"taken_back", b"u" + bytes(range(16)), "Zoë".encode(), b"\x33" * 32)
    /// mac(open_key, 0, b"\x44" * 32, 3, -1, b"engine", b"n" + struct.pack(">I", 5) + b"faces", None, b"\x55" * 32)
    /// ```
    #[test]
    fn is_what_anybody_would_compute() {
        let key = Seal::with(AuditKey::new(&std::array::from_fn::<u8, 32, _>(|n| n as u8)));
        let admitted = Unsealed {
            number: 1,
            at: Timestamp::from_millis(1_800_000_000_000),
            kind: AuditKind::Admitted,
            subject: &AuditSubject::Item(ItemId(7)),
            reviewer: None,
            digest: &[0x11; 32],
        };
        assert_eq!(
            hex::encode(key.mac(&[0; 32], &admitted)),
            "6d09a0b530847d17f87c80cdf8e3172c88bcb87ff919395ec6b10d440c564dd0"
        );
        let taken_back = Unsealed {
            number: 2,
            at: Timestamp::from_millis(1_800_000_000_001),
            kind: AuditKind::TakenBack,
            subject: &AuditSubject::Id(Uuid::from_bytes(std::array::from_fn(|n| n as u8))),
            reviewer: Some("Zoë"),
            digest: &[0x33; 32],
        };
        assert_eq!(
            hex::encode(key.mac(&[0x22; 32], &taken_back)),
            "c7d01af76f96e68975d5fa6c64b1279c8bcba49da370be9ce40b9fc0166fdcf0"
        );
        let engine = Unsealed {
            number: 3,
            at: Timestamp::from_millis(-1),
            kind: AuditKind::Engine,
            subject: &AuditSubject::Name("faces".into()),
            reviewer: None,
            digest: &[0x55; 32],
        };
        assert_eq!(
            hex::encode(Seal::without_a_key().mac(&[0x44; 32], &engine)),
            "bb17231ab680d3d270626df9658d56fb48effcd214a7d4184f2994925ded5fa4"
        );
    }

    #[test]
    fn a_key_is_told_from_another_and_never_shown() {
        let key = AuditKey::new(&[7; 32]);
        assert_eq!(key.check(), AuditKey::new(&[7; 32]).check());
        assert_ne!(key.check(), AuditKey::new(&[8; 32]).check());
        assert_eq!(format!("{key:?}"), "AuditKey { .. }");
    }

    fn row<'a>(subject: &'a AuditSubject, digest: &'a [u8; 32]) -> Unsealed<'a> {
        let at = Timestamp::from_millis(5);
        Unsealed { number: 4, at, kind: AuditKind::Leased, subject, reviewer: Some("ada"), digest }
    }

    #[rstest]
    #[case("its number", |row: &mut Unsealed<'_>| row.number = 5)]
    #[case("its moment", |row: &mut Unsealed<'_>| row.at = Timestamp::from_millis(6))]
    #[case("its kind", |row: &mut Unsealed<'_>| row.kind = AuditKind::Admitted)]
    #[case("its subject", |row: &mut Unsealed<'_>| row.subject = &AuditSubject::Item(ItemId(8)))]
    #[case("its reviewer", |row: &mut Unsealed<'_>| row.reviewer = Some("eve"))]
    #[case("that it has one", |row: &mut Unsealed<'_>| row.reviewer = None)]
    #[case("its digest", |row: &mut Unsealed<'_>| row.digest = &[2; 32])]
    fn the_mac_is_over_each_part_of_the_row(#[case] part: &str, #[case] change: fn(&mut Unsealed<'_>)) {
        let key = Seal::with(AuditKey::new(&[7; 32]));
        let subject = AuditSubject::Item(ItemId(7));
        let mut changed = row(&subject, &[1; 32]);
        let before = key.mac(&[9; 32], &changed);
        assert_ne!(key.mac(&[8; 32], &changed), before, "the row before");
        change(&mut changed);
        assert_ne!(key.mac(&[9; 32], &changed), before, "{part}");
    }
}
