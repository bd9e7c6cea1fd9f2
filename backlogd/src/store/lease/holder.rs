//! Whose a lease is: who may write about a task that is held.

use rusqlite::{OptionalExtension as _, named_params};

use crate::{
    domain::{
        ActorKind, Refusal,
        lease::{Lease, LeaseToken, Outcome},
        task::{Task, TaskRef, reference},
    },
    store::{Reader, Result, StoreError, WriteTx},
};

impl Reader<'_> {
    /// That a task is held by somebody else.
    pub(in crate::store) fn held(&self, lease: &Lease) -> Refusal {
        Refusal::LeaseHeld {
            task: reference(lease.task_seq),
            holder: lease.holder.clone(),
            expires_at: lease.expires_at,
            left: lease.deadline.left(self.uptime),
        }
    }
}

impl WriteTx<'_> {
    /// Whether the caller is a lease's holder: by its token, else by its name.
    pub(in crate::store) fn holds(&self, lease: &Lease) -> bool {
        self.caller.lease == Some(lease.token) || self.caller.holder().is(&lease.holder)
    }

    /// Refuses a write about a task whose caller says to hold it and no longer
    /// does. A token of another task's lease says nothing about this one.
    pub(in crate::store) fn check_token(&self, task_seq: i64) -> Result<()> {
        let Some(token) = self.caller.lease else {
            return Ok(());
        };
        match self.attempt_of(token)? {
            Some((of, ended)) if of == task_seq && ended.is_some() => {
                Err(self.lost(task_seq, ended)?)
            }
            Some(_) => Ok(()),
            None => Err(Refusal::UnknownLease.into()),
        }
    }

    /// As [`Self::check_token`], for what only makes sense with a lease of this
    /// very task.
    pub(in crate::store) fn check_token_is_of(&self, task_seq: i64) -> Result<()> {
        if let Some(token) = self.caller.lease
            && let Some((of, _)) = self.attempt_of(token)?
            && of != task_seq
        {
            return Err(Refusal::OtherLease {
                task: reference(task_seq),
                other: reference(of),
            }
            .into());
        }
        self.check_token(task_seq)
    }

    /// The task of the caller's lease, while it lives.
    ///
    /// # Errors
    /// Where it has ended, or never was.
    pub fn task_of_lease(&self) -> Result<TaskRef> {
        let token = self.caller.lease.ok_or(Refusal::UnknownLease)?;
        match self.attempt_of(token)? {
            Some((task_seq, None)) => Ok(TaskRef::Number(task_seq)),
            Some((task_seq, ended)) => Err(self.lost(task_seq, ended)?),
            None => Err(Refusal::UnknownLease.into()),
        }
    }

    pub(in crate::store) fn attempt_of(
        &self,
        token: LeaseToken,
    ) -> Result<Option<(i64, Option<Outcome>)>> {
        Ok(self
            .conn
            .prepare_cached("SELECT task_seq, outcome FROM attempt WHERE token = :token")?
            .query_row(named_params! {":token": token}, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?)
    }

    pub(in crate::store) fn lost(
        &self,
        task_seq: i64,
        ended: Option<Outcome>,
    ) -> Result<StoreError> {
        Ok(Refusal::LeaseLost {
            task: reference(task_seq),
            ended,
            now_held_by: self.lease_of(task_seq)?.map(|lease| lease.holder),
        }
        .into())
    }

    /// Refuses to change a task that another session holds, unless a person
    /// insists. The lease there is, where there is one.
    pub(in crate::store) fn may_change(&self, task_seq: i64, force: bool) -> Result<Option<Lease>> {
        if force {
            self.only_people("override a lease")?;
        }
        let Some(lease) = self.lease_of(task_seq)? else {
            return Ok(None);
        };
        if force || self.holds(&lease) {
            Ok(Some(lease))
        } else {
            Err(self.held(&lease).into())
        }
    }

    pub(in crate::store) fn only_people(&self, what: &'static str) -> Result<()> {
        let actor = &self.caller.actor;
        match actor.kind() {
            ActorKind::Human => Ok(()),
            _ => Err(Refusal::HumanOnly {
                what,
                actor: actor.clone(),
            }
            .into()),
        }
    }

    /// The caller's own lease of a task.
    ///
    /// # Errors
    /// Where the caller has none.
    pub(in crate::store) fn own_lease(&self, task: &Task) -> Result<Lease> {
        self.check_token_is_of(task.seq)?;
        match self.lease_of(task.seq)? {
            Some(lease) if self.holds(&lease) => Ok(lease),
            Some(lease) => Err(self.held(&lease).into()),
            None => Err(self.lost(task.seq, None)?),
        }
    }
}
