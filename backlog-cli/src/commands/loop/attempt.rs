//! One run of the command on one task: from the claim to what becomes of the
//! task.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use backlog_api::{
    client::{CallError, Client},
    v1::{self, attachment_target::Target},
    view::{LoopEnded, LoopOutcome, LoopStarted},
};
use rustix::process::Signal;
use tokio::{process::Command, time::sleep};

use super::{
    child::Group,
    log::Log,
    prompt::prompt,
    report::{lasted, seconds},
    template::Values,
    work::{Shared, Stop},
    worktree::Worktree,
};
use crate::{error::CliError, render::task::task_ref};

/// Between two tries to reach a daemon that holds the lease.
const PAUSE: Duration = Duration::from_secs(1);

/// A claimed task.
pub struct Attempt<'s> {
    shared: &'s Shared,
    /// Writes under the lease.
    client: Client,
    worker: usize,
    claimed: v1::ClaimTaskResponse,
    task: String,
    fence: i64,
    session: String,
}

/// How the command ended.
struct Run {
    outcome: LoopOutcome,
    status: Option<ExitStatus>,
    time: Duration,
    tail: String,
    notes: Vec<String>,
}

impl<'s> Attempt<'s> {
    pub fn new(
        shared: &'s Shared,
        worker: usize,
        session: String,
        claimed: v1::ClaimTaskResponse,
    ) -> Self {
        let task = claimed.task.clone().unwrap_or_default();
        let client = shared.client_of(&session, Some(&claimed.token));
        Self {
            shared,
            client,
            worker,
            task: task_ref(&task),
            fence: task.lease.map_or(1, |lease| lease.fence),
            session,
            claimed,
        }
    }

    /// Runs the command and settles what becomes of the task. How it ended is
    /// told; an error is of the surroundings, and then the task was given back
    /// where that was possible.
    pub async fn perform(self) -> Result<LoopOutcome, CliError> {
        let worktree = match self.worktree().await {
            Ok(worktree) => worktree,
            Err(problem) => return self.cannot_begin(problem).await,
        };
        let branch = worktree.as_ref().map(|worktree| worktree.branch.clone());
        self.shared
            .report
            .borrow_mut()
            .started(self.beginning(branch))?;
        let mut run = match self.run(worktree.as_ref()).await {
            Ok(run) => run,
            Err(error) => {
                let problem = format!("The loop could not run the command: {error}");
                self.give_back(problem, LoopOutcome::Interrupted).await?;
                return Err(CliError::failed(format!(
                    "cannot run {}: {error}",
                    self.shared.run.template.program().display()
                )));
            }
        };
        if let (Some(worktree), Some(repository)) = (&worktree, &self.shared.run.repository) {
            match repository.close(worktree, &self.task).await {
                Ok(kept) => run.notes.extend(kept),
                Err(problem) => run.notes.push(problem),
            }
        }
        self.settle(run).await
    }

    async fn worktree(&self) -> Result<Option<Worktree>, String> {
        match &self.shared.run.repository {
            Some(repository) => repository.open(&self.task).await.map(Some),
            None => Ok(None),
        }
    }

    /// Gives a task back for which no worktree can be made. That is an attempt
    /// that failed, or the same task would come first for ever.
    async fn cannot_begin(&self, problem: String) -> Result<LoopOutcome, CliError> {
        let note = format!("The loop could not make a worktree: {problem}");
        let set_aside = self.give_back(note, LoopOutcome::Failed).await?;
        self.shared
            .report
            .borrow_mut()
            .started(self.beginning(None))?;
        self.shared.report.borrow_mut().ended(LoopEnded {
            worker: self.worker,
            reference: self.task.clone(),
            attempt: self.fence,
            outcome: LoopOutcome::Failed,
            exit_code: None,
            signal: None,
            seconds: 0.0,
            set_aside,
            notes: vec![problem],
        })?;
        Ok(LoopOutcome::Failed)
    }

    fn beginning(&self, branch: Option<String>) -> LoopStarted {
        let title = self.claimed.task.as_ref().map(|task| task.title.clone());
        LoopStarted {
            worker: self.worker,
            reference: self.task.clone(),
            title: title.unwrap_or_default(),
            attempt: self.fence,
            session: self.session.clone(),
            branch,
        }
    }

    /// Runs the command to its end, whoever ends it.
    async fn run(&self, worktree: Option<&Worktree>) -> std::io::Result<Run> {
        let log_path = self.file("log");
        let prompt_path = self.file("md");
        let branch = worktree.map(|worktree| worktree.branch.as_str());
        fs::write(&prompt_path, prompt(&self.claimed, branch))?;
        let (log, output) = Log::create(log_path)?;
        let mut command = self.command(&prompt_path);
        command
            .current_dir(worktree.map_or(&self.shared.run.cwd, |worktree| &worktree.cwd))
            .stdin(fs::File::open(&prompt_path)?)
            .stdout(Stdio::from(output.try_clone()?))
            .stderr(Stdio::from(output));

        let began = Instant::now();
        let mut group = Group::start(&mut command)?;
        let (why, status) = self.watch(&mut group).await?;
        let time = began.elapsed();
        group.sweep().await;
        let outcome = why.unwrap_or(if status.success() {
            LoopOutcome::Unfinished
        } else {
            LoopOutcome::Failed
        });
        let mut run = Run {
            outcome,
            status: Some(status),
            time,
            tail: log.tail()?,
            notes: Vec::new(),
        };
        if let Err(error) = self.attach(&log).await {
            run.notes
                .push(format!("the log could not be attached: {error}"));
        }
        Ok(run)
    }

    fn file(&self, kind: &str) -> PathBuf {
        let name = format!("{}-attempt-{}.{kind}", self.task, self.fence);
        self.shared.dir.path().join(name)
    }

    fn command(&self, prompt_path: &std::path::Path) -> Command {
        let run = &self.shared.run;
        let title = self.claimed.task.as_ref().map_or("", |task| &task.title);
        let arguments = run.template.arguments(&Values {
            reference: &self.task,
            title,
            prompt_file: &prompt_path.to_string_lossy(),
        });
        let mut command = Command::new(run.template.program());
        command
            .args(arguments)
            .env("BACKLOG_TASK", &self.task)
            .env("BACKLOG_SESSION", &self.session)
            .env("BACKLOG_LEASE", &self.claimed.token)
            .env("BACKLOG_ACTOR", &run.actor)
            .env("BACKLOG_DB", &run.database);
        command
    }

    /// Waits for the end; why it was ended, where the loop did.
    async fn watch(&self, group: &mut Group) -> std::io::Result<(Option<LoopOutcome>, ExitStatus)> {
        let mut why = None;
        let mut stop = self.shared.stop.subscribe();
        let mut told = Stop::Begin;
        let mut held = true;
        let hold = self.hold();
        tokio::pin!(hold);
        let too_long = sleep(self.shared.run.timeout);
        tokio::pin!(too_long);
        loop {
            tokio::select! {
                status = group.ended() => return Ok((why, status?)),
                lost = &mut hold, if held => {
                    held = false;
                    if lost {
                        why.get_or_insert(LoopOutcome::Lost);
                        group.end(Signal::TERM);
                    }
                }
                () = &mut too_long, if why.is_none() => {
                    why = Some(LoopOutcome::TimedOut);
                    group.end(Signal::TERM);
                }
                Ok(harder) = stop.wait_for(move |stop| *stop > told) => {
                    told = *harder;
                    why.get_or_insert(LoopOutcome::Interrupted);
                    match told {
                        Stop::Kill => group.kill(),
                        _ => group.end(Signal::INT),
                    }
                }
            }
        }
    }

    /// Keeps the lease alive; ends where there is none any more: whether it
    /// was taken away.
    async fn hold(&self) -> bool {
        loop {
            match self.client.hold(&self.task).await {
                Ok(()) => return false,
                Err(error) if error.is_trouble() => sleep(PAUSE).await,
                // Also where the command was faster than this call.
                Err(_) => {
                    return matches!(
                        self.fate().await,
                        Ok(v1::AttemptOutcome::Expired | v1::AttemptOutcome::Revoked)
                    );
                }
            }
        }
    }

    /// What became of this attempt.
    async fn fate(&self) -> Result<v1::AttemptOutcome, CallError> {
        let request = v1::ListAttemptsRequest {
            task: self.task.clone(),
            ..v1::ListAttemptsRequest::default()
        };
        let attempts = self.outside().call(request).await?.attempts;
        let own = attempts.iter().find(|attempt| attempt.fence == self.fence);
        Ok(own.map_or(v1::AttemptOutcome::Revoked, v1::Attempt::outcome))
    }

    /// The same session, where the lease may have ended.
    fn outside(&self) -> Client {
        self.shared.client_of(&self.session, None)
    }

    async fn attach(&self, log: &Log) -> Result<(), String> {
        let data = log.whole().map_err(|error| error.to_string())?;
        if data.is_empty() {
            return Ok(());
        }
        let request = v1::CreateAttachmentRequest {
            target: Some(v1::AttachmentTarget {
                target: Some(Target::Task(self.task.clone())),
            }),
            name: format!("{}-attempt-{}.log", self.task, self.fence),
            mime_type: "text/plain".to_owned(),
            data,
        };
        let attached = self.outside().call(request).await;
        attached.map(drop).map_err(|error| error.to_string())
    }

    async fn settle(&self, mut run: Run) -> Result<LoopOutcome, CliError> {
        let mut set_aside = None;
        run.outcome = match self.fate().await? {
            v1::AttemptOutcome::Done => LoopOutcome::Done,
            v1::AttemptOutcome::Released | v1::AttemptOutcome::Failed => LoopOutcome::Released,
            v1::AttemptOutcome::Expired | v1::AttemptOutcome::Revoked => LoopOutcome::Lost,
            v1::AttemptOutcome::Unspecified => {
                set_aside = self.give_back(note(&run), run.outcome).await?;
                run.outcome
            }
        };
        if set_aside.is_none() && run.outcome == LoopOutcome::Released {
            let request = v1::GetTaskRequest {
                task: self.task.clone(),
            };
            let task = self.outside().call(request).await?.task.unwrap_or_default();
            set_aside = Some(task.needs_attention).filter(|why| !why.is_empty());
        }
        self.shared.report.borrow_mut().ended(LoopEnded {
            worker: self.worker,
            reference: self.task.clone(),
            attempt: self.fence,
            outcome: run.outcome,
            exit_code: run.status.and_then(|status| status.code()),
            signal: run.status.and_then(|status| status.signal()),
            seconds: seconds(run.time),
            set_aside,
            notes: run.notes,
        })?;
        Ok(run.outcome)
    }

    /// Gives the task back; why it is set aside now, where it is.
    async fn give_back(
        &self,
        note: String,
        outcome: LoopOutcome,
    ) -> Result<Option<String>, CliError> {
        let request = v1::ReleaseLeaseRequest {
            task: self.task.clone(),
            note,
            failed: matches!(outcome, LoopOutcome::Failed | LoopOutcome::TimedOut),
            // Not the task's fault: it stays as ready as it was.
            interrupted: outcome == LoopOutcome::Interrupted,
            force: false,
        };
        match self.client.call(request).await {
            Ok(answer) => {
                let task = answer.task.unwrap_or_default();
                Ok(Some(task.needs_attention).filter(|why| !why.is_empty()))
            }
            // It ended in this very moment, and somebody else settled it.
            Err(CallError::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What the next attempt should know.
fn note(run: &Run) -> String {
    let time = lasted(seconds(run.time));
    let how = match (run.outcome, run.status) {
        (LoopOutcome::TimedOut, _) => format!("was stopped after {time}: that is the time limit"),
        (LoopOutcome::Interrupted, _) => format!("was interrupted after {time}, with the loop"),
        (_, Some(status)) => {
            format!("ended after {time} with {status}, without finishing the task")
        }
        (_, None) => format!("ended after {time}"),
    };
    if run.tail.is_empty() {
        format!("The agent {how}. It printed nothing.")
    } else {
        format!(
            "The agent {how}. The last lines it printed:\n\n{}",
            run.tail
        )
    }
}
