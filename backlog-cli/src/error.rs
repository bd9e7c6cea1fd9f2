//! What a command that failed ends with: a stable code, a sentence, a hint,
//! and the exit code.

use std::{io, process::ExitCode};

use backlog_api::{
    client::{CallError, Cause, Refusal, StreamError, Unavailable},
    config::ConfigError,
    reason, view,
};
use tonic::Code;

/// The exit codes of `backlog help exit-codes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Failed = 1,
    Usage = 2,
    NotFound = 3,
    Conflict = 4,
    Unavailable = 5,
    NothingReady = 6,
}

/// Why a command failed.
#[derive(Debug)]
pub enum CliError {
    /// To be told.
    Told(Told),
    /// The reader of standard output left, as `head` does. Nobody is told.
    StdoutClosed,
    /// Somebody was asked whether to do it, and said no.
    Declined,
}

/// An error in the three parts that people and programs get to see.
#[derive(Debug)]
pub struct Told {
    /// For programs: `task_not_found`.
    pub code: String,
    /// What is wrong, with the value.
    pub message: String,
    /// How to mend it; `null` in JSON where there is nothing to say.
    pub hint: Option<String>,
    /// What the process ends with.
    pub exit: Exit,
}

impl CliError {
    pub fn new(exit: Exit, code: &str, message: impl Into<String>) -> Self {
        Self::Told(Told {
            code: code.to_owned(),
            message: message.into(),
            hint: None,
            exit,
        })
    }

    /// A flag or argument that makes no sense, or not with the others.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// A value that is not allowed.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, &reason::INVALID_VALUE.to_lowercase(), message)
    }

    /// Something outside of Backlog went wrong.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, "failed", message)
    }

    /// An answer of the daemon that lacks what the API promises.
    pub fn incomplete(what: &str) -> Self {
        Self::new(
            Exit::Failed,
            &reason::INTERNAL.to_lowercase(),
            format!("the daemon answered without the {what}"),
        )
    }

    /// Replaces the hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Self::Told(told) = &mut self {
            told.hint = Some(hint.into());
        }
        self
    }

    /// Adds a hint to an error about usage that has none.
    pub fn or_see(self, help: impl FnOnce() -> String) -> Self {
        match &self {
            Self::Told(Told {
                exit: Exit::Usage,
                hint: None,
                ..
            }) => self.hint(help()),
            _ => self,
        }
    }

    /// Whether it is a refusal for that reason, one of [`reason`].
    pub fn is(&self, reason: &str) -> bool {
        matches!(self, Self::Told(told) if told.code.eq_ignore_ascii_case(reason))
    }

    /// What the process ends with. A reader that left is no failure.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Told(told) => ExitCode::from(told.exit as u8),
            Self::StdoutClosed => ExitCode::SUCCESS,
            Self::Declined => ExitCode::from(Exit::Failed as u8),
        }
    }
}

impl From<&Told> for view::Failure {
    fn from(told: &Told) -> Self {
        Self {
            error: view::FailureDetail {
                code: told.code.clone(),
                message: told.message.clone(),
                hint: told.hint.clone(),
            },
        }
    }
}

impl From<CallError> for CliError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Refused(refusal) => refusal.into(),
            CallError::Unavailable(unavailable) => unavailable.into(),
        }
    }
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        let exit = match refusal.code {
            Code::InvalidArgument => Exit::Usage,
            Code::NotFound if refusal.reason == reason::NOTHING_READY => Exit::NothingReady,
            Code::NotFound => Exit::NotFound,
            Code::FailedPrecondition if refusal.reason == reason::READ_ONLY => Exit::Failed,
            // This daemon cannot be talked to, whatever is asked.
            Code::FailedPrecondition if refusal.reason == reason::CLIENT_UNSUPPORTED => {
                Exit::Unavailable
            }
            Code::AlreadyExists | Code::Aborted | Code::FailedPrecondition => Exit::Conflict,
            _ => Exit::Failed,
        };
        Self::Told(Told {
            code: refusal.reason.to_lowercase(),
            hint: refusal.hint(),
            message: refusal.message,
            exit,
        })
    }
}

impl From<Unavailable> for CliError {
    fn from(unavailable: Unavailable) -> Self {
        // A wrong `--db` is a workspace that does not exist, as a missing one is.
        let (code, exit) = match unavailable.cause {
            Cause::NotAWorkspace => ("no_workspace", Exit::NotFound),
            Cause::Absent | Cause::SocketsForbidden | Cause::NothingWritable | Cause::Trouble => {
                ("daemon_unavailable", Exit::Unavailable)
            }
        };
        Self::Told(Told {
            code: code.to_owned(),
            message: unavailable.message,
            hint: unavailable.hint,
            exit,
        })
    }
}

impl From<StreamError> for CliError {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Refused(refusal) => refusal.into(),
            StreamError::CutOff => Self::new(
                Exit::Unavailable,
                "daemon_unavailable",
                "the daemon left in the middle of its answer",
            )
            .hint("Repeat the command."),
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        let told = match &error {
            ConfigError::Invalid { .. } => {
                Self::new(Exit::Usage, "config_invalid", error.message())
            }
            ConfigError::Read { .. } | ConfigError::Write { .. } => Self::failed(error.message()),
        };
        match error.hint() {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }
}

/// Of writing to standard output; errors of files are told with their path.
impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::StdoutClosed
        } else {
            Self::failed(format!("cannot write to standard output: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn refused(code: Code, reason: &str) -> Told {
        let refusal = Refusal {
            code,
            reason: reason.to_owned(),
            message: "no".to_owned(),
            metadata: HashMap::new(),
        };
        match CliError::from(CallError::Refused(refusal)) {
            CliError::Told(told) => told,
            other => panic!("{other:?} instead of a refusal"),
        }
    }

    #[test]
    fn each_kind_of_refusal_has_its_exit_code() {
        for (code, exit) in [
            (Code::InvalidArgument, Exit::Usage),
            (Code::NotFound, Exit::NotFound),
            (Code::AlreadyExists, Exit::Conflict),
            (Code::Aborted, Exit::Conflict),
            (Code::FailedPrecondition, Exit::Conflict),
            (Code::Internal, Exit::Failed),
        ] {
            assert_eq!(refused(code, reason::INTERNAL).exit, exit, "{code:?}");
        }
    }

    #[test]
    fn a_database_that_cannot_be_written_to_is_no_conflict() {
        assert_eq!(
            refused(Code::FailedPrecondition, reason::READ_ONLY).exit,
            Exit::Failed
        );
    }

    #[test]
    fn the_code_is_the_reason_in_lower_case() {
        let told = refused(Code::NotFound, reason::TASK_NOT_FOUND);
        assert_eq!(told.code, "task_not_found");
        assert_eq!(
            told.hint.as_deref(),
            Some("See the tasks: backlog task list")
        );
    }

    #[test]
    fn a_reader_that_leaves_is_no_failure() {
        let error = CliError::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(matches!(error, CliError::StdoutClosed));
    }
}
