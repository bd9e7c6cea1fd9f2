//! What other sessions may do with a task that is held.

use super::{claim, run_as, with_tasks};

#[test]
fn others_may_comment_plan_and_label_but_not_change_or_finish() {
    let home = with_tasks(1);
    claim(&home, "s1");
    let allowed: [&[&str]; 4] = [
        &["comment", "add", "A thought", "--task", "1"],
        &["plan", "add", "--task", "1", "--title", "An idea"],
        &["label", "attach", "ui", "--task", "1"],
        &["task", "update", "1", "--label", "web"],
    ];
    for args in allowed {
        run_as(&home, "s2", args).ok();
    }
    let refused: [&[&str]; 6] = [
        &["task", "update", "1", "--title", "Mine"],
        &["task", "move", "1", "--status", "done"],
        &["task", "done", "1"],
        &["task", "release", "1"],
        &["task", "archive", "1"],
        &["task", "delete", "1"],
    ];
    for args in refused {
        run_as(&home, "s2", args).refused(4, "TASK-1 is held by ai:s1 (session s1) for another");
        run_as(&home, "s1", ["task", "renew", "1"]).ok();
    }
    assert_eq!(home.task("1")["title"], "Task 1");
    run_as(&home, "s1", ["task", "update", "1", "--title", "Mine"]).ok();
}

#[test]
fn sessions_compare_where_both_named_one_else_actors() {
    let home = with_tasks(2);
    claim(&home, "s1");
    // The same actor without a session is the same session.
    home.run(["task", "renew", "1", "--as", "ai:s1"]).ok();
    let args = ["task", "renew", "1", "--as", "ai:s1", "--session", "s2"];
    home.run(args).refused(4, "held by");
    // The same session is the same, whoever signs.
    let args = ["task", "renew", "1", "--as", "ai:other", "--session", "s1"];
    home.run(args).ok();
}

#[test]
fn a_person_overrides_with_force_and_nobody_else_does() {
    let home = with_tasks(1);
    claim(&home, "s1");
    let update = ["task", "update", "1", "--title", "Mine", "--force"];
    run_as(&home, "s2", update).refused(4, "only a person may override a lease");
    home.run(update).ok();
    assert_eq!(home.task("1")["lease"]["session"], "s1");
    home.run(["task", "done", "1", "--force"]).ok();
    let attempts = home.attempts("1");
    assert_eq!(attempts[0]["outcome"], "revoked");
    assert_eq!(attempts[0]["note"], "finished by human:tester");
}
