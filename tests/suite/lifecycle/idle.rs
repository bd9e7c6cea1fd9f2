//! Leaving: when idle, or when asked to. Whoever comes at that moment is
//! served, by this daemon or the next.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use backlog_tests::{
    Home,
    crowd::{at_once, at_once_despite},
    database::assert_sound,
    eventually,
};

use super::{add, configure, process, total};

/// A workspace whose daemon leaves after a second.
fn restless() -> Home {
    let home = Home::with_workspace();
    configure(&home, "[daemon]\nidle_timeout = \"1s\"");
    home.run(["project", "add", "--alias", "app"]).ok();
    home
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

#[test]
fn an_idle_daemon_leaves_a_clean_workspace_and_the_next_command_starts_another() {
    let home = restless();
    add(&home, "Kept");
    let (old, instance) = (process(&home), home.daemon().instance());
    eventually("the daemon has left", || !old.runs());
    assert!(!home.daemon().leads());
    for name in ["s", "daemon.json"] {
        assert!(
            !home.daemon().dir().join(name).exists(),
            "{name} is left behind"
        );
    }
    assert_eq!(
        size(&home.work().join("backlog.db-wal")),
        0,
        "the file alone is whole"
    );
    assert_eq!(total(&home), 1);
    assert_ne!(home.daemon().instance(), instance);
    assert_sound(&home);
}

#[test]
fn a_daemon_that_is_called_does_not_leave() {
    let home = restless();
    let instance = home.daemon().instance();
    let end = Instant::now() + Duration::from_secs(3);
    eventually("three idle times have passed", || {
        add(&home, "Again");
        Instant::now() > end
    });
    assert_eq!(home.daemon().instance(), instance);
}

#[test]
fn a_command_at_the_very_moment_of_leaving_is_served() {
    /// Around the moment at which the daemon has been idle for a second.
    const MOMENTS: [u64; 5] = [985, 995, 1_000, 1_006, 1_015];
    at_once(4, |number| {
        let home = restless();
        for (round, moment) in (1..).zip(MOMENTS) {
            let offset = u64::try_from(number).expect("a handful") * 3;
            let at = Instant::now() + Duration::from_millis(moment + offset);
            eventually("the moment is there", || Instant::now() >= at);
            add(&home, "Just then");
            assert_eq!(total(&home), round);
        }
        assert_sound(&home);
    });
}

#[test]
fn stopping_the_daemon_under_sixteen_writers_loses_nothing() {
    let home = Home::with_project();
    at_once_despite(
        16,
        |number| (0..3).for_each(|round| add(&home, &format!("{number}.{round}"))),
        Duration::from_millis(50),
        || drop(home.run(["daemon", "stop"]).ok()),
    );
    assert_eq!(total(&home), 48);
    assert_sound(&home);
}

#[test]
fn a_stopped_daemon_has_left_when_stop_returns() {
    let home = Home::with_project();
    add(&home, "Kept");
    for _ in 0..3 {
        add(&home, "Again");
        assert!(home.daemon().leads());
        home.run(["daemon", "stop"]).ok();
        assert!(!home.daemon().leads());
        assert_eq!(size(&home.work().join("backlog.db-wal")), 0);
    }
    let again = home.run(["daemon", "stop", "--json"]).json();
    assert_eq!(again["message"], "No daemon was running");
}
