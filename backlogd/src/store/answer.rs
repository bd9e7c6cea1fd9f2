//! Answers kept for a day, so that a write may be repeated.

use rusqlite::{OptionalExtension as _, named_params};

use super::{Result, WriteTx};
use crate::domain::Refusal;

/// An answer that can be kept.
pub trait Answer: Sized {
    /// As it is kept.
    fn to_bytes(&self) -> Vec<u8>;
    /// As it was kept.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

/// What tells a repetition of a request from another request.
#[derive(Debug, Clone)]
pub struct RequestKey {
    /// The caller's `backlog-request-id`.
    pub id: String,
    /// SHA-256 over the call's name and the request.
    pub digest: [u8; 32],
}

const KEPT_NANOS: i64 = 24 * 3_600 * 1_000_000_000;

impl WriteTx<'_> {
    /// The answer this request got before.
    pub(super) fn kept_answer(&self, key: &RequestKey) -> Result<Option<Vec<u8>>> {
        let kept = self
            .conn
            .prepare_cached("SELECT digest, answer FROM answered WHERE request_id = :id")?
            .query_row(named_params! {":id": key.id}, |row| {
                Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?))
            })
            .optional()?;
        match kept {
            Some((digest, answer)) if digest == key.digest => Ok(Some(answer)),
            Some(_) => Err(Refusal::RequestIdReused { id: key.id.clone() }.into()),
            None => Ok(None),
        }
    }

    pub(super) fn keep_answer(&self, key: &RequestKey, answer: &[u8]) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO answered (request_id, digest, created_at, answer)
                 VALUES (:id, :digest, :now, :answer)",
            )?
            .execute(named_params! {
                ":id": key.id, ":digest": key.digest, ":now": self.now.0, ":answer": answer,
            })?;
        Ok(())
    }

    /// Drops the answers that are older than a day.
    pub(super) fn drop_old_answers(&self) -> Result<usize> {
        let dropped = self
            .conn
            .prepare_cached("DELETE FROM answered WHERE created_at < :oldest")?
            .execute(named_params! {":oldest": self.now.0 - KEPT_NANOS})?;
        Ok(dropped)
    }
}
