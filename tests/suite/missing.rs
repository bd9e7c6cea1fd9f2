//! What does not exist is exit code 3, what is in the way of something else 4;
//! a script can tell them from a slip in its flags.

use backlog_tests::Home;

type Case = (&'static [&'static str], &'static str, &'static str);

/// Arguments, what the message says, and the code that programs see.
#[rustfmt::skip]
const MISSING: &[Case] = &[
    (&["task", "show", "TASK-99"], "no task TASK-99", "task_not_found"),
    (&["task", "show", "01JZX3K7AAAAAAAAAAAAAAAAAA"], "no task 01JZX3K7", "task_not_found"),
    (&["task", "update", "99", "-t", "x"], "no task TASK-99", "task_not_found"),
    (&["task", "move", "99", "--status", "done"], "no task TASK-99", "task_not_found"),
    (&["task", "archive", "99"], "no task TASK-99", "task_not_found"),
    (&["task", "unarchive", "99"], "no task TASK-99", "task_not_found"),
    (&["task", "delete", "99"], "no task TASK-99", "task_not_found"),
    (&["task", "add", "-p", "nope", "-t", "x"], "no project \"nope\"", "project_not_found"),
    (&["task", "list", "-p", "nope"], "no project \"nope\"", "project_not_found"),
    (&["activity", "-p", "nope"], "no project \"nope\"", "project_not_found"),
    (&["project", "show", "nope"], "no project \"nope\"", "project_not_found"),
    (&["project", "update", "nope", "--name", "x"], "no project \"nope\"", "project_not_found"),
    (&["project", "archive", "nope"], "no project \"nope\"", "project_not_found"),
    (&["project", "delete", "nope"], "no project \"nope\"", "project_not_found"),
    (&["project", "set-default", "nope"], "no project \"nope\"", "project_not_found"),
    (&["plan", "add", "--task", "99", "--title", "x"], "no task TASK-99", "task_not_found"),
    (&["plan", "list", "--task", "99"], "no task TASK-99", "task_not_found"),
    (&["plan", "show", "01JZX3K7"], "no plan 01JZX3K7", "plan_not_found"),
    (&["plan", "history", "01JZX3K7"], "no plan 01JZX3K7", "plan_not_found"),
    (&["plan", "diff", "01JZX3K7"], "no plan 01JZX3K7", "plan_not_found"),
    (&["plan", "update", "01JZX3K7", "--title", "x"], "no plan 01JZX3K7", "plan_not_found"),
    (&["plan", "delete", "01JZX3K7"], "no plan 01JZX3K7", "plan_not_found"),
    (&["comment", "add", "x", "--task", "99"], "no task TASK-99", "task_not_found"),
    (&["comment", "list", "--task", "99"], "no task TASK-99", "task_not_found"),
    (&["comment", "delete", "01JZX3K7"], "no comment 01JZX3K7", "comment_not_found"),
    (&["label", "create", "x", "-p", "nope"], "no project \"nope\"", "project_not_found"),
    (&["label", "list", "-p", "nope"], "no project \"nope\"", "project_not_found"),
    (&["label", "attach", "x", "--task", "99"], "no task TASK-99", "task_not_found"),
    (&["label", "detach", "x", "--task", "99"], "no task TASK-99", "task_not_found"),
    (&["label", "delete", "nope"], "no label \"nope\"", "label_not_found"),
    (&["trash", "restore", "TASK-99"], "nothing in the trash is called TASK-99", "trash_not_found"),
    (&["trash", "restore", "01JZX3K7"], "nothing in the trash is called 01JZX3K7", "trash_not_found"),
    (&["--db", "none/backlog.db", "task", "list"], "--db names a file that is not there", "no_workspace"),
    (&["--db", ".", "task", "list"], "which cannot be used", "no_workspace"),
    (&["--profile", "nope", "task", "list"], "there is no profile \"nope\"", "no_workspace"),
];

#[rustfmt::skip]
const IN_THE_WAY: &[Case] = &[
    (&["project", "add", "--alias", "app"], "a project \"app\" exists already", "alias_taken"),
    (&["project", "add", "--alias", "old"], "\"old\" exists already (archived)", "alias_taken"),
    (&["project", "delete", "app"], "project app is not archived", "project_not_archived"),
    (&["project", "set-default", "old"], "archived", "project_archived"),
    (&["task", "add", "-p", "old", "-t", "x"], "project old is archived", "project_archived"),
    (&["label", "create", "x", "-p", "old"], "project old is archived", "project_archived"),
    (&["task", "update", "1", "-t", "x", "--if-version", "7"], "TASK-1 changed since version 7 (now 1)", "version_conflict"),
];

#[track_caller]
fn refuse_all(code: i32, cases: &[Case]) {
    let home = Home::with_project();
    home.run(["project", "add", "--alias", "old"]).ok();
    home.run(["project", "archive", "old"]).ok();
    home.run(["task", "add", "-p", "app", "-t", "The first"])
        .ok();
    let count = |home: &Home| {
        let events = home.run(["activity", "--limit", "1000", "--json"]).json();
        events["events"].as_array().map(Vec::len)
    };
    let before = count(&home);
    let mut problems = Vec::new();
    for (args, fragment, name) in cases {
        problems.extend(home.run(*args).check_refused(code, fragment).err());
        let ran = home.run([&["--json"], *args].concat());
        let error = ran.json_error();
        let is_told = error["message"]
            .as_str()
            .is_some_and(|message| message.contains(fragment))
            && error["code"] == *name
            && error["hint"].is_string();
        if !is_told || ran.code() != Some(code) || !ran.stdout().is_empty() {
            problems.push(format!("{args:?} with --json: {error}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(count(&home), before, "something was written");
}

#[test]
fn what_does_not_exist_is_exit_code_3_and_the_hint_tells_where_to_look() {
    refuse_all(3, MISSING);
}

#[test]
fn what_is_in_the_way_is_exit_code_4_and_the_hint_tells_how_to_go_on() {
    refuse_all(4, IN_THE_WAY);
}

#[test]
fn without_a_workspace_every_command_names_init() {
    let home = Home::new();
    for args in [
        ["task", "list"].as_slice(),
        &["task", "add", "-t", "x"],
        &["project", "list"],
        &["activity"],
        &["trash", "list"],
        &["daemon", "status"],
        &["daemon", "start"],
        &["daemon", "stop"],
        &["daemon", "logs"],
        &["daemon", "run"],
        &[],
    ] {
        home.run(args).refused(3, "`backlog init`");
    }
    let made: Vec<_> = std::fs::read_dir(home.work())
        .expect("a directory")
        .collect();
    assert!(made.is_empty(), "{made:?}");
}

#[test]
fn a_deleted_task_is_not_found_and_the_hint_takes_it_back() {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "The first"]).ok();
    home.run(["task", "delete", "1"]).ok();
    let ran = home.run(["task", "show", "1"]).refused(3, "no task TASK-1");
    assert!(
        ran.stderr().contains("backlog trash restore TASK-1"),
        "{}",
        ran.stderr()
    );
    home.run(["trash", "restore", "TASK-1"]).ok();
    home.run(["task", "show", "1"]).ok();
}
