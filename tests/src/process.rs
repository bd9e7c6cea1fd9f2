//! A process, seen from outside through `/proc`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use rustix::process::Pid;

/// A process that runs.
#[derive(Debug, Clone)]
pub struct Process {
    dir: PathBuf,
    pid: i32,
}

impl Process {
    /// The process of that id.
    pub fn of(pid: Pid) -> Self {
        Self::numbered(pid.as_raw_nonzero().get())
    }

    fn numbered(pid: i32) -> Self {
        Self {
            dir: Path::new("/proc").join(pid.to_string()),
            pid,
        }
    }

    /// Whether it is there, be it as a zombie.
    pub fn exists(&self) -> bool {
        self.dir.exists()
    }

    /// Whether it runs. A dead one may stay a zombie for as long as the first
    /// process of the machine or container likes. One whose first thread has
    /// ended still runs, and holds its files and locks, until the last has.
    pub fn runs(&self) -> bool {
        self.stat_fields().is_some_and(|stat| {
            !matches!(stat[0].as_str(), "Z" | "X")
                || fs::read_dir(self.dir.join("task")).is_ok_and(|threads| threads.count() > 1)
        })
    }

    /// Where it stands.
    pub fn directory(&self) -> PathBuf {
        self.link("cwd")
    }

    /// What its descriptors are: a path, `pipe:[17]`, `socket:[17]`.
    pub fn descriptors(&self) -> Vec<(u32, PathBuf)> {
        let mut open: Vec<_> = fs::read_dir(self.dir.join("fd"))
            .expect("the process is ours")
            .filter_map(|entry| {
                let number = entry.ok()?.file_name().to_str()?.parse().ok()?;
                let target = fs::read_link(self.dir.join(format!("fd/{number}"))).ok()?;
                Some((number, target))
            })
            .collect();
        open.sort();
        open
    }

    /// The process that leads its session; it may be gone.
    pub fn session_leader(&self) -> Self {
        Self::numbered(self.stat(3))
    }

    /// The processes it is the parent of, zombies among them.
    pub fn children(&self) -> Vec<String> {
        fs::read_dir("/proc")
            .expect("there is a /proc")
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .map(Self::numbered)
            .filter(|other| {
                other
                    .stat_fields()
                    .is_some_and(|stat| stat[1] == self.pid.to_string())
            })
            .map(|child| format!("{}: {:?}", child.pid, child.stat_fields()))
            .collect()
    }

    /// A line of its `status`, by its name.
    pub fn status(&self, name: &str) -> String {
        self.try_status(name)
            .unwrap_or_else(|| panic!("no {name} of process {}", self.pid))
    }

    /// As [`Self::status`], of a process that may have ended.
    pub fn try_status(&self, name: &str) -> Option<String> {
        let status = fs::read_to_string(self.dir.join("status")).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim().to_owned())
    }

    /// The names of its environment's variables.
    pub fn variables(&self) -> BTreeSet<String> {
        let environment = fs::read(self.dir.join("environ")).expect("the process is ours");
        String::from_utf8_lossy(&environment)
            .split_terminator('\0')
            .map(|variable| variable.split('=').next().unwrap_or_default().to_owned())
            .collect()
    }

    fn link(&self, name: &str) -> PathBuf {
        fs::read_link(self.dir.join(name)).expect("the process is ours")
    }

    /// What follows the name in `stat`: state, parent, group, session and on.
    fn stat_fields(&self) -> Option<Vec<String>> {
        let stat = fs::read_to_string(self.dir.join("stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(") ")?;
        Some(after_name.split(' ').map(str::to_owned).collect())
    }

    fn stat(&self, field: usize) -> i32 {
        let fields = self.stat_fields().expect("the process is there");
        fields[field].parse().expect("a number")
    }
}

impl PartialEq for Process {
    fn eq(&self, other: &Self) -> bool {
        self.pid == other.pid
    }
}
