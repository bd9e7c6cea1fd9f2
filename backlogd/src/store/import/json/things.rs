//! The things of an export as JSON: how they are written, and handed on.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::Value;

use super::super::{Importer, mend::Mended, source::Trouble};
use crate::domain::{
    Id, Moment,
    dependency::DependencyKind,
    foreign::{
        ForeignActor, ForeignAttachment, ForeignComment, ForeignLabel, ForeignMemory,
        ForeignProject, ForeignRef, ForeignTarget, ForeignTask, ForeignText, ForeignVersion, id_of,
        made_at,
    },
    task::{Priority, TaskRef, reference},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Actor {
    pub(super) kind: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(super) struct ProjectRef {
    pub(super) id: Option<String>,
    pub(super) alias: Option<String>,
    pub(super) name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Project {
    pub(super) id: String,
    pub(super) alias: String,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) repo_path: Option<String>,
    pub(super) wip_limit: Option<i64>,
    pub(super) actor: Option<Actor>,
    pub(super) version: Option<i64>,
    pub(super) archived_at: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    #[serde(default)]
    pub(super) labels: Vec<Label>,
}

#[derive(Deserialize)]
pub(super) struct Label {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) color: Option<String>,
    pub(super) created_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) seq: Option<i64>,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    pub(super) project: Option<ProjectRef>,
    pub(super) project_id: Option<String>,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) r#type: Option<String>,
    pub(super) status: Option<String>,
    pub(super) priority: Option<Value>,
    pub(super) assignee: Option<String>,
    pub(super) due_at: Option<String>,
    pub(super) actor: Option<Actor>,
    pub(super) source: Option<String>,
    pub(super) external_ref: Option<String>,
    pub(super) project_path: Option<String>,
    pub(super) labels: Option<Vec<String>>,
    pub(super) plans: Option<Vec<Text>>,
    pub(super) comments: Option<Vec<Comment>>,
    pub(super) completed_at: Option<String>,
    pub(super) archived_at: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) version: Option<i64>,
    pub(super) parent: Option<String>,
    pub(super) blocked_by: Option<Vec<String>>,
    pub(super) related: Option<Vec<String>>,
    pub(super) discovered_from: Option<Vec<String>>,
    pub(super) defer_until: Option<String>,
    pub(super) scope: Option<Vec<String>>,
    pub(super) needs_attention: Option<String>,
    pub(super) attempts_spent: Option<i64>,
}

/// A plan or a doc.
#[derive(Deserialize)]
pub(super) struct Text {
    pub(super) id: String,
    pub(super) project: Option<ProjectRef>,
    pub(super) current_version: Option<i64>,
    pub(super) source: Option<String>,
    pub(super) archived_at: Option<String>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
    pub(super) version: Option<Version>,
    pub(super) versions: Option<Vec<Version>>,
}

#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) actor: Option<Actor>,
    pub(super) change_note: Option<String>,
    pub(super) created_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) actor: Option<Actor>,
    pub(super) created_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Memory {
    pub(super) id: String,
    pub(super) project: Option<ProjectRef>,
    pub(super) body: String,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) actor: Option<Actor>,
    pub(super) version: Option<i64>,
    pub(super) created_at: Option<String>,
    pub(super) updated_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Attachment {
    pub(super) id: String,
    pub(super) task_ref: Option<String>,
    pub(super) doc_id: Option<String>,
    pub(super) project: Option<ProjectRef>,
    pub(super) name: String,
    pub(super) mime_type: Option<String>,
    pub(super) actor: Option<Actor>,
    pub(super) created_at: Option<String>,
    pub(super) data: String,
}

/// A time that may be left out. `called` is what it is the time of.
fn at(word: Option<&String>, mended: &mut Mended, called: &str) -> Option<Moment> {
    word.and_then(|word| mended.moment(word, called))
}

/// `1`, `"1"` or `"P1"`.
fn priority(given: Option<&Value>, mended: &mut Mended, called: &str) -> i64 {
    match given {
        None | Some(Value::Null) => Priority::DEFAULT.number(),
        Some(Value::String(word)) => mended.priority_word(word, called),
        Some(other) => other
            .as_i64()
            .unwrap_or_else(|| mended.priority_word(&other.to_string(), called)),
    }
}

pub(super) fn number(seq: Option<i64>, reference: Option<&str>) -> Option<i64> {
    seq.or_else(|| match TaskRef::parse(reference?) {
        Ok(TaskRef::Number(number)) => Some(number),
        _ => None,
    })
}

fn actor(actor: Option<Actor>) -> ForeignActor {
    let Actor { kind, name } = actor.unwrap_or_default();
    ForeignActor {
        kind: kind.unwrap_or_else(|| "human".to_owned()),
        name: name.unwrap_or_default(),
    }
}

fn other(reference: &str) -> Option<ForeignRef> {
    match TaskRef::parse(reference).ok()? {
        TaskRef::Number(seq) => Some(ForeignRef { seq, id: None }),
        TaskRef::Id(id) => Some(ForeignRef {
            seq: 0,
            id: Some(id),
        }),
    }
}

pub(super) fn give_project(project: Project, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
    let id = id_of(&project.id);
    let mended = &mut to.mended;
    let called = project.alias.clone();
    let created_at =
        at(project.created_at.as_ref(), mended, &called).unwrap_or_else(|| made_at(id));
    let project_there = ForeignProject {
        id,
        name: project.name.unwrap_or_else(|| project.alias.clone()),
        alias: project.alias,
        description: project.description.unwrap_or_default(),
        repo_path: project.repo_path.unwrap_or_default(),
        wip_limit: project.wip_limit,
        actor: project.actor.map(|given| actor(Some(given))),
        version: project.version.unwrap_or(1),
        archived_at: at(project.archived_at.as_ref(), mended, &called),
        created_at,
        updated_at: at(project.updated_at.as_ref(), mended, &called).unwrap_or(created_at),
    };
    to.project(project_there)?;
    for label in project.labels {
        let created_at = at(label.created_at.as_ref(), &mut to.mended, &label.name);
        to.label(ForeignLabel {
            id: id_of(&label.id),
            project: id,
            name: label.name,
            color: label.color.unwrap_or_default(),
            created_at,
        })?;
    }
    Ok(())
}

/// The project of a thing, which may be in no list of projects.
pub(super) fn project_of(
    project: Option<&ProjectRef>,
    id: Option<&str>,
    to: &mut Importer<'_, '_>,
) -> Result<Id, Trouble> {
    let given = project.cloned().unwrap_or_default();
    let own = given.id.as_deref().or(id);
    let by_alias = || to.aliases.get(given.alias.as_deref()?).copied();
    if own.is_none()
        && let Some(listed) = by_alias()
    {
        return Ok(listed);
    }
    let id = id_of(own.or(given.alias.as_deref()).unwrap_or_default());
    if let Some(alias) = given.alias {
        let created_at = made_at(id);
        to.project(ForeignProject {
            id,
            name: given.name.unwrap_or_else(|| alias.clone()),
            alias,
            description: String::new(),
            repo_path: String::new(),
            wip_limit: None,
            actor: None,
            version: 1,
            archived_at: None,
            created_at,
            updated_at: created_at,
        })?;
    }
    Ok(id)
}

pub(super) fn give_task(task: Task, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
    let id = id_of(&task.id);
    let project = project_of(task.project.as_ref(), task.project_id.as_deref(), to)?;
    let seq = number(task.seq, task.reference.as_deref());
    let called = seq.map_or_else(|| task.id.clone(), reference);
    let mended = &mut to.mended;
    let created_at = at(task.created_at.as_ref(), mended, &called).unwrap_or_else(|| made_at(id));
    let kinds = [
        (DependencyKind::Blocks, task.blocked_by),
        (DependencyKind::Related, task.related),
        (DependencyKind::DiscoveredFrom, task.discovered_from),
    ];
    let links = kinds.into_iter().flat_map(|(kind, others)| {
        let others = others.unwrap_or_default();
        others
            .into_iter()
            .filter_map(move |one| Some((kind, other(&one)?)))
    });
    let task_there = ForeignTask {
        id,
        seq,
        project,
        title: task.title,
        description: task.description.unwrap_or_default(),
        kind: task.r#type.unwrap_or_else(|| "task".to_owned()),
        status: task.status.unwrap_or_else(|| "todo".to_owned()),
        priority: priority(task.priority.as_ref(), mended, &called),
        assignee: task.assignee.unwrap_or_default(),
        due_at: at(task.due_at.as_ref(), mended, &called),
        actor: actor(task.actor),
        source: task.source.unwrap_or_default(),
        external_ref: task.external_ref.unwrap_or_default(),
        project_path: task.project_path.unwrap_or_default(),
        labels: task.labels.unwrap_or_default(),
        parent: task.parent.as_deref().and_then(other),
        links: links.collect(),
        defer_until: at(task.defer_until.as_ref(), mended, &called),
        scope: task.scope.unwrap_or_default().join("\n"),
        attempts_spent: task.attempts_spent.unwrap_or_default(),
        attention: task.needs_attention.unwrap_or_default(),
        version: task.version.unwrap_or(1),
        completed_at: at(task.completed_at.as_ref(), mended, &called),
        archived_at: at(task.archived_at.as_ref(), mended, &called),
        created_at,
        updated_at: at(task.updated_at.as_ref(), mended, &called).unwrap_or(created_at),
    };
    to.task(&task_there)?;
    for plan in task.plans.unwrap_or_default() {
        let plan = text(plan, id, &mut to.mended);
        to.plan(plan)?;
    }
    for comment in task.comments.unwrap_or_default() {
        let own = id_of(&comment.id);
        let created_at = at(comment.created_at.as_ref(), &mut to.mended, &called);
        to.comment(ForeignComment {
            id: own,
            task: id,
            body: comment.body,
            actor: actor(comment.actor),
            created_at: created_at.unwrap_or_else(|| made_at(own)),
        })?;
    }
    Ok(())
}

/// A plan or doc; one that comes without all its versions has the one it shows.
pub(super) fn text(text: Text, owner: Id, mended: &mut Mended) -> ForeignText {
    let id = id_of(&text.id);
    let mut at = |word: Option<&String>| at(word, mended, &text.id);
    let created_at = at(text.created_at.as_ref()).unwrap_or_else(|| made_at(id));
    let versions = text
        .versions
        .unwrap_or_else(|| Vec::from_iter(text.version));
    ForeignText {
        id,
        owner,
        current_version: text.current_version.unwrap_or_default(),
        source: text.source.unwrap_or_default(),
        archived_at: at(text.archived_at.as_ref()),
        created_at,
        updated_at: at(text.updated_at.as_ref()).unwrap_or(created_at),
        versions: versions
            .into_iter()
            .map(|version| ForeignVersion {
                id: id_of(&version.id),
                version: version.version,
                title: version.title,
                body: version.body.unwrap_or_default(),
                actor: actor(version.actor),
                change_note: version.change_note.unwrap_or_default(),
                created_at: at(version.created_at.as_ref()).unwrap_or(created_at),
            })
            .collect(),
    }
}

pub(super) fn give_memory(entry: Memory, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
    let id = id_of(&entry.id);
    let project = project_of(entry.project.as_ref(), None, to)?;
    let mut at = |word: Option<&String>| at(word, &mut to.mended, &entry.id);
    let created_at = at(entry.created_at.as_ref()).unwrap_or_else(|| made_at(id));
    let updated_at = at(entry.updated_at.as_ref()).unwrap_or(created_at);
    to.memory(ForeignMemory {
        id,
        project,
        body: entry.body,
        tags: entry.tags,
        actor: actor(entry.actor),
        version: entry.version.unwrap_or(1),
        created_at,
        updated_at,
    })?;
    Ok(())
}

pub(super) fn give_attachment(
    attachment: Attachment,
    to: &mut Importer<'_, '_>,
) -> Result<(), Trouble> {
    let id = id_of(&attachment.id);
    let target = match (attachment.task_ref, attachment.doc_id) {
        (Some(task), _) => match to.task_there(&task)? {
            Some(task) => ForeignTarget::Task(task),
            None => ForeignTarget::Nothing,
        },
        (_, Some(doc)) => ForeignTarget::Doc(id_of(&doc)),
        _ => ForeignTarget::Nothing,
    };
    let data = BASE64_STANDARD.decode(attachment.data).map_err(|_| {
        Trouble::There(format!(
            "is damaged: the bytes of attachment {id} are not base 64"
        ))
    })?;
    let created_at = at(
        attachment.created_at.as_ref(),
        &mut to.mended,
        &attachment.name,
    );
    to.attachment(ForeignAttachment {
        id,
        target,
        name: attachment.name,
        mime_type: attachment.mime_type.unwrap_or_default(),
        data,
        actor: actor(attachment.actor),
        created_at: created_at.unwrap_or_else(|| made_at(id)),
    })?;
    Ok(())
}
