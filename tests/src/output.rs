//! What a command did.

use std::process::Output;

use serde_json::Value;

/// A command that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// What was run, for messages.
    pub what: String,
    /// What came of it.
    pub output: Output,
}

impl Ran {
    /// The exit code; `None` where a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    /// Standard output.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    /// Standard error.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// Fails the test unless the exit code is 0.
    #[track_caller]
    pub fn ok(self) -> Self {
        self.exits(0)
    }

    /// Fails the test unless the exit code is this one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code(),
            Some(code),
            "{}\nstdout: {}\nstderr: {}",
            self.what,
            self.stdout(),
            self.stderr()
        );
        self
    }

    /// Fails the test unless [`Self::check_refused`] is content.
    #[track_caller]
    pub fn refused(self, code: i32, fragment: &str) -> Self {
        if let Err(problem) = self.check_refused(code, fragment) {
            panic!("{problem}");
        }
        self
    }

    /// That the command was refused as people need it: this exit code, nothing
    /// on standard output, one line that has `fragment` in it, at most one line
    /// of a hint, and none of our own trade's words.
    ///
    /// # Errors
    /// With what is otherwise.
    pub fn check_refused(&self, code: i32, fragment: &str) -> Result<(), String> {
        let (stdout, stderr) = (self.stdout(), self.stderr());
        let lines: Vec<&str> = stderr.lines().collect();
        let is_told = match lines.as_slice() {
            [error] => error.starts_with("error: "),
            [error, hint] => error.starts_with("error: ") && hint.starts_with("hint: "),
            _ => false,
        };
        let problem = if self.code() != Some(code) {
            format!("exit code {:?} and not {code}", self.code())
        } else if !stdout.is_empty() {
            "something on standard output".to_owned()
        } else if !is_told {
            "not an error of one line and a hint of one".to_owned()
        } else if !lines[0].contains(fragment) {
            format!("no {fragment:?} in the error")
        } else if let Some(word) = jargon(&stderr) {
            format!("{word:?} says nothing to its reader")
        } else {
            return Ok(());
        };
        let what = self.what.split("backlog\" ").last().unwrap_or(&self.what);
        Err(format!(
            "{what}\n  {problem}\n  stdout: {stdout}\n  stderr: {stderr}"
        ))
    }

    /// Standard output as one JSON document, after a success.
    #[track_caller]
    pub fn json(self) -> Value {
        let ran = self.ok();
        serde_json::from_slice(&ran.output.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", ran.what, ran.stdout()))
    }

    /// The `error` of standard error's JSON document.
    #[track_caller]
    pub fn json_error(&self) -> Value {
        let document: Value = serde_json::from_slice(&self.output.stderr)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.what, self.stderr()));
        document["error"].clone()
    }
}

/// A word in a message that speaks of how Backlog is built.
fn jargon(message: &str) -> Option<&'static str> {
    const JARGON: &[&str] = &[
        "SQL",
        "sqlite",
        "gRPC",
        "grpc",
        "tonic",
        "h2 ",
        "panicked",
        "backtrace",
        "status:",
        "InvalidArgument",
        "FailedPrecondition",
        "SELECT ",
        "INSERT ",
        "CHECK constraint",
        "invalid digit",
    ];
    JARGON.iter().copied().find(|word| message.contains(word))
}
