//! The stable reasons in `google.rpc.ErrorInfo`, and the hint a client gives
//! for each. Domain of them all: [`DOMAIN`].

use std::collections::HashMap;

/// `ErrorInfo.domain` of every refusal.
pub const DOMAIN: &str = "backlog.v1";

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $($(#[$doc])* pub const $name: &str = stringify!($name);)*
    };
}

reasons! {
    /// A value is not allowed where it stands. `BadRequest` names the field.
    INVALID_VALUE
    /// No project was named and it is not plain which is meant. Metadata `projects`.
    PROJECT_REQUIRED
    /// Metadata `projects`: the aliases there are.
    PROJECT_NOT_FOUND
    /// The task does not exist or is in the trash (metadata `trashed`: what to
    /// take back, the task or its project).
    TASK_NOT_FOUND
    /// The plan does not exist or is in the trash.
    PLAN_NOT_FOUND
    /// The plan has no such version. Metadata `id`, `current_version`.
    PLAN_VERSION_NOT_FOUND
    /// The comment does not exist or is in the trash.
    COMMENT_NOT_FOUND
    /// The project has no label of that name.
    LABEL_NOT_FOUND
    /// The doc does not exist or is in the trash.
    DOC_NOT_FOUND
    /// The doc has no such version. Metadata `id`, `current_version`.
    DOC_VERSION_NOT_FOUND
    /// The entry of memory does not exist or is in the trash.
    MEMORY_NOT_FOUND
    /// The attachment does not exist or is in the trash.
    ATTACHMENT_NOT_FOUND
    /// Nothing of that id is in the trash.
    TRASH_NOT_FOUND
    /// A prefix that several ids share. Metadata `candidates`.
    AMBIGUOUS_ID
    /// Another project has that alias. Metadata `trashed`: the id of the project
    /// that was to be taken back from the trash.
    ALIAS_TAKEN
    /// The project already has a label of that name.
    LABEL_EXISTS
    /// The project takes no new tasks while it is archived. Metadata `project`.
    PROJECT_ARCHIVED
    /// Only an archived project can be deleted. Metadata `project`.
    PROJECT_NOT_ARCHIVED
    /// Changed since the version the caller read. Metadata `current_version`.
    VERSION_CONFLICT
    /// Nothing is ready to be claimed.
    NOTHING_READY
    /// The task cannot be claimed as it is. Metadata `task`.
    NOT_READY
    /// Another session holds the task. Metadata `task`, `holder`, `session`,
    /// `expires_at`.
    LEASE_HELD
    /// The caller's lease of the task has ended, or is that of another task.
    /// Metadata `task`, in the second case `token_of`.
    LEASE_LOST
    /// The token is of no lease that ever was.
    LEASE_UNKNOWN
    /// Only people may do that.
    HUMAN_ONLY
    /// The edge would close a circle. Metadata `cycle`, `TASK-1 TASK-2 TASK-1`.
    DEPENDENCY_CYCLE
    /// A watcher did not read. Metadata `resume_after`, an activity's number.
    WATCH_LAGGED
    /// Nobody read the export for minutes.
    EXPORT_UNREAD
    /// The file is none that can be imported.
    IMPORT_UNREADABLE
    /// The file that is to be imported has no such project. Metadata `projects`.
    IMPORT_PROJECT_NOT_FOUND
    /// A page token that was not given out for this list.
    PAGE_TOKEN_INVALID
    /// The same request id came with another request.
    REQUEST_ID_REUSED
    /// The daemon that was meant is not the one that answered.
    OTHER_INSTANCE
    /// The caller's program speaks another major version of the API.
    CLIENT_UNSUPPORTED
    /// The socket's other end is another user.
    FOREIGN_USER
    /// No room on the disk. Nothing was written.
    DISK_FULL
    /// The database cannot be written to. Nothing was written.
    READ_ONLY
    /// There is a file where one should be written.
    FILE_EXISTS
    /// A copy cannot be written where it should go.
    COPY_FAILED
    /// The database file is damaged.
    DATABASE_CORRUPT
    /// A fault of Backlog itself.
    INTERNAL
}

/// What a person can do about a refusal, in one sentence; `None` where the
/// message says it all. Never a command that destroys something.
#[must_use]
pub fn hint(reason: &str, metadata: &HashMap<String, String>) -> Option<String> {
    let named = |key: &str| metadata.get(key).filter(|value| !value.is_empty());
    // Older daemons do not say which.
    let or = |key: &str, usual: &'static str| named(key).map_or(usual, String::as_str);
    Some(match reason {
        PROJECT_REQUIRED | PROJECT_NOT_FOUND => match named("projects") {
            Some(projects) => format!("Projects: {projects}."),
            None => "Create one: backlog project add --alias app".to_owned(),
        },
        TASK_NOT_FOUND if named("trashed").is_some() => {
            format!(
                "It is in the trash. Take it back: backlog trash restore {}",
                metadata["trashed"]
            )
        }
        TASK_NOT_FOUND => "See the tasks: backlog task list".to_owned(),
        PLAN_NOT_FOUND => "See a task's plans: backlog plan list --task TASK-N".to_owned(),
        PLAN_VERSION_NOT_FOUND => {
            format!("See its versions: backlog plan history {}", or("id", "ID"))
        }
        COMMENT_NOT_FOUND => "See a task's comments: backlog comment list --task TASK-N".to_owned(),
        LABEL_NOT_FOUND => "See the labels: backlog label list".to_owned(),
        DOC_NOT_FOUND => "See the docs: backlog doc list".to_owned(),
        DOC_VERSION_NOT_FOUND => {
            format!("See its versions: backlog doc history {}", or("id", "ID"))
        }
        MEMORY_NOT_FOUND => "See the entries: backlog memory list".to_owned(),
        ATTACHMENT_NOT_FOUND => "See the attachments: backlog attachment list".to_owned(),
        TRASH_NOT_FOUND => "See what is in the trash: backlog trash list".to_owned(),
        AMBIGUOUS_ID => match named("candidates") {
            Some(candidates) => format!("Give more of it: {candidates}."),
            None => "Give more of it.".to_owned(),
        },
        ALIAS_TAKEN if named("trashed").is_some() => format!(
            "Take it back under another one: backlog trash restore {} --alias NEW",
            metadata["trashed"]
        ),
        ALIAS_TAKEN => "See the projects: backlog project list --include-archived".to_owned(),
        LABEL_EXISTS => "Delete the newer label first, or attach that one.".to_owned(),
        PROJECT_ARCHIVED => format!(
            "Take it out of the archive: backlog project unarchive {}",
            or("project", "ALIAS")
        ),
        PROJECT_NOT_ARCHIVED => format!(
            "Archive it first: backlog project archive {}",
            or("project", "ALIAS")
        ),
        VERSION_CONFLICT => {
            "Read it again, then repeat the change with its present version.".to_owned()
        }
        NOTHING_READY => "See what holds the tasks back: backlog task list --status todo, then backlog task why TASK-N. Or wait: --wait 10m".to_owned(),
        NOT_READY => match named("task") {
            Some(task) => format!("See why: backlog task why {task}"),
            None => "See why: backlog task why TASK-N".to_owned(),
        },
        LEASE_HELD => {
            "Take another one: backlog task claim. A person may override it with --force.".to_owned()
        }
        LEASE_LOST if named("token_of").is_some() => {
            "Each task has a lease of its own: bring that, with --lease TOKEN, or none ($BACKLOG_LEASE is one too).".to_owned()
        }
        LEASE_LOST => match named("task") {
            Some(task) => format!("Stop working on it. See who has it: backlog task attempts {task}"),
            None => "Stop working on it, and claim a task anew: backlog task claim".to_owned(),
        },
        LEASE_UNKNOWN => "Use the token that backlog task claim printed, or none.".to_owned(),
        HUMAN_ONLY => "Ask a person to do it, with --as human:NAME.".to_owned(),
        DEPENDENCY_CYCLE => {
            let first = named("cycle").and_then(|cycle| cycle.split(' ').next());
            format!("See what it waits for: backlog task dep tree {}", first.unwrap_or("TASK-N"))
        }
        EXPORT_UNREAD => "Let it be written to a file: backlog export -o FILE".to_owned(),
        IMPORT_PROJECT_NOT_FOUND => match named("projects") {
            Some(projects) => format!("It has: {projects}."),
            None => "It has none.".to_owned(),
        },
        IMPORT_UNREADABLE => "Import reads a backlog.db of this Backlog or of Backlog 1.x, or what backlog export --format json wrote. Nothing was written.".to_owned(),
        PAGE_TOKEN_INVALID => "Start again at the first page, without a cursor.".to_owned(),
        DISK_FULL => {
            "Nothing was written. Make room on the disk, then repeat the command.".to_owned()
        }
        READ_ONLY => {
            "Nothing was written. Check the permissions of the workspace's directory and of all files named backlog.db* in it, then: backlog daemon restart".to_owned()
        }
        CLIENT_UNSUPPORTED => {
            "Use the same version of Backlog everywhere, then: backlog daemon restart".to_owned()
        }
        FILE_EXISTS => "Name another one.".to_owned(),
        COPY_FAILED => "Nothing was written. Name another place, or make room there.".to_owned(),
        DATABASE_CORRUPT => {
            "Keep the file as it is, and see what is damaged: backlog doctor check".to_owned()
        }
        INTERNAL => "Please report it, with the end of the log: backlog daemon logs".to_owned(),
        _ => return None,
    })
}
