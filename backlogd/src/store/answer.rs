//! Answers kept for a day, so that a write may be repeated.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rusqlite::{OptionalExtension as _, named_params};

use super::{Result, WriteTx};
use crate::domain::{Moment, Refusal};

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
    /// An answer from before it does not count.
    pub since: Moment,
    repeated: Arc<AtomicBool>,
}

impl RequestKey {
    /// A request's key.
    #[must_use]
    pub fn new(id: String, digest: [u8; 32], since: Option<Moment>) -> Self {
        Self {
            id,
            digest,
            since: since.unwrap_or(Moment(0)),
            repeated: Arc::default(),
        }
    }

    /// Told once the request is answered: whether the answer is one that was
    /// kept.
    pub fn repeated(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.repeated)
    }
}

const KEPT_NANOS: i64 = 24 * 3_600 * 1_000_000_000;

impl WriteTx<'_> {
    /// The answer this request got before.
    pub(super) fn kept_answer(&self, key: &RequestKey) -> Result<Option<Vec<u8>>> {
        let kept = self
            .conn
            .prepare_cached(
                "SELECT digest, answer FROM answered
                 WHERE request_id = :id AND created_at >= :since",
            )?
            .query_row(named_params! {":id": key.id, ":since": key.since}, |row| {
                Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?))
            })
            .optional()?;
        match kept {
            Some((digest, answer)) if digest == key.digest => {
                key.repeated.store(true, Ordering::Relaxed);
                Ok(Some(answer))
            }
            Some(_) => Err(Refusal::RequestIdReused { id: key.id.clone() }.into()),
            None => Ok(None),
        }
    }

    /// Keeps an answer, in the place of one that does not count any more.
    pub(super) fn keep_answer(&self, key: &RequestKey, answer: &[u8]) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO answered (request_id, digest, created_at, answer)
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

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::{
        domain::{
            clock::{Clock, Now, Uptime},
            lease::LeaseTerms,
        },
        store::{Caller, Reader, connection, create},
    };

    #[test]
    fn an_answer_counts_from_the_moment_that_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("backlog.db");
        create(&path, Clock).unwrap();
        let database = Connection::open(&path).unwrap();
        connection::prepare_writer(&database).unwrap();
        let at = |moment| WriteTx {
            reader: Reader::new(
                &database,
                Now {
                    moment: Moment(moment),
                    uptime: Uptime(0),
                },
            ),
            caller: Caller::daemon(),
            terms: LeaseTerms::default(),
            as_daemon: true,
        };
        let key = |since| RequestKey::new("id".to_owned(), [7; 32], Some(Moment(since)));
        at(100).keep_answer(&key(0), b"first").unwrap();
        let kept = |key: &RequestKey| at(200).kept_answer(key).unwrap();
        let (early, late) = (key(100), key(101));
        assert_eq!(kept(&early), Some(b"first".to_vec()));
        assert!(early.repeated().load(Ordering::Relaxed));
        assert_eq!(kept(&late), None);
        assert!(!late.repeated().load(Ordering::Relaxed));
        at(200).keep_answer(&late, b"second").unwrap();
        assert_eq!(kept(&key(0)), Some(b"second".to_vec()));
    }
}
