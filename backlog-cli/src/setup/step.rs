//! One part of one client in one file: what would change, and changing it.

use std::path::{Path, PathBuf};

use crate::{clients::Places, new_file::backup_of};

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
    /// What becomes of the backup beside it.
    backup: Backup,
}

/// What becomes of the text that is kept beside a file: the first one, before
/// there was anything of ours in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backup {
    /// The file's text becomes it.
    Make,
    /// It is of before an earlier change of ours, and stays.
    Keep,
    /// It says nothing that the file does not, or nothing but ours.
    Drop,
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
        let kept = file::read(&backup_of(&self.path)).unwrap_or_default();
        let original = kept
            .as_deref()
            .filter(|kept| self.wanted == Wanted::Removed && self.was_all(kept, text));
        let (after, backup) = if let Some(original) = original {
            (Some(original.to_owned()), Backup::Drop)
        } else if self.wanted == Wanted::Removed && Editor::is_empty(&after) {
            let is_ours = |kept: &str| {
                self.without_us(kept)
                    .is_some_and(|it| Editor::is_empty(&it))
            };
            let drops = kept.as_deref().is_some_and(is_ours);
            (None, if drops { Backup::Drop } else { Backup::Keep })
        } else if kept.is_some() && self.without_us(text).is_some() {
            (Some(after), Backup::Keep)
        } else {
            (Some(after), Backup::Make)
        };
        Ok(Some(Change {
            kind,
            before,
            after,
            backup,
        }))
    }

    /// Whether our changes are all that has happened to a file since it said
    /// `original`: then undoing them is exact, by whichever program they were made.
    fn was_all(&self, original: &str, text: &str) -> bool {
        match self.editor.edit(original, Wanted::Installed, true) {
            Ok(Edited::To(_, with_us)) => {
                self.without_us(original).is_none()
                    && self.without_us(&with_us) == self.without_us(text)
            }
            _ => false,
        }
    }

    /// A text without what is ours; `None` where nothing of it is.
    fn without_us(&self, text: &str) -> Option<String> {
        match self.editor.edit(text, Wanted::Removed, false) {
            Ok(Edited::To(_, without)) => Some(without),
            _ => None,
        }
    }

    /// Does it, on the file as it is now: a client that runs may have written
    /// it since. Returns where its text before us is kept. A new file and
    /// one that becomes as it was leave nothing to keep.
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
    let kept = backup_of(path);
    let backup = match (&change.before, change.backup) {
        (Some(before), Backup::Make) => Some(file::back_up(path, before)?),
        (_, Backup::Keep) => kept.exists().then(|| kept.clone()),
        _ => None,
    };
    match &change.after {
        Some(after) => file::replace(path, after)?,
        None => file::remove(path, places)?,
    }
    if change.backup == Backup::Drop {
        let _ = std::fs::remove_file(kept);
    }
    Ok(backup)
}
