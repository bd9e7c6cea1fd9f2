//! `backlog memory`.

use std::path::PathBuf;

use backlog_api::{v1, view};
use clap::{Args, Subcommand};
use prost_types::FieldMask;

use crate::{
    args::{
        ProjectArg,
        text::{self, TextArgs},
    },
    context::Context,
    error::CliError,
    render::{
        style::Style,
        task::{actor, indented},
        text::line,
        time::local,
    },
};

/// What a project's next session should know
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog memory add 'Staging has no TLS' -p app --tag staging,tls
  backlog memory list -p app")]
pub enum MemoryCommand {
    Add(AddArgs),
    Append(AppendArgs),
    List(ListArgs),
    Update(UpdateArgs),
    Delete(DeleteArgs),
}

/// Remember something
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog memory add 'Staging has no TLS' -p app --tag staging,tls
  backlog memory add - < decision.md")]
pub struct AddArgs {
    /// Markdown; '-' reads standard input
    #[arg(
        value_name = "TEXT",
        allow_hyphen_values = true,
        required_unless_present_any = ["body", "from_file"],
        conflicts_with = "from_file"
    )]
    text: Option<String>,

    /// The same as TEXT
    #[arg(
        long,
        value_name = "TEXT",
        conflicts_with_all = ["text", "from_file"],
        allow_hyphen_values = true
    )]
    body: Option<String>,

    /// Read the text from a file
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    #[command(flatten)]
    project: ProjectArg,

    #[command(flatten)]
    tags: TagArgs,
}

#[derive(Debug, Args)]
struct TagArgs {
    /// Tags, with commas between them; may be repeated
    #[arg(
        long = "tag",
        visible_alias = "tags",
        value_name = "TAGS",
        value_delimiter = ','
    )]
    tags: Vec<String>,
}

/// Add a text at an entry's end
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog memory append ID 'Since May it has.'
  backlog memory append ID --from-file more.md")]
pub struct AppendArgs {
    #[command(flatten)]
    entry: EntryArg,

    #[command(flatten)]
    text: TextArgs,
}

/// Which entry a command is about.
#[derive(Debug, Args)]
struct EntryArg {
    /// The entry's id, or its first eight characters or more
    #[arg(value_name = "ID")]
    entry: String,
}

/// List what is remembered, newest first
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog memory list -p app
  backlog memory list --tag tls --json")]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArg,

    #[command(flatten)]
    tags: TagArgs,
}

/// Change an entry; what is not named stays as it is
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog memory update ID --body 'Staging has TLS since May'
  backlog memory update ID --tag staging
  backlog memory update ID --clear-tags")]
pub struct UpdateArgs {
    #[command(flatten)]
    entry: EntryArg,

    /// Markdown; '-' reads standard input
    #[arg(
        long,
        value_name = "TEXT",
        conflicts_with = "from_file",
        allow_hyphen_values = true
    )]
    body: Option<String>,

    /// Read the text from a file
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,

    #[command(flatten)]
    tags: TagArgs,

    /// It has no tags any more
    #[arg(long, conflicts_with = "tags")]
    clear_tags: bool,

    /// Only if the entry still has this version
    #[arg(long, value_name = "N")]
    if_version: Option<i64>,
}

/// Move an entry to the trash, for 30 days
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog memory delete ID")]
pub struct DeleteArgs {
    #[command(flatten)]
    entry: EntryArg,
}

pub fn run(command: MemoryCommand, context: &Context) -> Result<(), CliError> {
    match command {
        MemoryCommand::Add(args) => add(args, context),
        MemoryCommand::Append(args) => append(args, context),
        MemoryCommand::List(args) => list(args, context),
        MemoryCommand::Update(args) => update(args, context),
        MemoryCommand::Delete(args) => delete(args, context),
    }
}

fn of(entry: Option<v1::Memory>) -> Result<v1::Memory, CliError> {
    entry.ok_or_else(|| CliError::incomplete("entry"))
}

fn alias(entry: &v1::Memory) -> &str {
    entry.project.as_ref().map_or("", |project| &project.alias)
}

fn add(args: AddArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let given = args.text.or(args.body);
    let body = text::of(given.as_deref(), args.from_file.as_deref())?.unwrap_or_default();
    let request = v1::CreateMemoryRequest {
        project: project.name.clone(),
        fields: Some(v1::MemoryFields {
            body,
            tags: args.tags.tags,
        }),
    };
    let entry = of(context.call_in(&project, request)?.entry)?;
    let id = entry.id.clone();
    let sentence = format!("Remembered {id} in {}", line(alias(&entry)));
    context.out.made(&view::Memory::from(entry), &id, &sentence)
}

fn append(args: AppendArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::AppendMemoryRequest {
        entry: args.entry.entry,
        text: args.text.read()?,
    };
    let entry = of(context.call(request)?.entry)?;
    let id = entry.id.clone();
    let sentence = format!("Appended to {id}");
    context.out.made(&view::Memory::from(entry), &id, &sentence)
}

fn list(args: ListArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let mut entries = Vec::new();
    let request = v1::ListMemoriesRequest {
        project: project.name.clone(),
        tags: args.tags.tags,
        ..Default::default()
    };
    let listed = context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            entries.extend(page.entries);
            page.next_page_token
        },
    );
    listed.map_err(|error| context.explain(&project, error))?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Memories::from(entries));
    }
    if entries.is_empty() {
        return out.note("Nothing is remembered.");
    }
    let pages: Vec<String> = entries
        .iter()
        .map(|entry| format!("{}\n{}", heading(entry, out.style), indented(&entry.body)))
        .collect();
    out.text(&pages.join("\n"))
}

/// Who remembers it, where, since when, under which tags.
fn heading(entry: &v1::Memory, style: Style) -> String {
    let who = actor(entry.actor.as_ref());
    let mut facts = format!(
        "{}  {}  {}",
        local(entry.updated_at.as_ref()),
        alias(entry),
        entry.id
    );
    for tag in &entry.tags {
        facts.push_str("  #");
        facts.push_str(tag);
    }
    format!("{}  {}", style.cyan(&line(&who)), style.dim(&line(&facts)))
}

fn update(args: UpdateArgs, context: &Context) -> Result<(), CliError> {
    let body = text::of(args.body.as_deref(), args.from_file.as_deref())?;
    let mut paths = Vec::new();
    if body.is_some() {
        paths.push("body".to_owned());
    }
    if args.clear_tags || !args.tags.tags.is_empty() {
        paths.push("tags".to_owned());
    }
    if paths.is_empty() {
        return Err(CliError::usage(
            "nothing to update: give --body, --from-file, --tag or --clear-tags",
        ));
    }
    let request = v1::UpdateMemoryRequest {
        entry: args.entry.entry,
        fields: Some(v1::MemoryFields {
            body: body.unwrap_or_default(),
            tags: args.tags.tags,
        }),
        update_mask: Some(FieldMask { paths }),
        if_version: args.if_version,
    };
    let answer = context.call(request)?;
    let entry = of(answer.entry)?;
    let id = entry.id.clone();
    let sentence = if answer.changed {
        format!("Updated {id}")
    } else {
        format!("{id} is like that already")
    };
    context.out.made(&view::Memory::from(entry), &id, &sentence)
}

fn delete(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let request = v1::DeleteMemoryRequest {
        entry: args.entry.entry,
    };
    let entry = of(context.call(request)?.entry)?;
    let message = format!(
        "Deleted an entry of {}. Take it back: backlog trash restore {}",
        line(alias(&entry)),
        entry.id
    );
    context
        .out
        .done(&view::Done::of("delete", "memory", &entry.id, message))
}
