//! Why a call came to nothing, for a model: what is wrong, and what to do.

use std::fmt;

use backlog_api::{
    client::{CallError, Refusal},
    reason, v1,
};
use strsim::damerau_levenshtein;

use crate::{
    identity::Identity,
    options::Trouble,
    text::{holder, sentence, time},
};

/// One or two sentences: what is wrong, and the next step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem(String);

pub(crate) type Outcome<T> = Result<T, Problem>;

impl Problem {
    /// What is wrong, and what to do about it.
    pub(crate) fn new(wrong: impl AsRef<str>, next: impl AsRef<str>) -> Self {
        let (wrong, next) = (sentence(wrong.as_ref()), sentence(next.as_ref()));
        Self(if next.is_empty() {
            wrong
        } else {
            format!("{wrong} {next}")
        })
    }

    /// About an argument, whose name begins the sentence and stays as it is.
    pub(crate) fn of_argument(name: &str, wrong: impl fmt::Display, next: &str) -> Self {
        Self(format!("{name} {wrong}. {}", sentence(next)))
    }

    /// An answer of the daemon that lacks what the API promises.
    pub(crate) fn incomplete(what: &str) -> Self {
        Self::new(
            format!("the daemon answered without the {what}"),
            "Call again, and tell a person if it stays so",
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        Self::new(trouble.message, trouble.hint.unwrap_or_default())
    }
}

impl Problem {
    /// Of a call that `me` made.
    pub(crate) fn of(error: CallError, me: &Identity) -> Self {
        match error {
            CallError::Refused(refusal) => refused(&refusal, me),
            CallError::Unavailable(unavailable) => Self::new(
                unavailable.message,
                "Nothing may have been written: call again later, or ask a person to run: backlog daemon status",
            ),
        }
    }
}

fn refused(refusal: &Refusal, me: &Identity) -> Problem {
    let named = |key: &str| {
        let value = refusal.metadata.get(key).map(String::as_str);
        value.filter(|value| !value.is_empty())
    };
    if refusal.reason == reason::LEASE_HELD {
        return held(refusal, named("task").unwrap_or("the task"), me);
    }
    let next = match refusal.reason.as_str() {
        reason::PROJECT_REQUIRED | reason::PROJECT_NOT_FOUND => match named("projects") {
            Some(projects) => {
                let meant = quoted(&refusal.message)
                    .and_then(|given| nearest(given, projects.split(", ")))
                    .map(|alias| format!("Did you mean {alias}? "));
                format!("{}Projects: {projects}", meant.unwrap_or_default())
            }
            None => "Ask a person to make one: backlog project add --alias app".to_owned(),
        },
        reason::TASK_NOT_FOUND => match named("trashed") {
            Some(task) => {
                format!("It is in the trash; a person can take it back: backlog trash restore {task}")
            }
            None => "Call task_list to see the tasks".to_owned(),
        },
        reason::PLAN_NOT_FOUND => "Call task_show to see the plan of a task with its id".to_owned(),
        reason::PLAN_VERSION_NOT_FOUND => "Call plan_history to see the versions".to_owned(),
        reason::DOC_NOT_FOUND | reason::DOC_VERSION_NOT_FOUND => "Call doc_list to see the docs".to_owned(),
        reason::MEMORY_NOT_FOUND => "Call memory_list to see the entries".to_owned(),
        reason::AMBIGUOUS_ID => match named("candidates") {
            Some(candidates) => format!("Give more of it: {candidates}"),
            None => "Give more of it".to_owned(),
        },
        reason::VERSION_CONFLICT => {
            let read = if refusal.message.starts_with("TASK-") { "task_show" } else { "plan_history" };
            format!("Call {read} and retry")
        }
        reason::NOT_READY if refusal.message.contains("without a claim") => {
            "If nobody works on it, task_move it to todo, then claim it; else take another".to_owned()
        }
        reason::NOT_READY => "Take another with task_claim, or leave a comment".to_owned(),
        reason::LEASE_LOST => {
            "Stop working on it, leave a comment if you have findings, and call task_claim for a task".to_owned()
        }
        reason::LEASE_UNKNOWN => "Pass the lease that task_claim returned, or none".to_owned(),
        reason::HUMAN_ONLY => "Ask a person to do it".to_owned(),
        reason::DEPENDENCY_CYCLE => "Leave that edge out; task_show tells what a task waits for".to_owned(),
        reason::PAGE_TOKEN_INVALID => {
            "Pass the cursor exactly as it was given, with the same filters, or start again without".to_owned()
        }
        reason::REQUEST_ID_REUSED => {
            return Problem::new(
                "that key was used for another task within the last day",
                "Use another key, or none",
            );
        }
        reason::PROJECT_ARCHIVED => "Call project_list to see the others".to_owned(),
        reason::INVALID_VALUE => "Correct it and call again".to_owned(),
        reason::DISK_FULL | reason::READ_ONLY | reason::DATABASE_CORRUPT | reason::INTERNAL => {
            "Nothing was written: tell a person".to_owned()
        }
        _ => refusal.hint().unwrap_or_default(),
    };
    Problem::new(&refusal.message, next)
}

/// `TASK-12 is held by ai:codex (worker b, 4 min left).`
fn held(refusal: &Refusal, task: &str, me: &Identity) -> Problem {
    let value = |key: &str| refusal.metadata.get(key).cloned().unwrap_or_default();
    let left = value("expires_at")
        .parse::<prost_types::Timestamp>()
        .map(|at| time::left(&at));
    let who = holder::with(
        &value("holder"),
        &value("session"),
        left.ok().as_deref(),
        me,
    );
    Problem::new(
        format!("{task} is held by {who}"),
        "Take another with task_claim, or leave a comment",
    )
}

/// The first text in double quotes.
fn quoted(message: &str) -> Option<&str> {
    message.split('"').nth(1)
}

/// The one of these that was probably meant.
pub(crate) fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .map(|known| (damerau_levenshtein(&given, &known.to_lowercase()), known))
        // Half of a word may be wrong at most, and no more than three letters.
        .filter(|(distance, known)| *distance <= 3 && distance * 2 <= known.len())
        .min()
        .map(|(_, known)| known)
}

/// The project of a message, or the problem that it is missing.
pub(crate) fn present<T>(message: Option<T>, what: &str) -> Outcome<T> {
    message.ok_or_else(|| Problem::incomplete(what))
}

/// The task of an answer.
pub(crate) fn task(message: Option<v1::Task>) -> Outcome<v1::Task> {
    present(message, "task")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_understood_and_another_word_is_not() {
        let known = ["status", "search", "label", "limit"];
        let nearest = |given| nearest(given, known.into_iter());
        assert_eq!(nearest("stauts"), Some("status"));
        assert_eq!(nearest("Status"), Some("status"));
        assert_eq!(nearest("lable"), Some("label"));
        assert_eq!(nearest("query"), None);
        assert_eq!(nearest("x"), None);
    }
}
