//! `backlog label`.

use backlog_api::{v1, view};
use clap::{Args, Subcommand};

use crate::{
    args::ProjectArg,
    context::Context,
    error::CliError,
    global::Color,
    render::{
        table::{Column, Table},
        task::task_ref,
        text::line,
    },
};

/// Labels of a project's tasks
#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  backlog label create urgent --color '#ff0000'
  backlog label attach urgent --task 12")]
pub enum LabelCommand {
    Create(CreateArgs),
    List(ListArgs),
    Attach(AttachArgs),
    Detach(DetachArgs),
    Delete(DeleteArgs),
}

/// Create a label; one that exists is returned
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog label create auth --color '#d73a4a'")]
pub struct CreateArgs {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    project: ProjectArg,

    /// Its colour, as in '#d73a4a'
    #[arg(long, value_name = "#RRGGBB", value_parser = Color::of_label)]
    color: Option<Color>,
}

/// List the labels of a project, or of all
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog label list -p app")]
pub struct ListArgs {
    #[command(flatten)]
    project: ProjectArg,
}

/// Attach a label to a task; made where the project lacks it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog label attach auth --task TASK-12")]
pub struct AttachArgs {
    /// The label
    #[arg(value_name = "NAME")]
    name: String,

    /// The task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF")]
    task: String,
}

/// Take a label off a task
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog label detach auth --task TASK-12")]
pub struct DetachArgs {
    /// The label
    #[arg(value_name = "NAME")]
    name: String,

    /// The task: TASK-12, 12, or its id
    #[arg(long, value_name = "REF")]
    task: String,
}

/// Move a label to the trash: it disappears from all its tasks
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  backlog label delete auth -p app")]
pub struct DeleteArgs {
    /// The label
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    project: ProjectArg,
}

pub fn run(command: LabelCommand, context: &Context) -> Result<(), CliError> {
    match command {
        LabelCommand::Create(args) => create(args, context),
        LabelCommand::List(args) => list(&args, context),
        LabelCommand::Attach(args) => attach(args, context),
        LabelCommand::Detach(args) => detach(args, context),
        LabelCommand::Delete(args) => delete(args, context),
    }
}

fn of(label: Option<v1::Label>) -> Result<v1::Label, CliError> {
    label.ok_or_else(|| CliError::incomplete("label"))
}

fn alias(label: &v1::Label) -> &str {
    label.project.as_ref().map_or("", |project| &project.alias)
}

fn create(args: CreateArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let color = match args.color {
        Some(Color::OfLabel(color)) => color,
        Some(Color::When(_)) | None => String::new(),
    };
    let has_color = !color.is_empty();
    let request = v1::CreateLabelRequest {
        project: project.name.clone(),
        name: args.name,
        color,
    };
    let answer = context.call_in(&project, request)?;
    let label = of(answer.label)?;

    let name = line(&label.name).into_owned();
    let of_project = line(alias(&label)).into_owned();
    let sentence = match answer.created {
        true => format!("Created label {name} in {of_project}"),
        false if has_color => format!(
            "The label {name} in {of_project} has the colour {} now",
            label.color
        ),
        false => format!("{of_project} has the label {name} already"),
    };
    context
        .out
        .made(&view::Label::from(label), &name, &sentence)
}

fn list(args: &ListArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let mut labels = Vec::new();
    let request = v1::ListLabelsRequest {
        project: project.name.clone(),
        ..Default::default()
    };
    let listed = context.call_all(
        request,
        |request, token| request.page_token = token,
        |page| {
            labels.extend(page.labels);
            page.next_page_token
        },
    );
    listed.map_err(|error| context.explain(&project, error))?;
    let out = &context.out;
    if out.json {
        return out.document(&view::Labels::from(labels));
    }
    if labels.is_empty() {
        return out.note("No labels.");
    }
    let mut table = Table::new(&[
        Column::flexible("LABEL", 30, 12),
        Column::flexible("PROJECT", 16, 8),
        Column::fixed("COLOR"),
        Column::fixed("TASKS"),
    ]);
    for label in &labels {
        table.row([
            &label.name,
            alias(label),
            &label.color,
            &label.task_count.to_string(),
        ]);
    }
    out.table(&table)
}

fn attach(args: AttachArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::AttachLabelRequest {
        task: args.task,
        label: args.name.clone(),
    })?;
    let task = answer.task.ok_or_else(|| CliError::incomplete("task"))?;
    let name = line(&args.name);
    let message = if answer.changed {
        format!("Attached {name} to {}", task_ref(&task))
    } else {
        format!("{} has the label {name} already", task_ref(&task))
    };
    context
        .out
        .done(&view::Done::task("attach", &task, message))
}

fn detach(args: DetachArgs, context: &Context) -> Result<(), CliError> {
    let answer = context.call(v1::DetachLabelRequest {
        task: args.task,
        label: args.name.clone(),
    })?;
    let task = answer.task.ok_or_else(|| CliError::incomplete("task"))?;
    let name = line(&args.name);
    let message = if answer.changed {
        format!("Took {name} off {}", task_ref(&task))
    } else {
        format!("{} does not have the label {name}", task_ref(&task))
    };
    context
        .out
        .done(&view::Done::task("detach", &task, message))
}

fn delete(args: DeleteArgs, context: &Context) -> Result<(), CliError> {
    let project = context.project(args.project.project.as_deref());
    let request = v1::DeleteLabelRequest {
        project: project.name.clone(),
        name: args.name,
    };
    let label = of(context.call_in(&project, request)?.label)?;
    let message = format!(
        "Deleted label {} of {}. Take it back: backlog trash restore {}",
        line(&label.name),
        line(alias(&label)),
        label.id
    );
    context
        .out
        .done(&view::Done::of("delete", "label", &label.id, message))
}
