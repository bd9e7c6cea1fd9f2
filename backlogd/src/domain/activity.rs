//! The log: what an entry is, and how entries are chained.

use std::fmt;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{actor::Actor, clock::Moment, id::Id, words::words};

words! {
    /// What an entry is about.
    Entity {
        /// The workspace itself.
        Workspace = "workspace",
        /// A project.
        Project = "project",
        /// A task.
        Task = "task",
        /// A plan.
        Plan = "plan",
        /// A comment.
        Comment = "comment",
        /// A label.
        Label = "label",
        /// A document of a project.
        Doc = "doc",
        /// An entry of a project's memory.
        Memory = "memory",
        /// An attached file.
        Attachment = "attachment",
    }
}

words! {
    /// What was done.
    Action {
        /// It came to be.
        Created = "created",
        /// Fields of it changed.
        Updated = "updated",
        /// A task's status changed, and nothing else.
        Moved = "moved",
        /// It left the lists.
        Archived = "archived",
        /// It came back into the lists.
        Unarchived = "unarchived",
        /// It went to the trash.
        Deleted = "deleted",
        /// It came back from the trash.
        Restored = "restored",
        /// It was destroyed.
        Purged = "purged",
        /// A label was put on a task.
        Attached = "attached",
        /// A label was taken off a task.
        Detached = "detached",
        /// A session took a task.
        Claimed = "claimed",
        /// A lease got more time.
        Renewed = "renewed",
        /// A task was given back.
        Released = "released",
        /// A task was finished by its holder.
        Completed = "completed",
        /// A lease was not renewed in time.
        Expired = "expired",
        /// A task that was set aside got a new budget of attempts.
        Retried = "retried",
        /// Things came over from elsewhere.
        Imported = "imported",
    }
}

/// The changed fields, from and to: what reports read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes(Map<String, Value>);

/// One field of a [`Changes`].
pub type Change = (Value, Value);

impl Changes {
    /// Notes a field, unless both values are the same.
    pub fn note(&mut self, field: &str, from: impl Into<Value>, to: impl Into<Value>) {
        let (from, to) = (from.into(), to.into());
        if from != to {
            self.0
                .insert(field.to_owned(), json!({"from": from, "to": to}));
        }
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the changed fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The only changed field is this one.
    #[must_use]
    pub fn is_only(&self, field: &str) -> bool {
        self.0.len() == 1 && self.0.contains_key(field)
    }

    /// As the payload's `changes`.
    #[must_use]
    pub fn into_json(self) -> Value {
        Value::Object(self.0)
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Dense and ever growing, from 1.
    pub seq: i64,
    /// What it is about.
    pub entity: String,
    /// Which of those.
    pub entity_id: Id,
    /// What was done.
    pub action: String,
    /// By whom.
    pub actor: Actor,
    /// In which session, or empty.
    pub session: String,
    /// The calling process's user.
    pub uid: Option<u32>,
    /// The calling process.
    pub pid: Option<i32>,
    /// The project's key in the database.
    pub project_id: Option<i64>,
    /// The task's number.
    pub task_seq: Option<i64>,
    /// A sentence for people.
    pub summary: String,
    /// A JSON object for programs.
    pub payload: String,
    /// When it was written here.
    pub created_at: Moment,
    /// For an entry that came from another log: when it was written there.
    pub occurred_at: Option<Moment>,
    /// For such an entry: what it is there, its id or its hash.
    pub origin: Option<Vec<u8>>,
}

/// The hash an entry stores.
pub type Hash = [u8; 32];

/// What the first entry is chained to.
pub const GENESIS: Hash = [0; 32];

impl Activity {
    /// SHA-256 over the hash of the entry before and this entry's canonical
    /// content: its fields in the order of the struct, numbers in decimal, ids
    /// as ULID text, each written as `LENGTH:TEXT,` with LENGTH in bytes and an
    /// absent one as `-,`. An entry that came from another log has two more
    /// fields, its origin in hexadecimal. No two contents are written alike.
    #[must_use]
    pub fn hash(&self, before: &Hash) -> Hash {
        let mut sha = Sha256::new();
        sha.update(before);
        let mut field = |text: Option<&dyn fmt::Display>| match text {
            Some(text) => {
                let text = text.to_string();
                sha.update(format!("{}:", text.len()));
                sha.update(&text);
                sha.update(",");
            }
            None => sha.update("-,"),
        };
        field(Some(&self.seq));
        field(Some(&self.entity));
        field(Some(&self.entity_id));
        field(Some(&self.action));
        field(Some(&self.actor.kind()));
        field(Some(&self.actor.name()));
        field(Some(&self.session));
        field(self.uid.as_ref().map(|uid| uid as _));
        field(self.pid.as_ref().map(|pid| pid as _));
        field(self.project_id.as_ref().map(|id| id as _));
        field(self.task_seq.as_ref().map(|seq| seq as _));
        field(Some(&self.summary));
        field(Some(&self.payload));
        field(Some(&self.created_at.0));
        if let (Some(occurred_at), Some(origin)) = (&self.occurred_at, &self.origin) {
            field(Some(&occurred_at.0));
            field(Some(&Hex(origin)));
        }
        sha.finalize().into()
    }
}

/// Bytes in lower-case hexadecimal.
struct Hex<'b>(&'b [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ActorKind;

    fn entry() -> Activity {
        Activity {
            seq: 7,
            entity: "task".to_owned(),
            entity_id: Id::from_bytes([3; 16]),
            action: "created".to_owned(),
            actor: Actor::new(ActorKind::Human, "ana").unwrap(),
            session: String::new(),
            uid: Some(1000),
            pid: None,
            project_id: Some(1),
            task_seq: Some(12),
            summary: "created TASK-12".to_owned(),
            payload: "{}".to_owned(),
            created_at: Moment(1),
            occurred_at: None,
            origin: None,
        }
    }

    #[test]
    fn every_field_is_in_the_hash() {
        let original = entry().hash(&GENESIS);
        let changes: [fn(&mut Activity); 15] = [
            |e| e.seq = 8,
            |e| e.entity = "plan".to_owned(),
            |e| e.entity_id = Id::from_bytes([4; 16]),
            |e| e.action = "updated".to_owned(),
            |e| e.actor = Actor::new(ActorKind::Ai, "ana").unwrap(),
            |e| e.actor = Actor::new(ActorKind::Human, "bob").unwrap(),
            |e| e.session = "s".to_owned(),
            |e| e.uid = None,
            |e| e.pid = Some(1),
            |e| e.project_id = Some(2),
            |e| e.task_seq = None,
            |e| e.summary.push('.'),
            |e| e.payload = "{ }".to_owned(),
            |e| e.created_at = Moment(2),
            |e| (e.occurred_at, e.origin) = (Some(Moment(0)), Some(vec![1])),
        ];
        for change in changes {
            let mut changed = entry();
            change(&mut changed);
            assert_ne!(changed.hash(&GENESIS), original, "{changed:?}");
        }
        assert_ne!(entry().hash(&[1; 32]), original);
    }

    #[test]
    fn a_change_to_the_same_value_is_none() {
        let mut changes = Changes::default();
        changes.note("title", "a", "a");
        assert!(changes.is_empty());
        changes.note("title", "a", "b");
        assert!(changes.is_only("title"));
    }
}
