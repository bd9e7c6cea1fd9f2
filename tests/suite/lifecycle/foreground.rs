//! In the foreground, as service managers and containers run it.

use std::{
    fs,
    os::{fd::OwnedFd, unix::net::UnixListener},
    process::{Child, Command, Stdio},
};

use backlog_tests::{Home, backlog_bin, database::assert_sound, until};
use rustix::process::{Pid, Signal, kill_process};

use super::{add, total};

/// A workspace whose daemon has left.
fn resting() -> Home {
    let home = Home::with_project();
    home.run(["daemon", "stop"]).ok();
    home
}

/// Waits until this very process leads the workspace.
#[track_caller]
fn leads(home: &Home, child: &Child) {
    until("it serves", || {
        let pid = home.daemon().pid()?.as_raw_nonzero().get();
        (u32::try_from(pid) == Ok(child.id())).then_some(())
    });
}

/// Ends it as service managers do, and waits for its exit code.
#[track_caller]
fn terminated(mut child: Child, signal: Signal) -> Option<i32> {
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process");
    kill_process(pid, signal).expect("it runs");
    child.wait().expect("it ends").code()
}

#[test]
fn a_daemon_in_the_foreground_serves_until_it_is_told_to_end() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = resting();
        let child = home
            .command(["daemon", "run"])
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        leads(&home, &child);
        add(&home, "Served from the foreground");
        assert_eq!(terminated(child, signal), Some(0));
        assert!(!home.daemon().leads());
        for name in ["s", "daemon.json"] {
            assert!(
                !home.daemon().dir().join(name).exists(),
                "{name} is left behind"
            );
        }
        assert_eq!(total(&home), 1);
        assert_sound(&home);
    }
}

#[test]
fn a_terminal_that_closes_ends_no_daemon() {
    let home = resting();
    let child = home
        .command(["daemon", "run"])
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    leads(&home, &child);
    home.daemon().signal(Signal::HUP);
    add(&home, "Served all the same");
    leads(&home, &child);
    assert_eq!(terminated(child, Signal::TERM), Some(0));
}

#[test]
fn a_second_daemon_says_that_there_is_one_and_ends() {
    let home = Home::with_project();
    let instance = home.daemon().instance();
    let ran = home.run(["daemon", "run"]).exits(4);
    assert!(
        ran.stderr()
            .contains("another daemon serves this workspace already"),
        "{}",
        ran.stderr()
    );
    assert_eq!(home.daemon().instance(), instance);
    add(&home, "Undisturbed");
}

#[test]
fn a_socket_that_a_service_manager_made_is_served_and_left_to_it() {
    let home = resting();
    let socket = home.path().join("passed.sock");
    let listener = UnixListener::bind(&socket).expect("a socket");
    // As systemd does: descriptor 3, and variables that name the process.
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "exec 3<&0 0</dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" daemon run",
    ]);
    command.arg(backlog_bin());
    home.settle(&mut command);
    let child = command
        .stdin(Stdio::from(OwnedFd::from(listener)))
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    leads(&home, &child);
    let meeting = home.daemon().meeting().expect("it serves");
    assert_eq!(meeting["endpoint"].as_str(), socket.to_str());
    add(&home, "Through a passed socket");
    assert_eq!(total(&home), 1);
    leads(&home, &child);
    assert_eq!(terminated(child, Signal::TERM), Some(0));
    assert!(
        fs::symlink_metadata(&socket).is_ok(),
        "the name is the service manager's"
    );
    assert_eq!(total(&home), 1);
    assert_sound(&home);
}
