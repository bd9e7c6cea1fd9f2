//! Prompts: ways to begin, filled with how the queue stands.

use std::fmt::Write as _;

use backlog_api::{date, v1, view};
use rmcp::model::{JsonObject, Prompt, PromptArgument};

use crate::{
    arguments::TaskRef,
    call::Call,
    catalog::Catalog,
    problem::{self, Outcome, Problem},
    resources::{Resource, counts, held, next},
    text::{holder::actor, line, task, time::ago},
};

/// A prompt: its name, what it is for, and its arguments, each with whether it
/// is required.
struct Declared {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    arguments: &'static [(&'static str, bool)],
    /// The tools that it cannot do without.
    needs: &'static [&'static str],
}

const PROMPTS: &[Declared] = &[
    Declared {
        name: "work_next",
        title: "Work on the next task",
        about: "Claim the next ready task and do it",
        arguments: &[("project", false), ("label", false)],
        needs: &["task_claim", "task_complete"],
    },
    Declared {
        name: "work_on",
        title: "Work on a task",
        about: "Claim this task and do it",
        arguments: &[("ref", true)],
        needs: &["task_claim", "task_complete"],
    },
    Declared {
        name: "triage",
        title: "Triage a project",
        about: "Sort out what is to do: duplicates, priorities, blockers",
        arguments: &[("project", true)],
        needs: &["task_update"],
    },
    Declared {
        name: "handoff",
        title: "Hand a task off",
        about: "Leave a task so that somebody else can go on",
        arguments: &[("ref", true)],
        needs: &["comment_add", "task_release"],
    },
    Declared {
        name: "standup",
        title: "Standup",
        about: "What was done, is being done, and is in the way",
        arguments: &[("project", true), ("since", false)],
        needs: &[],
    },
];

/// Those that can be done with the tools that are served.
fn served(catalog: &Catalog) -> impl Iterator<Item = &'static Declared> {
    let can = |prompt: &&Declared| prompt.needs.iter().all(|tool| catalog.find(tool).is_some());
    PROMPTS.iter().filter(can)
}

/// As clients list them.
pub(crate) fn listed(catalog: &Catalog) -> Vec<Prompt> {
    served(catalog)
        .map(|prompt| {
            let arguments = prompt
                .arguments
                .iter()
                .map(|(name, required)| PromptArgument::new(*name).with_required(*required))
                .collect();
            Prompt::new(prompt.name, Some(prompt.about), Some(arguments)).with_title(prompt.title)
        })
        .collect()
}

/// Sees that there is a prompt of that name, which takes these arguments.
pub(crate) fn check(catalog: &Catalog, name: &str, given: &JsonObject) -> Outcome<()> {
    let Some(prompt) = served(catalog).find(|prompt| prompt.name == name) else {
        let names: Vec<&str> = served(catalog).map(|prompt| prompt.name).collect();
        return Err(Problem::new(
            format!("unknown prompt {}", line(name)),
            format!("there are {}", names.join(", ")),
        ));
    };
    let takes = |given: &str| prompt.arguments.iter().any(|(name, _)| *name == given);
    match given.keys().find(|given| !takes(given)) {
        None => Ok(()),
        Some(unknown) => {
            let names: Vec<&str> = prompt.arguments.iter().map(|(name, _)| *name).collect();
            Err(Problem::new(
                format!("unknown argument {}", line(unknown)),
                format!("{name} takes {}", names.join(", ")),
            ))
        }
    }
}

/// The text of a prompt.
pub(crate) async fn filled(call: &Call<'_>, name: &str, given: &JsonObject) -> Outcome<String> {
    let argument = |name: &str| {
        let given = given.get(name).and_then(|value| value.as_str());
        given.map(str::trim).filter(|given| !given.is_empty())
    };
    let required = |name: &'static str| {
        argument(name).ok_or_else(|| Problem::new(format!("this prompt needs {name}"), "name it"))
    };
    match name {
        "work_next" => work_next(call, argument("project"), argument("label")).await,
        "work_on" => work_on(call, required("ref")?).await,
        "triage" => triage(call, required("project")?).await,
        "handoff" => handoff(call, required("ref")?).await,
        "standup" => standup(call, required("project")?, argument("since")).await,
        other => Err(Problem::new(format!("no prompt {other}"), "")),
    }
}

/// How a claimed task is worked on, with the tools that are served.
fn way(call: &Call<'_>) -> String {
    let plan = if call.state.serves("plan_add") {
        "Record how you will do it with plan_add, keep"
    } else {
        "Keep"
    };
    format!(
        "{plan} findings with comment_add, and finish with task_complete, saying what was done and how you checked it. If you cannot \
         finish, task_release with the reason. Work that you find and will not do now: task_create."
    )
}

async fn work_next(call: &Call<'_>, project: Option<&str>, label: Option<&str>) -> Outcome<String> {
    let arguments: Vec<String> = [("project", project), ("label", label)]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}=\"{}\"", line(value?))))
        .collect();
    let project = call.project(project.map(str::to_owned));
    let next = next(call, &project).await?;
    Ok(format!(
        "Call task_claim({}) and do the task that you get. {}\n\nHow the queue stands:\n\n{next}",
        arguments.join(", "),
        way(call)
    ))
}

async fn work_on(call: &Call<'_>, reference: &str) -> Outcome<String> {
    let (name, shown, status) = whole_task(call, reference).await?;
    let begin = if status == v1::TaskStatus::Done {
        format!(
            "{name} is done. Say so, and ask whether it is to be opened again before you change anything."
        )
    } else {
        format!(
            "Call task_claim(id=\"{name}\") and do that task. {}",
            way(call)
        )
    };
    Ok(format!("{begin}\n\nThe task as it is now:\n\n{shown}"))
}

async fn handoff(call: &Call<'_>, reference: &str) -> Outcome<String> {
    let (name, shown, _) = whole_task(call, reference).await?;
    let plan = if call.state.serves("plan_update") {
        "bring the plan up to date with plan_update, "
    } else {
        ""
    };
    Ok(format!(
        "Leave {name} so that somebody who knows nothing of this chat can go on: {plan}put findings, open questions and the state of the code into one comment with comment_add, then call task_release with what is \
         left to do as the reason.\n\nThe task as it is now:\n\n{shown}"
    ))
}

/// A task's name, all there is to read of it, and where it stands.
async fn whole_task(call: &Call<'_>, reference: &str) -> Outcome<(String, String, v1::TaskStatus)> {
    let name = TaskRef::try_from(reference.to_owned())
        .map_err(|problem| Problem::new(problem, ""))?
        .as_str()
        .to_owned();
    let request = v1::GetTaskRequest { task: name.clone() };
    let task = problem::task(call.call(request).await?.task)?;
    let shown = Resource::Task(name.clone()).read(call).await?;
    Ok((name, shown, task.status()))
}

async fn triage(call: &Call<'_>, project: &str) -> Outcome<String> {
    let request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            project: project.to_owned(),
            statuses: vec![v1::TaskStatus::Todo.into()],
            ..Default::default()
        }),
        page_size: 100,
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    let page = call.call(request).await?;
    Ok(format!(
        "Triage project {}. For what is to do: find duplicates (comment on both and say which stays), set priorities so that P1 is rare, \
         add what blocks what with task_update(add_blocked_by), split what is too large into parts with task_create(parent), and \
         comment where a person has to decide. Read a task with task_show before you change it.\n\n{} of {} tasks to do:\n\n{}",
        line(project),
        page.tasks.len(),
        page.total,
        task::rows(&page.tasks, &call.who).concat()
    ))
}

async fn standup(call: &Call<'_>, project: &str, since: Option<&str>) -> Outcome<String> {
    let since = since.unwrap_or("24h");
    let from = date::since(since)
        .map_err(|forms| Problem::new(format!("since {since:?} is no time"), forms))?;
    let request = v1::GetQueueRequest {
        project: project.to_owned(),
    };
    let queue = call.call(request).await?;
    let log = call
        .call(v1::ListActivitiesRequest {
            filter: Some(v1::ActivityFilter {
                project: project.to_owned(),
                entity: v1::EntityKind::Task.into(),
                since: Some(from),
                ..Default::default()
            }),
            page_size: 60,
            ..Default::default()
        })
        .await?;
    let mut events = String::new();
    for event in &log.activities {
        let _ = writeln!(
            events,
            "- {} {}: {}",
            ago(event.created_at.as_ref()),
            actor(event.actor.as_ref()),
            line(&event.summary)
        );
    }
    if !log.next_page_token.is_empty() {
        events.push_str("- and more before that\n");
    }
    Ok(format!(
        "Write a standup of project {} for people: what was finished, what is being done and by whom, what is in the way. Short, with the \
         tasks' references.\n\n{}{}\n## Since {}\n\n{events}",
        line(project),
        counts(&queue),
        held(&queue, &call.who),
        view::time(&from),
    ))
}
