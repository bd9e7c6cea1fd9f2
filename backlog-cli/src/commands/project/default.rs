//! `backlog project set-default`, `current` and `clear-default`: the project
//! that is meant where none is named, kept in the workspace's `config.toml`.

use backlog_api::{config, reason, v1, view};
use clap::Args;

use super::{called, done, of};
use crate::{
    context::{Context, Origin},
    error::{CliError, Exit},
};

/// Choose the project that is meant where none is named
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog project set-default app
  backlog project use app")]
pub struct SetArgs {
    /// Alias or id
    #[arg(value_name = "ALIAS")]
    project: String,
}

/// Show the project that is meant where none is named
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog project current --quiet")]
pub struct CurrentArgs {}

/// Clear the default project
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog project clear-default")]
pub struct ClearArgs {}

/// The project of that name, where it can be the one that is meant: it is there,
/// and takes new tasks.
pub fn to_be_default(name: &str, context: &Context) -> Result<v1::Project, CliError> {
    let request = v1::GetProjectRequest {
        project: name.to_owned(),
    };
    let project = of(context.call(request)?.project)?;
    if project.archived_at.is_some() {
        return Err(CliError::new(
            Exit::Conflict,
            "project_archived",
            format!("project {} is archived", called(&project)),
        )
        .hint(format!(
            "Take it out of the archive: backlog project unarchive {}",
            project.alias
        )));
    }
    Ok(project)
}

pub fn set(args: &SetArgs, context: &Context) -> Result<(), CliError> {
    let project = to_be_default(&args.project, context)?;
    config::edit(&context.workspace().config(), |document| {
        config::put(
            document.as_table_mut(),
            "default_project",
            (&project.alias).into(),
        );
    })?;
    let message = format!("The default project is {}", called(&project));
    context.out.done(&done("set-default", &project, message))
}

pub fn current(context: &Context) -> Result<(), CliError> {
    let choice = context.project(None);
    let request = v1::GetProjectRequest {
        project: choice.name.clone(),
    };
    let answer = context.call_in(&choice, request).map_err(|error| {
        if !error.is(reason::PROJECT_REQUIRED) {
            return error;
        }
        let known = match &error {
            CliError::Told(told) => told.hint.as_deref().unwrap_or_default(),
            CliError::StdoutClosed | CliError::Declined => "",
        };
        CliError::new(
            Exit::NotFound,
            "no_default_project",
            "there is no default project",
        )
        .hint(format!("Choose one with `backlog project use ALIAS`. {known}").trim_end())
    })?;
    let project = of(answer.project)?;
    let origin = match choice.origin {
        Origin::Workspace => "the workspace's default",
        Origin::User => "your default",
        Origin::Named | Origin::Open => "the only project",
    };
    let sentence = format!("{}, {origin}", called(&project));
    let alias = project.alias.clone();
    context
        .out
        .made(&view::Project::from(project), &alias, &sentence)
}

/// Takes away the workspace's default where it is this project, which is no
/// longer to be worked in, and says so after the sentence about that.
pub fn forget(project: &v1::Project, context: &Context) -> String {
    let is_it = |name: &str| name == project.alias || name.eq_ignore_ascii_case(&project.id);
    if !context.config.default_project.as_deref().is_some_and(is_it) {
        return String::new();
    }
    let removed = config::edit(&context.workspace().config(), |document| {
        // Somebody else may have chosen another one meanwhile.
        let chosen = document
            .get("default_project")
            .and_then(toml_edit::Item::as_str);
        let removed = chosen.is_some_and(is_it);
        if removed {
            document.remove("default_project");
        }
        removed
    });
    // The project is put away already; this must not look as if it were not.
    match removed {
        Ok(true) => "\nIt was the workspace's default project; there is none now".to_owned(),
        Ok(false) => String::new(),
        Err(error) => format!("\nIt is still the workspace's default project: {error}"),
    }
}

pub fn clear(context: &Context) -> Result<(), CliError> {
    let removed = config::edit(&context.workspace().config(), |document| {
        document.remove("default_project").is_some()
    })?;
    let message = if removed {
        "The workspace has no default project any more"
    } else {
        "The workspace has no default project"
    };
    context
        .out
        .done(&view::Done::plain("clear-default", "project", message))
}
