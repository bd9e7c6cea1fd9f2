//! Holding a lease for as long as this process lives.

use super::{CallError, Client, StreamError};
use crate::v1;

impl Client {
    /// Holds the caller's lease of a task until it ends. Where the daemon goes
    /// away the stream is opened again at the next one: that is what the grace
    /// is for. Dropping the future, or the end of the process, lets go. `seen`
    /// is told whenever somebody else saw the session work.
    ///
    /// # Errors
    /// Where the lease was lost, and as [`Self::call`].
    pub async fn hold(&self, task: &str, seen: impl Fn()) -> Result<(), CallError> {
        loop {
            let mut stream = self
                .open(v1::HoldLeaseRequest {
                    task: task.to_owned(),
                })
                .await?;
            loop {
                match stream.next().await {
                    Ok(Some(kept)) if kept.session_seen => seen(),
                    Ok(Some(_)) => {}
                    Ok(None) => return Ok(()),
                    Err(StreamError::Refused(refusal)) => return Err(refusal.into()),
                    Err(StreamError::CutOff) => break,
                }
            }
        }
    }
}
