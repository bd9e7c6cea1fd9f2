//! Things of another workspace as they are there: nothing about them has been
//! checked yet, but that their ids are ids.

use sha2::{Digest as _, Sha256};

use super::{clock::Moment, dependency::DependencyKind, id::Id};

/// An actor.
#[derive(Debug, Clone, Default)]
pub struct ForeignActor {
    /// `human`, `ai`, or anything.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A project.
#[derive(Debug, Clone)]
pub struct ForeignProject {
    /// ULID.
    pub id: Id,
    /// Short name.
    pub alias: String,
    /// Name for people.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Where its checkout is.
    pub repo_path: String,
    /// How many of its tasks may be held at once.
    pub wip_limit: Option<i64>,
    /// Who created it, where that is known.
    pub actor: Option<ForeignActor>,
    /// Grows with every change.
    pub version: i64,
    /// When it was archived.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A label of a project.
#[derive(Debug, Clone)]
pub struct ForeignLabel {
    /// ULID.
    pub id: Id,
    /// Its project.
    pub project: Id,
    /// Its name.
    pub name: String,
    /// `#rrggbb`, empty, or anything.
    pub color: String,
    /// When it was created, where that is known.
    pub created_at: Option<Moment>,
}

/// A task.
#[derive(Debug, Clone)]
pub struct ForeignTask {
    /// ULID.
    pub id: Id,
    /// The N of its `TASK-N` there.
    pub seq: Option<i64>,
    /// Its project.
    pub project: Id,
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// What kind of work it is.
    pub kind: String,
    /// Where it stands.
    pub status: String,
    /// 1 to 5, or anything.
    pub priority: i64,
    /// Who is meant to do it.
    pub assignee: String,
    /// When it is due.
    pub due_at: Option<Moment>,
    /// Who created it.
    pub actor: ForeignActor,
    /// Which tool it came from.
    pub source: String,
    /// What that tool calls it.
    pub external_ref: String,
    /// The directory it is about.
    pub project_path: String,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// The task it is a part of.
    pub parent: Option<ForeignRef>,
    /// What it waits for and has to do with.
    pub links: Vec<(DependencyKind, ForeignRef)>,
    /// Not to be taken before.
    pub defer_until: Option<Moment>,
    /// Globs, a line each.
    pub scope: String,
    /// Attempts without done.
    pub attempts_spent: i64,
    /// Why it was set aside, or empty.
    pub attention: String,
    /// Grows with every change.
    pub version: i64,
    /// When it became done.
    pub completed_at: Option<Moment>,
    /// When it was archived.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// A task that another one names: by its number there, and its ULID where
/// that is known.
#[derive(Debug, Clone, Copy)]
pub struct ForeignRef {
    /// The N of its `TASK-N` there.
    pub seq: i64,
    /// ULID.
    pub id: Option<Id>,
}

/// A plan, or a doc, with its versions.
#[derive(Debug, Clone)]
pub struct ForeignText {
    /// ULID.
    pub id: Id,
    /// Its task, or its project.
    pub owner: Id,
    /// The newest version's number.
    pub current_version: i64,
    /// Which tool it came from; of a plan.
    pub source: String,
    /// When it was archived.
    pub archived_at: Option<Moment>,
    /// When it was created.
    pub created_at: Moment,
    /// When the newest version was added.
    pub updated_at: Moment,
    /// All of them, oldest first.
    pub versions: Vec<ForeignVersion>,
}

/// A version.
#[derive(Debug, Clone)]
pub struct ForeignVersion {
    /// ULID.
    pub id: Id,
    /// From 1.
    pub version: i64,
    /// One line.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Who wrote it.
    pub actor: ForeignActor,
    /// Why.
    pub change_note: String,
    /// When.
    pub created_at: Moment,
}

/// A comment.
#[derive(Debug, Clone)]
pub struct ForeignComment {
    /// ULID.
    pub id: Id,
    /// Its task.
    pub task: Id,
    /// Markdown.
    pub body: String,
    /// Who said it.
    pub actor: ForeignActor,
    /// When.
    pub created_at: Moment,
}

/// An entry of a project's memory.
#[derive(Debug, Clone)]
pub struct ForeignMemory {
    /// ULID.
    pub id: Id,
    /// Its project.
    pub project: Id,
    /// Markdown.
    pub body: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Who added it.
    pub actor: ForeignActor,
    /// Grows with every change.
    pub version: i64,
    /// When it was added.
    pub created_at: Moment,
    /// When it last changed.
    pub updated_at: Moment,
}

/// What an attachment belongs to.
#[derive(Debug, Clone, Copy)]
pub enum ForeignTarget {
    /// A task.
    Task(Id),
    /// A doc.
    Doc(Id),
    /// Nothing.
    Nothing,
}

/// An attached file.
#[derive(Debug, Clone)]
pub struct ForeignAttachment {
    /// ULID.
    pub id: Id,
    /// What it belongs to.
    pub target: ForeignTarget,
    /// Its name.
    pub name: String,
    /// Media type.
    pub mime_type: String,
    /// Its bytes.
    pub data: Vec<u8>,
    /// Who attached it.
    pub actor: ForeignActor,
    /// When.
    pub created_at: Moment,
}

/// An entry of the log.
#[derive(Debug, Clone)]
pub struct ForeignActivity {
    /// What it is there, and for ever: its id, or its hash and number.
    pub origin: Vec<u8>,
    /// What it is about.
    pub entity: String,
    /// Which of those.
    pub entity_id: Id,
    /// What was done.
    pub action: String,
    /// By whom.
    pub actor: ForeignActor,
    /// In which session.
    pub session: String,
    /// The calling process's user.
    pub uid: Option<u32>,
    /// The calling process.
    pub pid: Option<i32>,
    /// The project it is about.
    pub project: Option<Id>,
    /// The task it is about.
    pub task: Option<Id>,
    /// A sentence.
    pub summary: String,
    /// JSON, or anything.
    pub payload: String,
    /// When.
    pub at: Moment,
}

/// The id that a text stands for: its own where it is a ULID, else one that is
/// made of it, and of every text another.
#[must_use]
pub fn id_of(text: &str) -> Id {
    Id::parse(text.trim()).unwrap_or_else(|| {
        let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Id::from_bytes(bytes)
    })
}

/// When the thing of an id was made, by the id's first 48 bits.
#[must_use]
pub fn made_at(id: Id) -> Moment {
    let mut millis = [0; 8];
    millis[2..].copy_from_slice(&id.as_bytes()[..6]);
    Moment(i64::from_be_bytes(millis).saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_an_id_and_always_the_same() {
        let ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        assert_eq!(id_of(ulid).to_string(), ulid);
        assert_eq!(id_of("x"), id_of("x"));
        assert_ne!(id_of("x"), id_of("y"));
    }

    #[test]
    fn an_id_knows_when_it_was_made() {
        let id = id_of("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(made_at(id).0, 1_469_922_850_259_000_000);
    }
}
