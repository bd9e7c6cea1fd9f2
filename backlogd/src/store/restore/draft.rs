//! The directory that a copy is prepared in, and sweeping up what is left of it.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// What the directory of a copy begins with until that is in its place.
const DRAFT: &str = ".backlog-restore-";

/// What the directory of this process begins with.
pub(super) fn draft_prefix() -> String {
    format!("{DRAFT}{}-", std::process::id())
}

/// Removes what this process has prepared beside a database, for when it is
/// told to end at once.
pub fn abandon_prepared(database: &Path) {
    let own = draft_prefix();
    for dir in drafts(database.parent().unwrap_or(Path::new("/"))) {
        if name_of(&dir).starts_with(&own) {
            let _ = fs::remove_dir_all(&dir);
        }
    }
}

/// Removes what others have prepared and left: its lock went with them.
pub(super) fn sweep(parent: &Path) {
    for dir in drafts(parent) {
        if File::open(&dir).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&dir);
        }
    }
}

fn drafts(parent: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| name_of(path).starts_with(DRAFT))
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

pub(super) fn copy_in(dir: &Path) -> PathBuf {
    dir.join("backlog.db")
}

pub(super) fn own_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
