//! Where a sandbox forbids Unix sockets, a command does without the daemon,
//! and is right beside one that lives outside.

use std::process::Command;

use backlog_tests::{Home, Ran, crowd::at_once, database::assert_sound, home::run};

use super::{run_as, session, with_tasks};

/// A command where a call may not be made: `socket` or `bind`.
fn sandboxed(home: &Home, forbidden: &str, name: &str, args: &[&str]) -> Ran {
    let inside = session(home, name, args);
    let mut command = Command::new(env!("CARGO_BIN_EXE_sandboxed"));
    home.settle(&mut command);
    for (key, value) in inside.get_envs() {
        if let Some(value) = value {
            command.env(key, value);
        }
    }
    command
        .arg(forbidden)
        .arg(inside.get_program())
        .args(inside.get_args());
    run(&mut command)
}

#[test]
fn a_sandbox_without_sockets_can_claim_and_finish_and_says_so_in_one_line() {
    for forbidden in ["socket", "bind"] {
        let home = with_tasks(1);
        home.run(["daemon", "stop"]).ok();
        let claimed = sandboxed(&home, forbidden, "s1", &["task", "claim", "--quiet"]).ok();
        assert_eq!(claimed.stdout(), "TASK-1\n");
        let told = claimed.stderr();
        assert!(told.starts_with("note: "), "{forbidden}: {told}");
        assert!(told.contains("without the daemon"), "{forbidden}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(!home.daemon().leads(), "{forbidden}");
        let done = sandboxed(&home, forbidden, "s1", &["task", "done", "1"]).ok();
        assert_eq!(done.stdout(), "Finished TASK-1 Task 1\n");
        assert_sound(&home);
    }
}

#[test]
fn never_and_require_say_whether_the_daemon_is_used() {
    let home = with_tasks(1);
    home.run(["daemon", "stop"]).ok();
    let listed = home
        .run(["task", "list", "--daemon", "never", "--ids-only"])
        .ok();
    assert_eq!(
        (listed.stdout(), listed.stderr()),
        ("TASK-1\n".to_owned(), String::new())
    );
    assert!(!home.daemon().leads());
    sandboxed(
        &home,
        "socket",
        "s1",
        &["task", "list", "--daemon", "require"],
    )
    .refused(5, "may not be used here");
}

#[test]
fn beside_a_live_daemon_and_its_workers_nothing_is_taken_twice() {
    const TASKS: usize = 60;
    let home = with_tasks(TASKS);
    let taken = at_once(10, |number| {
        let name = format!("w{number}");
        let run = |args: &[&str]| match number {
            0 | 1 => sandboxed(&home, "socket", &name, args),
            _ => run_as(&home, &name, args),
        };
        let mut taken = 0;
        loop {
            let claimed = run(&["task", "claim", "--quiet"]);
            if claimed.code() == Some(6) {
                return taken;
            }
            let task = claimed.ok().stdout().trim().to_owned();
            run(&["task", "done", &task]).ok();
            taken += 1;
        }
    });
    assert_eq!(taken.iter().sum::<usize>(), TASKS, "{taken:?}");
    let events = home.run(["activity", "--limit", "10000", "--json"]).json();
    let claims = events["events"].as_array().expect("a list");
    let claims = claims.iter().filter(|event| event["action"] == "claimed");
    assert_eq!(claims.count(), TASKS);
    assert_sound(&home);
}

#[test]
fn a_claim_that_waits_at_the_daemon_is_woken_by_a_write_from_a_sandbox() {
    let home = with_tasks(0);
    let taken = at_once(2, |number| {
        if number == 0 {
            run_as(&home, "w", ["task", "claim", "--wait", "30s", "--quiet"]).ok()
        } else {
            backlog_tests::eventually("it waits", || {
                let status = home.run(["daemon", "status", "--json"]).json();
                status["waiting_claims"] == 1
            });
            sandboxed(&home, "socket", "s", &["task", "add", "-t", "From inside"]).ok()
        }
    });
    assert_eq!(taken[0].stdout(), "TASK-1\n");
}
