//! Why a rule says no. Each way to be refused is a variant with all of its
//! context and a sentence for people.

use std::{path::PathBuf, time::Duration};

use super::{
    activity::Entity,
    actor::Actor,
    clock::Moment,
    id::IdRange,
    lease::{Holder, Outcome, time_left},
};

/// The result of a rule.
pub type Refused<T> = Result<T, Refusal>;

/// Why a rule says no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A value is not allowed.
    #[error("{problem}")]
    Invalid {
        /// Where it stood.
        field: &'static str,
        /// What is wrong, with the value.
        problem: String,
    },
    /// No project was named.
    #[error("no project was named{}", if aliases.is_empty() { ", and there is none that is not archived" } else { ", and there is more than one" })]
    ProjectRequired {
        /// Those there are.
        aliases: Vec<String>,
    },
    /// There is no such project.
    #[error("no project {given:?}")]
    ProjectNotFound {
        /// What was asked for.
        given: String,
        /// Those there are.
        aliases: Vec<String>,
    },
    /// There is no such thing.
    #[error("no {entity} {given}{}", if is_cut_short(given) { ": an id may be cut to eight characters, not to less" } else { "" })]
    NotFound {
        /// What kind of thing.
        entity: Entity,
        /// What was asked for.
        given: String,
        /// What to restore, where it is in the trash.
        trashed: Option<String>,
    },
    /// The plan or doc has no such version.
    #[error("{entity} {id} has no version {given}; the current one is {current}")]
    NoSuchVersion {
        /// What it is: a plan or a doc.
        entity: Entity,
        /// Its id.
        id: String,
        /// The version asked for.
        given: i64,
        /// The newest one.
        current: i64,
    },
    /// Nothing of that name is in the trash.
    #[error("nothing in the trash is called {given}")]
    NotInTrash {
        /// What was asked for.
        given: String,
    },
    /// Several things begin with that.
    #[error("{given} is the beginning of more than one {entity}")]
    Ambiguous {
        /// What kind of thing.
        entity: Entity,
        /// What was asked for.
        given: String,
        /// Some of them.
        candidates: Vec<String>,
    },
    /// Another project has that alias.
    #[error("a project {alias:?} exists already{}", if *archived { " (archived)" } else { "" })]
    AliasTaken {
        /// The alias.
        alias: String,
        /// Whether that project is archived.
        archived: bool,
        /// The id of the project that was to be taken back from the trash.
        trashed: Option<String>,
    },
    /// Another label has that name.
    #[error("the project has another label {name:?} by now")]
    LabelExists {
        /// The name.
        name: String,
    },
    /// The project takes no new tasks.
    #[error("project {alias} is archived and takes no new tasks or labels")]
    ProjectArchived {
        /// Its alias.
        alias: String,
    },
    /// Only archived projects can be deleted.
    #[error("project {alias} is not archived; only archived projects can be deleted")]
    ProjectNotArchived {
        /// Its alias.
        alias: String,
    },
    /// It changed since it was read.
    #[error(
        "{what} changed since version {expected} (now {current}{})",
        told(changes)
    )]
    VersionConflict {
        /// `TASK-9`, or a plan's id.
        what: String,
        /// The version the caller read.
        expected: i64,
        /// The version now.
        current: i64,
        /// Who changed what since, oldest first.
        changes: Vec<(Actor, Vec<String>)>,
    },
    /// Nothing is ready to be claimed.
    #[error("nothing is ready to be claimed{why}")]
    NothingReady {
        /// `: 3 blocked, 1 held`, or empty.
        why: String,
    },
    /// The task cannot be claimed as it is.
    #[error("{task} cannot be claimed: {why}")]
    NotReady {
        /// `TASK-9`.
        task: String,
        /// In words.
        why: String,
        /// Whether it may become ready by itself, or by what others do.
        may_pass: bool,
    },
    /// Another session holds the task.
    #[error("{task} is held by {holder} for another {}", time_left(*.left))]
    LeaseHeld {
        /// `TASK-9`.
        task: String,
        /// Who.
        holder: Holder,
        /// Until when.
        expires_at: Moment,
        /// How long that is from now.
        left: Duration,
    },
    /// The caller's lease has ended.
    #[error("{}", lost(task, ended, now_held_by))]
    LeaseLost {
        /// `TASK-9`.
        task: String,
        /// How it ended; `None` where there was none.
        ended: Option<Outcome>,
        /// Who holds the task now.
        now_held_by: Option<Holder>,
    },
    /// The token is of no lease that ever was.
    #[error("the lease token is of no lease that this workspace ever gave")]
    UnknownLease,
    /// The token is of another task's lease.
    #[error("the lease token is that of {other}, not of {task}")]
    OtherLease {
        /// `TASK-9`.
        task: String,
        /// `TASK-7`.
        other: String,
    },
    /// Only people may do that.
    #[error("only a person may {what}; {actor} is none")]
    HumanOnly {
        /// `override a lease`.
        what: &'static str,
        /// Who tried.
        actor: Actor,
    },
    /// The edge would close a circle.
    #[error("that would be a circle: {}", cycle.join(" waits for "))]
    Cycle {
        /// From a task back to itself, `TASK-9` each.
        cycle: Vec<String>,
    },
    /// A page token of another list.
    #[error("the page token {given:?} does not belong to this list")]
    PageToken {
        /// What was given.
        given: String,
    },
    /// The file is none that can be imported.
    #[error("{} {problem}", path.display())]
    ImportUnreadable {
        /// The file.
        path: PathBuf,
        /// `is damaged`.
        problem: String,
    },
    /// The file that is to be imported has no such project.
    #[error("{} has no project {given:?}", path.display())]
    ImportProjectNotFound {
        /// The file.
        path: PathBuf,
        /// The alias asked for.
        given: String,
        /// Those there are.
        aliases: Vec<String>,
    },
    /// The same request id with another request.
    #[error("request id {id} came before with another request")]
    RequestIdReused {
        /// The request id.
        id: String,
    },
}

impl Refusal {
    /// A value that is not allowed.
    pub fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            problem: problem.into(),
        }
    }

    /// A thing that does not exist.
    pub fn not_found(entity: Entity, given: impl Into<String>) -> Self {
        Self::NotFound {
            entity,
            given: given.into(),
            trashed: None,
        }
    }
}

/// Whether it looks like the beginning of an id, but is too short for one. No
/// project's alias and no number gets here.
fn is_cut_short(given: &str) -> bool {
    let begins_as_ids_do = given.starts_with(|c| ('0'..='7').contains(&c));
    begins_as_ids_do
        && (4..IdRange::SHORTEST).contains(&given.len())
        && given.chars().all(|c| c.is_ascii_alphanumeric())
        && given.contains(|c: char| c.is_ascii_alphabetic())
}

fn lost(task: &str, ended: &Option<Outcome>, now_held_by: &Option<Holder>) -> String {
    let how = match ended {
        None => format!("you do not hold {task}"),
        Some(Outcome::Expired) => format!("your lease of {task} has expired"),
        Some(Outcome::Revoked) => format!("your lease of {task} was taken away by a person"),
        Some(outcome) => format!("your lease of {task} has ended ({outcome})"),
    };
    match now_held_by {
        Some(holder) => format!("{how}; {holder} holds it now"),
        None => how,
    }
}

/// `, by human:ana: title; by ai:codex: status, priority`.
fn told(changes: &[(Actor, Vec<String>)]) -> String {
    let mut by_actor: Vec<(&Actor, Vec<&str>)> = Vec::new();
    for (actor, fields) in changes {
        let known = by_actor.iter().position(|(known, _)| *known == actor);
        let at = known.unwrap_or_else(|| {
            by_actor.push((actor, Vec::new()));
            by_actor.len() - 1
        });
        for field in fields {
            if !by_actor[at].1.contains(&field.as_str()) {
                by_actor[at].1.push(field);
            }
        }
    }
    let told: Vec<String> = by_actor
        .iter()
        .map(|(actor, fields)| format!("by {actor}: {}", fields.join(", ")))
        .collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(", {}", told.join("; "))
    }
}
