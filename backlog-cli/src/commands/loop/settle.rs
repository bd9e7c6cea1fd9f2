//! What becomes of a task when its command has ended.

use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus, time::Duration};

use backlog_api::{
    client::CallError,
    v1::{self, AttemptOutcome, TaskStatus, attachment_target::Target},
    view::{LoopEnded, LoopOutcome},
};

use super::{
    attempt::Attempt,
    log::Log,
    report::{lasted, seconds},
};
use crate::{
    error::CliError,
    render::{task::task_ref, text::truncate},
};

/// How much of the line that a note begins with is told.
const TOLD_COLUMNS: usize = 120;

/// How the command ended.
pub struct Run {
    pub outcome: LoopOutcome,
    pub status: Option<ExitStatus>,
    pub time: Duration,
    /// The end of what it printed.
    pub tail: String,
    /// What a person should know.
    pub notes: Vec<String>,
}

impl Run {
    /// There was none: something went wrong before.
    pub fn none(outcome: LoopOutcome, problem: String) -> Self {
        Self {
            outcome,
            status: None,
            time: Duration::ZERO,
            tail: String::new(),
            notes: vec![problem],
        }
    }
}

impl Attempt<'_> {
    /// Gives the task back where the command did not say what becomes of it,
    /// and tells how it ended.
    pub async fn settle(&self, mut run: Run) -> Result<LoopOutcome, CliError> {
        let mut set_aside = None;
        let fate = self.holder.fate().await?;
        run.outcome = match fate.outcome() {
            AttemptOutcome::Done => LoopOutcome::Done,
            AttemptOutcome::Released | AttemptOutcome::Failed => LoopOutcome::Released,
            AttemptOutcome::Expired | AttemptOutcome::Revoked => LoopOutcome::Lost,
            AttemptOutcome::Unspecified => {
                set_aside = self.give_back(self.note(&run), run.outcome).await?;
                run.outcome
            }
        };
        if matches!(run.outcome, LoopOutcome::Released | LoopOutcome::Lost) {
            let task = self.task().await?;
            if run.outcome == LoopOutcome::Lost {
                run.notes
                    .extend(Some(fate.note).filter(|note| !note.is_empty()));
                if task.status() == TaskStatus::Done {
                    run.outcome = LoopOutcome::Done;
                }
            }
            set_aside = Some(task.needs_attention).filter(|why| !why.is_empty());
        }
        match self.give_back_others().await {
            Ok(notes) => run.notes.extend(notes),
            Err(error) => run.notes.push(error.to_string()),
        }
        let outcome = run.outcome;
        self.tell_ended(run, set_aside);
        Ok(outcome)
    }

    /// Tells of an end, also of an attempt that came to no command.
    pub fn tell_ended(&self, run: Run, set_aside: Option<String>) {
        let ended = LoopEnded {
            worker: self.worker,
            reference: self.holder.task.clone(),
            attempt: self.holder.fence,
            outcome: run.outcome,
            exit_code: run.status.and_then(|status| status.code()),
            signal: run.status.and_then(|status| status.signal()),
            seconds: seconds(run.time),
            set_aside,
            notes: run.notes,
        };
        self.shared.tell(|report| report.ended(ended));
    }

    async fn task(&self) -> Result<v1::Task, CallError> {
        let request = v1::GetTaskRequest {
            task: self.holder.task.clone(),
        };
        let task = self.holder.outside.call(request).await?.task;
        Ok(task.unwrap_or_default())
    }

    /// Gives the task back; why it is set aside now, where it is.
    pub async fn give_back(
        &self,
        note: String,
        outcome: LoopOutcome,
    ) -> Result<Option<String>, CliError> {
        let request = v1::ReleaseLeaseRequest {
            task: self.holder.task.clone(),
            note,
            failed: matches!(outcome, LoopOutcome::Failed | LoopOutcome::TimedOut),
            // Not the task's fault: it stays as ready as it was.
            interrupted: outcome == LoopOutcome::Interrupted,
            force: false,
        };
        match self.holder.client.call(request).await {
            Ok(answer) => {
                let task = answer.task.unwrap_or_default();
                Ok(Some(task.needs_attention).filter(|why| !why.is_empty()))
            }
            // It ended in this very moment, and somebody else settled it.
            Err(CallError::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives back what the command claimed beside its task and did not finish:
    /// nobody works on it any more.
    async fn give_back_others(&self) -> Result<Vec<String>, CallError> {
        let request = v1::ListTasksRequest {
            filter: Some(v1::TaskFilter {
                mine: true,
                ..v1::TaskFilter::default()
            }),
            ..v1::ListTasksRequest::default()
        };
        let mut notes = Vec::new();
        for task in self.holder.outside.call(request).await?.tasks {
            let request = v1::ReleaseLeaseRequest {
                task: task_ref(&task),
                note: format!(
                    "A command that worked on {} claimed it and ended.",
                    self.holder.task
                ),
                ..v1::ReleaseLeaseRequest::default()
            };
            self.holder.outside.call(request).await?;
            notes.push(format!(
                "{}, which it claimed too, was given back",
                task_ref(&task)
            ));
        }
        Ok(notes)
    }

    pub async fn attach(&self, log: &Log) -> Result<(), String> {
        let data = log.whole().map_err(|error| error.to_string())?;
        if data.is_empty() {
            return Ok(());
        }
        let request = v1::CreateAttachmentRequest {
            target: Some(v1::AttachmentTarget {
                target: Some(Target::Task(self.holder.task.clone())),
            }),
            name: format!("{}-attempt-{}.log", self.holder.task, self.holder.fence),
            mime_type: "text/plain".to_owned(),
            data,
        };
        let attached = self.holder.outside.call(request).await;
        attached.map(drop).map_err(|error| error.to_string())
    }

    /// What the next attempt should know. Its first line stands alone where
    /// only that is shown, so it has the last that the command said.
    fn note(&self, run: &Run) -> String {
        let time = lasted(seconds(run.time));
        let how = match (run.outcome, run.status) {
            (LoopOutcome::TimedOut, _) => {
                let limit = lasted(seconds(self.shared.run.timeout));
                format!("stopped after {time}: the time limit is {limit}")
            }
            (LoopOutcome::Interrupted, _) => format!("interrupted after {time}, with the loop"),
            (_, Some(status)) => format!("{status} after {time}, without finishing the task"),
            (_, None) => format!("ended after {time}"),
        };
        // A hint of ours says less than the error before it.
        let mut lines = run.tail.lines().rev();
        let Some(last) = lines.find(|line| !line.starts_with("hint: ")) else {
            if run.outcome == LoopOutcome::Interrupted {
                // It must not hide what the attempt before has left.
                return String::new();
            }
            return format!("It printed nothing ({how}).");
        };
        let last = truncate(last, TOLD_COLUMNS);
        format!(
            "{last} ({how})\n\nThe last lines it printed:\n\n{}",
            run.tail
        )
    }
}
