//! How a lease ends: done, released, expired, taken away.

use backlog_tests::{Home, database::assert_sound, eventually};

use super::{claim, listed, run_as, token, with_short_leases, with_tasks};

#[test]
fn done_comments_moves_and_ends_the_lease_in_one_write() {
    let home = with_tasks(1);
    claim(&home, "s1");
    run_as(&home, "s1", ["task", "done", "1", "--note", "It works"]).ok();
    let task = home.task("1");
    assert_eq!(task["status"], "done");
    assert!(task["lease"].is_null());
    assert_eq!(task["comments"][0]["body"], "It works");
    assert_eq!(home.attempts("1")[0]["outcome"], "done");
    let again = run_as(&home, "s1", ["task", "done", "1"]).ok();
    assert_eq!(again.stdout(), "TASK-1 is done already\n");
    assert_sound(&home);
}

#[test]
fn a_released_task_is_ready_again_and_its_note_is_read_by_the_next() {
    let home = with_tasks(1);
    claim(&home, "s1");
    let note = "Half way; see the plan";
    run_as(&home, "s1", ["task", "release", "1", "--note", note]).ok();
    assert_eq!(listed(&home, &["--ready"]), ["TASK-1"]);
    let shown = home.run(["task", "show", "1"]).ok().stdout();
    let (heading, left) = shown.rsplit_once('\n').map_or(("", ""), |(rest, _)| {
        rest.rsplit_once('\n').expect("two lines")
    });
    assert!(
        heading.contains("Last attempt: released by ai:s1"),
        "{shown}"
    );
    assert_eq!(left.trim(), note);
    let next = claim(&home, "s2");
    assert_eq!(next["lease"]["fence"], 2);
    assert_eq!(next["last_attempt"]["note"], note);
    assert_eq!(next["last_attempt"]["outcome"], "released");
    run_as(&home, "s1", ["task", "release", "1"]).refused(4, "held by ai:s2");
}

#[test]
fn a_move_by_the_holder_ends_the_lease() {
    let home = with_tasks(2);
    for (task_seq, to, outcome) in [("1", "done", "done"), ("2", "todo", "released")] {
        claim(&home, "s1");
        run_as(&home, "s1", ["task", "move", task_seq, "--status", to]).ok();
        assert!(home.task(task_seq)["lease"].is_null());
        assert_eq!(home.attempts(task_seq)[0]["outcome"], outcome);
    }
}

#[test]
fn an_expired_task_goes_back_by_the_daemon_and_a_lost_token_writes_nothing() {
    let home = with_short_leases(1);
    let lost = token(&claim(&home, "s1"));
    eventually("the lease has expired", || {
        home.task("1")["lease"].is_null()
    });
    let shown = home.task("1");
    assert_eq!(
        (&shown["status"], &shown["ready"]),
        (&"todo".into(), &true.into())
    );
    assert_eq!(home.attempts("1")[0]["outcome"], "expired");
    let events = home.run(["activity", "--task", "1", "--json"]).json();
    let newest = &events["events"][0];
    assert_eq!(newest["action"], "expired");
    assert_eq!(newest["actor"]["kind"], "system");

    let with_lost_token: [&[&str]; 5] = [
        &["task", "done", "1"],
        &["task", "update", "1", "--title", "Overwritten"],
        &["comment", "add", "late", "--task", "1"],
        &["plan", "add", "--task", "1", "--title", "late"],
        &["label", "attach", "late", "--task", "1"],
    ];
    for args in with_lost_token {
        let args = args.iter().copied().chain(["--lease", lost.as_str()]);
        run_as(&home, "s1", args).refused(4, "your lease of TASK-1 has expired");
    }
    let after = home.task("1");
    assert_eq!(after["title"], "Task 1");
    assert_eq!(after["comments"].as_array().map(Vec::len), Some(0));
    assert_sound(&home);
}

#[test]
fn writing_and_renewing_keep_a_lease_alive() {
    let home = with_tasks(1);
    let ends = |claimed: &serde_json::Value| claimed["lease"]["expires_at"].to_string();
    run_as(&home, "s1", ["task", "claim", "--ttl", "10m"]).ok();
    let first = ends(&home.task("1"));
    run_as(&home, "s1", ["comment", "add", "Going on", "--task", "1"]).ok();
    let second = ends(&home.task("1"));
    assert!(second > first, "{second} {first}");
    run_as(&home, "s2", ["comment", "add", "Hello", "--task", "1"]).ok();
    run_as(&home, "s1", ["task", "renew", "1", "--ttl", "1h"]).ok();
    assert!(ends(&home.task("1")) > second);
    run_as(&home, "s2", ["task", "renew", "1"]).refused(4, "held by ai:s1");
}

#[test]
fn what_was_set_aside_says_once_why_and_what_to_do() {
    let home = with_tasks(1);
    for _ in 0..3 {
        claim(&home, "s1");
        let release = ["task", "release", "1", "--failed", "--note", "No disk"];
        run_as(&home, "s1", release).ok();
    }
    let why = &home.task("1")["needs_attention"];
    assert_eq!(why, "3 attempts without done (ai:s1 failed: No disk)");
    let overview = home.run([""; 0]).ok().stdout();
    assert!(overview.contains("backlog task retry REF"), "{overview}");
}

#[test]
fn after_three_attempts_without_done_a_task_is_set_aside_for_a_person() {
    let home = with_tasks(1);
    for number in 1..=3 {
        let name = format!("s{number}");
        claim(&home, &name);
        let note = format!("The build fails, {number}");
        let args = ["task", "release", "1", "--failed", "--note", &note];
        run_as(&home, &name, args).ok();
    }
    let shown = home.task("1");
    let why = shown["needs_attention"].as_str().expect("a reason");
    assert!(why.starts_with("3 attempts without done"), "{why}");
    assert!(why.contains("ai:s2 failed: The build fails, 2"), "{why}");
    run_as(&home, "s4", ["task", "claim"]).refused(6, "1 set aside for a person");
    run_as(&home, "s4", ["task", "claim", "1"]).refused(4, "set aside for a person");
    assert_eq!(listed(&home, &["--needs-attention"]), ["TASK-1"]);
    run_as(&home, "s4", ["task", "retry", "1"]).refused(4, "only a person may");
    home.run(["task", "retry", "1"]).ok();
    assert_eq!(claim(&home, "s4")["lease"]["fence"], 4);
}

#[test]
fn a_person_may_take_a_task_away_and_the_log_says_who() {
    let home = with_tasks(1);
    let lost = token(&claim(&home, "s1"));
    run_as(&home, "s2", ["task", "claim", "1", "--force"]).refused(4, "only a person may");
    home.run(["task", "claim", "1"]).refused(4, "held by ai:s1");
    let taken = home.run(["task", "claim", "1", "--force", "--json"]).json();
    assert_eq!(taken["lease"]["fence"], 2);
    assert_eq!(home.attempts("1")[1]["outcome"], "revoked");
    let args = ["task", "done", "1", "--lease", &lost];
    run_as(&home, "s1", args).refused(4, "taken away by a person");
    let events = home.run(["activity", "--task", "1", "--json"]).json();
    let newest = &events["events"][0];
    assert_eq!(newest["payload"]["forced"], true);
    assert_eq!(newest["actor"]["kind"], "human");
}

#[test]
fn a_token_that_proves_nothing_here_is_refused() {
    let home = with_tasks(2);
    let other = token(&claim(&home, "s1"));
    claim(&home, "s2");
    let done = |token: &str| run_as(&home, "s2", ["task", "done", "2", "--lease", token]);
    done("0123456789abcdef0123456789abcdef").refused(2, "of no lease");
    done("what").refused(2, "of no lease");
    done(&other).refused(4, "that of TASK-1, not of TASK-2");
    // About other tasks it says nothing at all.
    let args = ["comment", "add", "By the way", "--task", "2", "--lease"];
    run_as(&home, "s1", args.iter().copied().chain([other.as_str()])).ok();
}

#[test]
fn deleted_and_archived_tasks_are_held_by_nobody() {
    let home = with_tasks(2);
    for verb in ["archive", "delete"] {
        let claimed = claim(&home, "s1");
        let name = claimed["ref"].as_str().expect("a reference");
        run_as(&home, "s2", ["task", verb, name]).refused(4, "held by ai:s1");
        run_as(&home, "s1", ["task", verb, name]).ok();
    }
    let status = home.run(["daemon", "status", "--json"]).json();
    assert_eq!(status["leases"], 0);
    home.run(["task", "unarchive", "1"]).ok();
    assert_eq!(claim(&home, "s2")["ref"], "TASK-1");
}

#[test]
fn the_daemon_does_not_leave_while_a_lease_lives() {
    let home = Home::with_workspace();
    let config = "[daemon]\nidle_timeout = \"1s\"\n[lease]\nttl = \"3s\"\ngrace = \"1s\"\n";
    std::fs::write(home.work().join("config.toml"), config).expect("a file");
    home.run(["daemon", "restart"]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    home.run(["task", "add", "-t", "Held"]).ok();
    claim(&home, "s1");
    eventually("the daemon has left", || !home.daemon().leads());
    let events = home.run(["activity", "--task", "1", "--json"]).json();
    assert_eq!(events["events"][0]["action"], "expired", "it saw the end");
}
