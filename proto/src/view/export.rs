//! What an export as JSON is made of, and what an import did.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Attachment, Comment, Doc, DocVersion, Label, Memory, Plan, PlanVersion, Project, Task,
};
use crate::v1;

/// All of an export as JSON; what import reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Export {
    /// By alias, archived ones too.
    pub projects: Vec<ExportedProject>,
    /// By number, archived ones too.
    pub tasks: Vec<ExportedTask>,
    /// Documents, by project.
    pub docs: Vec<ExportedDoc>,
    /// Entries of memory, by project.
    pub memory: Vec<Memory>,
    /// Attached files, oldest first.
    pub attachments: Vec<ExportedAttachment>,
}

/// An export that was written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WrittenExport {
    /// The file.
    pub path: String,
    /// `json`, `csv` or `md`.
    #[schemars(extend("enum" = ["json", "csv", "md"]))]
    pub format: &'static str,
    /// How many tasks are in it.
    pub tasks: i64,
}

/// A project with its labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedProject {
    /// The project.
    #[serde(flatten)]
    pub project: Project,
    /// Its labels, by name.
    pub labels: Vec<Label>,
}

/// A task with all that hangs on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedTask {
    /// The task.
    #[serde(flatten)]
    pub task: Task,
    /// Its plans.
    pub plans: Vec<ExportedPlan>,
    /// Its comments, oldest first.
    pub comments: Vec<Comment>,
}

/// A plan with all its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedPlan {
    /// The plan at its current version.
    #[serde(flatten)]
    pub plan: Plan,
    /// All its versions, oldest first.
    pub versions: Vec<PlanVersion>,
}

/// A doc with all its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedDoc {
    /// The doc at its current version.
    #[serde(flatten)]
    pub doc: Doc,
    /// All its versions, oldest first.
    pub versions: Vec<DocVersion>,
}

/// An attachment with its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedAttachment {
    /// The attachment.
    #[serde(flatten)]
    pub attachment: Attachment,
    /// Its bytes, in base 64.
    pub data: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Imported {
    /// Nothing was written: this is what would be.
    pub dry_run: bool,
    /// The file.
    pub path: String,
    /// `backlog`, `backlog-1.x` or `json`.
    pub source: String,
    /// Of each kind of thing.
    pub counts: Vec<ImportCount>,
    /// Tasks that got another number; the first thousand.
    pub renumbered: Vec<Renumbered>,
    /// How many those are.
    pub renumbered_total: i64,
    /// What changed there after it came here, and was left alone; the first
    /// thousand.
    pub newer_there: Vec<String>,
    /// How many those are.
    pub newer_there_total: i64,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// What came of one kind of thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportCount {
    /// `task`, `plan`, ….
    pub kind: String,
    /// So many came over.
    pub added: i64,
    /// So many were here already.
    pub present: i64,
}

/// A task that got another number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Renumbered {
    /// Its number there, `TASK-N`; left out where it had none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub there: String,
    /// Its number here, `TASK-N`.
    pub here: String,
}

impl Imported {
    /// Of a file, by what the daemon answered.
    #[must_use]
    pub fn of(path: String, dry_run: bool, summary: v1::ImportSummary) -> Self {
        Self {
            dry_run,
            path,
            source: summary.source,
            counts: summary
                .counts
                .into_iter()
                .map(|count| ImportCount {
                    kind: count.kind,
                    added: count.added,
                    present: count.present,
                })
                .collect(),
            renumbered: summary
                .renumbered
                .into_iter()
                .map(|task| Renumbered {
                    there: task.there,
                    here: task.here,
                })
                .collect(),
            renumbered_total: summary.renumbered_total,
            newer_there: summary.newer_there,
            newer_there_total: summary.newer_there_total,
            notes: summary.notes,
        }
    }
}
