//! A running command: a process group of its own, so that what it started goes
//! with it.

use std::{io, process::ExitStatus, time::Duration};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

/// How long a signal to end is given to work before a kill.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long what a command left behind is given to end.
const LEFTOVERS: Duration = Duration::from_secs(2);
pub const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The process group of a command.
pub struct Group {
    child: Child,
    pub leader: Option<Pid>,
    /// When a signal to end becomes a kill.
    kill_at: Option<Instant>,
}

impl Group {
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let child = command.process_group(0).spawn()?;
        let leader = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw);
        Ok(Self {
            child,
            leader,
            kill_at: None,
        })
    }

    /// Waits for the command itself, and kills it where a signal to end was
    /// not enough.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        loop {
            let Some(kill_at) = self.kill_at else {
                return self.child.wait().await;
            };
            tokio::select! {
                status = self.child.wait() => return status,
                () = tokio::time::sleep_until(kill_at) => {
                    self.signal(Signal::KILL);
                    self.kill_at = None;
                }
            }
        }
    }

    /// Asks it to end.
    pub fn end(&mut self, signal: Signal) {
        self.signal(signal);
        self.kill_at.get_or_insert(Instant::now() + PATIENCE);
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
    }

    /// Ends what the command left running in its group.
    pub async fn sweep(&mut self) {
        self.signal(Signal::TERM);
        let until = Instant::now() + LEFTOVERS;
        while self.lives() {
            if Instant::now() > until {
                return self.signal(Signal::KILL);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    fn lives(&self) -> bool {
        self.leader
            .is_some_and(|leader| test_kill_process_group(leader).is_ok())
    }

    /// A group that is gone hears nothing, which is as good.
    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.leader {
            let _ = kill_process_group(leader, signal);
        }
    }
}

/// A loop that ends in the middle takes its commands along.
impl Drop for Group {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.signal(Signal::KILL);
        }
    }
}
