//! The workers: each takes a task, has the command run on it, and takes the
//! next, until there is a reason to stop.

use std::{
    cell::{Cell, RefCell},
    num::NonZeroUsize,
    path::PathBuf,
    process::ExitCode,
    rc::Rc,
    time::{Duration, Instant},
};

use backlog_api::{
    client::{CallError, Caller, Client},
    reason, v1,
    view::LoopOutcome,
};
use tempfile::TempDir;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{Mutex, watch},
    task::{JoinSet, LocalSet},
};

use super::{attempt::Attempt, report::Report, template::Template, worktree::Repository};
use crate::{error::CliError, render::time::now};

/// How long one call waits for something to become ready. Short, so that the
/// worker soon sees that it should stop; its place in the queue it keeps.
const WAIT: Duration = Duration::from_millis(250);
/// How long a place is kept; the API knows no longer wait than a day.
const PLACE: Duration = Duration::from_secs(23 * 3_600);
/// How many of the tasks that it waits for a loop names.
const NAMED: i32 = 10;
/// What a shell calls a process that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// What a loop was asked to do.
pub struct Run {
    pub filter: v1::TaskFilter,
    pub workers: NonZeroUsize,
    pub max_tasks: usize,
    pub until_empty: bool,
    pub max_failures: usize,
    pub timeout: Duration,
    /// Who signs what the workers and their commands write.
    pub actor: String,
    /// The beginning of the sessions' names.
    pub session: String,
    pub cwd: PathBuf,
    pub database: PathBuf,
    pub template: Template,
    pub repository: Option<Repository>,
}

/// How far stopping has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    No,
    /// No new tasks; what runs goes on.
    Begin,
    /// What runs is told to end.
    End,
    /// What runs is killed.
    Kill,
}

/// What the workers share.
pub struct Shared {
    pub run: Run,
    client: Client,
    pub report: RefCell<Report>,
    pub stop: watch::Sender<Stop>,
    /// Logs and prompts.
    pub dir: TempDir,
    /// Attempts that were begun.
    begun: Cell<usize>,
    /// One worker asks for the next task; the others would ask the same.
    turn: Mutex<()>,
    /// Workers that have a task.
    working: Cell<usize>,
    /// Failures since the last success.
    failures: Cell<usize>,
    why: Cell<&'static str>,
}

/// Runs a loop to its end.
pub async fn run(run: Run, client: &Client, report: Report) -> Result<ExitCode, CliError> {
    // Where the daemon is older it is replaced now, by a fresh command, and
    // not later by a process that lives on. A project that does not exist is
    // told before anything else is.
    let project = run.filter.project.clone();
    client.call(v1::GetQueueRequest { project }).await?;
    let dir = tempfile::Builder::new()
        .prefix("backlog-loop-")
        .tempdir()
        .map_err(|error| CliError::failed(format!("cannot make a directory for logs: {error}")))?;
    let shared = Rc::new(Shared {
        client: client.lasting(Caller::default()),
        run,
        report: RefCell::new(report),
        stop: watch::Sender::new(Stop::No),
        dir,
        begun: Cell::new(0),
        turn: Mutex::new(()),
        working: Cell::new(0),
        failures: Cell::new(0),
        why: Cell::new("empty"),
    });
    if let Some(repository) = &shared.run.repository {
        shared.sweep(repository).await?;
    }
    let mut trouble = LocalSet::new().run_until(direct(&shared)).await?;
    let shared = Rc::into_inner(shared).expect("the workers have ended");
    let report = shared.report.into_inner();
    if let Some(error) = trouble.take_if(|_| report.is_empty()) {
        return Err(error);
    }
    let set_aside = report.finish(shared.why.get())?;
    if let Some(error) = trouble {
        return Err(error);
    }
    Ok(match shared.why.get() {
        "interrupted" => ExitCode::from(INTERRUPTED),
        "max_failures" => ExitCode::FAILURE,
        _ if set_aside => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

/// Starts the workers, passes signals on, and waits for all of them. After an
/// error of a worker's surroundings the others finish what they have.
async fn direct(shared: &Rc<Shared>) -> Result<Option<CliError>, CliError> {
    let mut signals = Signals::listen()?;
    let mut workers = JoinSet::new();
    for worker in 1..=shared.run.workers.get() {
        workers.spawn_local(work(Rc::clone(shared), worker));
    }
    let mut trouble = None;
    loop {
        tokio::select! {
            ended = workers.join_next() => match ended {
                None => return Ok(trouble),
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(error))) => {
                    shared.stop_for("trouble", Stop::Begin);
                    trouble.get_or_insert(error);
                }
                Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
            },
            () = signals.next() => {
                let harder = if *shared.stop.borrow() < Stop::End { Stop::End } else { Stop::Kill };
                shared.stop_for("interrupted", harder);
                shared.report.borrow().stopping(harder, shared.working.get())?;
            }
        }
    }
}

async fn work(shared: Rc<Shared>, worker: usize) -> Result<(), CliError> {
    let session = format!("{}-w{worker}", shared.run.session);
    while let Some(claimed) = shared.take(&session).await? {
        shared.working.set(shared.working.get() + 1);
        let attempt = Attempt::new(&shared, worker, session.clone(), claimed);
        let outcome = attempt.perform().await;
        shared.working.set(shared.working.get() - 1);
        shared.note(outcome?);
    }
    Ok(())
}

impl Shared {
    /// Calls as a session, under a lease where it has one.
    pub fn client_of(&self, session: &str, lease: Option<&str>) -> Client {
        self.client.lasting(Caller {
            actor: Some(self.run.actor.clone()),
            session: Some(session.to_owned()),
            lease: lease.map(str::to_owned),
        })
    }

    /// Clears away the worktrees of loops that were killed, unless somebody has
    /// their task.
    async fn sweep(&self, repository: &Repository) -> Result<(), CliError> {
        let left = repository.left().await.map_err(CliError::failed)?;
        for task in left {
            let request = v1::GetTaskRequest { task: task.clone() };
            let found = match self.client.call(request).await {
                Ok(found) => found.task.unwrap_or_default(),
                // Deleted since.
                Err(CallError::Refused(_)) => v1::Task::default(),
                Err(error) => return Err(error.into()),
            };
            if found.lease.is_none() {
                let notes = repository.sweep(&task).await.map_err(CliError::failed)?;
                self.report.borrow().swept(task, notes)?;
            }
        }
        Ok(())
    }

    /// The next task, waiting for one where the loop does; `None` when it is
    /// time to stop.
    async fn take(&self, session: &str) -> Result<Option<v1::ClaimTaskResponse>, CliError> {
        let _turn = self.turn.lock().await;
        let client = self.client_of(session, None);
        let (mut asked_at, mut since) = (now(), Instant::now());
        while *self.stop.borrow() == Stop::No {
            if self.begun.get() >= self.run.max_tasks {
                self.stop_for("max_tasks", Stop::Begin);
                break;
            }
            // What is at work now may make something ready, so an empty queue
            // counts only where nobody was before it was asked.
            let is_last = self.run.until_empty
                && self.working.get() == 0
                && self.nobody_holds(&client).await?;
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

    /// Whether no session holds one of these tasks. Which ones do is told.
    async fn nobody_holds(&self, client: &Client) -> Result<bool, CliError> {
        let request = v1::ListTasksRequest {
            filter: Some(v1::TaskFilter {
                claimed: true,
                ..self.run.filter.clone()
            }),
            page_size: NAMED,
            ..v1::ListTasksRequest::default()
        };
        let held = client.call(request).await?.tasks;
        if !held.is_empty() {
            self.report.borrow_mut().waiting(&held)?;
        }
        Ok(held.is_empty())
    }

    fn note(&self, outcome: LoopOutcome) {
        if outcome.is_failure() {
            self.failures.set(self.failures.get() + 1);
        } else if outcome == LoopOutcome::Done {
            self.failures.set(0);
        }
        if self.failures.get() >= self.run.max_failures {
            self.stop_for("max_failures", Stop::Begin);
        }
    }

    /// Goes on to stop; the first reason is the one that is told, but for a
    /// person's.
    fn stop_for(&self, why: &'static str, stop: Stop) {
        self.stop.send_if_modified(|now| {
            let is_more = stop > *now;
            if is_more {
                if *now == Stop::No || why == "interrupted" {
                    self.why.set(why);
                }
                *now = stop;
            }
            is_more
        });
    }
}

/// Ctrl-C, and what a service manager sends.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, CliError> {
        let listen = |kind| {
            signal(kind)
                .map_err(|error| CliError::failed(format!("cannot wait for signals: {error}")))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
