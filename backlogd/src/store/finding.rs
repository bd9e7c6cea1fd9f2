//! Findings of scanners, and the tasks they became.

use std::collections::{HashMap, hash_map::Entry};

use rusqlite::{OptionalExtension as _, Row, named_params};

use super::{Reader, Result, StoreError, WriteTx};
use crate::domain::{
    Refusal,
    finding::{Digest, Fate, Finding, ImportOptions, Imported, Known, Problem, Said},
    project::Project,
    task::{NewTask, Status, TaskFields, TaskRef},
};

/// How often an import says how far it is.
const TOLD_EVERY: usize = 64;

impl Reader<'_> {
    /// What is known of a finding: what an import wrote down, or else a task
    /// that came another way and is of the same source and name.
    fn known(&self, project: i64, finding: &Finding) -> Result<Option<(Known, bool)>> {
        let written = self
            .conn
            .prepare_cached(
                "SELECT t.seq, iif(t.deleted_at IS NULL, t.status, NULL), f.title, f.description,
                     f.type, f.priority
                 FROM finding f LEFT JOIN task t ON t.seq = f.task_seq
                 WHERE f.project_id = :project AND f.identity = :identity",
            )?
            .query_row(
                named_params! {":project": project, ":identity": finding.identity()},
                read,
            )
            .optional()?;
        Ok(match written {
            Some(known) => Some((known, true)),
            None => self.alike(project, finding)?.map(|known| (known, false)),
        })
    }

    /// A task that came another way and is of the same source and name, be it
    /// archived; rather one that is not.
    pub(super) fn alike(&self, project: i64, finding: &Finding) -> Result<Option<Known>> {
        let TaskFields {
            source,
            external_ref,
            title,
            kind,
            ..
        } = &finding.fields;
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found = if external_ref.is_empty() {
            self.conn
                .prepare_cached(
                    // By two indexes: most lists are of what is not archived.
                    "SELECT seq, status, 0 AS archived FROM task
                     WHERE project_id = :project AND title = :title COLLATE NOCASE AND title = :title
                       AND type = :type AND source = :source AND external_ref = ''
                       AND deleted_at IS NULL AND archived_at IS NULL
                     UNION ALL
                     SELECT seq, status, 1 FROM task
                     WHERE project_id = :project AND title = :title COLLATE NOCASE AND title = :title
                       AND type = :type AND source = :source AND external_ref = ''
                       AND deleted_at IS NULL AND archived_at IS NOT NULL
                     ORDER BY archived, seq LIMIT 1",
                )?
                .query_row(
                    named_params! {
                        ":project": project, ":title": title, ":type": kind, ":source": source,
                    },
                    read,
                )
        } else {
            self.conn
                .prepare_cached(
                    "SELECT seq, status FROM task
                     WHERE external_ref = :ref AND external_ref <> '' AND source = :source
                       AND project_id = :project AND deleted_at IS NULL
                     ORDER BY archived_at IS NOT NULL, seq LIMIT 1",
                )?
                .query_row(
                    named_params! {":project": project, ":source": source, ":ref": external_ref},
                    read,
                )
        };
        Ok(found.optional()?.map(|(task, status)| Known {
            task: Some(task),
            status: Some(status),
            said: finding.said(),
        }))
    }
}

impl WriteTx<'_> {
    /// Makes tasks of findings and brings up to date those that came before.
    /// `problems` are those of findings that are not among these. Where there
    /// are any, and the caller does not keep going, nothing is written.
    pub fn import_findings(
        &mut self,
        options: &ImportOptions,
        findings: Vec<Finding>,
        problems: Vec<Problem>,
        told: impl Fn(usize),
    ) -> Result<Imported> {
        let project = self.open_project(&options.project)?;
        let mut import = Import {
            project,
            reopen: options.reopen,
            dry_run: options.dry_run,
            summary: Imported {
                problems,
                ..Imported::default()
            },
        };
        let findings = import.different_ones(findings);
        if !import.summary.problems.is_empty() && !options.keep_going {
            // What would have come of the others is not to be known.
            import.summary.repeated = 0;
            return Ok(import.summary);
        }
        for (number, finding) in findings.iter().enumerate() {
            if number % TOLD_EVERY == 0 {
                told(number);
            }
            self.import_finding(&mut import, finding)?;
        }
        Ok(import.summary)
    }

    fn import_finding(&mut self, import: &mut Import, finding: &Finding) -> Result<()> {
        let Some((known, written)) = self.known(import.project.key, finding)? else {
            return self.import_new(import, finding);
        };
        let summary = &mut import.summary;
        let (seq, reopens) = match known.fate(finding) {
            Fate::Dismissed => {
                summary.dismissed += 1;
                return Ok(());
            }
            Fate::Unchanged => {
                summary.unchanged += 1;
                return if written {
                    Ok(())
                } else {
                    self.write_down(import, known.task, finding)
                };
            }
            Fate::Changed(seq) => (seq, false),
            Fate::Regressed(seq) => {
                summary.regressed.push(seq);
                if !import.reopen {
                    return Ok(());
                }
                (seq, true)
            }
        };
        let task = self.find_task(TaskRef::Number(seq))?;
        let mut changes = known.said.changes(finding, &task);
        if reopens {
            changes.status = Some(Status::Todo);
        }
        if !changes.is_empty() && !self.may_bring_up_to_date(seq)? {
            // What is another session's own waits for the next scan.
            if !reopens {
                summary.held.push(seq);
            }
            return Ok(());
        }
        match (reopens, changes.is_empty()) {
            (true, _) => summary.reopened += 1,
            (false, true) => summary.unchanged += 1,
            (false, false) => summary.updated += 1,
        }
        if !import.dry_run {
            if reopens && task.archived_at.is_some() {
                self.set_task_archived(TaskRef::Number(seq), false, false)?;
            }
            self.patch_task(&task, changes)?;
        }
        self.write_down(import, Some(seq), finding)
    }

    fn import_new(&mut self, import: &mut Import, finding: &Finding) -> Result<()> {
        import.summary.imported += 1;
        import.summary.plans += i64::try_from(finding.plans.len()).unwrap_or(i64::MAX);
        if import.dry_run {
            return Ok(());
        }
        let made = self.create_task(NewTask {
            project: import.project.alias.clone(),
            fields: finding.fields.clone(),
            labels: finding.labels.clone(),
            plans: finding.plans.clone(),
            blocked_by: Vec::new(),
            discovered_from: Vec::new(),
        })?;
        self.write_down(import, Some(made.task.seq), finding)
    }

    /// Whether the caller may change a task's own fields: nobody else holds it,
    /// nor did the caller's own lease of it end.
    fn may_bring_up_to_date(&self, seq: i64) -> Result<bool> {
        let allowed = self
            .check_token(seq)
            .and_then(|()| self.may_change(seq, false));
        match allowed {
            Ok(_) => Ok(true),
            Err(StoreError::Refused(Refusal::LeaseHeld { .. } | Refusal::LeaseLost { .. })) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps what the scanner said, for the next scan.
    fn write_down(&self, import: &Import, task: Option<i64>, finding: &Finding) -> Result<()> {
        if import.dry_run {
            return Ok(());
        }
        let said = finding.said();
        self.conn
            .prepare_cached(
                "INSERT INTO finding (project_id, identity, task_seq, title, description, type, priority)
                 VALUES (:project, :identity, :task, :title, :description, :type, :priority)
                 ON CONFLICT DO UPDATE SET title = :title, description = :description,
                     type = :type, priority = :priority",
            )?
            .execute(named_params! {
                ":project": import.project.key, ":identity": finding.identity(), ":task": task,
                ":title": said.title, ":description": said.description, ":type": said.kind,
                ":priority": said.priority,
            })?;
        Ok(())
    }
}

/// An import under way.
struct Import {
    project: Project,
    reopen: bool,
    dry_run: bool,
    summary: Imported,
}

impl Import {
    /// The findings, each once. Two that are the same finding but say
    /// different things are a mistake of whoever named them.
    fn different_ones(&mut self, findings: Vec<Finding>) -> Vec<Finding> {
        let mut first: HashMap<Digest, (String, Said)> = HashMap::with_capacity(findings.len());
        findings
            .into_iter()
            .filter(|finding| match first.entry(finding.identity()) {
                Entry::Vacant(entry) => {
                    entry.insert((finding.place.clone(), finding.said()));
                    true
                }
                Entry::Occupied(entry) => {
                    let (place, said) = entry.get();
                    if *said == finding.said() {
                        self.summary.repeated += 1;
                    } else {
                        self.summary.problems.push(Problem {
                            place: finding.place.clone(),
                            message: same_but_different(place, finding),
                        });
                    }
                    false
                }
            })
            .collect()
    }
}

fn same_but_different(first: &str, finding: &Finding) -> String {
    match finding.fields.external_ref.as_str() {
        "" => format!("is {first} again, by its source, type and title, but says something else"),
        external_ref => {
            format!("has the external_ref {external_ref:?} of {first}, but says something else")
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known {
        task: row.get(0)?,
        status: row.get(1)?,
        said: Said {
            title: row.get(2)?,
            description: row.get(3)?,
            kind: row.get(4)?,
            priority: row.get(5)?,
        },
    })
}
