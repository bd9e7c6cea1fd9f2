//! What installing would do to each file, and doing it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::new_file::backup_of;

use super::{
    bundled::Skill,
    record::{RECORD, Record},
};

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Written,
    /// It is as an earlier version installed it, and gets this one's text.
    Updated,
    /// Somebody changed it; it is replaced all the same, as was asked.
    Replaced,
    /// It is this version's already.
    Unchanged,
    /// Somebody changed it, so it stays.
    LeftAlone,
    /// It is as it was installed, and goes.
    Removed,
}

/// One file.
#[derive(Debug)]
pub struct Step {
    pub path: PathBuf,
    pub change: Change,
    /// Where what somebody wrote is kept, if this takes its place.
    pub backup: Option<PathBuf>,
    /// Below the directory of skills, as the record knows it.
    file: String,
    content: &'static str,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// These skills are wanted, of all there are.
    pub skills: &'a [&'static Skill],
    /// They shall be there; else they shall go.
    pub installed: bool,
    /// Also what somebody changed.
    pub force: bool,
}

/// What installing does to a directory of skills.
#[derive(Debug)]
pub struct Plan {
    dir: PathBuf,
    pub steps: Vec<Step>,
    record: Record,
}

impl Plan {
    /// Looks at what is there. Changes nothing.
    pub fn make(dir: &Path, wanted: Wanted) -> io::Result<Self> {
        let record = Record::read(dir);
        let mut steps = Vec::new();
        for skill in wanted.skills {
            for (path, content) in skill.files {
                let file = format!("{}/{path}", skill.name);
                let there = content_of(&dir.join(&file))?;
                let keeps = wanted.force && is_changed(&record, &file, there.as_deref(), content);
                let change = if wanted.installed {
                    Some(install(
                        &record,
                        &file,
                        there.as_deref(),
                        content,
                        wanted.force,
                    ))
                } else {
                    there.map(|there| remove(&record, &file, &there, content, wanted.force))
                };
                steps.extend(change.map(|change| Step {
                    path: dir.join(&file),
                    change,
                    backup: keeps.then(|| backup_of(&dir.join(&file))),
                    file,
                    content,
                }));
            }
        }
        // What an earlier version had and this one has not any more.
        let old = record.files.keys().filter(|file| {
            let known = |skill: &&&Skill| file.starts_with(&format!("{}/", skill.name));
            let is_of_a_wanted_one = wanted.skills.iter().any(|skill| known(&skill));
            is_of_a_wanted_one && !steps.iter().any(|step| step.file == **file)
        });
        for file in old.cloned().collect::<Vec<_>>() {
            if let Some(there) = content_of(&dir.join(&file))? {
                steps.push(Step {
                    path: dir.join(&file),
                    change: remove(&record, &file, &there, "", wanted.force),
                    backup: (wanted.force && is_changed(&record, &file, Some(&there), ""))
                        .then(|| backup_of(&dir.join(&file))),
                    file,
                    content: "",
                });
            }
        }
        Ok(Self {
            dir: dir.to_owned(),
            steps,
            record,
        })
    }

    /// Does it.
    pub fn carry_out(mut self) -> io::Result<()> {
        let parent = self.dir.parent().unwrap_or(&self.dir).to_owned();
        self.record.made_parent |= !parent.exists();
        for step in &self.steps {
            if let Some(backup) = &step.backup {
                fs::copy(&step.path, backup)?;
            }
            match step.change {
                Change::Written | Change::Updated | Change::Replaced => {
                    if let Some(parent) = step.path.parent() {
                        fs::create_dir_all(parent)?;
                    }
                    fs::write(&step.path, step.content)?;
                    self.record.note(&step.file, step.content.as_bytes());
                }
                Change::Unchanged => self.record.note(&step.file, step.content.as_bytes()),
                Change::Removed => {
                    fs::remove_file(&step.path)?;
                    self.record.files.remove(&step.file);
                    remove_empty(&step.path, &self.dir);
                }
                Change::LeftAlone => {}
            }
        }
        if self.dir.exists() {
            self.record.version = backlog_api::version::program().to_string();
            self.record.write(&self.dir)?;
            // What around it was there before stays, also if it is empty.
            let top = match parent.parent() {
                Some(above) if self.record.made_parent => above,
                _ => &parent,
            };
            remove_empty(&self.dir.join(RECORD), top);
        }
        Ok(())
    }
}

fn install(
    record: &Record,
    file: &str,
    there: Option<&[u8]>,
    content: &str,
    force: bool,
) -> Change {
    match there {
        None => Change::Written,
        Some(there) if there == content.as_bytes() => Change::Unchanged,
        Some(_) if !is_changed(record, file, there, content) => Change::Updated,
        Some(_) if force => Change::Replaced,
        Some(_) => Change::LeftAlone,
    }
}

fn remove(record: &Record, file: &str, there: &[u8], content: &str, force: bool) -> Change {
    if force || !is_changed(record, file, Some(there), content) {
        Change::Removed
    } else {
        Change::LeftAlone
    }
}

/// Whether somebody changed a file that is there.
fn is_changed(record: &Record, file: &str, there: Option<&[u8]>, content: &str) -> bool {
    there.is_some_and(|there| there != content.as_bytes() && !record.is_as_installed(file, there))
}

fn content_of(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Removes the directories that a file leaves empty, up to `top`.
fn remove_empty(file: &Path, top: &Path) {
    let mut dir = file.parent();
    while let Some(now) = dir.filter(|now| *now != top && now.starts_with(top)) {
        // One with something in it stays.
        if fs::remove_dir(now).is_err() {
            return;
        }
        dir = now.parent();
    }
}
