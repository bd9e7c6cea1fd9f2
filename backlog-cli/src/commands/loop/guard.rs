//! What ends the commands of a loop that was killed: a process beside it that is
//! told which process groups there are, and that the loop is gone by the end of
//! its standard input.

use std::{
    cell::RefCell,
    collections::HashSet,
    fs,
    io::{self, BufRead as _, Write as _},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    thread::sleep,
    time::Instant,
};

use backlog_api::client::start::program;
use clap::Args;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use super::child::{LOOK_EVERY, PATIENCE};

/// End the commands of a loop that was killed
#[derive(Debug, Args)]
pub struct LoopGuardArgs {
    /// What to remove then
    dir: PathBuf,
}

/// The process beside a loop.
pub struct Guard {
    child: Child,
    input: Option<RefCell<ChildStdin>>,
}

/// A process group that is watched until this is dropped.
pub struct Watched<'g> {
    guard: &'g Guard,
    leader: Pid,
}

impl Guard {
    pub fn start(dir: &Path) -> io::Result<Self> {
        let mut child = Command::new(program())
            .arg("loop-guard")
            .arg(dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C is for the loop, and what kills its group too.
            .process_group(0)
            .spawn()?;
        let input = child.stdin.take().map(RefCell::new);
        Ok(Self { child, input })
    }

    pub fn watch(&self, leader: Pid) -> Watched<'_> {
        self.tell('+', leader);
        Watched {
            guard: self,
            leader,
        }
    }

    /// Without the other process the loop goes on all the same.
    fn tell(&self, what: char, leader: Pid) {
        if let Some(input) = &self.input {
            let _ = writeln!(input.borrow_mut(), "{what}{}", leader.as_raw_nonzero());
        }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.guard.tell('-', self.leader);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

/// The other process: reads until the loop is gone, and clears away what that
/// left.
pub fn run(args: &LoopGuardArgs) {
    let mut groups = HashSet::new();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let Some((what, leader)) = line.split_at_checked(1) else {
            continue;
        };
        let Some(leader) = leader.parse().ok().and_then(Pid::from_raw) else {
            continue;
        };
        if what == "+" {
            groups.insert(leader);
        } else {
            groups.remove(&leader);
        }
    }
    end(&groups);
    let _ = fs::remove_dir_all(&args.dir);
}

#[expect(
    clippy::disallowed_methods,
    reason = "nothing tells when the group of a process that is no child of ours is gone"
)]
fn end(groups: &HashSet<Pid>) {
    let all = |signal| {
        for group in groups {
            // One that is gone hears nothing, which is as good.
            let _ = kill_process_group(*group, signal);
        }
    };
    all(Signal::TERM);
    let until = Instant::now() + PATIENCE;
    while groups
        .iter()
        .any(|group| test_kill_process_group(*group).is_ok())
    {
        if Instant::now() > until {
            return all(Signal::KILL);
        }
        sleep(LOOK_EVERY);
    }
}
