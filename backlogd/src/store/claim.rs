//! Claiming: picking a task and marking it, in one transaction.

use std::collections::BTreeSet;

use rusqlite::{named_params, params_from_iter};
use serde_json::json;

use super::{Reader, Result, StoreError, WriteTx, holdback::READY, lease::BOOT};
use crate::domain::{
    Changes, Refusal,
    activity::Action,
    clock::nanos,
    lease::{HeldBy, HoldingProcess, Lease, LeaseToken, Outcome, time_left},
    queue::{Cause, Claim, Claimed, Wanted},
    scope::Scope,
    task::{Status, Task, TaskFilter, TaskRef},
};

impl Reader<'_> {
    /// What a claim would take now: of the ready tasks the most urgent, of
    /// those the oldest, whose scope is free and whose project has room.
    pub fn next_task(&self, filter: &TaskFilter) -> Result<Option<Task>> {
        Ok(self.next_tasks(filter, 1)?.pop())
    }

    /// That task and those that rank behind it, best first.
    pub fn next_tasks(&self, filter: &TaskFilter, most: usize) -> Result<Vec<Task>> {
        self.next_ready(filter, most)?
            .into_iter()
            .map(|seq| self.find_task(TaskRef::Number(seq)))
            .collect()
    }

    /// Why nothing is ready, in words; empty where nothing is to do at all.
    pub fn why_nothing(&self, filter: &TaskFilter) -> Result<String> {
        let counts = self.queue_counts(&filter.project)?;
        let told: Vec<String> = [
            (
                counts.ready,
                "ready, but not to be had now or not asked for",
            ),
            (counts.blocked, "blocked"),
            (counts.deferred, "deferred"),
            (counts.waiting_for_parts, "waiting for their parts"),
            (counts.needs_attention, "set aside for a person"),
            (counts.doing, "being done"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        let mut told = told.join(", ");
        if let Some(left) = self.first_lease_end(&filter.project)? {
            told.push_str(&format!(
                "; the first lease ends in {} unless renewed",
                time_left(left)
            ));
        }
        Ok(told)
    }

    fn next_ready(&self, filter: &TaskFilter, most: usize) -> Result<Vec<i64>> {
        let Some(rows) = self.rows_of(filter)? else {
            return Ok(Vec::new());
        };
        let held = self.held_scopes()?;
        // By project: a range of an index each, and those without room or in
        // the archive cost nothing, however many tasks they have.
        // SQLite would take an index on the status, and read past what waits.
        let selective =
            !filter.labels.is_empty() || filter.search.is_some() || filter.parent.is_some();
        let index = if selective {
            ""
        } else {
            "INDEXED BY task_ready"
        };
        let sql = format!(
            "SELECT t.priority, t.seq, t.scope FROM task t {index}
             WHERE t.project_id = ? AND {READY} AND {} ORDER BY t.priority, t.seq",
            rows.sql()
        );
        let mut best: BTreeSet<(i64, i64)> = BTreeSet::new();
        for project in self.projects_with_room(&filter.project)? {
            let mut values = vec![project.into()];
            values.extend(rows.values::<i64>([]));
            let mut statement = self.conn.prepare_cached(&sql)?;
            let mut found = statement.query(params_from_iter(values))?;
            while let Some(row) = found.next()? {
                let key = (row.get(0)?, row.get(1)?);
                if best.len() == most && best.last().is_some_and(|worst| *worst < key) {
                    break;
                }
                let scope = Scope::from_lines(row.get_ref(2)?.as_str().unwrap_or_default());
                if !held.iter().any(|(_, held)| held.overlaps(&scope)) {
                    best.insert(key);
                    if best.len() > most {
                        best.pop_last();
                    }
                }
            }
        }
        Ok(best.into_iter().map(|(_, seq)| seq).collect())
    }

    /// The scopes of what is held, by task.
    pub(super) fn held_scopes(&self) -> Result<Vec<(i64, Scope)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT t.seq, t.scope FROM lease l JOIN task t ON t.seq = l.task_seq
             WHERE t.scope <> ''",
        )?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, Scope::from_lines(row.get_ref(1)?.as_str()?)))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The projects, or the one named, in which one more task may be held.
    fn projects_with_room(&self, named: &str) -> Result<Vec<i64>> {
        let named = match named {
            "" => None,
            given => Some(self.project(given)?.key),
        };
        let mut statement = self.conn.prepare_cached(
            "SELECT p.id FROM project p
             WHERE p.archived_at IS NULL AND p.deleted_at IS NULL
               AND (:named IS NULL OR p.id = :named)
               AND (p.wip_limit IS NULL OR p.wip_limit >
                    (SELECT count(*) FROM lease l JOIN task t ON t.seq = l.task_seq
                     WHERE t.project_id = p.id))
             ORDER BY p.id",
        )?;
        let rows = statement.query_map(named_params! {":named": named}, |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl WriteTx<'_> {
    /// Takes a task and marks it as being done.
    pub(super) fn claim(&mut self, claim: &Claim) -> Result<Claimed> {
        if claim.force {
            self.only_people("take a task that is not ready")?;
        }
        match &claim.wanted {
            Wanted::Next(filter) => {
                if claim.resume
                    && let Some(lease) = self.first_of_caller()?
                {
                    return self.take_again(lease.task_seq, &lease, claim);
                }
                self.caller.lease = None;
                match self.next_task(filter)? {
                    Some(task) => self.take(&task, claim),
                    None => Err(self.nothing_ready(filter)?),
                }
            }
            Wanted::Task(named) => {
                let task = self.find_task(*named)?;
                if let Some(lease) = self.lease_of(task.seq)?
                    && self.holds(&lease)
                {
                    return self.take_again(task.seq, &lease, claim);
                }
                // A claim begins anew, whatever lease its caller had before.
                self.caller.lease = None;
                self.make_room(&task, claim)?;
                self.take(&self.task_after(task.seq)?, claim)
            }
        }
    }

    fn nothing_ready(&self, filter: &TaskFilter) -> Result<StoreError> {
        let why = match self.why_nothing(filter)? {
            why if why.is_empty() => ": there is nothing to do".to_owned(),
            why => format!(": {why}"),
        };
        Ok(Refusal::NothingReady { why }.into())
    }

    /// Sees that nothing stands in the way, or, where a person insists, puts
    /// it out of the way.
    fn make_room(&self, task: &Task, claim: &Claim) -> Result<()> {
        for cause in self.causes(task)? {
            let final_word = matches!(
                cause,
                Cause::Done | Cause::Archived | Cause::ProjectArchived { .. }
            );
            match cause {
                Cause::Held(lease) if claim.force => {
                    let note = format!("taken over by {}", self.caller.holder());
                    self.end_lease(&lease, Outcome::Revoked, &note)?;
                }
                Cause::Held(lease) => return Err(self.held(&lease).into()),
                _ if claim.force && !final_word => {}
                _ => {
                    return Err(Refusal::NotReady {
                        task: task.reference(),
                        why: self.why_not(task)?,
                        may_pass: !final_word,
                    }
                    .into());
                }
            }
        }
        Ok(())
    }

    /// The caller holds it already: the same lease, renewed.
    fn take_again(&self, task_seq: i64, lease: &Lease, claim: &Claim) -> Result<Claimed> {
        self.renew(lease, claim.ttl.unwrap_or(lease.ttl))?;
        self.set_holding(lease.attempt, claim)?;
        let task = self.task_after(task_seq)?;
        self.log_task(
            &task,
            Action::Renewed,
            format!("claimed {} again", task.reference()),
            json!({"fence": lease.fence}),
        )?;
        self.claimed(task_seq, true)
    }

    fn take(&self, task: &Task, claim: &Claim) -> Result<Claimed> {
        let token = match claim.token {
            Some(token) if self.attempt_of(token)?.is_some() => {
                return Err(Refusal::invalid("token", "another claim had this token").into());
            }
            Some(token) => token,
            None => LeaseToken::generate(),
        };
        let ttl = claim.ttl.unwrap_or(self.terms.ttl);
        let Self { caller, .. } = self;
        let (attempt, fence): (i64, i64) = self
            .conn
            .prepare_cached(
                "INSERT INTO attempt (task_seq, fence, token, actor_kind, actor_name, session,
                     worktree, started_at)
                 VALUES (:task,
                     (SELECT coalesce(max(fence), 0) + 1 FROM attempt WHERE task_seq = :task),
                     :token, :actor_kind, :actor_name, :session, :worktree, :now)
                 RETURNING id, fence",
            )?
            .query_row(
                named_params! {
                    ":task": task.seq, ":token": token,
                    ":actor_kind": caller.actor.kind(), ":actor_name": caller.actor.name(),
                    ":session": caller.session, ":worktree": claim.worktree, ":now": self.now,
                },
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
        self.conn
            .prepare_cached(
                "INSERT INTO lease (task_seq, attempt_id, ttl, deadline, expires_at, boot)
                 VALUES (:task, :attempt, :ttl, :deadline, :expires_at, :boot)",
            )?
            .execute(named_params! {
                ":task": task.seq, ":attempt": attempt, ":ttl": nanos(ttl),
                ":deadline": self.uptime.after(ttl).0, ":expires_at": self.now.after(ttl),
                ":boot": *BOOT,
            })?;
        self.set_holding(attempt, claim)?;
        let mut changes = Changes::default();
        let version = self.move_with_lease(task, Status::Doing, &mut changes)?;
        let forced = if claim.force { " by force" } else { "" };
        self.log_task(
            task,
            Action::Claimed,
            format!("claimed {}{forced}", task.reference()),
            json!({
                "version": version, "fence": fence, "ttl": nanos(ttl), "worktree": claim.worktree,
                "forced": claim.force, "changes": changes.into_json(),
            }),
        )?;
        self.claimed(task.seq, false)
    }

    /// What will keep a claimed task's lease alive.
    fn set_holding(&self, attempt: i64, claim: &Claim) -> Result<()> {
        match claim.hold {
            Some(process) => self.hold_by_process(attempt, process),
            None if claim.by_stream => self.await_stream(attempt),
            None => Ok(()),
        }
    }

    fn hold_by_process(&self, attempt: i64, process: HoldingProcess) -> Result<()> {
        self.conn
            .prepare_cached(
                "UPDATE lease SET held_by = :held_by, stream = NULL, pid = :pid,
                     pid_started = :started
                 WHERE attempt_id = :attempt",
            )?
            .execute(named_params! {
                ":held_by": HeldBy::Process, ":pid": process.pid,
                ":started": process.started_ticks, ":attempt": attempt,
            })?;
        Ok(())
    }

    fn claimed(&self, task_seq: i64, held_already: bool) -> Result<Claimed> {
        let task = self.task_after(task_seq)?;
        let lease = self
            .lease_of(task_seq)?
            .expect("this very transaction made or renewed it");
        Ok(Claimed {
            task,
            lease,
            held_already,
        })
    }

    /// Gives a task back; with what the next holder should know, and how its
    /// holder's attempt ended.
    pub fn release_lease(
        &mut self,
        task: TaskRef,
        note: &str,
        outcome: Outcome,
        force: bool,
    ) -> Result<Task> {
        let task = self.find_task(task)?;
        let (lease, outcome) = if force {
            self.only_people("override a lease")?;
            match self.lease_of(task.seq)? {
                Some(lease) if self.holds(&lease) => (lease, outcome),
                Some(lease) => (lease, Outcome::Revoked),
                None => return Err(self.lost(task.seq, None)?),
            }
        } else {
            (self.own_lease(&task)?, outcome)
        };
        let mut changes = Changes::default();
        let version = self.move_with_lease(&task, Status::Todo, &mut changes)?;
        self.log_task(
            &task,
            Action::Released,
            format!("gave {} back", task.reference()),
            json!({
                "version": version, "fence": lease.fence, "outcome": outcome.as_str(),
                "changes": changes.into_json(),
            }),
        )?;
        self.end_lease(&lease, outcome, note)?;
        self.task_after(task.seq)
    }

    /// The caller's oldest lease.
    fn first_of_caller(&self) -> Result<Option<Lease>> {
        let held = self.leases()?;
        Ok(held.into_iter().find(|lease| self.holds(lease)))
    }

    /// Comments, moves a task to done and ends its lease; with the task,
    /// whether it was not done before, and what became ready by it.
    pub fn complete_task(
        &mut self,
        task: TaskRef,
        note: &str,
        force: bool,
    ) -> Result<(Task, bool, Vec<Task>)> {
        let task = self.find_task(task)?;
        self.check_token_is_of(task.seq)?;
        let lease = self.may_change(task.seq, force)?;
        if task.status == Status::Done {
            return Ok((task, false, Vec::new()));
        }
        if !note.is_empty() {
            self.comment_on(&task, note.to_owned())?;
        }
        let mut changes = Changes::default();
        let version = self.move_with_lease(&task, Status::Done, &mut changes)?;
        self.log_task(
            &task,
            Action::Completed,
            format!("finished {}", task.reference()),
            json!({
                "version": version, "fence": lease.as_ref().map(|lease| lease.fence),
                "changes": changes.into_json(),
            }),
        )?;
        match lease {
            Some(lease) if self.holds(&lease) => self.end_lease(&lease, Outcome::Done, note)?,
            Some(lease) => {
                let note = format!("finished by {}", self.caller.holder());
                self.end_lease(&lease, Outcome::Revoked, &note)?;
                self.reset_attempts(task.seq)?;
            }
            None => self.reset_attempts(task.seq)?,
        }
        let task = self.task_after(task.seq)?;
        let unblocked = self.unblocked_by(&task)?;
        Ok((task, true, unblocked))
    }
}
