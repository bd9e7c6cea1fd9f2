//! What a workspace needs to know of git: where a checkout's top is, and of
//! which main checkout it is a linked worktree. Read from git's own files, see
//! gitrepository-layout(5).

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, Read as _},
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
};

/// More than the longest path that a system knows.
const LONGEST_FILE: u64 = 16 * 1024;

/// The checkout that a directory is in.
#[derive(Debug)]
pub(super) struct Checkout {
    top: PathBuf,
    /// The repository's directory that all worktrees share, canonical; `None`
    /// where this is no linked worktree.
    common: Option<PathBuf>,
}

/// The innermost checkout that `dir`, a canonical path, is in.
pub(super) fn checkout(dir: &Path) -> Option<Checkout> {
    dir.ancestors().find_map(|top| {
        let dot_git = top.join(".git");
        let found = fs::metadata(&dot_git).ok()?;
        let common = if found.is_dir() {
            // Sandboxes mount an empty `.git` where there is none.
            fs::symlink_metadata(dot_git.join("HEAD")).ok()?;
            None
        } else if found.is_file() {
            common_dir(&git_dir(&dot_git).ok()?)
        } else {
            return None;
        };
        Some(Checkout {
            top: top.to_owned(),
            common,
        })
    })
}

impl Checkout {
    /// Its uppermost directory.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// The main checkout, where this is a linked worktree that has one; the
    /// worktrees of a bare repository have none.
    pub(super) fn main(&self) -> Option<&Path> {
        let common = self.common.as_deref()?;
        if common.file_name()? == ".git" {
            common.parent()
        } else {
            None
        }
    }

    /// What `dir`, which is in this checkout, is in the main checkout. It need
    /// not exist there.
    pub(super) fn in_main(&self, dir: &Path) -> Option<PathBuf> {
        let main = self.main()?;
        Some(main.join(dir.strip_prefix(&self.top).ok()?))
    }

    /// The directory that holds both the repository and this linked worktree.
    pub(super) fn shared_parent(&self) -> Option<&Path> {
        let parent = self.common.as_deref()?.parent()?;
        self.top.starts_with(parent).then_some(parent)
    }
}

/// Where a `.git` file says that the repository is: `gitdir: PATH`.
fn git_dir(dot_git: &Path) -> io::Result<PathBuf> {
    let content = read(dot_git)?;
    let path = content
        .strip_prefix(b"gitdir: ")
        .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(join(dot_git.parent().unwrap_or(dot_git), path))
}

/// The directory that a linked worktree shares with the others. A submodule's
/// `.git` is a file as well, but its repository is whole: no `commondir`.
fn common_dir(git_dir: &Path) -> Option<PathBuf> {
    let path = read(&git_dir.join("commondir")).ok()?;
    fs::canonicalize(join(git_dir, &path)).ok()
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    File::open(path)?
        .take(LONGEST_FILE)
        .read_to_end(&mut content)?;
    while content
        .pop_if(|byte| matches!(byte, b'\n' | b'\r'))
        .is_some()
    {}
    Ok(content)
}

/// Paths are bytes and need not be UTF-8.
fn join(dir: &Path, path: &[u8]) -> PathBuf {
    dir.join(OsString::from_vec(path.to_vec()))
}
