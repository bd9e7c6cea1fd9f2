//! Which two versions of a plan or doc are compared, and comparing them.

use backlog_api::view;
use clap::Args;

use super::values;
use crate::{
    context::Context,
    error::CliError,
    render::version::{Version, painted},
};

#[derive(Debug, Args)]
pub struct RangeArgs {
    /// The older version; the one before --to where left out
    #[arg(long, value_name = "N", value_parser = values::version::<i32>())]
    from: Option<i32>,

    /// The newer version; the newest where left out
    #[arg(long, value_name = "N", value_parser = values::version::<i32>())]
    to: Option<i32>,
}

impl RangeArgs {
    /// Shows what changed. `fetch` gets the id and a version by its number, 0
    /// for the newest; `history` is the command that lists them all.
    pub fn show(
        &self,
        context: &Context,
        history: &str,
        fetch: impl Fn(i32) -> Result<(String, Version), CliError>,
    ) -> Result<(), CliError> {
        let (id, to) = fetch(self.to.unwrap_or_default())?;
        let from = match self.from {
            Some(from) => from,
            None if to.number > 1 => to.number - 1,
            None => {
                return Err(CliError::usage(
                    "version 1 is the first one: there is nothing to compare it with",
                )
                .hint(format!("See its versions: {history} {id}")));
            }
        };
        let (_, from) = fetch(from)?;
        let diff = view::unified(from.text(), to.text());
        if context.out.json {
            return context.out.document(&view::Diff {
                id,
                from: from.number,
                to: to.number,
                diff,
            });
        }
        if diff.is_empty() {
            return context.out.note(&format!(
                "Versions {} and {} say the same.",
                from.number, to.number
            ));
        }
        context.out.text(&painted(&diff, context.out.style))
    }
}
