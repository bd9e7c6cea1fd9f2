//! What scanners find: when two findings are the same, and what becomes of one
//! that was imported before.

use sha2::{Digest as _, Sha256};

use super::{
    plan::NewPlan,
    task::{Priority, Status, Task, TaskFields, TaskPatch, TaskType},
};

/// A finding, checked.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which one it is, for messages: `items[3]`.
    pub place: String,
    /// The task it would become.
    pub fields: TaskFields,
    /// Labels by name.
    pub labels: Vec<String>,
    /// Plans to make with the task.
    pub plans: Vec<NewPlan>,
}

/// SHA-256.
pub type Digest = [u8; 32];

impl Finding {
    /// What makes it the same in the next scan of its project: what the
    /// scanner calls it, or where that is not said its type and title.
    #[must_use]
    pub fn identity(&self) -> Digest {
        let TaskFields {
            source,
            external_ref,
            title,
            kind,
            ..
        } = &self.fields;
        if external_ref.is_empty() {
            digest(&["text", source, kind.as_str(), title])
        } else {
            digest(&["ref", source, external_ref])
        }
    }

    /// What it says.
    #[must_use]
    pub fn said(&self) -> Said {
        Said {
            title: digest(&[&self.fields.title]),
            description: digest(&[&self.fields.description]),
            kind: self.fields.kind,
            priority: self.fields.priority,
        }
    }
}

/// Of texts one after the other; no two lists of texts are written alike.
fn digest(texts: &[&str]) -> Digest {
    let mut sha = Sha256::new();
    for text in texts {
        sha.update(format!("{}:", text.len()));
        sha.update(text);
    }
    sha.finalize().into()
}

/// What a scanner said of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// Of the title.
    pub title: Digest,
    /// Of the description.
    pub description: Digest,
    /// What kind of work.
    pub kind: TaskType,
    /// How urgent.
    pub priority: Priority,
}

impl Said {
    /// What to change in a task of which the scanner said this last time and
    /// says `finding` now: what it says otherwise, unless a person has changed
    /// that field of the task since.
    #[must_use]
    pub fn changes(&self, finding: &Finding, task: &Task) -> TaskPatch {
        let (now, fields) = (finding.said(), &finding.fields);
        let untouched = |of: &Digest, text: &str| *of == digest(&[text]);
        TaskPatch {
            title: (now.title != self.title && untouched(&self.title, &task.title))
                .then(|| fields.title.clone()),
            description: (now.description != self.description
                && untouched(&self.description, &task.description))
            .then(|| fields.description.clone()),
            kind: (now.kind != self.kind && task.kind == self.kind).then_some(fields.kind),
            priority: (now.priority != self.priority && task.priority == self.priority)
                .then_some(fields.priority),
            ..TaskPatch::default()
        }
    }
}

/// How an import goes.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Alias or ULID, or empty for the only one.
    pub project: String,
    /// Write nothing.
    pub dry_run: bool,
    /// Open tasks again whose finding has regressed.
    pub reopen: bool,
    /// Import the good ones where some are refused.
    pub keep_going: bool,
}

/// Why a finding was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which one it is.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

/// What came of an import.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Made into tasks.
    pub imported: i64,
    /// Plans made with them.
    pub plans: i64,
    /// Known, and nothing to do.
    pub unchanged: i64,
    /// Known, and brought up to date.
    pub updated: i64,
    /// Of the regressed ones, opened again.
    pub reopened: i64,
    /// Known, and its task is or was in the trash.
    pub dismissed: i64,
    /// The same as one before it.
    pub repeated: i64,
    /// Refused.
    pub problems: Vec<Problem>,
    /// Numbers of the tasks that were done, and whose finding is there again.
    pub regressed: Vec<i64>,
    /// Numbers of the tasks that were left alone because a session holds them.
    pub held: Vec<i64>,
}

/// What the store knows of a finding that came before.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Its task's number; `None` once that is gone for good.
    pub task: Option<i64>,
    /// Where that task stands; `None` where it is in the trash or gone.
    pub status: Option<Status>,
    /// What the scanner said last.
    pub said: Said,
}

/// What becomes of a finding that came before, as far as that can be told
/// without its task's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing to do.
    Unchanged,
    /// The scanner says something else by now.
    Changed(i64),
    /// Its task is done, but it is there again.
    Regressed(i64),
    /// Somebody threw its task away.
    Dismissed,
}

impl Known {
    /// What becomes of the finding. One that says itself to be done is not back.
    #[must_use]
    pub fn fate(&self, finding: &Finding) -> Fate {
        match (self.task, self.status) {
            (None, _) | (_, None) => Fate::Dismissed,
            (Some(task), Some(Status::Done)) if finding.fields.status != Status::Done => {
                Fate::Regressed(task)
            }
            (Some(task), Some(_)) if self.said != finding.said() => Fate::Changed(task),
            _ => Fate::Unchanged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scope::Scope;

    fn finding(source: &str, external_ref: &str, title: &str) -> Finding {
        Finding {
            place: "items[0]".to_owned(),
            fields: TaskFields {
                title: title.to_owned(),
                description: String::new(),
                kind: TaskType::Issue,
                status: Status::Todo,
                priority: Priority::DEFAULT,
                assignee: String::new(),
                due_at: None,
                source: source.to_owned(),
                external_ref: external_ref.to_owned(),
                project_path: String::new(),
                parent: None,
                defer_until: None,
                scope: Scope::default(),
            },
            labels: Vec::new(),
            plans: Vec::new(),
        }
    }

    #[test]
    fn with_a_ref_the_title_does_not_matter_and_without_one_it_does() {
        let of = |source, external_ref, title| finding(source, external_ref, title).identity();
        assert_eq!(of("s", "r", "one"), of("s", "r", "two"));
        assert_ne!(of("s", "r", "one"), of("t", "r", "one"));
        assert_ne!(of("s", "", "one"), of("s", "", "two"));
        assert_ne!(of("sr", "", "one"), of("s", "r", "one"));
        let mut other = finding("s", "", "one");
        other.fields.kind = TaskType::Bug;
        assert_ne!(other.identity(), of("s", "", "one"));
    }

    #[test]
    fn what_is_done_has_regressed_and_what_was_thrown_away_stays_away() {
        let back = finding("s", "r", "one");
        let known = |task, status| Known {
            task,
            status,
            said: back.said(),
        };
        let fate = |task, status| known(task, status).fate(&back);
        assert_eq!(fate(Some(1), Some(Status::Todo)), Fate::Unchanged);
        assert_eq!(fate(Some(1), Some(Status::Done)), Fate::Regressed(1));
        assert_eq!(fate(Some(1), None), Fate::Dismissed);
        assert_eq!(fate(None, None), Fate::Dismissed);
        let mut fixed = back.clone();
        fixed.fields.status = Status::Done;
        let done = known(Some(1), Some(Status::Done));
        assert_eq!(done.fate(&fixed), Fate::Unchanged);
        let said_otherwise = finding("s", "r", "two");
        let open = known(Some(1), Some(Status::Doing));
        assert_eq!(open.fate(&said_otherwise), Fate::Changed(1));
    }
}
