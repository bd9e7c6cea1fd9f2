//! Following the log without a gap, across restarts of the daemon.

use super::{CallError, Client, Responses, StreamError};
use crate::{reason, v1};

/// Follows the log. Where the stream breaks, or this program was too slow for
/// it, it is opened again behind the last activity that was seen.
pub struct Watch<'c> {
    client: &'c Client,
    request: v1::WatchActivityRequest,
    stream: Option<Responses<v1::WatchActivityResponse>>,
}

impl<'c> Watch<'c> {
    /// Of the activities behind `after_seq`, or of those to come.
    #[must_use]
    pub fn new(client: &'c Client, filter: v1::ActivityFilter, after_seq: Option<i64>) -> Self {
        Self {
            client,
            request: v1::WatchActivityRequest {
                filter: Some(filter),
                after_seq,
                after_hash: Vec::new(),
            },
            stream: None,
        }
    }

    /// As the log was where it was seen last, so that another log is noticed.
    #[must_use]
    pub fn known_by(mut self, hash: Vec<u8>) -> Self {
        self.request.after_hash = hash;
        self
    }

    /// Waits for the next answer; it may be without activities. Dropping the
    /// future loses nothing.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn next(&mut self) -> Result<v1::WatchActivityResponse, CallError> {
        loop {
            if let Some(answer) = self.next_or_broken().await? {
                return Ok(answer);
            }
        }
    }

    /// As [`Self::next`], but says so where the stream broke, by `None`; the
    /// next call opens it again.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn next_or_broken(&mut self) -> Result<Option<v1::WatchActivityResponse>, CallError> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            closed => closed.insert(self.client.open(self.request.clone()).await?),
        };
        match stream.next().await {
            Ok(Some(answer)) => {
                self.request.after_seq = Some(answer.seq);
                self.request.after_hash.clone_from(&answer.hash);
                Ok(Some(answer))
            }
            Err(StreamError::Refused(refusal)) if refusal.reason != reason::WATCH_LAGGED => {
                Err(refusal.into())
            }
            Ok(None) | Err(_) => {
                self.stream = None;
                Ok(None)
            }
        }
    }
}
