//! `backlog prime`: what a session that knows nothing yet needs to know.
//!
//! Statements, no orders: what stands here is put into an agent's context by its
//! hooks, and orders from there look like somebody else's.

mod budget;
mod facts;
mod text;

use backlog_api::view;
use clap::Args;

use crate::{
    args::{ProjectArg, values},
    context::Context,
    error::CliError,
};
pub use budget::Budget;
use facts::Facts;

/// As many tokens as a session's beginning is worth.
const USUAL: usize = 1_500;
/// What names the queue, its numbers and its lists needs about half of this.
const LEAST: usize = 200;
const MOST: usize = 50_000;

/// Tell a fresh session what it needs to know
#[derive(Debug, Args)]
#[command(
    after_help = "The project, how the queue stands and works, what this session holds with the
note its last attempt left, what is ready, what others hold, and the newest
memory, decisions first. What does not fit is counted, with the command that
shows it. Tokens are estimated, never too few.

Examples:
  backlog prime
  backlog prime -p app --budget 500
  backlog prime --json"
)]
pub struct PrimeArgs {
    #[command(flatten)]
    project: ProjectArg,

    /// The most it may cost a model, 200 to 50000; else 1500
    #[arg(long, value_name = "TOKENS", value_parser = values::number(LEAST..=MOST))]
    budget: Option<usize>,
}

pub fn run(args: &PrimeArgs, context: &Context) -> Result<(), CliError> {
    let facts = Facts::gather(args.project.project.as_deref(), context)?;
    let told = text::tell(&facts, Budget::of_tokens(args.budget.unwrap_or(USUAL)));
    if !context.out.json {
        return context.out.text(&told.text);
    }
    context.out.document(&view::Prime {
        tokens: budget::tokens(&told.text),
        text: told.text,
        counts: facts.counts.into(),
        mine: first(facts.mine, told.shown.mine, |mine| mine),
        ready: first(facts.ready, told.shown.ready, |task| task),
        held: first(facts.held, told.shown.held, |held| held),
        memory: first(facts.memory, told.shown.memory, |entry| entry),
    })
}

/// What a session is told when it begins, within that budget.
pub fn tell(context: &Context, budget: Budget) -> Result<String, CliError> {
    Ok(text::tell(&Facts::gather(None, context)?, budget).text)
}

/// What a session holds, for a summary of its conversation. Empty where it
/// holds nothing.
pub fn tell_held(context: &Context, budget: Budget) -> Result<String, CliError> {
    Ok(text::tell_held(&facts::mine("", context)?, budget))
}

/// The items that were shown, as the document has them.
fn first<T, M, V: From<M>>(items: Vec<T>, shown: usize, message: fn(T) -> M) -> Vec<V> {
    items
        .into_iter()
        .take(shown)
        .map(|item| message(item).into())
        .collect()
}
