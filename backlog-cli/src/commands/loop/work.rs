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
    sync::watch,
    task::{JoinSet, LocalSet},
    time::sleep,
};

use super::{attempt::Attempt, report::Report, template::Template, worktree::Repository};
use crate::{error::CliError, render::time::now};

/// How long one call waits for something to become ready. Short, so that a
/// worker soon sees that it should stop; its place in the queue it keeps.
const WAIT: Duration = Duration::from_secs(1);
/// How long a place is kept; the API knows no longer wait than a day.
const PLACE: Duration = Duration::from_secs(23 * 3_600);
/// How long a worker waits that may take no more than what others ask for now.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
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
    /// Claims that are under way.
    asking: Cell<usize>,
    /// Workers that have a task.
    working: Cell<usize>,
    /// Failures since the last success.
    failures: Cell<usize>,
    why: Cell<&'static str>,
}

/// Runs a loop to its end.
pub async fn run(run: Run, client: &Client, report: Report) -> Result<ExitCode, CliError> {
    // Where the daemon is older it is replaced now, by a fresh command, and
    // not later by a process that lives on.
    client.call(v1::GetQueueRequest::default()).await?;
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
        asking: Cell::new(0),
        working: Cell::new(0),
        failures: Cell::new(0),
        why: Cell::new("empty"),
    });
    let trouble = LocalSet::new().run_until(direct(&shared)).await?;
    let shared = Rc::into_inner(shared).expect("the workers have ended");
    let set_aside = shared.report.into_inner().finish(shared.why.get())?;
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

    /// The next task, waiting for one where the loop does; `None` when it is
    /// time to stop.
    async fn take(&self, session: &str) -> Result<Option<v1::ClaimTaskResponse>, CliError> {
        let client = self.client_of(session, None);
        let (mut asked_at, mut since) = (now(), Instant::now());
        loop {
            if *self.stop.borrow() > Stop::No {
                return Ok(None);
            }
            if self.begun.get() >= self.run.max_tasks {
                self.stop_for("max_tasks", Stop::Begin);
                return Ok(None);
            }
            if self.begun.get() + self.asking.get() >= self.run.max_tasks {
                // The others may come back with nothing.
                sleep(LOOK_AGAIN).await;
                continue;
            }
            // What the others do now may make something ready, so an empty
            // queue counts only where nobody was at work before it was asked.
            let is_last = self.run.until_empty && self.working.get() == 0;
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
                ..v1::ClaimTaskRequest::default()
            };
            self.asking.set(self.asking.get() + 1);
            let answer = client.call(request).await;
            self.asking.set(self.asking.get() - 1);
            match answer {
                Ok(claimed) => {
                    self.begun.set(self.begun.get() + 1);
                    return Ok(Some(claimed));
                }
                Err(CallError::Refused(refusal)) if refusal.reason == reason::NOTHING_READY => {
                    if is_last {
                        return Ok(None);
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
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
