//! What goes out of a workspace and into it as a whole.

use super::{
    attachment::Attachment,
    comment::Comment,
    doc::Doc,
    label::Label,
    memory::Memory,
    plan::Plan,
    project::{Project, TaskCounts},
    task::Task,
    version::Version,
};

/// How much an export tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportDetail {
    /// The tasks alone.
    Tasks,
    /// The tasks, their plans at their current versions, and their comments.
    Texts,
    /// All there is.
    Everything,
}

/// One thing of an export. What belongs to another thing follows it.
#[derive(Debug)]
pub enum Exported {
    /// A project.
    Project(Project, TaskCounts),
    /// A label of the project before it.
    Label(Label),
    /// A task, without its lease.
    Task(Box<Task>),
    /// A plan of the task before it.
    Plan(Plan),
    /// A version of the plan before it.
    PlanVersion(Version),
    /// A comment on the task before it.
    Comment(Comment),
    /// A doc.
    Doc(Doc),
    /// A version of the doc before it.
    DocVersion(Version),
    /// An entry of a project's memory.
    Memory(Memory),
    /// An attachment.
    Attachment(Attachment),
    /// The next bytes of the attachment before it.
    Chunk(Vec<u8>),
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// What kind of file it was.
    pub source: &'static str,
    /// Of each kind: how many came over, and how many were here.
    pub counts: Vec<(Kind, Count)>,
    /// Tasks that got another number: theirs there, and here.
    pub renumbered: Listed<(Option<i64>, i64)>,
    /// What changed there after it came here.
    pub newer_there: Listed<String>,
    /// A sentence each.
    pub notes: Vec<String>,
}

/// What came of one kind of thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// So many came over.
    pub added: i64,
    /// So many were here already.
    pub present: i64,
}

/// A list that is told in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// The first of them.
    pub first: Vec<T>,
    /// How many there are.
    pub total: i64,
}

impl<T> Listed<T> {
    const TOLD: usize = 1_000;

    /// Adds one.
    pub fn add(&mut self, one: T) {
        self.total += 1;
        if self.first.len() < Self::TOLD {
            self.first.push(one);
        }
    }
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            total: 0,
        }
    }
}

super::words::words! {
    /// The kinds of things that come over.
    Kind {
        /// Projects.
        Project = "project",
        /// Labels.
        Label = "label",
        /// Tasks.
        Task = "task",
        /// Plans, with their versions.
        Plan = "plan",
        /// Comments.
        Comment = "comment",
        /// What tasks wait for, belong to and have to do with.
        Dependency = "dependency",
        /// Docs, with their versions.
        Doc = "doc",
        /// Entries of memory.
        Memory = "memory",
        /// Attachments.
        Attachment = "attachment",
        /// Entries of the log.
        Activity = "activity",
    }
}
