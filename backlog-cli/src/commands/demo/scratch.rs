//! The demo's own workspace, configuration and daemon, in a directory of
//! their own.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use backlog_api::workspace::DATABASE;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::error::CliError;

/// What would lead a command of the demo out of its directory.
const STRAY: &[&str] = &[
    "BACKLOG_DB",
    "BACKLOG_PROFILE",
    "BACKLOG_ACTOR",
    "BACKLOG_SESSION",
    "BACKLOG_LEASE",
    "BACKLOG_DAEMON",
    "CODEX_SESSION_ID",
    "CODEX_THREAD_ID",
    "CLAUDE_CODE_SESSION_ID",
];

/// A workspace for the demo alone.
pub struct Scratch {
    dir: PathBuf,
    program: PathBuf,
}

impl Scratch {
    /// Makes the directory and the workspace in it.
    pub fn create() -> Result<Self, CliError> {
        let failed =
            |what: &str, error: std::io::Error| CliError::failed(format!("cannot {what}: {error}"));
        let program = env::current_exe().map_err(|error| failed("find this program", error))?;
        let dir = tempfile::Builder::new()
            .prefix("backlog-demo-")
            .tempdir()
            .map_err(|error| failed("make a temporary directory", error))?
            .keep();
        let dir = dir
            .canonicalize()
            .map_err(|error| failed("use the temporary directory", error))?;
        let scratch = Self { dir, program };
        let dir = scratch.dir.display().to_string();
        finished(
            &["init"],
            &output(scratch.command().args(["init", "--path", &dir]))?,
        )?;
        Ok(scratch)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// How to call this program in a shell: by its name where that finds this
    /// very file, else by its path.
    pub fn called(&self) -> String {
        let path = env::var_os("PATH").unwrap_or_default();
        let found = env::split_paths(&path)
            .map(|dir| dir.join("backlog"))
            .find(|file| file.is_file());
        let is_this =
            found.is_some_and(|file| file.canonicalize().ok() == self.program.canonicalize().ok());
        if is_this {
            "backlog".to_owned()
        } else {
            self.program.display().to_string()
        }
    }

    pub fn database(&self) -> PathBuf {
        self.dir.join(DATABASE)
    }

    /// Runs `backlog` as that actor and returns what it printed.
    pub fn run(&self, actor: &str, arguments: &[&str]) -> Result<String, CliError> {
        finished(arguments, &output(&mut self.calling(actor, arguments))?)
    }

    /// The same, and reads what it printed as JSON.
    pub fn json(&self, actor: &str, arguments: &[&str]) -> Result<Value, CliError> {
        let printed = self.run(actor, &[arguments, &["--json"]].concat())?;
        serde_json::from_str(&printed)
            .map_err(|error| CliError::failed(format!("{arguments:?} printed no JSON: {error}")))
    }

    /// Starts `backlog` as that actor and goes on.
    pub fn start(&self, actor: &str, arguments: &[&str]) -> Result<Child, CliError> {
        self.calling(actor, arguments)
            .spawn()
            .map_err(|error| cannot_run(&error))
    }

    /// The demo's own daemon, which must be running.
    pub fn daemon(&self) -> Result<Daemon, CliError> {
        let gone = || CliError::failed("the demo's daemon is not running");
        let status = self.json("human:demo", &["daemon", "status"])?;
        if status["workspace"].as_str() != self.dir.to_str() {
            return Err(gone());
        }
        let pid = status["pid"]
            .as_i64()
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(Pid::from_raw)
            .ok_or_else(gone)?;
        Ok(Daemon { pid, status })
    }

    fn calling(&self, actor: &str, arguments: &[&str]) -> Command {
        let mut command = self.command();
        command
            .arg("--db")
            .arg(self.database())
            .args(["--as", actor])
            .args(arguments);
        command
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for name in STRAY {
            command.env_remove(name);
        }
        command
            .env("HOME", self.dir.join("home"))
            .env("XDG_CONFIG_HOME", self.dir.join("home/.config"))
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// The daemon of a scratch workspace.
pub struct Daemon {
    pid: Pid,
    /// What it says of itself.
    pub status: Value,
}

impl Daemon {
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Ends it without warning.
    pub fn kill(self) -> Result<(), CliError> {
        kill_process(self.pid, Signal::KILL)
            .map_err(|error| CliError::failed(format!("cannot kill the demo's daemon: {error}")))
    }
}

/// What a process that was started printed.
pub fn printed(arguments: &[&str], child: Child) -> Result<String, CliError> {
    finished(
        arguments,
        &child
            .wait_with_output()
            .map_err(|error| cannot_run(&error))?,
    )
}

fn output(command: &mut Command) -> Result<Output, CliError> {
    command.output().map_err(|error| cannot_run(&error))
}

fn finished(arguments: &[&str], output: &Output) -> Result<String, CliError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(CliError::failed(format!(
        "backlog {} failed: {}",
        arguments.join(" "),
        told.trim()
    )))
}

fn cannot_run(error: &std::io::Error) -> CliError {
    CliError::failed(format!("cannot run this program: {error}"))
}
