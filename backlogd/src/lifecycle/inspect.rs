//! Looking at a workspace's files, and changing nothing: whose they are, what
//! was left behind, whether the ground is fit for a database.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use backlog_api::{
    client::Unavailable,
    config::Config,
    rendezvous::{LEADER_LOCK, Rendezvous, is_private},
    view::HealthIssue,
    workspace::Workspace,
};

use super::startup;
use crate::store;

/// With less room than this, somebody should know.
const LITTLE_ROOM: u64 = 64 << 20;
/// What files are called until they are whole, and where that is read.
const DRAFTS: &[&str] = &[
    ".backlog-init-",
    ".backlog-backup-",
    ".backlog-restore-",
    ".backlog-import-",
    "config.toml.new",
];

/// Looks at the files of a workspace. `config` is its own configuration, where
/// that can be read.
#[must_use]
pub fn inspect_files(workspace: &Workspace, config: Option<&Config>) -> Vec<HealthIssue> {
    let mut issues = Vec::new();
    if let Some(config) = config {
        issues.extend(settings(workspace, config));
        issues.extend(ground(workspace, config));
    }
    issues.extend(permissions(workspace));
    issues.extend(orphaned_log(workspace));
    issues.extend(leftovers(workspace));
    issues
}

/// What the daemon would refuse to start with.
fn settings(workspace: &Workspace, config: &Config) -> Option<HealthIssue> {
    let refused = check_settings(config).err()?;
    let issue = HealthIssue::error("config_invalid", refused.message)
        .seen([workspace.config().display().to_string()]);
    Some(match refused.hint {
        Some(hint) => issue.hint(hint),
        None => issue,
    })
}

/// Sees that the daemon can start with these settings.
///
/// # Errors
/// Saying which it cannot.
pub fn check_settings(config: &Config) -> Result<(), Unavailable> {
    startup::idle_timeout(config)?;
    startup::lease_terms(config).map(drop)
}

fn ground(workspace: &Workspace, config: &Config) -> Vec<HealthIssue> {
    let mut issues = Vec::new();
    let dir = workspace.dir();
    if let Some(name) = startup::network_filesystem(dir) {
        let message = format!("the workspace is on a network filesystem ({name})");
        let issue = if config.daemon.allow_network_filesystem {
            HealthIssue::warning("network_filesystem", message)
        } else {
            HealthIssue::error("network_filesystem", message)
        };
        issues.push(
            issue.hint("A database can be damaged there. Keep the workspace on a local disk."),
        );
    }
    if let Ok(disk) = rustix::fs::statvfs(dir) {
        let free = disk.f_bavail * disk.f_frsize;
        let needed = fs::metadata(workspace.database()).map_or(0, |file| file.len());
        if free < needed.max(LITTLE_ROOM) {
            issues.push(
                HealthIssue::warning("little_room", "there is little room on the disk")
                    .seen([format!(
                        "{} MiB free, the database has {} MiB",
                        free >> 20,
                        needed >> 20
                    )])
                    .hint("A copy or an upgrade may need as much as the database has."),
            );
        }
    }
    issues
}

fn permissions(workspace: &Workspace) -> Vec<HealthIssue> {
    let mut issues = Vec::new();
    let runtime_dir = workspace.runtime_dir();
    if runtime_dir.symlink_metadata().is_ok() && !is_private(&runtime_dir) {
        issues.push(
            HealthIssue::error(
                "runtime_dir_open",
                "others can enter the daemon's directory, so no daemon starts",
            )
            .seen([shown(&runtime_dir)])
            .hint(format!("Close it: chmod 700 {}", runtime_dir.display())),
        );
    }
    let database = workspace.database();
    let mode = mode_of(database);
    if mode & 0o022 != 0 {
        issues.push(
            HealthIssue::error("database_open", "others can write to the database")
                .seen([shown(database)])
                .hint(format!("Close it: chmod 600 {}", database.display())),
        );
    } else if mode & 0o044 != 0 {
        issues.push(
            HealthIssue::info("database_readable", "others can read the database")
                .seen([shown(database)])
                .hint("As it should be where it is committed to a repository; else chmod 600."),
        );
    }
    let open: Vec<String> = files_in(&runtime_dir)
        .into_iter()
        .filter(|file| file.file_name().is_none_or(|name| name != ".gitignore"))
        .filter(|file| file.symlink_metadata().is_ok_and(|about| about.is_file()))
        .filter(|file| mode_of(file) & 0o077 != 0)
        .map(|file| shown(&file))
        .collect();
    if !open.is_empty() {
        issues.push(
            HealthIssue::warning("runtime_file_open", "others may use the daemon's files")
                .seen(open)
                .hint("Close them: chmod 600"),
        );
    }
    issues
}

/// A log that nobody has open, beside a file that it is not of.
fn orphaned_log(workspace: &Workspace) -> Option<HealthIssue> {
    let log = workspace.database().with_extension("db-wal");
    let bytes = log.metadata().ok()?.len();
    if bytes == 0 || is_led(workspace) {
        return None;
    }
    let last = Rendezvous::read(workspace);
    if last.is_some_and(|last| last.database_inode != store::inode(workspace.database())) {
        return Some(
            HealthIssue::warning(
                "log_of_another",
                "the database was replaced, and the log of the old one is still beside it",
            )
            .seen([format!("{} ({bytes} bytes)", log.display())])
            .hint("The next command puts it aside, into .backlogd."),
        );
    }
    Some(
        HealthIssue::info(
            "log_not_taken_up",
            "what was written last is in the log beside the database, and no daemon runs",
        )
        .seen([format!("{} ({bytes} bytes)", log.display())])
        .hint("The next command takes it up. Until then, the database is not whole without it."),
    )
}

fn leftovers(workspace: &Workspace) -> Vec<HealthIssue> {
    let mut issues = Vec::new();
    let drafts: Vec<String> = files_in(workspace.dir())
        .into_iter()
        .filter(|file| {
            file.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| DRAFTS.iter().any(|draft| name.starts_with(draft)))
        })
        .map(|file| file.display().to_string())
        .collect();
    if !drafts.is_empty() {
        issues.push(
            HealthIssue::info("left_over", "files that were never finished")
                .seen(drafts)
                .hint("Where no command is at it, they are of no use."),
        );
    }
    let kept: Vec<String> = files_in(&workspace.runtime_dir())
        .into_iter()
        .filter(|file| {
            file.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with("replaced-") || name.starts_with("orphaned-"))
        })
        .map(|file| file.display().to_string())
        .collect();
    if !kept.is_empty() {
        issues.push(
            HealthIssue::warning(
                "replaced_under_the_daemon",
                "the database was replaced while it was in use; what was there is kept",
            )
            .seen(kept)
            .hint("See what is in it: copy it to another directory as backlog.db, and name it by --db."),
        );
    }
    issues
}

/// Whether a process holds `leader.lock`.
fn is_led(workspace: &Workspace) -> bool {
    fs::File::open(workspace.runtime_dir().join(LEADER_LOCK))
        .is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

fn files_in(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    files
}

fn mode_of(path: &Path) -> u32 {
    fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o777)
}

fn shown(path: &Path) -> String {
    let owner = fs::metadata(path).map_or(0, |file| file.uid());
    format!(
        "{} (mode {:o}, user {owner})",
        path.display(),
        mode_of(path)
    )
}
