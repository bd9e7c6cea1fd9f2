//! Whatever a flag or argument is given that makes no sense: exit code 2, one
//! line that says what is wrong, and nothing is written.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _};

use backlog_tests::Home;
use serde_json::Value;

/// Arguments, and what the message says.
type Case = (&'static [&'static str], &'static str);

#[rustfmt::skip]
const INIT: &[Case] = &[
    (&["init", "--path", "a", "--db", "b/backlog.db"], "--path or --db, not both"),
    (&["init", "--path", "backlog.db"], "--path is the directory"),
    (&["init", "--db", "queue.db"], "is called backlog.db"),
    (&["init", "--profile", "a/b"], "'a/b'"),
    (&["init", "--profile", ".."], "'..'"),
    (&["init", "--actor", "alice"], "write human:alice for a person or ai:alice for an agent"),
    (&["init", "--priority", "9"], "P1 (most urgent) to P5"),
    (&["init", "--status", "open"], "todo, doing, done"),
    (&["init", "--type", "story"], "bucket-list"),
    (&["init", "--yes"], "--reset"),
    (&["init", "--path", ".", "--reset"], "nobody is here to answer"),
    (&["init", "here"], "'here'"),
];

#[rustfmt::skip]
const PROJECT: &[Case] = &[
    (&["project"], "set-default"),
    (&["project", "add"], "--alias"),
    (&["project", "add", "--alias", ""], "\"\" is not an alias"),
    (&["project", "add", "--alias", "My_App"], "\"My_App\" is not an alias"),
    (&["project", "add", "--alias=-app"], "\"-app\" is not an alias"),
    (&["project", "add", "--alias", "zwölf"], "\"zwölf\" is not an alias"),
    (&["project", "add", "a\nb", "--alias", "ab"], "name is one line and may not contain '\\n'"),
    (&["project", "show"], "<ALIAS>"),
    (&["project", "update", "app"], "nothing to update"),
    (&["project", "update", "app", "--name", " "], "name may not be empty"),
    (&["project", "list", "app"], "'app'"),
    (&["project", "archive"], "<ALIAS>"),
    (&["project", "set-default"], "<ALIAS>"),
];

#[rustfmt::skip]
const TASK: &[Case] = &[
    (&["task"], "add, list, show"),
    (&["task", "lst"], "'lst'"),
    (&["task", "add"], "a task needs a title"),
    (&["task", "add", "-t", ""], "title may not be empty"),
    (&["task", "add", "-t", " \t "], "title may not be empty"),
    (&["task", "add", "-t", "a\nb"], "title is one line and may not contain '\\n'"),
    (&["task", "add", "-t", "a\u{1b}[2Jb"], "title is one line and may not contain '\\u{1b}'"),
    (&["task", "add", "-t", "x", "--type", "story"], "'story'"),
    (&["task", "add", "-t", "x", "--status", "open"], "'open'"),
    (&["task", "add", "-t", "x", "--priority", "0"], "P1 (most urgent) to P5"),
    (&["task", "add", "-t", "x", "--priority", "P6"], "'P6'"),
    (&["task", "add", "-t", "x", "--priority", "high"], "'high'"),
    (&["task", "add", "-t", "x", "--due-date", "tomorrow"], "YYYY-MM-DD"),
    (&["task", "add", "-t", "x", "--due-date", "2026-02-30"], "'2026-02-30'"),
    (&["task", "add", "-t", "x", "--due-date", "08.05.2026"], "'08.05.2026'"),
    (&["task", "add", "-t", "x", "--label", ""], "label may not be empty"),
    (&["task", "add", "-t", "x", "--label", "a\tb"], "label is one line"),
    (&["task", "add", "-t", "x", "--assignee", "a\nb"], "assignee is one line"),
    (&["task", "add", "-t", "x", "--source", "a\nb"], "source is one line"),
    (&["task", "add", "-t", "x", "--from-file", "none.md"], "cannot read none.md"),
    (&["task", "add", "-t", "x", "--from-file", "."], "cannot read ."),
    (&["task", "add", "x"], "'x'"),
    (&["task", "list", "--status", "open"], "todo, doing, done"),
    (&["task", "list", "--status", "todo,open"], "'open'"),
    (&["task", "list", "--type", "story"], "bucket-list"),
    (&["task", "list", "--priority", "P9"], "P1 (most urgent) to P5"),
    (&["task", "list", "--actor-kind", "robot"], "human, ai"),
    (&["task", "list", "--sort", "size"], "priority, created"),
    (&["task", "list", "--sort", "relevance"], "--search"),
    (&["task", "list", "--order", "up"], "asc, desc"),
    (&["task", "list", "--limit", "-1"], "invalid value '-1'"),
    (&["task", "list", "--limit", "abc"], "'abc'"),
    (&["task", "list", "--limit", "0"], "'0'"),
    (&["task", "list", "--limit", "1.5"], "'1.5'"),
    (&["task", "list", "--limit", "99999999999999999999"], "'99999999999999999999'"),
    (&["task", "list", "--offset", "-1"], "invalid value '-1'"),
    (&["task", "list", "--cursor", "x"], "\"x\" does not belong to this list"),
    (&["task", "list", "--cursor", "a\nb"], "does not belong to this list"),
    (&["task", "list", "--cursor", "x", "--offset", "1"], "cannot be used with"),
    (&["task", "list", "--label", ""], "--label"),
    (&["task", "list", "--sort", "relevance", "--search", ""], "--search"),
    (&["task", "show"], "<REF>"),
    (&["task", "show", ""], "\"\" is not a task"),
    (&["task", "show", "TASK-x"], "\"TASK-x\" is not a task: write TASK-12, 12 or the task's ULID"),
    (&["task", "show", "TASK-"], "is not a task"),
    (&["task", "show", "1.5"], "is not a task"),
    (&["task", "show", "TASK-99999999999999999999"], "is not a task"),
    (&["task", "move", "1"], "--status"),
    (&["task", "move", "1", "--status", "open"], "todo, doing, done"),
    (&["task", "update", "1"], "nothing to update"),
    (&["task", "update", "1", "-t", ""], "title may not be empty"),
    (&["task", "update", "1", "-t", "x", "--if-version", "0"], "'0'"),
    (&["task", "update", "1", "-t", "x", "--if-version", "new"], "'new'"),
    (&["task", "update", "1", "--due-date", "2026-05-08", "--clear-due-date"], "cannot be used with"),
    (&["task", "archive", "nr1"], "\"nr1\" is not a task"),
    (&["task", "delete", "nr1"], "\"nr1\" is not a task"),
];

#[rustfmt::skip]
const TEXTS: &[Case] = &[
    (&["plan"], "history"),
    (&["plan", "add", "--task", "1"], "--title"),
    (&["plan", "add", "--title", "x"], "--task"),
    (&["plan", "add", "--task", "1", "--title", ""], "title may not be empty"),
    (&["plan", "add", "--task", "nr1", "--title", "x"], "\"nr1\" is not a task"),
    (&["plan", "add", "--task", "1", "--title", "x", "--content", "a", "--from-file", "b"], "cannot be used with"),
    (&["plan", "add", "--task", "1", "--title", "x", "--from-file", "none.md"], "cannot read none.md"),
    (&["plan", "update", "01JZX3K7"], "nothing to update"),
    (&["plan", "show", "01JZX3K7", "--version", "0"], "'0'"),
    (&["plan", "show", "01JZX3K7", "--version", "first"], "'first'"),
    (&["plan", "diff", "01JZX3K7", "--from", "x"], "'x'"),
    (&["plan", "list"], "--task"),
    (&["comment"], "add, list, delete"),
    (&["comment", "add", "hm"], "--task"),
    (&["comment", "add", "", "--task", "1"], "a comment may not be empty"),
    (&["comment", "add", " \n", "--task", "1"], "a comment may not be empty"),
    (&["comment", "list"], "--task"),
    (&["comment", "delete"], "<ID>"),
    (&["label"], "attach"),
    (&["label", "create"], "<NAME>"),
    (&["label", "create", ""], "name may not be empty"),
    (&["label", "create", "a\nb"], "name is one line"),
    (&["label", "create", "x", "--color", "red"], "\"red\" is not a colour: write #rrggbb"),
    (&["label", "create", "x", "--color", "#fff"], "\"#fff\" is not a colour"),
    (&["label", "create", "x", "--color", "#ggaa00"], "\"#ggaa00\" is not a colour"),
    (&["label", "attach", "", "--task", "1"], "may not be empty"),
    (&["label", "attach", "x"], "--task"),
    (&["label", "detach", "x"], "--task"),
    (&["label", "delete"], "<NAME>"),
];

#[rustfmt::skip]
const REST: &[Case] = &[
    (&["tsk"], "'tsk'"),
    (&["--colour", "task", "list"], "'--colour'"),
    (&["task", "list", "--as", "alice"], "write human:alice for a person or ai:alice for an agent"),
    (&["--as", "", "task", "list"], "human:NAME"),
    (&["--as", "human:", "task", "list"], "human:NAME"),
    (&["--as", "robot:r2", "task", "list"], "human:NAME"),
    (&["--as", "system:backlogd", "task", "list"], "the daemon's own"),
    (&["--as", "ai:a\u{7}b", "task", "add", "-t", "x"], "actor is one line"),
    (&["--session", "a\nb", "task", "add", "-t", "x"], "session is one line"),
    (&["--color", "maybe", "task", "list"], "auto, always, never"),
    (&["task", "list", "--db"], "--db"),
    (&["activity", "--kind", "thing"], "workspace, project, task"),
    (&["activity", "--actor-kind", "robot"], "human, ai"),
    (&["activity", "--since", "yesterday"], "30m"),
    (&["activity", "--since", "5"], "'5'"),
    (&["activity", "--since", "5y"], "'5y'"),
    (&["activity", "--since", "2026-13-01"], "'2026-13-01'"),
    (&["activity", "--limit", "0"], "'0'"),
    (&["activity", "--limit", "many"], "'many'"),
    (&["activity", "--limit", "-1"], "'-1'"),
    (&["activity", "--task", "nr1"], "\"nr1\" is not a task"),
    (&["activity", "--actor-name", ""], "--actor-name"),
    (&["activity", "verify", "all"], "'all'"),
    (&["trash"], "list, restore, empty"),
    (&["trash", "restore"], "<ITEM>"),
    (&["trash", "empty"], "nobody is here to answer"),
    (&["daemon"], "status, start, stop"),
    (&["daemon", "pause"], "'pause'"),
    (&["daemon", "logs", "all"], "'all'"),
    (&["daemon", "status", "--verbose"], "'--verbose'"),
    (&["version", "2"], "'2'"),
    (&["trash", "restore", "TASK-1", "--alias", "No"], "is not an alias"),
    (&["activity", "verify", "--head", "9f2c"], "64 hexadecimal digits"),
    (&["config", "set", "lease.ttl", "--usr"], "'--usr'"),
    (&["search", ""], "nothing to search for"),
    (&["search", " "], "nothing to search for"),
    (&["task", "list", "--search", ""], "nothing to search for"),
    (&["comment", "add", "--task", "1", "--jsn"], "unexpected argument '--jsn'"),
    (&["memory", "add", "--taag", "--tag", "a"], "unexpected argument '--taag'"),
    (&["memory", "add", "x", "--from-file", "y"], "cannot be used with"),
    (&["comment", "add", "--task", "1"], "<TEXT>"),
    (&["plan", "add", "--task", "1", "--title", "--content"], "a value is required for '--title <TITLE>'"),
    (&["task", "update", "1", "-d", "--titel"], "unexpected argument '--titel'"),
    (&["completion"], "<SHELL>"),
    (&["completion", "tcsh"], "bash, zsh, fish, powershell"),
];

/// Runs every case, once for people and once for programs.
#[track_caller]
fn refuse_all(cases: &[Case]) {
    let home = home();
    let before = entries(&home);
    let mut problems = Vec::new();
    for (args, fragment) in cases {
        problems.extend(home.run(*args).check_refused(2, fragment).err());
        let ran = home.run([&["--json"], *args].concat());
        let error = ran.json_error();
        let is_told = error["message"]
            .as_str()
            .is_some_and(|message| message.contains(fragment))
            && error["code"].is_string()
            && error.get("hint").is_some_and(Value::is_string);
        if !is_told || ran.code() != Some(2) || !ran.stdout().is_empty() {
            problems.push(format!("{args:?} with --json: {error}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(entries(&home), before, "something was written");
    home.run(["activity", "verify"]).ok();
}

/// A home whose project has a task.
fn home() -> Home {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "The first"]).ok();
    home
}

/// How many entries the log has, and a look at all that may have changed.
fn entries(home: &Home) -> (usize, String) {
    let events = home.run(["activity", "--limit", "1000", "--json"]).json();
    let config = fs::read_to_string(home.work().join("config.toml")).expect("a config.toml");
    (events["events"].as_array().expect("events").len(), config)
}

#[test]
fn bad_flags_of_init_are_refused_and_nothing_is_made() {
    refuse_all(INIT);
}

#[test]
fn bad_values_for_projects_are_refused_and_nothing_is_written() {
    refuse_all(PROJECT);
}

#[test]
fn bad_values_for_tasks_are_refused_and_nothing_is_written() {
    refuse_all(TASK);
}

#[test]
fn bad_values_for_plans_comments_and_labels_are_refused_and_nothing_is_written() {
    refuse_all(TEXTS);
}

#[test]
fn bad_values_for_everything_else_are_refused_and_nothing_is_written() {
    refuse_all(REST);
}

#[test]
fn an_actor_without_its_kind_in_the_environment_is_refused_by_its_place() {
    let home = home();
    let mut command = home.command(["task", "add", "-t", "x"]);
    backlog_tests::home::run(command.env("BACKLOG_ACTOR", "bob"))
        .refused(2, "'bob' in $BACKLOG_ACTOR");
}

#[test]
fn arguments_that_are_no_text_are_refused() {
    let home = home();
    let before = entries(&home);
    let no_text = OsStr::from_bytes(b"caf\xe9");
    for args in [
        ["task", "add", "-t"].map(OsStr::new).as_slice(),
        &["task", "show"].map(OsStr::new),
        &["task", "list", "--search"].map(OsStr::new),
        &["task", "list", "--status"].map(OsStr::new),
        &["comment", "add", "--task", "1"].map(OsStr::new),
        &["label", "create"].map(OsStr::new),
        &["project", "add", "--alias"].map(OsStr::new),
        &["--as"].map(OsStr::new),
    ] {
        home.run(args.iter().copied().chain([no_text]))
            .refused(2, "UTF-8");
    }
    assert_eq!(entries(&home), before, "something was written");
}
