//! A workspace's daemon, seen from outside: its files, its process.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

use crate::{eventually, until};

/// The daemon of a workspace, running or not.
pub struct Daemon {
    dir: PathBuf,
}

impl Daemon {
    /// Of the workspace in this directory.
    pub fn of(workspace: &Path) -> Self {
        Self {
            dir: workspace.join(".backlogd"),
        }
    }

    /// Of all workspaces below a directory.
    pub fn below(dir: &Path) -> Vec<Self> {
        let mut found = Vec::new();
        let Ok(entries) = fs::read_dir(dir) else {
            return found;
        };
        for entry in entries.flatten() {
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_dir && entry.file_name() == ".backlogd" {
                found.push(Self { dir: entry.path() });
            } else if is_dir {
                found.extend(Self::below(&entry.path()));
            }
        }
        found
    }

    /// `.backlogd/`.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What `daemon.json` says, where there is one.
    pub fn meeting(&self) -> Option<Value> {
        serde_json::from_slice(&fs::read(self.dir.join("daemon.json")).ok()?).ok()
    }

    /// The process, by `daemon.json`.
    pub fn pid(&self) -> Option<Pid> {
        let pid = self.meeting()?["pid"].as_i64()?;
        Pid::from_raw(i32::try_from(pid).ok()?)
    }

    /// Which start of the daemon this is.
    pub fn instance(&self) -> Option<String> {
        self.meeting()?["instance_id"].as_str().map(str::to_owned)
    }

    /// The log's text.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// Whether a process holds `leader.lock`.
    pub fn leads(&self) -> bool {
        OpenOptions::new()
            .write(true)
            .open(self.dir.join("leader.lock"))
            .is_ok_and(|lock| match lock.try_lock() {
                // A child that another test starts just now has a copy of the
                // descriptor: closing ours would not free the lock.
                Ok(()) => lock.unlock().is_err(),
                Err(_) => true,
            })
    }

    /// Sends a signal to it, where it runs.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            let _ = kill_process(pid, signal);
        }
    }

    /// `kill -9`, and waits until the kernel has let go of its lock. Returns
    /// whether there was one to kill.
    pub fn kill(&self) -> bool {
        let running = self.leads();
        if running {
            // Between taking the lock and saying so there is no pid to read.
            let pid = until("the daemon says who it is", || self.pid());
            let _ = kill_process(pid, Signal::KILL);
            eventually("the lock is free", || {
                !self.leads() || self.pid() != Some(pid)
            });
        }
        running
    }

    /// Ends it for good, in whatever state it is.
    pub fn end(&self) {
        while self.leads() {
            self.signal(Signal::KILL);
            let pid = self.pid();
            eventually("the daemon is gone", || {
                !self.leads()
                    || self.pid() != pid
                    || pid.is_none_or(|pid| test_kill_process(pid).is_ok())
            });
        }
    }
}
