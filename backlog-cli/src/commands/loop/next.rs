//! Where a loop's next task comes from.

use std::time::{Duration, Instant};

use backlog_api::{
    client::{CallError, Client},
    reason, v1,
};

use super::work::{Shared, Stop};
use crate::{error::CliError, render::time::now};

/// How long one call waits for something to become ready. Short, so that the
/// worker soon sees that it should stop; its place in the queue it keeps.
const WAIT: Duration = Duration::from_millis(250);
/// How long a place is kept; the API knows no longer wait than a day.
const PLACE: Duration = Duration::from_secs(23 * 3_600);
/// How many of the tasks that it waits for a loop names.
const NAMED: i32 = 10;

impl Shared {
    /// The next task, waiting for one where the loop does; `None` when it is
    /// time to stop.
    pub async fn take(&self, session: &str) -> Result<Option<v1::ClaimTaskResponse>, CliError> {
        let _turn = self.turn.lock().await;
        let client = self.client_of(session, None);
        let (mut asked_at, mut since) = (now(), Instant::now());
        while *self.stop.borrow() == Stop::No {
            if self.begun.get() >= self.run.max_tasks {
                self.stop_for("max_tasks", Stop::Begin);
                break;
            }
            if self.pause().await {
                continue;
            }
            // What is at work now may make something ready, so an empty queue
            // counts only where nobody was before it was asked.
            let is_idle = self.working.get() == 0;
            let held = if is_idle && self.run.until_empty {
                self.held(&client).await?
            } else {
                Vec::new()
            };
            let is_last = is_idle && self.run.until_empty && held.is_empty();
            if since.elapsed() > PLACE {
                (asked_at, since) = (now(), Instant::now());
            }
            // Counted from when it asked first.
            let wait = prost_types::Duration::try_from(since.elapsed() + WAIT).unwrap_or_default();
            let request = v1::ClaimTaskRequest {
                filter: Some(self.run.filter.clone()),
                wait: (!is_last).then_some(wait),
                asked_at: (!is_last).then_some(asked_at),
                worktree: self.run.cwd.to_string_lossy().into_owned(),
                hold_by_stream: true,
                ..v1::ClaimTaskRequest::default()
            };
            match client.call(request).await {
                Ok(claimed) if *self.stop.borrow() > Stop::No => {
                    self.decline(session, &claimed).await?;
                }
                Ok(claimed) => {
                    self.begun.set(self.begun.get() + 1);
                    return Ok(Some(claimed));
                }
                Err(CallError::Refused(refusal)) if refusal.reason == reason::NOTHING_READY => {
                    if is_last {
                        self.stop_for("empty", Stop::Begin);
                    } else if is_idle {
                        self.tell(|report| report.waiting(&held));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Gives back what was granted while the loop was told to stop.
    async fn decline(
        &self,
        session: &str,
        claimed: &v1::ClaimTaskResponse,
    ) -> Result<(), CliError> {
        let request = v1::ReleaseLeaseRequest {
            interrupted: true,
            ..v1::ReleaseLeaseRequest::default()
        };
        let holder = self.client_of(session, Some(&claimed.token));
        holder.call(request).await?;
        Ok(())
    }

    /// Those of these tasks that a session holds.
    async fn held(&self, client: &Client) -> Result<Vec<v1::Task>, CliError> {
        let request = v1::ListTasksRequest {
            filter: Some(v1::TaskFilter {
                claimed: true,
                ..self.run.filter.clone()
            }),
            page_size: NAMED,
            ..v1::ListTasksRequest::default()
        };
        Ok(client.call(request).await?.tasks)
    }
}
