//! What may be read by address: `backlog://…`, as Markdown.

use std::fmt::Write as _;

use backlog_api::{v1, view};
use rmcp::model::{Resource as Listed, ResourceTemplate};

use crate::{
    arguments::TaskRef,
    call::Call,
    identity::Identity,
    problem::{Outcome, Problem, present, task as present_task},
    text::{self, holder, line, task, time},
    tools,
};

const MARKDOWN: &str = "text/markdown";
/// How the queue is worked with, for who asks.
const GUIDE: &str = include_str!("guide.md");
/// Tasks of each kind on the board.
const ON_BOARD: i32 = 15;

/// What an address means.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    /// How the queue stands.
    Board,
    /// Who works on what.
    Agents,
    /// How the queue is worked with.
    Guide,
    /// A task, `TASK-12` or a ULID.
    Task(String),
    /// A task's newest plan.
    Plan(String),
    /// A document, by its id.
    Doc(String),
    /// A project's memory, by its alias.
    Memory(String),
}

impl Resource {
    /// What an address means.
    pub(crate) fn parse(uri: &str) -> Option<Self> {
        let path = uri.strip_prefix("backlog://")?.trim_end_matches('/');
        let task = |given: &str| {
            let task = TaskRef::try_from(given.to_owned()).ok()?;
            Some(task.as_str().to_owned())
        };
        match path.split_once('/') {
            None if path == "board" => Some(Self::Board),
            None if path == "agents" => Some(Self::Agents),
            None if path == "guide" => Some(Self::Guide),
            None => task(path).map(Self::Task),
            Some(("doc", id)) if !id.is_empty() => Some(Self::Doc(id.to_owned())),
            Some(("memory", alias)) if !alias.is_empty() => Some(Self::Memory(alias.to_owned())),
            Some((given, "plan")) => task(given).map(Self::Plan),
            Some(_) => None,
        }
    }

    /// What an entry of the log changed.
    pub(crate) fn changed_by(activity: &v1::Activity) -> Vec<Self> {
        let alias = activity
            .project
            .as_ref()
            .map(|project| project.alias.clone());
        match (activity.entity(), activity.task_seq) {
            (v1::EntityKind::Doc, _) => vec![Self::Doc(activity.entity_id.clone())],
            (v1::EntityKind::Memory, _) => alias.map(Self::Memory).into_iter().collect(),
            (entity, seq) if seq > 0 => {
                let task = view::task_ref(seq);
                let mut changed = vec![Self::Board, Self::Agents, Self::Task(task.clone())];
                if entity == v1::EntityKind::Plan {
                    changed.push(Self::Plan(task));
                }
                changed
            }
            _ => vec![Self::Board],
        }
    }

    /// Its text.
    pub(crate) async fn read(&self, call: &Call<'_>) -> Outcome<String> {
        match self {
            Self::Board => board(call).await,
            Self::Agents => agents(call).await,
            Self::Guide => Ok(GUIDE.to_owned()),
            Self::Task(reference) => {
                let shown = get(call, reference).await?;
                Ok(format!(
                    "# {}: {}\n\n{}{}\n{}{}{}",
                    view::task_ref(shown.seq),
                    line(&shown.title),
                    task::heading(&shown, &call.who),
                    task::facts(&shown, &call.who, usize::MAX),
                    task::description(&shown, 0, usize::MAX),
                    task::plan(&shown, 0, usize::MAX),
                    task::comments(&shown, 0, usize::MAX),
                ))
            }
            Self::Plan(reference) => {
                let shown = get(call, reference).await?;
                match task::plan(&shown, 0, usize::MAX) {
                    plan if plan.is_empty() => Err(Problem::new(
                        format!("{reference} has no plan"),
                        "add one with plan_add",
                    )),
                    plan => Ok(plan),
                }
            }
            Self::Doc(id) => {
                let request = v1::GetDocRequest {
                    doc: id.clone(),
                    version: 0,
                };
                let doc = present(call.call(request).await?.doc, "doc")?;
                let version = doc.version.unwrap_or_default();
                let attributes = format!("version={}", version.version);
                Ok(format!(
                    "# {}\n\n{}",
                    line(&version.title),
                    text::data("doc", &attributes, &version.body)
                ))
            }
            Self::Memory(alias) => {
                let request = v1::ListMemoriesRequest {
                    project: alias.clone(),
                    page_size: 100,
                    ..Default::default()
                };
                let entries = call.call(request).await?.entries;
                Ok(entries
                    .iter()
                    .fold(format!("# Memory of {}\n\n", line(alias)), |told, entry| {
                        told + &tools::quoted_entry(entry, false, &entry.body)
                    }))
            }
        }
    }
}

/// Those that are always there.
pub(crate) fn listed() -> Vec<Listed> {
    [
        (
            "board",
            "Board",
            "How the queue stands: what is ready, held and waiting",
        ),
        (
            "agents",
            "Agents",
            "Who works on what, and who waits for work",
        ),
        ("guide", "Guide", "How to work with the queue"),
    ]
    .into_iter()
    .map(|(name, title, about)| {
        Listed::new(format!("backlog://{name}"), name)
            .with_title(title)
            .with_description(about)
            .with_mime_type(MARKDOWN)
    })
    .collect()
}

/// Those that there are many of.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    [
        ("{ref}", "task", "A task with its plan and comments"),
        ("{ref}/plan", "plan", "A task's newest plan, whole"),
        ("doc/{id}", "doc", "A document, whole"),
        ("memory/{project}", "memory", "What a project remembers"),
    ]
    .into_iter()
    .map(|(path, name, about)| {
        ResourceTemplate::new(format!("backlog://{path}"), name)
            .with_description(about)
            .with_mime_type(MARKDOWN)
    })
    .collect()
}

/// The text under an address, as clients get it.
pub(crate) fn contents(uri: &str, text: String) -> rmcp::model::ResourceContents {
    rmcp::model::ResourceContents::text(text, uri).with_mime_type(MARKDOWN)
}

async fn get(call: &Call<'_>, task: &str) -> Outcome<v1::Task> {
    let request = v1::GetTaskRequest {
        task: task.to_owned(),
    };
    present_task(call.call(request).await?.task)
}

/// How the queue stands, of one project or all.
async fn board(call: &Call<'_>) -> Outcome<String> {
    let queue = call.call(v1::GetQueueRequest::default()).await?;
    let next = next(call, "").await?;
    Ok(format!(
        "# Board\n\n{}{next}{}",
        counts(&queue),
        held(&queue, &call.who)
    ))
}

/// The best ready tasks, as lines of Markdown.
pub(crate) async fn next(call: &Call<'_>, project: &str) -> Outcome<String> {
    let request = v1::NextTaskRequest {
        filter: Some(v1::TaskFilter {
            project: project.to_owned(),
            ..Default::default()
        }),
        limit: ON_BOARD,
    };
    let answer = call.call(request).await?;
    let mut told = "## Next\n\n".to_owned();
    if answer.candidates.is_empty() {
        let _ = writeln!(
            told,
            "Nothing is ready. {}",
            text::sentence(&answer.nothing)
        );
    }
    for candidate in answer
        .candidates
        .iter()
        .filter_map(|next| next.task.as_ref())
    {
        let _ = writeln!(told, "- {}", task::row(candidate, true, &call.who));
    }
    told.push('\n');
    Ok(told)
}

/// How many tasks stand where.
pub(crate) fn counts(queue: &v1::GetQueueResponse) -> String {
    let counts = queue.counts.unwrap_or_default();
    format!(
        "{} ready, {} blocked, {} deferred, {} waiting for parts, {} set aside for a person, {} doing, {} done\n\n",
        counts.ready,
        counts.blocked,
        counts.deferred,
        counts.waiting_for_parts,
        counts.needs_attention,
        counts.doing,
        counts.done
    )
}

/// What is held, as lines of Markdown.
pub(crate) fn held(queue: &v1::GetQueueResponse, me: &Identity) -> String {
    let mut told = "## Held\n\n".to_owned();
    if queue.held.is_empty() {
        told.push_str("Nothing.\n");
    }
    for task in &queue.held {
        let lease = task.lease.as_ref();
        let who = lease.map(|lease| holder::of(lease, me)).unwrap_or_default();
        let _ = writeln!(
            told,
            "- {} {} [{}]: {who}",
            view::task_ref(task.seq),
            line(&task.title),
            line(&task.project)
        );
    }
    told
}

async fn agents(call: &Call<'_>) -> Outcome<String> {
    let queue = call.call(v1::GetQueueRequest::default()).await?;
    let mut told = format!("# Agents\n\n{}", held(&queue, &call.who));
    told.push_str("\n## Waiting\n\n");
    if queue.waiting.is_empty() {
        told.push_str("Nobody.\n");
    }
    for waiting in &queue.waiting {
        let who = holder::with(
            &holder::actor(waiting.actor.as_ref()),
            &waiting.session,
            None,
            &call.who,
        );
        let _ = writeln!(
            told,
            "- {who}, since {}",
            time::ago(waiting.asked_at.as_ref())
        );
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_mean_what_they_say_and_nothing_else() {
        let task = "TASK-12".to_owned();
        for (uri, meant) in [
            ("backlog://board", Some(Resource::Board)),
            ("backlog://TASK-12", Some(Resource::Task(task.clone()))),
            ("backlog://12", Some(Resource::Task(task.clone()))),
            ("backlog://task-12/plan", Some(Resource::Plan(task))),
            ("backlog://doc/01J", Some(Resource::Doc("01J".to_owned()))),
            (
                "backlog://memory/app",
                Some(Resource::Memory("app".to_owned())),
            ),
            ("backlog://nothing", None),
            ("backlog://TASK-12/other", None),
            ("backlog://doc/", None),
            ("file:///etc/passwd", None),
        ] {
            assert_eq!(Resource::parse(uri), meant, "{uri}");
        }
    }
}
