//! `backlog sync`.

use std::{fs, io};

use backlog_api::{v1, view};
use clap::Args;

use crate::{
    context::Context,
    error::{CliError, Exit},
    manifest::{self, Manifest},
    render::text::line,
};

/// Make the projects that backlog.json names and the workspace lacks
#[derive(Debug, Args)]
#[command(
    after_help = "Reads backlog.json beside the database. Projects that exist stay as they are,
and none is ever deleted.

Examples:
  backlog sync
  backlog sync --json"
)]
pub struct SyncArgs {}

pub fn run(context: &Context) -> Result<(), CliError> {
    let path = context.workspace().dir().join(manifest::NAME);
    let bytes = fs::read(&path).map_err(|error| {
        let path = path.display();
        if error.kind() == io::ErrorKind::NotFound {
            CliError::new(Exit::NotFound, "no_manifest", format!("there is no {path}")).hint(
                r#"Write one: {"version": 1, "projects": [{"alias": "api", "name": "API Service"}]}"#,
            )
        } else {
            CliError::invalid(format!("cannot read {path}: {error}"))
        }
    })?;
    let wrong = |problems: &[String]| {
        CliError::invalid(format!("{}: {}", path.display(), problems.join("; ")))
            .hint("Nothing was written. Mend all of it, then: backlog sync")
    };
    let Manifest {
        projects,
        mut problems,
        unknown,
    } = manifest::parse(&bytes).map_err(|problem| wrong(&[problem]))?;
    if !unknown.is_empty() && !context.out.quiet && !context.out.json {
        let names: Vec<_> = unknown.iter().map(|name| line(name)).collect();
        eprintln!(
            "warning: {} has fields that mean nothing here: {}",
            line(&path.display().to_string()),
            names.join(", ")
        );
    }
    // What the daemon finds wrong with the others belongs to the same message.
    let checked_only = !problems.is_empty();
    let places: Vec<String> = projects.iter().map(|(place, _)| place.clone()).collect();
    let synced = context.call(v1::SyncProjectsRequest {
        projects: projects.into_iter().map(|(_, project)| project).collect(),
        check_only: checked_only,
    })?;
    for problem in &synced.problems {
        let place = usize::try_from(problem.index)
            .ok()
            .and_then(|index| places.get(index));
        let place = place.map_or("projects", String::as_str);
        problems.push(format!("{place}: {}", problem.message));
    }
    if !problems.is_empty() {
        return Err(wrong(&problems));
    }

    let out = &context.out;
    if out.json {
        return out.document(&view::Synced::from(synced));
    }
    out.note(&format!("added projects: {}", listed(&synced.added)))?;
    out.note(&format!("already exist: {}", listed(&synced.present)))
}

fn listed(aliases: &[String]) -> String {
    if aliases.is_empty() {
        "none".to_owned()
    } else {
        aliases.join(", ")
    }
}
