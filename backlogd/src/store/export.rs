//! Reading a workspace out, a thing at a time, in one pass over one snapshot.

use rusqlite::params_from_iter;

use super::{
    Reader, Result,
    row::Filter,
    task::{self, COLUMNS},
};
use crate::domain::{
    Id,
    attachment::Attachment,
    page::Page,
    project::Project,
    task::Task,
    transfer::{ExportDetail, Exported},
};

/// Bytes of an attachment that are read at once.
const CHUNK: usize = 192 << 10;

/// Takes what is exported. An error of it ends the export.
pub type Give<'g> = &'g mut dyn FnMut(Exported) -> Result<()>;

impl Reader<'_> {
    /// How many tasks an export of a project, or of all, has.
    pub fn export_size(&self, project: &str) -> Result<i64> {
        let filter = self.exported(project, "project_id")?;
        let sql = format!(
            "SELECT coalesce(sum(n), 0) FROM task_count WHERE {}",
            filter.sql()
        );
        let values = filter.values::<i64>([]);
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| row.get(0))?)
    }

    /// Gives all things of a project, or of all, that are not in the trash.
    pub fn export(&self, project: &str, detail: ExportDetail, give: Give<'_>) -> Result<()> {
        if detail != ExportDetail::Everything {
            return self.export_tasks(project, detail, give);
        }
        let projects = match project {
            "" => self.list_projects(true, usize::MAX, "")?.items,
            given => vec![self.project(given)?],
        };
        for project in &projects {
            let counts = self.task_counts(project.key)?;
            give(Exported::Project(project.clone(), counts))?;
            each_page(
                |token| self.list_labels(&project.id.to_string(), PAGE, token),
                |label| give(Exported::Label(label)),
            )?;
        }
        self.export_tasks(project, detail, give)?;
        for project in &projects {
            self.export_docs(project, give)?;
        }
        for project in &projects {
            self.each_memory(project.key, |entry| give(Exported::Memory(entry)))?;
        }
        each_page(
            |token| self.list_attachments(None, project, PAGE, token),
            |attachment| self.export_attachment(attachment, give),
        )
    }

    fn exported(&self, project: &str, column: &str) -> Result<Filter> {
        let mut filter = Filter::new();
        if !project.is_empty() {
            filter.and(format!("{column} = ?"), [self.project(project)?.key]);
        }
        Ok(filter)
    }

    fn export_tasks(&self, project: &str, detail: ExportDetail, give: Give<'_>) -> Result<()> {
        let mut filter = self.exported(project, "t.project_id")?;
        filter.and_fixed("t.deleted_at IS NULL");
        let sql = format!(
            "SELECT {COLUMNS}, t.description FROM task t JOIN project p ON p.id = t.project_id
             WHERE {} ORDER BY t.seq",
            filter.sql()
        );
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(filter.values::<i64>([])))?;
        while let Some(row) = rows.next()? {
            let mut task = task::read(row, row.get("description")?)?;
            task.labels = self.labels_of(task.seq)?;
            if detail == ExportDetail::Everything {
                self.export_links(&mut task)?;
            }
            let seq = task.seq;
            give(Exported::Task(Box::new(task)))?;
            if detail != ExportDetail::Tasks {
                self.export_texts(seq, detail, give)?;
            }
        }
        Ok(())
    }

    /// The edges of a task, without those that lead to the trash.
    fn export_links(&self, task: &mut Task) -> Result<()> {
        let mut links = self.links_of(task.seq)?;
        for others in [
            &mut links.blocked_by,
            &mut links.blocks,
            &mut links.related,
            &mut links.discovered_from,
        ] {
            self.retain_shown(others)?;
        }
        let mut parent = Vec::from_iter(task.parent);
        self.retain_shown(&mut parent)?;
        task.parent = parent.pop();
        task.links = links;
        Ok(())
    }

    fn retain_shown(&self, tasks: &mut Vec<i64>) -> Result<()> {
        let mut shown = Vec::with_capacity(tasks.len());
        for task in tasks.drain(..) {
            let is_shown = self
                .conn
                .prepare_cached("SELECT 1 FROM task WHERE seq = ? AND deleted_at IS NULL")?
                .exists([task])?;
            if is_shown {
                shown.push(task);
            }
        }
        *tasks = shown;
        Ok(())
    }

    fn export_texts(&self, task: i64, detail: ExportDetail, give: Give<'_>) -> Result<()> {
        for plan in self.plans_of(task)? {
            let id = plan.id;
            give(Exported::Plan(plan))?;
            if detail == ExportDetail::Everything {
                each_page(
                    |token| self.list_plan_versions(&id.to_string(), PAGE, token),
                    |version| give(Exported::PlanVersion(version)),
                )?;
            }
        }
        for comment in self.comments_of(task)? {
            give(Exported::Comment(comment))?;
        }
        Ok(())
    }

    fn export_docs(&self, project: &Project, give: Give<'_>) -> Result<()> {
        each_page(
            |token| self.list_docs(&project.id.to_string(), PAGE, token),
            |doc| {
                let id: Id = doc.id;
                give(Exported::Doc(doc))?;
                each_page(
                    |token| self.list_doc_versions(&id.to_string(), PAGE, token),
                    |version| give(Exported::DocVersion(version)),
                )
            },
        )
    }

    fn export_attachment(&self, attachment: Attachment, give: Give<'_>) -> Result<()> {
        let (key, size) = (attachment.key, attachment.size.unsigned_abs());
        give(Exported::Attachment(attachment))?;
        let mut offset = 0;
        while offset < size {
            let chunk = self.attachment_bytes(key, offset, CHUNK)?;
            offset += chunk.len() as u64;
            give(Exported::Chunk(chunk))?;
        }
        Ok(())
    }
}

const PAGE: usize = 100;

/// All of a list, a page of it in memory at a time.
fn each_page<T>(
    mut page: impl FnMut(&str) -> Result<Page<T>>,
    mut each: impl FnMut(T) -> Result<()>,
) -> Result<()> {
    let mut token = String::new();
    loop {
        let Page { items, next } = page(&token)?;
        for item in items {
            each(item)?;
        }
        match next {
            Some(next) => token = next,
            None => return Ok(()),
        }
    }
}
