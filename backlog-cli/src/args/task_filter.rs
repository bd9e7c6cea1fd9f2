//! Which tasks, as lists and claims ask for them.

use backlog_api::v1;
use clap::{Args, builder::NonEmptyStringValueParser};

use super::values;

/// What a task itself must be like.
#[derive(Debug, Args)]
pub struct TaskFilterArgs {
    /// Only tasks of that type
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = values::task_type())]
    task_type: Vec<v1::TaskType>,

    /// Only tasks of that priority, P1 to P5
    #[arg(long, value_name = "P", value_delimiter = ',', value_parser = values::priority)]
    priority: Vec<i32>,

    /// Only tasks meant for them; a bare name finds human:NAME and ai:NAME too
    #[arg(long, value_name = "WHO")]
    assignee: Option<String>,

    /// Only tasks with that label; may be repeated
    #[arg(long = "label", value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    labels: Vec<String>,

    /// Only tasks that came from that tool
    #[arg(long, value_name = "TOOL", value_parser = NonEmptyStringValueParser::new())]
    source: Option<String>,

    /// Only the parts of that task
    #[arg(long, value_name = "REF", value_parser = NonEmptyStringValueParser::new())]
    parent: Option<String>,

    /// Full text: words, prefix*, "a phrase", this OR that, this NOT that
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true, value_parser = values::query)]
    pub search: Option<String>,
}

impl TaskFilterArgs {
    /// The filter of a request, in a project.
    pub fn filter(&self, project: &str) -> v1::TaskFilter {
        v1::TaskFilter {
            project: project.to_owned(),
            types: self.task_type.iter().map(|&kind| kind.into()).collect(),
            priorities: self.priority.clone(),
            assignee: self.assignee.clone().unwrap_or_default(),
            labels: self.labels.clone(),
            source: self.source.clone().unwrap_or_default(),
            parent: self.parent.clone().unwrap_or_default(),
            search: self.search.clone().unwrap_or_default(),
            ..v1::TaskFilter::default()
        }
    }
}
