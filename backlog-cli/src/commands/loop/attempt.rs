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
    v1,
    view::{LoopOutcome, LoopStarted},
};
use rustix::process::Signal;
use tokio::{process::Command, time::sleep};

use super::{
    before::before,
    child::Group,
    git::STRAY,
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

/// Why no command can be started for a task.
struct Obstacle {
    outcome: LoopOutcome,
    problem: String,
}

impl Obstacle {
    const STOPPING: Self = Self {
        outcome: LoopOutcome::Interrupted,
        problem: String::new(),
    };

    /// An attempt that failed, or the same task would come first for ever.
    fn failed(problem: String) -> Self {
        let outcome = LoopOutcome::Failed;
        Self { outcome, problem }
    }

    /// Somebody else is in the way: not the task's fault.
    fn others(problem: String) -> Self {
        let outcome = LoopOutcome::Interrupted;
        Self { outcome, problem }
    }
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
        let task = &self.holder.task;
        if !self.shared.is_left_alone(task).await {
            return self.cannot_begin(Obstacle::STOPPING).await;
        }
        let _busy = self.shared.work_on(task);
        let worktree = match self.worktree().await {
            Ok(worktree) => worktree,
            Err(obstacle) => return self.cannot_begin(obstacle).await,
        };
        let branch = worktree.as_ref().map(|worktree| worktree.branch.clone());
        self.shared
            .tell(|report| report.started(self.beginning(branch)));
        let run = self.run(worktree.as_ref(), &mut hold).await;
        let mut notes = Vec::new();
        if let (Some(worktree), Some(repository)) = (worktree, &self.shared.run.repository) {
            notes = match repository.close(worktree, task).await {
                Ok(kept) => kept,
                Err(problem) => vec![problem],
            };
        }
        match run {
            Ok(mut run) => {
                run.notes.extend(notes);
                self.settle(run).await
            }
            Err(error) => {
                let program = self.shared.run.template.program().display().to_string();
                let problem = format!("cannot run {program}: {error}");
                self.give_back(problem.clone(), LoopOutcome::Interrupted)
                    .await?;
                self.tell_ended(Run::none(LoopOutcome::Interrupted, problem.clone()), None);
                Err(CliError::failed(problem))
            }
        }
    }

    async fn worktree(&self) -> Result<Option<Worktree>, Obstacle> {
        let Some(repository) = &self.shared.run.repository else {
            return Ok(None);
        };
        let task = self.claimed.task.clone().unwrap_or_default();
        let before = before(task, &self.holder.outside, repository).await;
        let before = before.map_err(|error| Obstacle::failed(error.to_string()))?;
        for before in &before {
            // Done by its word, and about to be done by its files.
            if !self.shared.is_left_alone(before).await {
                return Err(Obstacle::STOPPING);
            }
            let _ = repository.left_by_all(before).await;
        }
        let left = repository.left_by_all(&self.holder.task).await;
        left.map_err(Obstacle::others)?;
        let opened = repository.open(&self.holder.task, &before).await;
        opened.map(Some).map_err(Obstacle::failed)
    }

    /// Gives a task back for which no command can be started.
    async fn cannot_begin(&self, obstacle: Obstacle) -> Result<LoopOutcome, CliError> {
        let Obstacle { outcome, problem } = obstacle;
        let note = match problem.as_str() {
            "" => String::new(),
            problem => format!("The loop could not make a worktree: {problem}"),
        };
        let set_aside = self.give_back(note, outcome).await?;
        if !problem.is_empty() {
            self.shared
                .tell(|report| report.started(self.beginning(None)));
            self.tell_ended(Run::none(outcome, problem), set_aside);
        }
        Ok(outcome)
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
        let _watched = group.leader.map(|leader| self.shared.guard.watch(leader));
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
            notes: Vec::new(),
        };
        if let Err(error) = self.attach(&log).await {
            run.notes
                .push(format!("the log could not be attached: {error}"));
        }
        // A loop may run for months; what is left goes with its directory.
        log.remove();
        let _ = fs::remove_file(&prompt_path);
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
        if run.repository.is_some() {
            for variable in STRAY {
                command.env_remove(variable);
            }
        }
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
