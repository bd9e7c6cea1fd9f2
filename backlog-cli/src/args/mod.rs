//! What people write after the flags, turned into what the API takes.

pub mod duration;
pub mod json_task;
pub mod process;
pub mod task_fields;
pub mod task_filter;
pub mod text;
pub mod values;
pub mod versions;

pub use backlog_api::date;
use clap::Args;

/// Which task a command is about.
#[derive(Debug, Args)]
pub struct TaskArg {
    /// TASK-12, 12, or the task's id
    #[arg(value_name = "REF")]
    pub task: String,
}

/// Which project, where it may be left out.
#[derive(Debug, Args)]
pub struct ProjectArg {
    /// Alias or id; else the default project, else the only one
    #[arg(long, short, value_name = "ALIAS")]
    pub project: Option<String>,
}

/// Overriding another session's lease.
#[derive(Debug, Args)]
pub struct ForceArg {
    /// Although another session holds it; only people may
    #[arg(long)]
    pub force: bool,
}
