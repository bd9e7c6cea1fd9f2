//! What must be done before what.

use backlog_tests::{Home, eventually};

use super::{claim, listed, run_as, with_tasks};

fn on(home: &Home, waits: &str, on: &str) {
    home.run(["task", "dep", "add", waits, "--on", on]).ok();
}

fn why(home: &Home, task: &str) -> String {
    home.run(["task", "why", task]).ok().stdout()
}

#[test]
fn a_blocked_task_is_ready_once_its_blocker_is_done_or_archived() {
    for verb in [&["move", "1", "--status", "done"][..], &["archive", "1"]] {
        let home = with_tasks(1);
        home.run(["task", "add", "-t", "Later", "--blocked-by", "TASK-1"])
            .ok();
        assert_eq!(listed(&home, &["--ready"]), ["TASK-1"]);
        assert_eq!(listed(&home, &["--blocked"]), ["TASK-2"]);
        assert_eq!(home.task("2")["blocked_by"][0], "TASK-1");
        assert_eq!(home.task("1")["blocks"][0], "TASK-2");
        home.run(["task"].iter().chain(verb)).ok();
        assert_eq!(listed(&home, &["--ready"]), ["TASK-2"], "{verb:?}");
    }
}

#[test]
fn a_child_waits_for_what_blocks_its_parent_and_a_parent_for_its_children() {
    let home = with_tasks(2);
    home.run(["task", "add", "-t", "Part", "--parent", "2"])
        .ok();
    on(&home, "2", "1");
    assert_eq!(listed(&home, &["--blocked"]), ["TASK-2", "TASK-3"]);
    home.run(["task", "done", "1"]).ok();
    assert_eq!(listed(&home, &["--ready"]), ["TASK-3"]);
    assert_eq!(listed(&home, &["--parent", "2"]), ["TASK-3"]);
    run_as(&home, "s1", ["task", "done", "3"]).ok();
    assert_eq!(listed(&home, &["--ready"]), ["TASK-2"]);
}

#[test]
fn a_circle_is_refused_and_shown_through_both_kinds() {
    let home = with_tasks(3);
    on(&home, "2", "1");
    home.run(["task", "dep", "add", "1", "--on", "2"])
        .refused(4, "TASK-2 waits for TASK-1 waits for TASK-2");
    home.run(["task", "update", "3", "--parent", "1"]).ok();
    home.run(["task", "dep", "add", "3", "--on", "2"]).refused(
        4,
        "TASK-2 waits for TASK-1 waits for TASK-3 waits for TASK-2",
    );
    home.run(["task", "dep", "add", "3", "--on", "3"])
        .refused(4, "TASK-3 waits for TASK-3");
    home.run(["task", "dep", "add", "3", "--on", "2", "--type", "related"])
        .ok();
    assert_eq!(home.task("3")["related"][0], "TASK-2");
    assert!(
        home.task("3")["blocked_by"].is_null(),
        "nothing was written"
    );
}

#[test]
fn why_names_the_last_cause_of_each_reason() {
    let home = with_tasks(4);
    on(&home, "3", "2");
    on(&home, "2", "1");
    let told = why(&home, "3");
    assert!(
        told.contains("TASK-3 waits for TASK-2 waits for TASK-1: TASK-1 is ready, and nobody"),
        "{told}"
    );
    claim(&home, "s1");
    let told = why(&home, "3");
    assert!(
        told.contains("TASK-1: TASK-1 is held by ai:s1 (session s1)"),
        "{told}"
    );
    home.run(["task", "update", "4", "--defer-until", "2100-01-01"])
        .ok();
    let told = why(&home, "4");
    assert!(told.contains("TASK-4 is deferred for another"), "{told}");
    home.run([
        "task",
        "update",
        "4",
        "--clear-defer-until",
        "--parent",
        "3",
    ])
    .ok();
    let told = home.run(["task", "why", "3", "--json"]).json();
    let kinds: Vec<&str> = told["obstacles"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|obstacle| obstacle["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["held"], "all of it waits for TASK-1: {told}");
    home.run(["project", "archive", "app"]).ok();
    assert!(why(&home, "4").contains("project app is archived"));
}

#[test]
fn a_tree_fits_the_terminal_and_tells_each_branch_once() {
    let home = with_tasks(4);
    on(&home, "1", "2");
    on(&home, "2", "3");
    on(&home, "1", "3");
    on(&home, "3", "4");
    let tree = home.run(["task", "dep", "tree", "1"]).ok().stdout();
    assert_eq!(
        tree,
        "TASK-1 (todo) Task 1\n\
         ├─ TASK-2 (todo) Task 2\n\
         │  └─ TASK-3 (todo) Task 3\n\
         │     └─ TASK-4 (ready) Task 4\n\
         └─ TASK-3 (todo) ^ Task 3\n"
    );
}

#[test]
fn a_deferred_task_is_ready_when_its_date_has_come() {
    let home = with_tasks(1);
    let soon = soon();
    home.run(["task", "update", "1", "--defer-until", &soon])
        .ok();
    assert!(listed(&home, &["--ready"]).is_empty());
    eventually("the date has come", || {
        listed(&home, &["--ready"]) == ["TASK-1"]
    });
}

/// Two seconds from now.
pub(super) fn soon() -> String {
    let now = std::process::Command::new("date")
        .args(["-u", "-d", "+2 seconds", "+%Y-%m-%dT%H:%M:%SZ"])
        .output()
        .expect("date");
    String::from_utf8_lossy(&now.stdout).trim().to_owned()
}

#[test]
fn lists_tell_what_is_claimed_and_what_is_mine() {
    let home = with_tasks(3);
    claim(&home, "s1");
    claim(&home, "s2");
    assert_eq!(listed(&home, &["--claimed"]), ["TASK-1", "TASK-2"]);
    let mine = run_as(&home, "s2", ["task", "list", "--mine", "--ids-only"]);
    assert_eq!(mine.ok().stdout(), "TASK-2\n");
    let overview = run_as(&home, "s2", ["--json"]).json();
    assert_eq!(overview["mine"]["tasks"][0]["ref"], "TASK-2");
    assert_eq!(overview["ready"]["tasks"][0]["ref"], "TASK-3");
}

#[test]
fn a_task_that_is_yet_to_be_made_blocks_nothing() {
    let home = with_tasks(1);
    home.run(["task", "add", "-t", "After", "--blocked-by", "TASK-2"])
        .refused(3, "no task TASK-2");
    assert_eq!(listed(&home, &[]), ["TASK-1"]);
}

#[test]
fn what_is_related_is_so_both_ways_once() {
    let home = with_tasks(2);
    let related = |verb, task, on| {
        let args = ["task", "dep", verb, task, "--on", on, "--type", "related"];
        home.run(args).ok();
    };
    related("add", "1", "2");
    related("add", "2", "1");
    related("remove", "2", "1");
    for number in ["1", "2"] {
        assert_eq!(home.task(number).get("related"), None, "TASK-{number}");
    }
}
