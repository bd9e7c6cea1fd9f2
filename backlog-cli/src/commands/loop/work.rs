//! The workers: each takes a task, has the command run on it, and takes the
//! next, until there is a reason to stop.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    num::NonZeroUsize,
    path::PathBuf,
    process::ExitCode,
    rc::Rc,
    time::{Duration, Instant},
};

use backlog_api::{
    client::{CallError, Caller, Client},
    v1,
    view::LoopOutcome,
};
use tempfile::TempDir;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{Mutex, watch},
    task::{JoinSet, LocalSet},
    time::sleep,
};

use super::{
    attempt::Attempt,
    before::find,
    child::LOOK_EVERY,
    guard::Guard,
    report::Report,
    streak::Streak,
    template::Template,
    worktree::{Repository, Swept},
};
use crate::error::CliError;

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
    report: RefCell<Report>,
    pub stop: watch::Sender<Stop>,
    /// Ends the commands where this process cannot.
    pub guard: Guard,
    /// Logs and prompts.
    pub dir: TempDir,
    /// Attempts that were begun.
    pub begun: Cell<usize>,
    /// One worker asks for the next task; the others would ask the same.
    pub turn: Mutex<()>,
    /// Workers that have a task.
    pub working: Cell<usize>,
    /// The tasks that a command works on, or has not left yet.
    busy: RefCell<HashSet<String>>,
    streak: RefCell<Streak>,
    why: Cell<&'static str>,
    /// What ended the loop before its time.
    trouble: RefCell<Option<CliError>>,
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
    let guard = Guard::start(dir.path())
        .map_err(|error| CliError::failed(format!("cannot start a process: {error}")))?;
    let shared = Rc::new(Shared {
        guard,
        client: client.lasting(Caller::default()),
        run,
        report: RefCell::new(report),
        stop: watch::Sender::new(Stop::No),
        dir,
        begun: Cell::new(0),
        turn: Mutex::new(()),
        working: Cell::new(0),
        busy: RefCell::default(),
        streak: RefCell::default(),
        why: Cell::new("empty"),
        trouble: RefCell::default(),
    });
    if let Some(repository) = &shared.run.repository {
        shared.sweep(repository).await?;
    }
    LocalSet::new().run_until(direct(&shared)).await?;
    let shared = Rc::into_inner(shared).expect("the workers have ended");
    let report = shared.report.into_inner();
    if let Some(error) = shared.trouble.into_inner() {
        if !report.is_empty() {
            // It may be that nobody reads this any more.
            let _ = report.finish(shared.why.get());
        }
        return Err(error);
    }
    let set_aside = report.finish(shared.why.get())?;
    Ok(match shared.why.get() {
        "interrupted" => ExitCode::from(INTERRUPTED),
        "max_failures" => ExitCode::FAILURE,
        _ if set_aside => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}

/// Starts the workers, passes signals on, and waits for all of them. After an
/// error of a worker's surroundings the others finish what they have.
async fn direct(shared: &Rc<Shared>) -> Result<(), CliError> {
    let mut signals = Signals::listen()?;
    let mut workers = JoinSet::new();
    for worker in 1..=shared.run.workers.get() {
        workers.spawn_local(work(Rc::clone(shared), worker));
    }
    loop {
        tokio::select! {
            ended = workers.join_next() => match ended {
                None => return Ok(()),
                Some(Ok(Ok(()))) => {}
                Some(Ok(Err(error))) => shared.stop_after(error, Stop::Begin),
                Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
            },
            () = signals.next() => {
                let harder = if *shared.stop.borrow() < Stop::End { Stop::End } else { Stop::Kill };
                shared.stop_for("interrupted", harder);
                shared.tell(|report| report.stopping(harder, shared.working.get()));
            }
        }
    }
}

async fn work(shared: Rc<Shared>, worker: usize) -> Result<(), CliError> {
    let session = format!("{}-w{worker}", shared.run.session);
    while let Some(claimed) = shared.take(&session).await? {
        shared.working.set(shared.working.get() + 1);
        let began = Instant::now();
        let attempt = Attempt::new(&shared, worker, session.clone(), claimed);
        let outcome = attempt.perform().await;
        shared.working.set(shared.working.get() - 1);
        shared.note(outcome?, began);
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
    /// their task. One that cannot be cleared away stops nobody.
    async fn sweep(&self, repository: &Repository) -> Result<(), CliError> {
        for task in repository.worktrees().await.map_err(CliError::failed)? {
            let is_free = async || self.is_free(&task).await.map_err(|error| error.to_string());
            match repository.sweep(&task, is_free).await {
                Ok(None) => {}
                Ok(Some(swept)) => self.tell(|report| report.swept(task, swept)),
                Err(problem) => {
                    let swept = Swept {
                        removed: false,
                        notes: vec![problem],
                    };
                    self.tell(|report| report.swept(task, swept));
                }
            }
        }
        Ok(())
    }

    async fn is_free(&self, task: &str) -> Result<bool, CallError> {
        let found = find(task, &self.client).await?;
        Ok(found.is_none_or(|task| task.lease.is_none()))
    }

    /// Waits until no command of this loop works on a task any more; `false`
    /// where the loop is to stop before that.
    pub async fn is_left_alone(&self, task: &str) -> bool {
        while self.busy.borrow().contains(task) {
            if *self.stop.borrow() > Stop::No {
                return false;
            }
            sleep(LOOK_EVERY).await;
        }
        true
    }

    /// Notes that a command works on a task, until what comes back is dropped.
    pub fn work_on(&self, task: &str) -> Busy<'_> {
        self.busy.borrow_mut().insert(task.to_owned());
        Busy {
            shared: self,
            task: task.to_owned(),
        }
    }

    /// Tells something. Where nobody reads it any more, nobody sees what the
    /// commands do either.
    pub fn tell(&self, tell: impl FnOnce(&mut Report) -> Result<(), CliError>) {
        let told = tell(&mut self.report.borrow_mut());
        if let Err(error) = told {
            self.stop_after(error, Stop::End);
        }
    }

    fn stop_after(&self, error: CliError, stop: Stop) {
        self.stop_for("trouble", stop);
        self.trouble.borrow_mut().get_or_insert(error);
    }

    fn note(&self, outcome: LoopOutcome, began: Instant) {
        let mut streak = self.streak.borrow_mut();
        streak.note(outcome, began);
        if streak.failures() >= self.run.max_failures {
            self.stop_for("max_failures", Stop::Begin);
        }
    }

    /// Waits out the pause after failures in a row, unless a task is done
    /// meanwhile or the loop is to stop; whether there was one.
    pub async fn pause(&self) -> bool {
        let mut told = 0;
        loop {
            let (pause, failures) = {
                let streak = self.streak.borrow();
                (streak.pause(), streak.failures())
            };
            let Some(pause) = pause.filter(|_| *self.stop.borrow() == Stop::No) else {
                return told > 0;
            };
            if told != failures {
                told = failures;
                self.tell(|report| report.pausing(failures, pause));
            }
            sleep(pause.min(LOOK_EVERY)).await;
        }
    }

    /// Goes on to stop; the first reason is the one that is told, but for a
    /// person's.
    pub fn stop_for(&self, why: &'static str, stop: Stop) {
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

/// A command works on a task.
pub struct Busy<'s> {
    shared: &'s Shared,
    task: String,
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.shared.busy.borrow_mut().remove(&self.task);
    }
}

/// Ctrl-C, what a service manager sends, and a terminal that is closed.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
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
            hangup: listen(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }
}
