//! `backlog profile list`.

use backlog_api::view;
use clap::Args;

use super::{entry, place};
use crate::{
    error::CliError,
    invocation::Invocation,
    render::{
        table::{Column, Table},
        text::line,
    },
};

/// List the profiles
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog profile list")]
pub struct ListArgs {}

pub fn run(invocation: &Invocation) -> Result<(), CliError> {
    let out = invocation.output(None);
    let profiles: Vec<_> = invocation
        .user
        .profiles
        .iter()
        .map(|(name, profile)| entry(name, profile, invocation))
        .collect();
    if out.json {
        return out.document(&view::Profiles { profiles });
    }
    if profiles.is_empty() {
        return out.note(&format!("No profiles in {}", line(&place())));
    }
    let mut table = Table::new(&[
        Column::fixed("NAME"),
        Column::fixed("DEFAULT"),
        Column::flexible("PATH", 60, 20),
        Column::fixed("STATE"),
    ]);
    for profile in &profiles {
        table.row([
            profile.name.as_str(),
            if profile.default { "yes" } else { "" },
            &profile.path,
            if profile.exists {
                ""
            } else {
                "no workspace there"
            },
        ]);
    }
    out.table(&table)
}
