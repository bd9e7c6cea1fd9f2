//! One part of one client in one file: what would change, and changing it.

use std::path::{Path, PathBuf};

use crate::clients::Places;

use super::{
    edit::{Edited, Editor, Kind, Trouble, Wanted},
    file,
};

/// What a file needs.
#[derive(Debug)]
pub enum Outcome {
    /// It is as it should be.
    AsWanted,
    Change(Change),
    /// It stays as it is.
    Trouble(Trouble),
}

/// How a file changes.
#[derive(Debug)]
pub struct Change {
    pub kind: Kind,
    /// What it says; `None` where it is not there.
    pub before: Option<String>,
    /// What it will say; `None` where it goes, since nothing is left in it.
    pub after: Option<String>,
    /// It becomes what the backup beside it holds, which goes.
    restores: bool,
}

/// A part of a client, and its file.
#[derive(Debug)]
pub struct FileStep {
    pub path: PathBuf,
    pub outcome: Outcome,
    editor: Editor,
    wanted: Wanted,
    force: bool,
}

impl FileStep {
    /// Looks at the file. Changes nothing.
    pub fn make(path: PathBuf, editor: Editor, wanted: Wanted, force: bool) -> Self {
        let mut step = Self {
            path,
            outcome: Outcome::AsWanted,
            editor,
            wanted,
            force,
        };
        step.look();
        step
    }

    /// How the file changes, where it does.
    pub fn change(&self) -> Option<&Change> {
        match &self.outcome {
            Outcome::Change(change) => Some(change),
            Outcome::AsWanted | Outcome::Trouble(_) => None,
        }
    }

    /// Why the file stays as it is though it should not.
    pub fn trouble(&self) -> Option<&Trouble> {
        match &self.outcome {
            Outcome::Trouble(trouble) => Some(trouble),
            Outcome::AsWanted | Outcome::Change(_) => None,
        }
    }

    fn look(&mut self) {
        self.outcome = self.found().map_or_else(Outcome::Trouble, |change| {
            change.map_or(Outcome::AsWanted, Outcome::Change)
        });
    }

    fn found(&self) -> Result<Option<Change>, Trouble> {
        let before = file::read(&self.path)?;
        let text = before.as_deref().unwrap_or_default();
        let Edited::To(kind, after) = self.editor.edit(text, self.wanted, self.force)? else {
            return Ok(None);
        };
        let original = match self.wanted {
            Wanted::Removed => self.original(text),
            Wanted::Installed => None,
        };
        let restores = original.is_some();
        let after = original.or(Some(after)).filter(|after| {
            restores || self.wanted == Wanted::Installed || !Editor::is_empty(after)
        });
        Ok(Some(Change {
            kind,
            before,
            after,
            restores,
        }))
    }

    /// What the file said before we changed it, where that change is all that
    /// has happened to it since: then undoing it is exact.
    fn original(&self, text: &str) -> Option<String> {
        let backup = file::read(&file::backup_of(&self.path)).ok()??;
        let is_without_us = matches!(
            self.editor.edit(&backup, Wanted::Removed, false),
            Ok(Edited::AsWanted)
        );
        let with_us = self.editor.edit(&backup, Wanted::Installed, self.force);
        let is_all = matches!(with_us, Ok(Edited::To(_, with_us)) if with_us == text);
        (is_without_us && is_all).then_some(backup)
    }

    /// Does it, on the file as it is now: a client that runs may have written
    /// it since. Returns where its text before is kept. A new file and one
    /// that becomes as it was leave nothing to keep.
    pub fn carry_out(&mut self, places: &Places) -> Result<Option<PathBuf>, Trouble> {
        self.look();
        match &self.outcome {
            Outcome::AsWanted => Ok(None),
            Outcome::Trouble(trouble) => Err(trouble.clone()),
            Outcome::Change(change) => carry_out(&self.path, change, places),
        }
    }
}

fn carry_out(path: &Path, change: &Change, places: &Places) -> Result<Option<PathBuf>, Trouble> {
    let Some(after) = &change.after else {
        file::remove(path, places)?;
        return Ok(None);
    };
    let backup = match &change.before {
        Some(before) if !change.restores => Some(file::back_up(path, before)?),
        _ => None,
    };
    file::replace(path, after)?;
    if change.restores {
        // The file itself says now what the backup does.
        let _ = std::fs::remove_file(file::backup_of(path));
    }
    Ok(backup)
}
