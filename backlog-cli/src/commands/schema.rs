//! `backlog schema`.

use backlog_api::{schema, view};
use clap::Args;

use crate::{
    error::{CliError, Exit},
    global::GlobalArgs,
    render::{
        Output,
        table::{Column, Table},
    },
};

/// The JSON Schema of what --json prints, and of files to read
#[derive(Debug, Args)]
#[command(after_help = "Without a name it lists the schemas there are.

Examples:
  backlog schema
  backlog schema task
  backlog schema new-task > new-task.schema.json")]
pub struct SchemaArgs {
    /// Which schema
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub fn run(args: &SchemaArgs, global: &GlobalArgs) -> Result<(), CliError> {
    let out = Output {
        json: global.json,
        quiet: global.quiet,
        ..Output::plain()
    };
    match &args.name {
        Some(name) => one(name, &out),
        None => all(&out),
    }
}

fn one(name: &str, out: &Output) -> Result<(), CliError> {
    let schema = schema::schema(name).ok_or_else(|| {
        let message = format!("there is no schema {name:?}");
        CliError::new(Exit::NotFound, "schema_not_found", message)
            .hint("See the schemas: backlog schema")
    })?;
    out.value(&schema)
}

fn all(out: &Output) -> Result<(), CliError> {
    let all = view::Schemas::all();
    if out.json {
        return out.document(&all);
    }
    let mut table = Table::new(&[
        Column::fixed("NAME"),
        Column::fixed("DIRECTION"),
        Column::flexible("ABOUT", 60, 20),
    ]);
    for entry in &all.schemas {
        table.row([entry.name, entry.direction, &entry.about]);
    }
    out.table(&table)
}
