//! One run of the command on one task: from the claim to what becomes of the
//! task.

use std::{
    fs, io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    rc::Rc,
    time::Instant,
};

use backlog_api::{
    client::CallError,
    v1,
    view::{LoopEnded, LoopOutcome, LoopStarted},
};
use rustix::process::Signal;
use tokio::{process::Command, time::sleep};

use super::{
    child::Group,
    hold::{Hold, Holder},
    log::Log,
    prompt::prompt,
    settle::Run,
    template::Values,
    work::{Shared, Stop},
    worktree::Worktree,
};
use crate::{error::CliError, render::task::task_ref};

/// A claimed task.
pub struct Attempt<'s> {
    pub shared: &'s Shared,
    pub worker: usize,
    pub claimed: v1::ClaimTaskResponse,
    pub session: String,
    pub holder: Rc<Holder>,
}

impl<'s> Attempt<'s> {
    pub fn new(
        shared: &'s Shared,
        worker: usize,
        session: String,
        claimed: v1::ClaimTaskResponse,
    ) -> Self {
        let task = claimed.task.clone().unwrap_or_default();
        let holder = Holder {
            client: shared.client_of(&session, Some(&claimed.token)),
            outside: shared.client_of(&session, None),
            task: task_ref(&task),
            fence: task.lease.map_or(1, |lease| lease.fence),
        };
        Self {
            shared,
            worker,
            session,
            claimed,
            holder: Rc::new(holder),
        }
    }

    /// Runs the command and settles what becomes of the task. How it ended is
    /// told; an error is of the surroundings, and then the task was given back
    /// where that was possible.
    pub async fn perform(self) -> Result<LoopOutcome, CliError> {
        let mut hold = self.holder.begin();
        let worktree = match self.worktree().await {
            Ok(worktree) => worktree,
            Err(problem) => return self.cannot_begin(problem).await,
        };
        let branch = worktree.as_ref().map(|worktree| worktree.branch.clone());
        self.shared
            .report
            .borrow_mut()
            .started(self.beginning(branch))?;
        let mut run = match self.run(worktree.as_ref(), &mut hold).await {
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
        if let (Some(worktree), Some(repository)) = (worktree, &self.shared.run.repository) {
            match repository.close(worktree, &self.holder.task).await {
                Ok(kept) => run.notes.extend(kept),
                Err(problem) => run.notes.push(problem),
            }
        }
        self.settle(run).await
    }

    async fn worktree(&self) -> Result<Option<Worktree>, String> {
        let Some(repository) = &self.shared.run.repository else {
            return Ok(None);
        };
        let before = self.waited_for().await.map_err(|error| error.to_string())?;
        repository.open(&self.holder.task, &before).await.map(Some)
    }

    /// The tasks whose work this one builds on: those that blocked it, and its
    /// parts.
    async fn waited_for(&self) -> Result<Vec<String>, CallError> {
        let task = self.claimed.task.clone().unwrap_or_default();
        let request = v1::ListTasksRequest {
            filter: Some(v1::TaskFilter {
                parent: self.holder.task.clone(),
                ..v1::TaskFilter::default()
            }),
            page_size: 500,
            ..v1::ListTasksRequest::default()
        };
        let parts = self.holder.outside.call(request).await?.tasks;
        let mut before = task.blocked_by;
        before.extend(parts.iter().map(task_ref));
        Ok(before)
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
            reference: self.holder.task.clone(),
            attempt: self.holder.fence,
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
            reference: self.holder.task.clone(),
            title: title.unwrap_or_default(),
            attempt: self.holder.fence,
            session: self.session.clone(),
            branch,
        }
    }

    /// Runs the command to its end, whoever ends it.
    async fn run(&self, worktree: Option<&Worktree>, hold: &mut Hold) -> io::Result<Run> {
        let log_path = self.file("log");
        let prompt_path = self.file("md");
        fs::write(&prompt_path, prompt(&self.claimed, worktree))?;
        let (log, output) = Log::create(log_path)?;
        let mut command = self.command(&prompt_path);
        command
            .current_dir(worktree.map_or(&self.shared.run.cwd, |worktree| &worktree.cwd))
            .stdin(fs::File::open(&prompt_path)?)
            .stdout(Stdio::from(output.try_clone()?))
            .stderr(Stdio::from(output));

        let began = Instant::now();
        let mut group = Group::start(&mut command)?;
        let (why, status) = self.watch(&mut group, hold).await?;
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
            notes: worktree.map(Worktree::notes).unwrap_or_default(),
        };
        if let Err(error) = self.attach(&log).await {
            run.notes
                .push(format!("the log could not be attached: {error}"));
        }
        Ok(run)
    }

    fn file(&self, kind: &str) -> PathBuf {
        let name = format!("{}-attempt-{}.{kind}", self.holder.task, self.holder.fence);
        self.shared.dir.path().join(name)
    }

    fn command(&self, prompt_path: &std::path::Path) -> Command {
        let run = &self.shared.run;
        let title = self.claimed.task.as_ref().map_or("", |task| &task.title);
        let arguments = run.template.arguments(&Values {
            reference: &self.holder.task,
            title,
            prompt_file: &prompt_path.to_string_lossy(),
        });
        let mut command = Command::new(run.template.program());
        command
            .args(arguments)
            .env("BACKLOG_TASK", &self.holder.task)
            .env("BACKLOG_SESSION", &self.session)
            .env("BACKLOG_LEASE", &self.claimed.token)
            .env("BACKLOG_ACTOR", &run.actor)
            .env("BACKLOG_DB", &run.database);
        command
    }

    /// Waits for the end; why it was ended, where the loop did.
    async fn watch(
        &self,
        group: &mut Group,
        hold: &mut Hold,
    ) -> io::Result<(Option<LoopOutcome>, ExitStatus)> {
        let mut why = None;
        let mut stop = self.shared.stop.subscribe();
        let mut told = Stop::Begin;
        let too_long = sleep(self.shared.run.timeout);
        tokio::pin!(too_long);
        loop {
            tokio::select! {
                status = group.ended() => return Ok((why, status?)),
                () = hold.lost(), if why.is_none() => {
                    why = Some(LoopOutcome::Lost);
                    group.end(Signal::TERM);
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
}
