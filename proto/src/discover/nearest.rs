//! The nearest workspace at or above a directory.

use std::{
    fs, io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::{FindError, IN_CHECKOUT, NamedBy, git};
use crate::workspace::DATABASE;

/// [`crate::workspace::Workspace::runtime_dir`]: every workspace that was ever
/// used has it.
const RUNTIME_DIR: &str = ".backlogd";

/// The nearest database from `cwd`, an absolute path, on up. What is found
/// from the main checkout comes before the worktree's own: the database may be
/// committed, and then each worktree has a copy of it that nobody means.
///
/// # Errors
/// Where the nearest workspace has lost its database or it is out of reach.
pub(super) fn database(cwd: &Path) -> Result<Option<PathBuf>, FindError> {
    let in_main = git::checkout(cwd).and_then(|checkout| checkout.in_main(cwd));
    let start = [in_main.as_deref(), Some(cwd)].into_iter().flatten();
    match start.flat_map(Path::ancestors).find_map(in_directory) {
        Some(Found {
            database,
            lost: None,
            ..
        }) => Ok(Some(database)),
        Some(Found {
            database,
            lost: Some(source),
            ..
        }) => Err(FindError::DatabaseMissing {
            by: NamedBy::Directory,
            path: database,
            source,
        }),
        None => Ok(None),
    }
}

/// A workspace.
struct Found {
    database: PathBuf,
    /// What was found of it.
    evidence: PathBuf,
    /// Why its database is not there for us.
    lost: Option<io::Error>,
}

fn in_directory(dir: &Path) -> Option<Found> {
    let hidden = dir.join(IN_CHECKOUT);
    if let Ok(of_hidden) = fs::symlink_metadata(&hidden)
        && let Some(found) = look(&hidden)
        && !planted(dir, of_hidden.uid())
    {
        return Some(found);
    }
    let found = look(dir)?;
    let owner = fs::symlink_metadata(&found.evidence).ok()?.uid();
    (!planted(dir, owner)).then_some(found)
}

fn look(dir: &Path) -> Option<Found> {
    let database = dir.join(DATABASE);
    let (evidence, lost) = match fs::symlink_metadata(&database) {
        // A link is a workspace even when it leads nowhere just now.
        Ok(found) if found.is_file() || found.is_symlink() => (database.clone(), None),
        Ok(_) => return None,
        // The directory above a sandbox, say, may well be closed to us. A
        // workspace's own directory is another matter.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            if !dir.ends_with(IN_CHECKOUT) {
                return None;
            }
            (dir.to_owned(), Some(error))
        }
        // Gone, with a git checkout for example. The search must not go on: it
        // would end in another queue, and nobody would notice.
        Err(error) => {
            let trace = dir.join(RUNTIME_DIR);
            fs::symlink_metadata(&trace).ok()?;
            (trace, Some(error))
        }
    };
    Some(Found {
        database,
        evidence,
        lost,
    })
}

/// Whether somebody else put it into a directory like `/tmp`, where everyone
/// can: whoever works below would be given a stranger's queue. Such a
/// workspace has to be named.
fn planted(dir: &Path, owner: u32) -> bool {
    const STICKY_AND_FOR_EVERYONE: u32 = 0o1002;
    owner != rustix::process::geteuid().as_raw()
        && fs::metadata(dir)
            .is_ok_and(|dir| dir.mode() & STICKY_AND_FOR_EVERYONE == STICKY_AND_FOR_EVERYONE)
}
