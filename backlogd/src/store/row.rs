//! Domain types in columns, and the two statements that are put together from
//! parts: an update of some columns, and a filter.

use rusqlite::{
    Connection, Row, ToSql, params_from_iter,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef},
};

use super::Result;
use crate::domain::{
    Actor, ActorKind, Entity, Id, Moment, Refusal,
    activity::Action,
    dependency::DependencyKind,
    holdback::Holdback,
    lease::{HeldBy, LeaseToken, Outcome},
    task::{Priority, Status, TaskType},
};

impl ToSql for Id {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.as_bytes())))
    }
}

impl FromSql for Id {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(Self::from_bytes)
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

impl ToSql for Priority {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.number().into())
    }
}

impl FromSql for Priority {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::new(value.as_i64()?).map_err(|_| FromSqlError::OutOfRange(0))
    }
}

macro_rules! word_columns {
    ($($word:ty),*) => {$(
        impl ToSql for $word {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_str().into())
            }
        }

        impl FromSql for $word {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::from_word(value.as_str()?).ok_or(FromSqlError::InvalidType)
            }
        }
    )*};
}
word_columns!(
    Action,
    ActorKind,
    DependencyKind,
    Entity,
    HeldBy,
    Outcome,
    Status,
    TaskType
);

impl ToSql for LeaseToken {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.as_bytes())))
    }
}

impl FromSql for LeaseToken {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(Self::from_bytes)
    }
}

impl ToSql for Holdback {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.bits().into())
    }
}

impl FromSql for Holdback {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self::from_bits)
    }
}

/// Reads the columns `actor_kind` and `actor_name`.
pub(super) fn actor(row: &Row<'_>) -> rusqlite::Result<Actor> {
    Ok(Actor::stored(
        row.get("actor_kind")?,
        row.get("actor_name")?,
    ))
}

/// A row's columns one after the other. Looking each up by its name costs more
/// than reading it, in a row of thirty.
pub(super) struct InOrder<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl<'r, 's> InOrder<'r, 's> {
    /// From the first column on.
    pub(super) fn of(row: &'r Row<'s>) -> Self {
        Self { row, next: 0 }
    }

    pub(super) fn get<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    /// An actor's kind and name.
    pub(super) fn actor(&mut self) -> rusqlite::Result<Actor> {
        Ok(Actor::stored(self.get()?, self.get()?))
    }
}

/// An UPDATE of those columns that change, and of no other.
pub(super) struct Update {
    table: &'static str,
    columns: Vec<&'static str>,
    values: Vec<Value>,
}

impl Update {
    pub(super) fn of(table: &'static str) -> Self {
        Self {
            table,
            columns: Vec::new(),
            values: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, column: &'static str, value: impl Into<Value>) {
        self.columns.push(column);
        self.values.push(value.into());
    }

    /// Runs it for the row whose integer key is in `key_column`.
    pub(super) fn run(mut self, conn: &Connection, key_column: &str, key: i64) -> Result<()> {
        let columns = self.columns.join(" = ?, ");
        let sql = format!(
            "UPDATE {} SET {columns} = ? WHERE {key_column} = ?",
            self.table
        );
        self.values.push(key.into());
        conn.prepare_cached(&sql)?
            .execute(params_from_iter(self.values))?;
        Ok(())
    }
}

/// Conditions joined by AND, and their values in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A condition with as many `?` as there are values.
    pub(super) fn and<V: Into<Value>>(
        &mut self,
        condition: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) {
        self.conditions.push(condition.into());
        self.values.extend(values.into_iter().map(Into::into));
    }

    /// A condition without values.
    pub(super) fn and_fixed(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    /// `column` is one of the values; no values ask nothing.
    pub(super) fn and_any<V: Into<Value>>(
        &mut self,
        column: &str,
        values: impl IntoIterator<Item = V>,
    ) {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        match values.len() {
            0 => {}
            1 => self.and(format!("{column} = ?"), values),
            n => self.and(format!("{column} IN ({})", marks(n)), values),
        }
    }

    /// After `WHERE`.
    pub(super) fn sql(&self) -> String {
        if self.conditions.is_empty() {
            "TRUE".to_owned()
        } else {
            self.conditions.join(" AND ")
        }
    }

    /// The values, with more behind them.
    pub(super) fn values<V: Into<Value>>(&self, more: impl IntoIterator<Item = V>) -> Vec<Value> {
        self.values
            .iter()
            .cloned()
            .chain(more.into_iter().map(Into::into))
            .collect()
    }
}

/// The one thing that was found by the beginning of its id, or none.
pub(super) fn only_one<T>(
    entity: Entity,
    given: &str,
    mut found: Vec<T>,
    id: impl Fn(&T) -> Id,
) -> Result<Option<T>> {
    if found.len() > 1 {
        return Err(Refusal::Ambiguous {
            entity,
            given: given.to_owned(),
            candidates: found.iter().map(|one| id(one).to_string()).collect(),
        }
        .into());
    }
    Ok(found.pop())
}

/// For LIMIT: a page's rows and one more, which tells that there are more.
pub(super) fn one_more(size: usize) -> i64 {
    i64::try_from(size).map_or(i64::MAX, |size| size.saturating_add(1))
}

/// `?, ?, ?`
pub(super) fn marks(n: usize) -> String {
    vec!["?"; n].join(", ")
}
