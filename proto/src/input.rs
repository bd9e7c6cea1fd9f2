//! The JSON shapes of what is read. Who reads one may be more patient than its
//! schema says, never stricter.

use schemars::JsonSchema;

use crate::view::{TASK_STATUSES, TASK_TYPES, words};

/// A task as `task add --from-file task.json` and `task update` read it.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NewTask {
    /// Alias or id of its project.
    pub project: Option<String>,
    /// One line, up to 255 characters.
    #[schemars(length(min = 1, max = 255))]
    pub title: Option<String>,
    /// Markdown, up to 1 MiB.
    pub description: Option<String>,
    /// What kind of work it is.
    #[schemars(with = "Option<String>", extend("enum" = words(&TASK_TYPES)))]
    pub r#type: Option<String>,
    /// Where it stands.
    #[schemars(extend("enum" = words(&TASK_STATUSES)))]
    pub status: Option<String>,
    /// `1` (most urgent) to `5`, or `"P1"` to `"P5"`.
    pub priority: Option<Priority>,
    /// Who is meant to do it.
    pub assignee: Option<String>,
    /// Which tool it came from.
    pub source: Option<String>,
    /// What that tool calls it.
    pub external_ref: Option<String>,
    /// The directory it is about.
    pub project_path: Option<String>,
    /// When it is due: a date, or a moment.
    pub due_at: Option<String>,
    /// The task it is a part of: `TASK-12`.
    pub parent: Option<String>,
    /// Not to be taken before: a date, or a moment.
    pub defer_until: Option<String>,
    /// Which files it will touch, as globs from the project's root.
    pub scope: Option<Vec<String>>,
    /// Tasks that must be done before it: `TASK-12`.
    pub blocked_by: Option<Vec<String>>,
    /// Tasks it was found with: `TASK-12`.
    pub discovered_from: Option<Vec<String>>,
    /// Names of its labels; made where they are missing.
    pub labels: Option<Vec<String>>,
    /// Plans to add to it.
    pub plans: Option<Vec<NewPlan>>,
}

/// A plan that comes with a task.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct NewPlan {
    /// One line.
    #[schemars(length(min = 1, max = 255))]
    pub title: String,
    /// Markdown, up to 1 MiB.
    pub body: Option<String>,
}

/// A findings file, as `import-findings` reads it beside SARIF.
#[derive(Debug, Clone, JsonSchema)]
pub struct Findings {
    /// 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: Option<i32>,
    /// Alias or id of the project they are of.
    pub project: Option<String>,
    /// What was found.
    pub items: Vec<Finding>,
}

/// One finding. With `external_ref` it is known again by that and `source`,
/// without by `source`, `type` and `title`.
#[derive(Debug, Clone, JsonSchema)]
pub struct Finding {
    /// One line, up to 255 characters.
    #[schemars(length(min = 1, max = 255))]
    pub title: String,
    /// Markdown, up to 1 MiB.
    pub description: Option<String>,
    /// What kind of work it is; `issue` where it is left out.
    #[schemars(with = "Option<String>", extend("enum" = words(&TASK_TYPES)))]
    pub r#type: Option<String>,
    /// `1` (most urgent) to `5`, or `"P1"` to `"P5"`.
    pub priority: Option<Priority>,
    /// Where its task stands once it is made.
    #[schemars(extend("enum" = words(&TASK_STATUSES)))]
    pub status: Option<String>,
    /// Who is meant to do it.
    pub assignee: Option<String>,
    /// Which scanner found it.
    pub source: Option<String>,
    /// What that scanner calls it: the same in each scan.
    pub external_ref: Option<String>,
    /// Names of its labels; made where they are missing.
    pub labels: Option<Vec<String>>,
    /// Plans to make with its task.
    pub plans: Option<Vec<NewPlan>>,
}

/// `backlog.json`, as `sync` reads it.
#[derive(Debug, Clone, JsonSchema)]
pub struct Manifest {
    /// 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: Option<i32>,
    /// What the workspace is called.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// The projects that shall be there.
    pub projects: Vec<ManifestProject>,
}

/// A project that shall be there.
#[derive(Debug, Clone, JsonSchema)]
pub struct ManifestProject {
    /// Its short name.
    #[schemars(regex(pattern = "^[a-z0-9][a-z0-9-]{0,63}$"))]
    pub alias: String,
    /// Its name for people; the alias where it is left out.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Where its checkout is.
    pub repo_path: Option<String>,
}

/// `1` (most urgent) to `5`, or `"P1"` to `"P5"`.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(untagged)]
pub enum Priority {
    /// 1 to 5.
    Number(#[schemars(range(min = 1, max = 5))] i32),
    /// `"P1"` to `"P5"`.
    Word(#[schemars(regex(pattern = "^[Pp]?[1-5]$"))] String),
}
