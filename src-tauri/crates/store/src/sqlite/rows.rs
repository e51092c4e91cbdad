//! How values stand in columns.

use placet_review::{DecisionId, DeliveryId, ItemId, Timestamp};
use rusqlite::types::FromSql;
use rusqlite::{CachedStatement, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::de::{Deserialize, IntoDeserializer as _};
use uuid::Uuid;

use crate::{Fault, Result};

/// Takes a row's columns one after another, in the order in which the statement names them.
pub(super) struct Columns<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl<'r, 's> Columns<'r, 's> {
    pub(super) fn of(row: &'r Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn value<T: FromSql>(&mut self) -> Result<T> {
        self.next += 1;
        Ok(self.row.get(self.next - 1)?)
    }

    pub(super) fn text(&mut self) -> Result<&'r str> {
        self.next += 1;
        Ok(self.row.get_ref(self.next - 1)?.as_str().map_err(rusqlite::Error::from)?)
    }

    pub(super) fn text_if_any(&mut self) -> Result<Option<&'r str>> {
        self.next += 1;
        Ok(self.row.get_ref(self.next - 1)?.as_str_or_null().map_err(rusqlite::Error::from)?)
    }

    /// Many things; never less than none, as the schema has it.
    pub(super) fn count(&mut self) -> Result<u64> {
        Ok(self.value::<i64>()?.unsigned_abs())
    }

    /// What was written as JSON.
    pub(super) fn json<T: Deserialize<'r>>(&mut self) -> Result<T> {
        from_json(self.text()?)
    }

    pub(super) fn moment(&mut self) -> Result<Timestamp> {
        Ok(Timestamp::from_millis(self.value()?))
    }

    pub(super) fn moment_if_any(&mut self) -> Result<Option<Timestamp>> {
        Ok(self.value::<Option<i64>>()?.map(Timestamp::from_millis))
    }

    /// A word of a closed set, such as a state.
    pub(super) fn word<T: DeserializeOwned>(&mut self) -> Result<T> {
        word(self.text()?)
    }

    pub(super) fn word_if_any<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        self.text_if_any()?.map(word).transpose()
    }

    pub(super) fn item(&mut self) -> Result<ItemId> {
        Ok(ItemId(self.value()?))
    }

    pub(super) fn decision(&mut self) -> Result<DecisionId> {
        Ok(DecisionId(Uuid::from_bytes(self.value()?)))
    }

    pub(super) fn delivery(&mut self) -> Result<DeliveryId> {
        Ok(DeliveryId(Uuid::from_bytes(self.value()?)))
    }
}

/// A word of a closed set.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T> {
    let deserializer: StrDeserializer<'_, WordError> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// What was written as JSON.
pub(super) fn from_json<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Fault::Unreadable(error.to_string()))
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// The first row, if there is one.
pub(super) fn one<T>(
    statement: &mut CachedStatement<'_>,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    statement.query_and_then(parameters, read)?.next().transpose()
}

/// All rows, in their order.
pub(super) fn all<T>(
    statement: &mut CachedStatement<'_>,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    statement.query_and_then(parameters, read)?.collect()
}
