//! Writes that share a commit.

use std::{sync::mpsc, time::Duration};

use super::{Job, Reply, Work, WriterThread};
use crate::{
    crash,
    domain::clock::Now,
    store::{
        Result, StoreError, WriteTx,
        waiting::{ClaimJob, Parked, may_pass},
    },
};

/// Writes that share a commit at most.
const BATCH: usize = 256;
/// Within one commit, what is over is ended again for a write that was asked for
/// so much later than the one before.
const SETTLED_FOR: Duration = Duration::from_secs(1);

type Outcomes = Vec<(Reply, Result<Vec<u8>>)>;

impl WriterThread {
    /// Runs a job and those that wait behind it, and commits them together.
    /// Before them the leases end whose time was over when they were asked for,
    /// however long ago that is: among them may be a renewal that came in time.
    /// Behind them, the claims that wait get what has become ready.
    pub(super) fn batch(&mut self, first: Option<Job>, queue: &mpsc::Receiver<Job>) {
        let mut outcomes = Vec::new();
        let earliest = first.as_ref().or(self.alone.as_ref());
        let mut settled = earliest.map_or_else(|| self.clock.both().uptime, |job| job.asked);
        if let Err(error) = self.begin(settled) {
            self.troubled = true;
            if let Some(first) = first {
                let _ = first.reply.send(Err(error));
            }
            return;
        }
        let mut next = first;
        while let Some(job) = next {
            if job.asked >= settled.after(SETTLED_FOR) {
                settled = job.asked;
                if let Err(error) = self.settle(settled) {
                    outcomes.push((job.reply, Err(error.clone())));
                    return answer_all(outcomes, Some(&error));
                }
            }
            self.work(job, &mut outcomes);
            // A full disk ends the whole transaction, and all of it is lost.
            if self.connection.is_autocommit() {
                let error = first_error(&outcomes);
                return answer_all(outcomes, Some(&error));
            }
            next = if outcomes.len() < BATCH {
                queue.try_recv().ok()
            } else {
                None
            };
            next = self.unless_alone(next);
        }
        self.serve_parked(&mut outcomes);
        if self.connection.is_autocommit() {
            let error = first_error(&outcomes);
            return answer_all(outcomes, Some(&error));
        }
        crash::point("commit");
        let committed = self.commit();
        crash::point("reply");
        self.troubled |= committed.is_err();
        if committed.is_ok() {
            let writes = outcomes
                .iter()
                .filter(|(_, outcome)| outcome.is_ok())
                .count();
            self.committed(writes);
        }
        self.shared.waiting.show(&self.parked);
        answer_all(outcomes, committed.as_ref().err());
    }

    /// Runs a job. Its outcome is among the others', unless it is a claim that
    /// goes on waiting.
    fn work(&mut self, job: Job, outcomes: &mut Outcomes) {
        // Those who have waited come first.
        if matches!(job.work, Work::Claim(_)) {
            self.serve_parked(outcomes);
            if self.connection.is_autocommit() {
                let error = first_error(outcomes);
                return outcomes.push((job.reply, Err(error)));
            }
        }
        let now = self.clock.both();
        match job.work {
            Work::Write { caller, key, run } => {
                let outcome = self.run(caller, key.as_ref(), run, now);
                self.moved |= outcome.is_ok();
                outcomes.push((job.reply, outcome));
            }
            // `unless_alone` leaves these to `run_alone`.
            Work::Alone { .. } => {}
            Work::Claim(claim) => {
                let outcome = self.claim(&claim, now);
                match (outcome, claim.waiting) {
                    (Err(refusal), Some(waiting))
                        if waiting.until > now.moment && may_pass(&refusal) =>
                    {
                        self.parked.park(Parked {
                            job: *claim,
                            waiting,
                            reply: job.reply,
                            refusal,
                        });
                    }
                    (outcome, _) => {
                        self.moved |= outcome.is_ok();
                        outcomes.push((job.reply, outcome));
                    }
                }
            }
        }
    }

    fn claim(&self, job: &ClaimJob, now: Now) -> Result<Vec<u8>> {
        let run = |tx: &mut WriteTx<'_>| Ok((job.answer)(tx.claim(&job.claim)?));
        self.run(job.caller.clone(), job.key.as_ref(), run, now)
    }

    /// Tries the claims that wait, where something was written since.
    fn serve_parked(&mut self, outcomes: &mut Outcomes) {
        if !self.moved || self.parked.is_empty() {
            return;
        }
        let now = self.clock.both();
        self.moved = false;
        let mut parked = std::mem::take(&mut self.parked);
        parked.try_each(|waiting| {
            if self.connection.is_autocommit() {
                return Some(waiting);
            }
            match self.claim(&waiting.job, now) {
                Err(refusal) if may_pass(&refusal) => Some(Parked { refusal, ..waiting }),
                outcome => {
                    outcomes.push((waiting.reply, outcome));
                    None
                }
            }
        });
        self.parked = parked;
    }
}

/// What ended a transaction from within.
fn first_error(outcomes: &[(Reply, Result<Vec<u8>>)]) -> StoreError {
    outcomes
        .iter()
        .rev()
        .find_map(|(_, outcome)| outcome.as_ref().err().cloned())
        .unwrap_or(StoreError::DiskFull)
}

fn answer_all(outcomes: Outcomes, failure: Option<&StoreError>) {
    for (reply, outcome) in outcomes {
        let outcome = match (outcome, failure) {
            (Ok(_), Some(failure)) => Err(failure.clone()),
            (outcome, _) => outcome,
        };
        // A caller that is gone will ask again with the same request id.
        let _ = reply.send(outcome);
    }
}
