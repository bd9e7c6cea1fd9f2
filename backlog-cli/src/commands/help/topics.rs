//! What is explained by itself: exit codes, the environment, agents.

use std::fmt::Write as _;

/// The topics with what they say.
pub fn all() -> [(&'static str, String); 3] {
    [
        ("exit-codes", exit_codes()),
        ("environment", environment()),
        ("agents", AGENTS.to_owned()),
    ]
}

/// What a command exits with.
pub const EXIT_CODES: &[(&str, &str)] = &[
    ("0", "done"),
    ("1", "failed"),
    ("2", "bad usage, or a value that is not allowed"),
    ("3", "no such thing: workspace, project, task, ..."),
    (
        "4",
        "conflict: held by another session, changed since you read it, exists already, not possible as it is",
    ),
    ("5", "the daemon cannot be reached or started"),
    ("6", "nothing to claim: task claim, task next"),
];

/// What is read from the environment.
pub const VARIABLES: &[(&str, &str)] = &[
    ("BACKLOG_DB", "the workspace's backlog.db, as --db"),
    (
        "BACKLOG_PROFILE",
        "a named workspace of yours, as --profile",
    ),
    (
        "BACKLOG_ACTOR",
        "who signs, as --as: human:alice, ai:claude-code",
    ),
    (
        "BACKLOG_SESSION",
        "tells apart two sessions of one actor, as --session",
    ),
    (
        "CODEX_SESSION_ID",
        "the same, set by Codex; else CODEX_THREAD_ID",
    ),
    ("CLAUDE_CODE_SESSION_ID", "the same, set by Claude Code"),
    (
        "BACKLOG_LEASE",
        "the token of the lease you write under, as --lease",
    ),
    (
        "BACKLOG_DAEMON",
        "whether to use the daemon, as --daemon: auto, require, never",
    ),
    (
        "BACKLOG_LOG",
        "how much the daemon logs: error, warn, info, debug",
    ),
    (
        "BACKLOG_WEB_TOKEN",
        "the token that callers of web have to give; else another one each time",
    ),
    ("NO_COLOR", "no colours"),
    ("TERM", "dumb: no colours"),
    ("COLUMNS", "how wide tables may be, on a terminal"),
    (
        "USER, LOGNAME",
        "who you are, where nothing else says who signs",
    ),
    (
        "XDG_CONFIG_HOME",
        "where backlog/config.toml is; else ~/.config",
    ),
    (
        "COMPLETE",
        "set by the shell's completion script; a command then prints what could stand at the cursor, and does nothing",
    ),
];

/// The files there are.
pub const FILES: &[(&str, &str)] = &[
    (
        ".backlog/",
        "the workspace of a git checkout; elsewhere ~/.backlog/default/, or where --path said",
    ),
    ("backlog.db", "the database of a workspace"),
    (
        "config.toml",
        "its settings; what it says counts before the user's",
    ),
    (
        ".backlogd/",
        "of the daemon: its socket, its log, who it is. May be deleted while no daemon runs",
    ),
    (
        "~/.config/backlog/config.toml",
        "the user's settings and profiles",
    ),
];

/// Which workspace, actor and project a command means.
pub const ORDER: &[(&str, &str)] = &[
    (
        "Which workspace a command means, the first that says something",
        "--db, $BACKLOG_DB, --profile, $BACKLOG_PROFILE, the nearest workspace at or above the current directory (.backlog/backlog.db, then backlog.db; a linked git worktree counts as its main checkout), the default profile.",
    ),
    (
        "Who signs a write",
        "--as, $BACKLOG_ACTOR, the coding agent that the command runs in, defaults.actor in the workspace's config.toml, in yours, human:$USER.",
    ),
    (
        "Which project is meant",
        "--project, the workspace's default project, yours, the only project there is.",
    ),
];

fn exit_codes() -> String {
    let mut text = "What a command exits with:\n\n".to_owned();
    columns(&mut text, EXIT_CODES);
    text.push_str(
        "
With --json an error is one document on standard error:

  {\"error\":{\"code\":\"task_not_found\",\"message\":\"...\",\"hint\":\"...\"}}

The code is stable; the message and the hint are for people.
",
    );
    text
}

fn environment() -> String {
    let mut text = "What Backlog reads from the environment:\n\n".to_owned();
    columns(&mut text, VARIABLES);
    for (question, answer) in ORDER {
        let _ = write!(text, "\n{question}:\n\n");
        for line in wrapped(answer, 76) {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

/// Names, and beside them what they mean, in less than 80 columns.
fn columns(text: &mut String, rows: &[(&str, &str)]) {
    let width = rows
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default();
    for (name, meaning) in rows {
        let mut name = *name;
        for line in wrapped(meaning, 75 - width) {
            let _ = writeln!(text, "  {name:<width$}  {line}");
            name = "";
        }
    }
}

/// The lines of a text, each of `width` bytes at most where words allow it.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What an agent should know.
pub const AGENTS: &str = "\
For coding agents:

  backlog prime                       what a fresh session needs to know
  backlog                             what you hold, what is ready
  backlog task claim                  take the next ready task (exit 6: none)
  backlog task why TASK-12            what keeps a task from being taken
  backlog plan add --task TASK-12 --title 'Retry' --from-file plan.md
  backlog comment add 'What I found' --task TASK-12
  backlog task done TASK-12 --note 'What I did'
  backlog task release TASK-12 --note 'What the next one should know'

A claimed task is yours alone until its lease ends; whatever you write about
it renews the lease. Claim, do not move: two who move a task to doing both do
it. A write refused because your lease is over (exit code 4, lease_lost) means
that you lost the task: stop working on it.
--wait 10m waits for something to become ready.

You sign as yourself where your environment says who you are (Claude Code,
Codex, Cursor, OpenCode, Gemini CLI); else give --as ai:NAME. Give each
session its own --session or $BACKLOG_SESSION: sessions of one name are one.

--json prints one document, and errors as one on standard error. No command
asks questions inside an agent: what cannot be undone needs --yes there.
--if-version refuses a write where somebody else was faster (exit code 4).
";
