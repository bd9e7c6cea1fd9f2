//! Which clients are here.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use super::{Client, Places, Scope};

/// What shows that the client is used: its program, else a file or directory.
pub fn found_by(client: Client, places: &Places, scope: Scope) -> Option<PathBuf> {
    let mut signs = places.signs(client);
    if scope == Scope::Project {
        signs.extend(places.signs_in_project(client));
    }
    client
        .programs()
        .iter()
        .find_map(|name| on_path(name))
        .or_else(|| signs.into_iter().find(|sign| is_in_use(sign)))
}

/// A program on `$PATH`.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

/// A directory with nothing but skills was made by whoever installed skills,
/// as `backlog install-skills` does for clients that are not here.
fn is_in_use(sign: &Path) -> bool {
    match fs::read_dir(sign) {
        Ok(entries) => entries.flatten().any(|entry| entry.file_name() != "skills"),
        Err(_) => sign.is_file(),
    }
}
