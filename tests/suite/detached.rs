//! The daemon that a command starts has nothing of the command's: no
//! descriptor, directory, session or secret, and none of its mortality.
#![cfg(target_os = "linux")]

use std::{
    ffi::OsStr,
    io::{self, BufRead as _, BufReader, Read as _},
    os::{
        fd::{AsFd, AsRawFd as _, OwnedFd},
        unix::{net::UnixStream, process::CommandExt as _},
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use backlog_tests::{Home, Ran, backlog_bin, home::run, process::Process, wait::within_limit};
use rustix::process::{Pid, Signal, kill_process_group};

/// `sh`, where `$BACKLOG` is the binary.
fn shell(home: &Home, script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    home.settle(&mut command);
    command.env("BACKLOG", backlog_bin());
    command
}

/// Runs a command until nobody holds its outputs any more, as a caller does
/// who wants to read them to their end.
fn run_to_the_end(mut command: Command) -> Ran {
    within_limit("all ends of the command's pipes are closed", move || {
        run(&mut command)
    })
}

/// The daemon's process.
fn daemon(home: &Home) -> Process {
    Process::of(home.daemon().pid().expect("a daemon runs"))
}

/// What a descriptor of this process is, in `/proc`.
fn target(descriptor: &impl AsFd) -> PathBuf {
    let number = descriptor.as_fd().as_raw_fd();
    Path::new("/proc/self/fd")
        .join(number.to_string())
        .read_link()
        .expect("it is open")
}

/// A child that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_output_of_a_first_command_ends_with_the_command() {
    let home = Home::with_project();
    home.run(["daemon", "stop"]).ok();
    let script =
        r#"out=$("$BACKLOG" task add -p app -t 'from a shell' --quiet 2>&1) && echo "<$out>""#;
    let ran = run_to_the_end(shell(&home, script)).ok();
    assert_eq!(ran.stdout(), "<TASK-1>\n");
    assert!(home.daemon().leads(), "the daemon lives on");
}

#[test]
fn the_daemon_keeps_no_descriptor_of_its_starter() {
    let home = Home::with_workspace();
    let open = home.path().join("open");
    let (mut reader, writer) = io::pipe().expect("a pipe");
    let (ours, theirs) = UnixStream::pair().expect("two sockets");
    let socket = target(&theirs);
    // The numbers that no program closes by itself, and one beyond its usual ones.
    let script = r#"exec 7>&2 2>/dev/null 8<&0 0</dev/null 9>open; exec "$BACKLOG" task list"#;
    let mut command = shell(&home, script);
    command
        .current_dir(home.path())
        .env("BACKLOG_DB", home.database())
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stderr(Stdio::from(writer));
    run_to_the_end(command).ok();
    let rest = within_limit("the pipe that was fd 7 has ended", move || {
        let mut rest = String::new();
        reader.read_to_string(&mut rest).map(|_| rest)
    });
    assert_eq!(rest.expect("a pipe can be read"), "");

    let work = home.work().canonicalize().expect("a directory");
    let descriptors = daemon(&home).descriptors();
    for (number, target) in &descriptors {
        assert!(
            *target != open && *target != socket,
            "{number} is {}",
            target.display()
        );
        let name = target.to_string_lossy();
        let is_its_own = target.starts_with(&work)
            || target == Path::new("/dev/null")
            || name.starts_with("socket:")
            || name.starts_with("anon_inode:");
        assert!(is_its_own, "{number} is {name}");
    }
    let log = work.join(".backlogd/log");
    let standard: Vec<_> = descriptors.into_iter().take(3).collect();
    assert_eq!(
        standard,
        [(0, PathBuf::from("/dev/null")), (1, log.clone()), (2, log)]
    );
    drop(ours);
}

#[test]
fn the_daemon_stands_in_the_root_in_a_session_of_its_own() {
    let home = Home::with_workspace();
    let mut command = shell(&home, r#"umask 000; exec "$BACKLOG" task list"#);
    run(&mut command).ok();
    let daemon = daemon(&home);
    assert_eq!(daemon.directory(), Path::new("/"));
    assert_eq!(daemon.status("Umask"), "0077");
    let own = Process::of(rustix::process::getpid());
    assert_ne!(daemon.session_leader(), own.session_leader());
    // So that it can never be given a terminal.
    assert!(
        !daemon.session_leader().exists(),
        "who made the session is gone"
    );
}

#[test]
fn the_daemon_knows_none_of_its_starters_secrets() {
    // The last one is the daemon's own.
    const KNOWN: &[&str] = &[
        "HOME",
        "LANG",
        "LC_ALL",
        "LOGNAME",
        "PATH",
        "TZ",
        "USER",
        "MALLOC_ARENA_MAX",
    ];
    let home = Home::with_workspace();
    let mut command = home.command(["task", "list"]);
    command
        .env("SECRET", "hunter2")
        .env("ANTHROPIC_API_KEY", "sk-1")
        .env("BACKLOG_ACTOR", "ai:claude-code")
        .env("BACKLOG_SESSION", "s-1")
        .env("LD_LIBRARY_PATH", "/nowhere");
    run(&mut command).ok();
    let variables = daemon(&home).variables();
    assert!(variables.contains("HOME"), "{variables:?}");
    let others: Vec<_> = variables
        .iter()
        .filter(|name| !KNOWN.contains(&name.as_str()))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn a_client_that_lives_on_has_no_dead_children() {
    let home = Home::with_project();
    // More than a pipe holds: the client waits for its reader, after the call.
    let text = "x".repeat(1 << 17);
    let description = home.path().join("text.md");
    std::fs::write(&description, text).expect("a file");
    let args = ["task", "add", "-t", "long", "-p", "app", "--from-file"].map(OsStr::new);
    home.run(args.into_iter().chain([description.as_os_str()]))
        .ok();
    home.run(["daemon", "stop"]).ok();

    let mut command = home.command(["task", "show", "TASK-1", "--json"]);
    let mut client = Running(command.stdout(Stdio::piped()).spawn().expect("it starts"));
    let mut output = client.0.stdout.take().expect("a pipe");
    output.read_exact(&mut [0]).expect("it has begun to answer");
    assert!(home.daemon().leads(), "it has started a daemon");
    let process = Process::of(Pid::from_child(&client.0));
    assert_eq!(process.children(), Vec::<String>::new());
    assert_eq!(daemon(&home).children(), Vec::<String>::new());
}

#[test]
fn the_daemon_outlives_its_starters_process_group() {
    let home = Home::with_workspace();
    let script = r#""$BACKLOG" task list >/dev/null && echo started; exec sleep 600"#;
    let mut command = shell(&home, script);
    command.process_group(0).stdout(Stdio::piped());
    let mut starter = Running(command.spawn().expect("sh starts"));
    let mut line = String::new();
    let mut output = BufReader::new(starter.0.stdout.take().expect("a pipe"));
    output.read_line(&mut line).expect("it speaks");
    assert_eq!(line, "started\n");
    let daemon = home.daemon().instance().expect("a daemon runs");

    for signal in [Signal::HUP, Signal::INT, Signal::TERM, Signal::KILL] {
        // All but the last of these may have ended the group already.
        let _ = kill_process_group(Pid::from_child(&starter.0), signal);
    }
    starter.0.wait().expect("it is ours");
    home.run(["task", "list"]).ok();
    assert_eq!(home.daemon().instance(), Some(daemon));
}
