//! Reading an export as JSON. The file may be larger than memory, so it is read
//! from its beginning for each list in it, a thing at a time.

mod document;
mod things;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;

use self::things::{Attachment, Memory, Project, ProjectRef, Task, Text};
use super::{
    Importer,
    source::{Extent, Opened, Trouble},
    tasks::LARGEST,
};

/// An export as JSON.
pub(super) struct JsonExport {
    path: PathBuf,
    /// Alias of the only project that is wanted.
    project: Option<String>,
    extent: Extent,
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
            let number = things::number(task.seq, task.reference.as_deref());
            let kept = number.filter(|number| *number <= LARGEST);
            extent.largest = extent.largest.max(kept.unwrap_or_default());
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
                things::give_project(project, to)?;
            }
            Ok(())
        })?;
        self.pass("tasks", &mut |task: Task| {
            if self.wants_in(task.project.as_ref()) {
                things::give_task(task, to)?;
            }
            Ok(())
        })?;
        self.pass("docs", &mut |doc: Text| {
            if self.wants_in(doc.project.as_ref()) {
                let owner = things::project_of(doc.project.as_ref(), None, to)?;
                let doc = things::text(doc, owner, &mut to.mended);
                to.doc(doc)?;
            }
            Ok(())
        })?;
        self.pass("memory", &mut |entry: Memory| {
            if self.wants_in(entry.project.as_ref()) {
                things::give_memory(entry, to)?;
            }
            Ok(())
        })?;
        self.pass("attachments", &mut |attachment: Attachment| {
            if self.wants_in(attachment.project.as_ref()) {
                things::give_attachment(attachment, to)?;
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

    fn pass<T: DeserializeOwned>(
        &self,
        key: &'static str,
        give: &mut dyn FnMut(T) -> Result<(), Trouble>,
    ) -> Result<HashSet<String>, Trouble> {
        document::pass(&self.path, key, give)
    }
}

fn count<T>(things: &[T]) -> i64 {
    i64::try_from(things.len()).unwrap_or(i64::MAX)
}
