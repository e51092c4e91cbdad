//! The audit chain: one row for each thing that happened, each row sealed over the row before it.
//!
//! Whoever has the key can tell whether a row was changed, taken out, put in or moved. That rows are missing at the
//! end, or that an older file was put back, shows only beside a *head*, the number and MAC of the last row, that was
//! kept somewhere else.
//!
//! # The form, exactly
//!
//! The MAC of a row is HMAC-SHA256 (RFC 2104) over these bytes, one after another. Numbers are big-endian and, but for
//! lengths, in two's complement:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this form: 1 |
//! | 1 | 1 if sealed with the key, 0 if without |
//! | 32 | MAC of the row before; zeros for row 1 |
//! | 8 | number of the row, counted from 1 |
//! | 8 | when, in milliseconds since 1970-01-01T00:00:00Z |
//! | 1 + n | length of the kind's word, and the word in ASCII |
//! | 1 + n | the subject: `i` and an item's number in 8 bytes; `u` and the 16 bytes of a decision's or a delivery's UUID; or `n`, a length in 4 bytes and the name of an engine or a queue in UTF-8 |
//! | 1 (+ 4 + n) | 0 if nobody is named; else 1, a length in 4 bytes and the reviewer in UTF-8 |
//! | 32 | digest of what was written |
//!
//! The key of the HMAC is the audit key's bytes; a row that was written while there was no key is sealed with the
//! ASCII text `placet audit chain without a key` instead, which links it to its neighbours and proves nothing by
//! itself.
//!
//! The digest is SHA-256 over the kind's word and then the columns of what was written, in the order in which
//! `src/sqlite/audit/contents.rs` names them. A number is the byte 1 and 8 bytes; text and bytes are the byte 2, a
//! length in 8 bytes, and the bytes; what is absent is the byte 0.

mod content;
mod links;
mod report;
mod row;
mod seal;

pub(crate) use content::Content;
pub(crate) use links::Links;
pub use report::{AuditFinding, AuditReport};
pub use row::{AuditHead, AuditHeadError, AuditKind, AuditRow, AuditSubject};
pub use seal::AuditKey;
pub(crate) use seal::{Seal, Unsealed};
