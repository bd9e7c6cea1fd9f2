//! `top` off a terminal: how things stand, once.

use super::{claim, run_as, with_tasks};

#[test]
fn off_a_terminal_top_says_who_holds_what_and_ends() {
    let home = with_tasks(2);
    home.run(["task", "add", "-t", "Later", "--blocked-by", "2"])
        .ok();
    claim(&home, "s1");
    let text = home.run(["top"]).ok().stdout();
    for part in [
        "1 ready, 1 blocked",
        "1 doing, 0 done",
        "TASK-1  ai:s1   s1       Task 1  30 min",
        "claimed TASK-1",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn as_json_top_is_the_queue() {
    let home = with_tasks(2);
    claim(&home, "s1");
    let queue = run_as(&home, "s2", ["top", "--json"]).json();
    assert_eq!(queue["counts"]["ready"], 1);
    assert_eq!(queue["held"][0]["ref"], "TASK-1");
    assert_eq!(queue["held"][0]["lease"]["session"], "s1");
    assert!(
        queue["held"][0]["lease"]["token"].is_null(),
        "nobody else is told"
    );
    assert_eq!(queue["waiting"].as_array().map(Vec::len), Some(0));
}
