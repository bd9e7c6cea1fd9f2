//! `backlog doctor restore`.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use backlog_api::{
    client::{self, Start},
    config::Config,
    discover,
    rendezvous::{LEADER_LOCK, own_file},
    view,
    workspace::Workspace,
};
use backlogd::{InitError, Newer, Placed, Prepared, RestoreError, Standing};
use clap::Args;

use crate::{
    commands::daemon,
    context::{Context, not_found},
    ended,
    error::{CliError, Exit},
    invocation::Invocation,
    render::{text::line, time},
};

/// Put a copy of the database in its place; the present one is kept
#[derive(Debug, Args)]
#[command(
    after_help = "The copy is looked over, and compared with the database that is there. What was written since the copy was made is told, and not given up without --force. The database that was there stays beside it, under a name of its own.

Numbers of tasks that were given out since are not given out again, where the database that is there can be read.

Examples:
  backlog doctor restore backlog-backup-20260508-122955.db
  backlog --db .backlog/backlog.db doctor restore copy.db --yes"
)]
pub struct RestoreArgs {
    /// The copy, as doctor backup wrote it, or a backlog.db
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Although the database that is there has what the copy has not, or cannot be read
    #[arg(long)]
    force: bool,

    /// Although the copy is of another workspace
    #[arg(long)]
    other_workspace: bool,

    /// Do not ask
    #[arg(long)]
    yes: bool,
}

pub fn run(args: &RestoreArgs, invocation: &Invocation) -> Result<(), CliError> {
    let (workspace, database) = find(invocation)?;
    let file = invocation.cwd.join(&args.file);
    see(&file, &database)?;
    let beside = database.clone();
    ended::tidy_before(move || backlogd::abandon_restore(&beside));
    let prepared = backlogd::prepare_restore(&file, &database).map_err(|error| told(&error))?;
    let standing = prepared.standing(&database).map_err(|error| told(&error))?;
    check(args, &standing, &prepared)?;
    if standing != Standing::Absent {
        let question = question(&file, &database, &standing, &prepared);
        invocation.ask(
            args.yes,
            "this replaces the workspace's database",
            &question,
        )?;
    }

    // No client starts a daemon, and none leads, until the copy is in place.
    let _held = workspace
        .as_ref()
        .map(|workspace| keep_daemons_away(workspace, invocation))
        .transpose()?;
    let kept = free_name(&database);
    let last = prepared.head.last_activity;
    let allows = |now: &Standing| match (now, &standing) {
        (Standing::Same { newer: now, .. }, Standing::Same { newer: told, .. }) => {
            // Who is not asked was told of no number.
            (args.force && args.yes) || now.entries <= told.entries
        }
        _ => *now == standing,
    };
    let placed = prepared
        .put_in_place(&database, &kept, allows)
        .map_err(|error| told(&error))?;
    tell(invocation, &file, &database, &placed, last)
}

/// The workspace that is meant, or the place of one that has lost its database.
fn find(invocation: &Invocation) -> Result<(Option<Workspace>, PathBuf), CliError> {
    match discover::find(&invocation.request(), &invocation.user) {
        Ok(workspace) if workspace.is_copy() => {
            let database = workspace.database().display();
            let message = format!("{database} is a copy itself, not a workspace's backlog.db");
            Err(CliError::invalid(message).hint("Name the workspace: --db or --profile."))
        }
        Ok(workspace) => {
            let database = workspace.database().to_owned();
            Ok((Some(workspace), database))
        }
        Err(error) => match error.lost_database() {
            Some(database) => Ok((None, database.to_owned())),
            None => Err(not_found(&error)),
        },
    }
}

/// Sees that there is a copy, and that it is not the database itself.
fn see(file: &Path, database: &Path) -> Result<(), CliError> {
    let about = fs::metadata(file).map_err(|error| {
        CliError::new(
            Exit::NotFound,
            "no_such_file",
            format!("cannot read {}: {error}", file.display()),
        )
        .hint("Name a copy that doctor backup wrote.")
    })?;
    let is_same = fs::metadata(database)
        .is_ok_and(|database| (database.dev(), database.ino()) == (about.dev(), about.ino()));
    if is_same {
        return Err(CliError::invalid(format!(
            "{} is the workspace's database itself",
            file.display()
        ))
        .hint("Name a copy of it."));
    }
    Ok(())
}

fn check(args: &RestoreArgs, standing: &Standing, copy: &Prepared) -> Result<(), CliError> {
    let refused = |code: &str, message: String| CliError::new(Exit::Conflict, code, message);
    match standing {
        Standing::OtherWorkspace(present) if !args.other_workspace => Err(refused(
            "other_workspace",
            format!(
                "the copy is of another workspace: {}, and here is {}, with {}",
                copy.head.workspace,
                present.workspace,
                count(present.tasks, "task")
            ),
        )
        .hint("Nothing was changed. Name the copy's own workspace: --db or --profile.")),
        Standing::Same { newer, .. } if newer.entries > 0 && !args.force => Err(refused(
            "would_lose",
            format!("the copy is older: {} would be lost", lost(newer)),
        )
        .hint("Nothing was changed. See what is newer: backlog activity")),
        Standing::Unreadable if !args.force => Err(refused(
            "unreadable",
            "the database that is there cannot be read, so nobody can tell what would be lost"
                .to_owned(),
        )
        .hint("Nothing was changed. See what is damaged: backlog doctor check")),
        _ => Ok(()),
    }
}

fn question(file: &Path, database: &Path, standing: &Standing, copy: &Prepared) -> String {
    let loses = match standing {
        Standing::Same { newer, .. } if newer.entries > 0 => format!(", giving up {}", lost(newer)),
        Standing::OtherWorkspace(_) => ", which is another workspace".to_owned(),
        Standing::Unreadable => ", which cannot be read".to_owned(),
        Standing::Same { .. } | Standing::Absent => String::new(),
    };
    format!(
        "Replace {} by {}, with {} and {} of the log{loses}?",
        line(&database.display().to_string()),
        line(&file.display().to_string()),
        count(copy.head.tasks, "task"),
        entries(copy.head.last_activity)
    )
}

fn keep_daemons_away(
    workspace: &Workspace,
    invocation: &Invocation,
) -> Result<(client::start::HeldOff, daemon::Stopped), CliError> {
    let context = Context::with_config(
        invocation,
        workspace.clone(),
        Config::default(),
        Start::Never,
    )?;
    let held = context.block_on(async |_| client::start::hold_off(workspace).await)?;
    let lock = workspace.runtime_dir().join(LEADER_LOCK);
    // Also where no daemon ever was: there is something to hold then.
    own_file()
        .write(true)
        .truncate(false)
        .open(&lock)
        .map_err(|error| CliError::failed(format!("cannot open {}: {error}", lock.display())))?;
    Ok((held, daemon::stop(&context)?))
}

fn free_name(database: &Path) -> PathBuf {
    let stamp = time::stamp();
    let named =
        |suffix: &str| database.with_file_name(format!("backlog-replaced-{stamp}{suffix}.db"));
    (1..)
        .map(|number| match number {
            1 => named(""),
            _ => named(&format!("-{number}")),
        })
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| named(""))
}

fn tell(
    invocation: &Invocation,
    file: &Path,
    database: &Path,
    placed: &Placed,
    last: i64,
) -> Result<(), CliError> {
    let shown = |path: &Path| line(&path.display().to_string()).into_owned();
    let mut message = format!(
        "Restored {} from {}, up to entry {last} of the log",
        shown(database),
        shown(file)
    );
    let kept = placed.kept.as_ref().map(|kept| kept.display().to_string());
    if let Some(kept) = &kept {
        message.push_str(&format!("\nWhat was there is kept: {}", line(kept)));
    }
    let entries_given_up = match &placed.was {
        Standing::Same { newer, .. } => newer.entries,
        _ => 0,
    };
    let out = invocation.output(None);
    let done = view::Done::plain("restore", "workspace", message);
    if out.json {
        return out.document(&view::RestoredWorkspace {
            done,
            database: database.display().to_string(),
            kept,
            last_activity_seq: last,
            entries_given_up,
        });
    }
    out.done(&done)
}

/// `12 entries of the log, with 3 tasks added and 4 changed`.
fn lost(newer: &Newer) -> String {
    format!(
        "{} of the log, with {} added and {} changed",
        entries(newer.entries),
        count(newer.tasks_added, "task"),
        newer.tasks_changed
    )
}

fn entries(number: i64) -> String {
    match number {
        1 => "1 entry".to_owned(),
        _ => format!("{number} entries"),
    }
}

fn count(number: i64, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn told(error: &RestoreError) -> CliError {
    let (exit, code) = match error {
        RestoreError::Open(
            InitError::NotBacklog(_) | InitError::BacklogOne(_) | InitError::Newer { .. },
        )
        | RestoreError::Damaged { .. } => (Exit::Usage, "not_a_copy"),
        RestoreError::InUse(_) | RestoreError::Changed => (Exit::Conflict, "in_use"),
        _ => (Exit::Failed, "failed"),
    };
    let told = CliError::new(exit, code, error.to_string());
    match error {
        RestoreError::Open(InitError::NotBacklog(_)) => {
            told.hint("Nothing was changed. Name a copy that doctor backup wrote.")
        }
        _ => match error.hint() {
            Some(hint) => told.hint(hint),
            None => told,
        },
    }
}
