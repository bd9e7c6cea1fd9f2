//! Without a daemon: said so, and over as soon as there is one.

use std::{
    fs::{self, File},
    time::{Duration, Instant},
};

use backlog_tests::eventually;

use super::{add, serve};

#[test]
fn a_daemon_that_was_killed_costs_a_pause() {
    let (home, web) = serve();
    for _ in 0..3 {
        home.daemon().kill();
        add(&web, "x");
    }
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 3);
}

#[test]
fn where_there_can_be_no_daemon_it_says_so_and_comes_back() {
    let (home, web) = serve();
    add(&web, "x");
    let aside = home.path().join("aside.db");
    home.run(["daemon", "stop"]).ok();
    fs::rename(home.database(), &aside).expect("it is ours");
    let refusal = web.get("/api/tasks");
    assert_eq!(refusal.status, 503, "{}", refusal.text());
    assert_eq!(
        web.bare("GET /", &[], "").status,
        200,
        "the page is there all the same"
    );
    fs::rename(&aside, home.database()).expect("it is ours");
    assert_eq!(web.get("/api/tasks").ok()["page"]["total"], 1);
}

#[test]
fn nobody_waits_long_for_a_daemon_that_does_not_come() {
    let (home, web) = serve();
    add(&web, "x");
    home.run(["daemon", "stop"]).ok();
    // As if somebody was starting one, without coming to an end.
    let lock = File::options()
        .write(true)
        .open(home.daemon().dir().join("spawn.lock"))
        .expect("a file");
    lock.lock().expect("nobody starts one");
    let asked = Instant::now();
    let refusal = web.get("/api/tasks");
    refusal.refused(503, "daemon_unavailable");
    assert_eq!(refusal.header("retry-after"), Some("2"));
    assert!(asked.elapsed() < Duration::from_secs(20));
    drop(lock);
    eventually("it is there again", || web.get("/api/tasks").status == 200);
}
