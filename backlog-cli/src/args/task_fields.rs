//! The fields of a task, as `task add` and `task update` take them.

use std::path::{Path, PathBuf};

use backlog_api::v1::{TaskFields, TaskStatus, TaskType};
use clap::Args;
use prost_types::Timestamp;

use super::{
    date,
    json_task::{self, JsonTask},
    text, values,
};
use crate::error::CliError;

/// The fields of a task that adding and updating share.
#[derive(Debug, Args)]
pub struct FieldArgs {
    /// One line, up to 255 characters
    #[arg(long, short, value_name = "TITLE", allow_hyphen_values = true)]
    pub title: Option<String>,

    /// Markdown; '-' reads standard input
    #[arg(long, short, value_name = "TEXT", allow_hyphen_values = true)]
    pub description: Option<String>,

    /// What kind of work it is
    #[arg(long = "type", value_name = "TYPE", value_parser = values::task_type())]
    pub task_type: Option<TaskType>,

    /// Where it stands
    #[arg(long, value_name = "STATUS", value_parser = values::status())]
    pub status: Option<TaskStatus>,

    /// P1 (most urgent) to P5
    #[arg(long, value_name = "P", value_parser = values::priority)]
    pub priority: Option<i32>,

    /// Who is meant to do it
    #[arg(long, value_name = "WHO")]
    pub assignee: Option<String>,

    /// A label to attach, made where it is missing; may be repeated
    #[arg(long = "label", value_name = "NAME")]
    pub labels: Vec<String>,

    /// Which tool it came from
    #[arg(long, value_name = "TOOL")]
    pub source: Option<String>,

    /// What that tool calls it
    #[arg(long, value_name = "ID")]
    pub external_ref: Option<String>,

    /// The directory it is about
    #[arg(long, value_name = "DIR")]
    pub project_path: Option<String>,

    /// When it is due: 2026-05-08, that day everywhere, or to the second
    #[arg(long, value_name = "DATE", value_parser = date::due)]
    pub due_date: Option<Timestamp>,

    /// The task it is a part of
    #[arg(long, value_name = "REF")]
    pub parent: Option<String>,

    /// Not to be taken before: 2026-05-08, when that day begins here, or to the second
    #[arg(long, value_name = "DATE", value_parser = date::moment)]
    pub defer_until: Option<Timestamp>,

    /// Which files it will touch, so that no two sessions edit the same: a glob
    /// from the project's root, src/auth/**; may be repeated
    #[arg(long = "scope", value_name = "GLOB")]
    pub scope: Vec<String>,

    /// A task as JSON (FILE.json), or the description (any other file)
    #[arg(long, value_name = "FILE")]
    pub from_file: Option<PathBuf>,
}

impl FieldArgs {
    /// The flags over what the file says.
    pub fn read(self) -> Result<JsonTask, CliError> {
        let mut task = match &self.from_file {
            Some(path) if is_json(path) => {
                json_task::parse(&text::file(path)?).map_err(|problems| problems.told(path))?
            }
            Some(_) if self.description.is_some() => {
                return Err(CliError::usage(
                    "both --description and --from-file give the description",
                ));
            }
            Some(path) => JsonTask {
                description: Some(text::file(path)?),
                ..JsonTask::default()
            },
            None => JsonTask::default(),
        };
        fn over<T>(flag: Option<T>, field: &mut Option<T>) {
            if flag.is_some() {
                *field = flag;
            }
        }
        let description = self.description.as_deref().map(text::given).transpose()?;
        over(self.title, &mut task.title);
        over(description, &mut task.description);
        over(self.task_type, &mut task.task_type);
        over(self.status, &mut task.status);
        over(self.priority, &mut task.priority);
        over(self.assignee, &mut task.assignee);
        over(self.source, &mut task.source);
        over(self.external_ref, &mut task.external_ref);
        over(self.project_path, &mut task.project_path);
        over(self.due_date, &mut task.due_at);
        over(self.parent, &mut task.parent);
        over(self.defer_until, &mut task.defer_until);
        if !self.scope.is_empty() {
            task.scope = Some(self.scope);
        }
        for label in self.labels {
            if !task.labels.contains(&label) {
                task.labels.push(label);
            }
        }
        Ok(task)
    }
}

/// The fields for a request, and which of them were given.
pub fn for_request(task: JsonTask) -> (TaskFields, Vec<String>) {
    let mut given = Vec::new();
    let mut mark = |name: &str, is_given: bool| {
        if is_given {
            given.push(name.to_owned());
        }
    };
    mark("title", task.title.is_some());
    mark("description", task.description.is_some());
    mark("type", task.task_type.is_some());
    mark("status", task.status.is_some());
    mark("priority", task.priority.is_some());
    mark("assignee", task.assignee.is_some());
    mark("source", task.source.is_some());
    mark("external_ref", task.external_ref.is_some());
    mark("project_path", task.project_path.is_some());
    mark("due_at", task.due_at.is_some());
    mark("parent", task.parent.is_some());
    mark("defer_until", task.defer_until.is_some());
    mark("scope", task.scope.is_some());
    let fields = TaskFields {
        title: task.title.unwrap_or_default(),
        description: task.description.unwrap_or_default(),
        r#type: task.task_type.unwrap_or_default().into(),
        status: task.status.unwrap_or_default().into(),
        priority: task.priority.unwrap_or_default(),
        assignee: task.assignee.unwrap_or_default(),
        due_at: task.due_at,
        source: task.source.unwrap_or_default(),
        external_ref: task.external_ref.unwrap_or_default(),
        project_path: task.project_path.unwrap_or_default(),
        parent: task.parent.unwrap_or_default(),
        defer_until: task.defer_until,
        scope: task.scope.unwrap_or_default(),
    };
    (fields, given)
}

fn is_json(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
