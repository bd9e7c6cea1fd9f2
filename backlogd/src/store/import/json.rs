//! Reading an export as JSON. The file may be larger than memory, so it is read
//! from its beginning for each list in it, a thing at a time.

use std::{
    collections::HashSet,
    fmt,
    fs::File,
    io::{BufReader, Read as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{
    Deserialize,
    de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::{
    Importer,
    source::{Extent, Opened, Trouble},
};
use crate::domain::{
    Moment,
    dependency::DependencyKind,
    foreign::{
        ForeignActor, ForeignAttachment, ForeignComment, ForeignLabel, ForeignMemory,
        ForeignProject, ForeignRef, ForeignTarget, ForeignTask, ForeignText, ForeignVersion, id_of,
        made_at,
    },
    task::TaskRef,
};

/// An export as JSON.
pub(super) struct JsonExport {
    path: PathBuf,
    /// Alias of the only project that is wanted.
    project: Option<String>,
    extent: Extent,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Actor {
    kind: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct ProjectRef {
    id: Option<String>,
    alias: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Project {
    id: String,
    alias: String,
    name: Option<String>,
    description: Option<String>,
    repo_path: Option<String>,
    wip_limit: Option<i64>,
    actor: Option<Actor>,
    version: Option<i64>,
    archived_at: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    id: String,
    name: String,
    color: Option<String>,
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct Task {
    id: String,
    seq: Option<i64>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    project: Option<ProjectRef>,
    project_id: Option<String>,
    title: String,
    description: Option<String>,
    r#type: Option<String>,
    status: Option<String>,
    priority: Option<serde_json::Value>,
    assignee: Option<String>,
    due_at: Option<String>,
    actor: Option<Actor>,
    source: Option<String>,
    external_ref: Option<String>,
    project_path: Option<String>,
    labels: Option<Vec<String>>,
    plans: Option<Vec<Text>>,
    comments: Option<Vec<Comment>>,
    completed_at: Option<String>,
    archived_at: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    version: Option<i64>,
    parent: Option<String>,
    blocked_by: Option<Vec<String>>,
    related: Option<Vec<String>>,
    discovered_from: Option<Vec<String>>,
    defer_until: Option<String>,
    scope: Option<Vec<String>>,
    needs_attention: Option<String>,
    attempts_spent: Option<i64>,
}

/// A plan or a doc.
#[derive(Deserialize)]
struct Text {
    id: String,
    project: Option<ProjectRef>,
    current_version: Option<i64>,
    source: Option<String>,
    archived_at: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    version: Option<Version>,
    versions: Option<Vec<Version>>,
}

#[derive(Deserialize)]
struct Version {
    id: String,
    version: i64,
    title: String,
    body: Option<String>,
    actor: Option<Actor>,
    change_note: Option<String>,
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct Comment {
    id: String,
    body: String,
    actor: Option<Actor>,
    created_at: Option<String>,
}

#[derive(Deserialize)]
struct Memory {
    id: String,
    project: Option<ProjectRef>,
    body: String,
    #[serde(default)]
    tags: Vec<String>,
    actor: Option<Actor>,
    version: Option<i64>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    id: String,
    task_ref: Option<String>,
    doc_id: Option<String>,
    project: Option<ProjectRef>,
    name: String,
    mime_type: Option<String>,
    actor: Option<Actor>,
    created_at: Option<String>,
    data: String,
}

impl JsonExport {
    /// Reads all of it once, so that what cannot be read is told before
    /// anybody waits for it.
    pub(super) fn open(path: &Path, project: Option<&str>) -> Result<Opened<Self>, Trouble> {
        let mut export = Self {
            path: path.to_owned(),
            project: project.map(str::to_owned),
            extent: Extent::default(),
        };
        let (mut extent, mut aliases) = (Extent::default(), HashSet::new());
        let mut keys = export.pass("projects", &mut |project: Project| {
            extent.things += 1;
            aliases.insert(project.alias);
            Ok(())
        })?;
        keys.extend(export.pass("tasks", &mut |task: Task| {
            extent.things += 1
                + task.plans.map_or(0, |plans| count(&plans))
                + task.comments.as_ref().map_or(0, |comments| count(comments));
            extent.largest = extent
                .largest
                .max(number(task.seq, task.reference.as_deref()).unwrap_or_default());
            aliases.extend(task.project.and_then(|project| project.alias));
            Ok(())
        })?);
        if keys.contains("items") && !keys.contains("tasks") {
            return Err(Trouble::There(
                "is a file of findings; those are read by backlog import-findings".to_owned(),
            ));
        }
        if !keys.contains("tasks") && !keys.contains("projects") {
            return Err(Trouble::There(
                "is JSON, but not what backlog export writes: it has no tasks".to_owned(),
            ));
        }
        if let Some(wanted) = project
            && !aliases.contains(wanted)
        {
            let mut aliases: Vec<String> = aliases.into_iter().collect();
            aliases.sort();
            return Ok(Opened::NoProject(aliases));
        }
        export.extent = extent;
        Ok(Opened::Ready(export))
    }

    pub(super) fn extent(&self) -> Extent {
        self.extent
    }

    pub(super) fn feed(&self, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
        self.pass("projects", &mut |project: Project| {
            if self.wants(&project.alias) {
                give_project(project, to)?;
            }
            Ok(())
        })?;
        self.pass("tasks", &mut |task: Task| {
            if self.wants_in(task.project.as_ref()) {
                give_task(task, to)?;
            }
            Ok(())
        })?;
        self.pass("docs", &mut |doc: Text| {
            if self.wants_in(doc.project.as_ref()) {
                let owner = project_of(doc.project.as_ref(), None, to)?;
                to.doc(text(doc, owner))?;
            }
            Ok(())
        })?;
        self.pass("memory", &mut |entry: Memory| {
            if self.wants_in(entry.project.as_ref()) {
                give_memory(entry, to)?;
            }
            Ok(())
        })?;
        self.pass("attachments", &mut |attachment: Attachment| {
            if self.wants_in(attachment.project.as_ref()) {
                give_attachment(attachment, to)?;
            }
            Ok(())
        })?;
        Ok(to.tie()?)
    }

    fn wants(&self, alias: &str) -> bool {
        self.project.as_ref().is_none_or(|wanted| wanted == alias)
    }

    fn wants_in(&self, project: Option<&ProjectRef>) -> bool {
        let alias = project.and_then(|project| project.alias.as_deref());
        self.wants(alias.unwrap_or_default())
    }

    /// Hands on each thing of one list; returns the keys of the document.
    fn pass<T: DeserializeOwned>(
        &self,
        key: &'static str,
        give: &mut dyn FnMut(T) -> Result<(), Trouble>,
    ) -> Result<HashSet<String>, Trouble> {
        let unreadable = |error: std::io::Error| Trouble::There(format!("cannot be read: {error}"));
        let mut file =
            BufReader::with_capacity(256 << 10, File::open(&self.path).map_err(unreadable)?);
        skip_mark(&mut file).map_err(unreadable)?;
        let mut trouble = None;
        let mut json = serde_json::Deserializer::from_reader(file);
        let read = Document {
            key,
            give,
            trouble: &mut trouble,
        }
        .deserialize(&mut json)
        .and_then(|keys| json.end().map(|()| keys));
        match (read, trouble) {
            (_, Some(trouble)) => Err(trouble),
            (Ok(keys), None) => Ok(keys),
            (Err(error), None) => Err(Trouble::There(format!(
                "is not an export that can be read: {error}"
            ))),
        }
    }
}

/// Some editors begin a file with a mark of its encoding.
fn skip_mark(file: &mut BufReader<File>) -> std::io::Result<()> {
    use std::io::BufRead as _;
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.read_exact(&mut [0; 3])?;
    }
    Ok(())
}

/// The document, of which one list is read.
struct Document<'d, T> {
    key: &'static str,
    give: &'d mut dyn FnMut(T) -> Result<(), Trouble>,
    trouble: &'d mut Option<Trouble>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Document<'_, T> {
    type Value = HashSet<String>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Document<'_, T> {
    type Value = HashSet<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with tasks")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.key {
                map.next_value_seed(List {
                    give: &mut *self.give,
                    trouble: &mut *self.trouble,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            keys.insert(key);
        }
        Ok(keys)
    }
}

/// A list, whose things are handed on one by one.
struct List<'d, T> {
    give: &'d mut dyn FnMut(T) -> Result<(), Trouble>,
    trouble: &'d mut Option<Trouble>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for List<'_, T> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for List<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        while let Some(thing) = list.next_element()? {
            if let Err(trouble) = (self.give)(thing) {
                *self.trouble = Some(trouble);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

fn count<T>(things: &[T]) -> i64 {
    i64::try_from(things.len()).unwrap_or(i64::MAX)
}

/// RFC 3339, as far as 64 bits of nanoseconds go.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let at: jiff::Timestamp = text.parse().ok()?;
    i64::try_from(at.as_nanosecond()).ok().map(Moment)
}

fn at(text: Option<&String>) -> Option<Moment> {
    text.and_then(|text| moment(text))
}

fn number(seq: Option<i64>, reference: Option<&str>) -> Option<i64> {
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

fn give_project(project: Project, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
    let id = id_of(&project.id);
    let created_at = at(project.created_at.as_ref()).unwrap_or_else(|| made_at(id));
    to.project(ForeignProject {
        id,
        name: project.name.unwrap_or_else(|| project.alias.clone()),
        alias: project.alias,
        description: project.description.unwrap_or_default(),
        repo_path: project.repo_path.unwrap_or_default(),
        wip_limit: project.wip_limit,
        actor: project.actor.map(|given| actor(Some(given))),
        version: project.version.unwrap_or(1),
        archived_at: at(project.archived_at.as_ref()),
        created_at,
        updated_at: at(project.updated_at.as_ref()).unwrap_or(created_at),
    })?;
    for label in project.labels {
        to.label(ForeignLabel {
            id: id_of(&label.id),
            project: id,
            name: label.name,
            color: label.color.unwrap_or_default(),
            created_at: at(label.created_at.as_ref()),
        })?;
    }
    Ok(())
}

/// The project of a thing, which may be in no list of projects.
fn project_of(
    project: Option<&ProjectRef>,
    id: Option<&str>,
    to: &mut Importer<'_, '_>,
) -> Result<crate::domain::Id, Trouble> {
    let given = project.cloned().unwrap_or_default();
    let own = given.id.as_deref().or(id);
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

fn give_task(task: Task, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
    let id = id_of(&task.id);
    let project = project_of(task.project.as_ref(), task.project_id.as_deref(), to)?;
    let created_at = at(task.created_at.as_ref()).unwrap_or_else(|| made_at(id));
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
    let priority = match task.priority {
        None => 3,
        Some(serde_json::Value::String(text)) => {
            text.trim_start_matches(['P', 'p']).parse().unwrap_or(3)
        }
        Some(number) => number.as_i64().unwrap_or(3),
    };
    to.task(&ForeignTask {
        id,
        seq: number(task.seq, task.reference.as_deref()),
        project,
        title: task.title,
        description: task.description.unwrap_or_default(),
        kind: task.r#type.unwrap_or_else(|| "task".to_owned()),
        status: task.status.unwrap_or_else(|| "todo".to_owned()),
        priority,
        assignee: task.assignee.unwrap_or_default(),
        due_at: at(task.due_at.as_ref()),
        actor: actor(task.actor),
        source: task.source.unwrap_or_default(),
        external_ref: task.external_ref.unwrap_or_default(),
        project_path: task.project_path.unwrap_or_default(),
        labels: task.labels.unwrap_or_default(),
        parent: task.parent.as_deref().and_then(other),
        links: links.collect(),
        defer_until: at(task.defer_until.as_ref()),
        scope: task.scope.unwrap_or_default().join("\n"),
        attempts_spent: task.attempts_spent.unwrap_or_default(),
        attention: task.needs_attention.unwrap_or_default(),
        version: task.version.unwrap_or(1),
        completed_at: at(task.completed_at.as_ref()),
        archived_at: at(task.archived_at.as_ref()),
        created_at,
        updated_at: at(task.updated_at.as_ref()).unwrap_or(created_at),
    })?;
    for plan in task.plans.unwrap_or_default() {
        to.plan(text(plan, id))?;
    }
    for comment in task.comments.unwrap_or_default() {
        let own = id_of(&comment.id);
        to.comment(ForeignComment {
            id: own,
            task: id,
            body: comment.body,
            actor: actor(comment.actor),
            created_at: at(comment.created_at.as_ref()).unwrap_or_else(|| made_at(own)),
        })?;
    }
    Ok(())
}

/// A plan or doc; one that comes without all its versions has the one it shows.
fn text(text: Text, owner: crate::domain::Id) -> ForeignText {
    let id = id_of(&text.id);
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

fn give_memory(entry: Memory, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
    let id = id_of(&entry.id);
    let project = project_of(entry.project.as_ref(), None, to)?;
    let created_at = at(entry.created_at.as_ref()).unwrap_or_else(|| made_at(id));
    to.memory(ForeignMemory {
        id,
        project,
        body: entry.body,
        tags: entry.tags,
        actor: actor(entry.actor),
        version: entry.version.unwrap_or(1),
        created_at,
        updated_at: at(entry.updated_at.as_ref()).unwrap_or(created_at),
    })?;
    Ok(())
}

fn give_attachment(attachment: Attachment, to: &mut Importer<'_, '_>) -> Result<(), Trouble> {
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
    to.attachment(ForeignAttachment {
        id,
        target,
        name: attachment.name,
        mime_type: attachment.mime_type.unwrap_or_default(),
        data,
        actor: actor(attachment.actor),
        created_at: at(attachment.created_at.as_ref()).unwrap_or_else(|| made_at(id)),
    })?;
    Ok(())
}
