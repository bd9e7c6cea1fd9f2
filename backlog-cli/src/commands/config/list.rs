//! `backlog config list`.

use backlog_api::{
    config::{self, Config, KEYS},
    view,
};
use clap::Args;

use super::WhoseArgs;
use crate::{
    error::CliError,
    invocation::Invocation,
    render::table::{Column, Table},
};

/// List what is set, and where
#[derive(Debug, Args)]
#[command(
    after_help = "What counts: flags, the environment, the workspace's, yours, what is built in.

Examples:
  backlog config list
  backlog config list --user --json"
)]
pub struct ListArgs {
    #[command(flatten)]
    whose: WhoseArgs,
}

pub fn run(args: &ListArgs, invocation: &Invocation) -> Result<(), CliError> {
    let mut settings = Vec::new();
    for (scope, path) in args.whose.files(invocation)? {
        // Also what is set must be right.
        Config::read(&path)?;
        let document = config::document(&path)?;
        for key in KEYS {
            if let Some(value) = key.get(&document) {
                settings.push(view::Setting::new(key.name, value, scope, &path));
            }
        }
    }
    let out = invocation.output(None);
    if out.json {
        return out.document(&view::Settings { settings });
    }
    if settings.is_empty() {
        return out.note("Nothing is set. See what can be: backlog config set --help");
    }
    let mut table = Table::new(&[
        Column::fixed("KEY"),
        Column::flexible("VALUE", 30, 10),
        Column::fixed("WHOSE"),
    ]);
    for setting in &settings {
        table.row([setting.key.as_str(), &setting.text(), setting.scope.name()]);
    }
    out.table(&table)
}
