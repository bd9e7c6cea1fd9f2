//! Tasks: finding them, reading one, and putting new ones into the queue.

use std::fmt::Write as _;

use backlog_api::{date, v1, view};
use prost_types::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::{Tool, tool},
    problem::{self, Outcome, Problem},
    reply::Reply,
    text::{
        cut::{WHOLE, fitting, list_of},
        quoted, task, time,
    },
};

pub(super) const TOOLS: &[Tool] = &[
    tool!(
        "task_create", "Create task", Adds, Always,
        "Queue work you will not do now: bugs and follow-ups you found, parts of larger work.",
        create(CreateArgs) -> view::Task
    ),
    tool!(
        "task_list", "List tasks", Reads, Always,
        "Find tasks, one line each.",
        list(ListArgs) -> view::Tasks
    ),
    tool!(
        "task_show", "Show task", Reads, Always,
        "Read a task; include reads parts whole.",
        show(ShowArgs) -> view::Task
    ),
];

/// Tasks of a page where no number was given.
const USUAL_PAGE: i32 = 25;

// As schemas know them: a description would be told in each of them.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Status {
    Todo,
    Doing,
    Done,
}

impl From<Status> for v1::TaskStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Todo => Self::Todo,
            Status::Doing => Self::Doing,
            Status::Done => Self::Done,
        }
    }
}

// As schemas know them.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Type {
    Task,
    Bug,
    Issue,
    Improvement,
    Feature,
    Vulnerability,
    Chore,
    Spike,
    BucketList,
}

impl From<Type> for v1::TaskType {
    fn from(kind: Type) -> Self {
        match kind {
            Type::Task => Self::Task,
            Type::Bug => Self::Bug,
            Type::Issue => Self::Issue,
            Type::Improvement => Self::Improvement,
            Type::Feature => Self::Feature,
            Type::Vulnerability => Self::Vulnerability,
            Type::Chore => Self::Chore,
            Type::Spike => Self::Spike,
            Type::BucketList => Self::BucketList,
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
struct CreateArgs {
    project: Option<String>,
    title: String,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Type>,
    status: Option<Status>,
    /// 1 is urgent
    #[schemars(range(min = 1, max = 5))]
    priority: Option<i32>,
    source: Option<String>,
    external_ref: Option<String>,
    due_date: Option<String>,
    project_path: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    blocked_by: Vec<TaskRef>,
    parent: Option<TaskRef>,
    #[serde(default)]
    scope: Vec<String>,
    key: Option<String>,
}

async fn create(call: &Call<'_>, args: CreateArgs) -> Outcome<Reply> {
    let key = match args.key.as_deref().map(str::trim) {
        Some(key) if key.chars().count() > 100 => {
            return Err(Problem::of_argument(
                "key",
                format_args!("has {} characters; 100 are allowed", key.chars().count()),
                "call again with a shorter one",
            ));
        }
        key => key.filter(|key| !key.is_empty()),
    };
    let request = v1::CreateTaskRequest {
        project: call.project(args.project),
        fields: Some(v1::TaskFields {
            title: args.title,
            description: args.description.unwrap_or_default(),
            r#type: args.kind.map_or(0, |kind| v1::TaskType::from(kind).into()),
            status: args
                .status
                .map_or(0, |status| v1::TaskStatus::from(status).into()),
            priority: args.priority.unwrap_or_default(),
            due_at: due_date(args.due_date.as_deref())?,
            source: args.source.unwrap_or_default(),
            external_ref: args.external_ref.unwrap_or_default(),
            project_path: args.project_path.unwrap_or_default(),
            parent: args.parent.map(|task| task.to_owned()).unwrap_or_default(),
            scope: args.scope,
            ..Default::default()
        }),
        labels: args.labels,
        blocked_by: args.blocked_by.iter().map(TaskRef::to_owned).collect(),
        ..Default::default()
    };
    let caller = call.who.caller(None);
    let look = |made: &v1::CreateTaskResponse| v1::GetTaskRequest {
        task: made
            .task
            .as_ref()
            .map_or_else(String::new, |task| task.id.clone()),
    };
    let (answer, repeated) = call.make_once(caller, request, key, look).await?;
    let made = problem::task(answer.task)?;
    Ok(call.reply(
        || {
            if repeated {
                format!(
                    "{} was made by the same call {}; nothing new was made.",
                    task::row(&made, true, &call.who),
                    time::ago(made.created_at.as_ref())
                )
            } else {
                format!("Created {}", task::row(&made, true, &call.who))
            }
        },
        || view::Task::from(task::shortened(&made, 0, [false; 3])),
    ))
}

/// A due date; nothing where it is empty.
pub(super) fn due_date(given: Option<&str>) -> Outcome<Option<Timestamp>> {
    match given.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => date::due(text).map(Some).map_err(|forms| {
            let wrong = format!("is no date: {}", quoted(text));
            Problem::of_argument("due_date", wrong, &forms)
        }),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Detail {
    Brief,
    Full,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ListArgs {
    project: Option<String>,
    status: Option<Status>,
    #[serde(rename = "type")]
    #[schemars(extend("x-told-elsewhere" = true))]
    kind: Option<Type>,
    #[schemars(range(min = 1, max = 5))]
    priority: Option<i32>,
    search: Option<String>,
    ready: Option<bool>,
    label: Option<String>,
    assignee: Option<String>,
    #[schemars(range(min = 1, max = 100))]
    limit: Option<i32>,
    cursor: Option<String>,
    detail: Option<Detail>,
}

async fn list(call: &Call<'_>, args: ListArgs) -> Outcome<Reply> {
    let full = args.detail == Some(Detail::Full);
    let most = list_of(args.limit);
    let mut request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            project: call.project(args.project),
            statuses: args
                .status
                .map(|status| v1::TaskStatus::from(status).into())
                .into_iter()
                .collect(),
            types: args
                .kind
                .map(|kind| v1::TaskType::from(kind).into())
                .into_iter()
                .collect(),
            priorities: args.priority.into_iter().collect(),
            search: args.search.unwrap_or_default(),
            ready: args.ready.unwrap_or_default(),
            labels: labels(args.label.as_deref()),
            assignee: assignee(call, args.assignee.as_deref()),
            ..Default::default()
        }),
        page_size: args.limit.unwrap_or(USUAL_PAGE),
        page_token: args.cursor.unwrap_or_default(),
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    let rows = |page: &v1::ListTasksResponse| -> Vec<String> {
        if full {
            let full_row = |task| task::full_row(task, &call.who);
            page.tasks.iter().map(full_row).collect()
        } else {
            task::rows(&page.tasks, &call.who)
        }
    };
    let mut page = call.call(request.clone()).await?;
    let fit = fitting(&rows(&page), most);
    if fit < page.tasks.len() {
        // Ends where it is long enough, with the cursor of that place.
        request.page_size = i32::try_from(fit).unwrap_or(1);
        page = call.call(request).await?;
    }
    Ok(call.reply(
        || {
            let mut told = headline(
                page.tasks.len(),
                Some(page.total),
                ["task", "tasks"],
                &page.next_page_token,
            );
            if page.unranked {
                told.push_str("Too many match to rank them: newest first.\n");
            }
            told + &rows(&page).concat()
        },
        || {
            let tasks = page.tasks.iter().map(task::shortened_facts).collect();
            view::Tasks::from(v1::ListTasksResponse {
                tasks,
                ..page.clone()
            })
        },
    ))
}

/// Whom a task is assigned to, as it is written there; `me` is who calls.
pub(super) fn assignee(call: &Call<'_>, given: Option<&str>) -> String {
    match given.map(str::trim).unwrap_or_default() {
        "me" => call.who.actor.clone(),
        given => given.to_owned(),
    }
}

/// `25 of 180 tasks. More: cursor="…"`. `what`: one of them, and several.
pub(super) fn headline(
    here: usize,
    total: Option<i64>,
    [one, several]: [&str; 2],
    cursor: &str,
) -> String {
    let here = i64::try_from(here).unwrap_or(i64::MAX);
    let mut told = match (here, total) {
        (here, Some(total)) if here < total => format!("{here} of {total} {several}."),
        (0, _) => format!("No {several}."),
        (1, _) => format!("1 {one}."),
        (here, _) => format!("{here} {several}."),
    };
    if !cursor.is_empty() {
        let _ = write!(told, " More: cursor=\"{cursor}\"");
    }
    told.push('\n');
    told
}

/// Labels parted by commas.
pub(super) fn labels(given: Option<&str>) -> Vec<String> {
    given
        .into_iter()
        .flat_map(|given| given.split(','))
        .map(str::trim)
        .filter(|label| !label.is_empty())
        .map(str::to_owned)
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Part {
    Description,
    Plan,
    Comments,
    Attempts,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ShowArgs {
    id: TaskRef,
    #[serde(default)]
    include: Vec<Part>,
    #[schemars(range(min = 0))]
    offset: Option<usize>,
}

async fn show(call: &Call<'_>, args: ShowArgs) -> Outcome<Reply> {
    let offset = args.offset.unwrap_or_default();
    if offset > 0 && args.include.is_empty() {
        return Err(Problem::of_argument(
            "offset",
            "says where in a part to read on, and no part was named",
            "name one: include=[\"description\"]",
        ));
    }
    let request = v1::GetTaskRequest {
        task: args.id.to_owned(),
    };
    let shown = problem::task(call.call(request).await?.task)?;
    let attempts = if args.include.contains(&Part::Attempts) {
        let request = v1::ListAttemptsRequest {
            task: args.id.to_owned(),
            page_size: 10,
            ..Default::default()
        };
        call.call(request).await?.attempts
    } else {
        Vec::new()
    };
    let parts = if args.include.is_empty() {
        open_parts(call, &shown).await?
    } else {
        String::new()
    };
    Ok(call.reply(
        || {
            let mut told = task::heading(&shown, &call.who);
            if args.include.is_empty() {
                told.push_str(&task::facts(&shown, &call.who, task::usual::FACT));
                told.push_str(&parts);
                told.push_str(&task::times(&shown));
                told.push_str(&task::description(&shown, 0, task::usual::TEXT));
                told.push_str(&task::plan(&shown, 0, task::usual::TEXT));
                told.push_str(&task::last_comments(&shown));
                told.push_str(&task::handed_off(&shown, &call.who));
            }
            for part in &args.include {
                told.push_str(&match part {
                    Part::Description => task::description(&shown, offset, WHOLE),
                    Part::Plan => task::plan(&shown, offset, WHOLE),
                    Part::Comments => task::comments(&shown, offset, WHOLE),
                    Part::Attempts if attempts.is_empty() => "No attempts.\n".to_owned(),
                    Part::Attempts => attempts
                        .iter()
                        .map(|attempt| task::attempt(attempt, &call.who))
                        .collect(),
                });
            }
            told
        },
        || {
            let reads = |part| args.include.contains(&part);
            view::Task::with_details(task::shortened(
                &shown,
                offset,
                [
                    reads(Part::Description),
                    reads(Part::Plan),
                    reads(Part::Comments),
                ],
            ))
        },
    ))
}

/// The parts of a task that are open, as a fact; empty where there is none.
pub(super) async fn open_parts(call: &Call<'_>, of: &v1::Task) -> Outcome<String> {
    let request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            parent: view::task_ref(of.seq),
            statuses: vec![v1::TaskStatus::Todo.into(), v1::TaskStatus::Doing.into()],
            ..Default::default()
        }),
        page_size: 20,
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    let page = call.call(request).await?;
    if page.tasks.is_empty() {
        return Ok(String::new());
    }
    let names: Vec<String> = page
        .tasks
        .iter()
        .map(|part| view::task_ref(part.seq))
        .collect();
    let more = match page.total - i64::try_from(names.len()).unwrap_or(0) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Ok(format!("Open parts: {}{more}\n", names.join(", ")))
}
