//! What goes through Backlog does not stay in it.

use std::{io::Read as _, process::Stdio};

use backlog_tests::{Home, process::Process};
use rusqlite::Connection;
use rustix::process::Pid;

/// 1,500 tasks of 64 KiB each: 98 MB.
const TASKS: usize = 1_500;
const BOUND: usize = 48 << 20;

/// A workspace of large tasks, written past the daemon, which nobody has time
/// to let make them.
fn full() -> Home {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "One"]).ok();
    home.run(["daemon", "stop"]).ok();
    let db = Connection::open(home.database()).expect("the database opens");
    db.execute_batch(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {TASKS})
         INSERT INTO task (seq, ulid, project_id, title, type, status, priority, assignee, source,
             external_ref, project_path, actor_kind, actor_name, created_at, updated_at, description)
         SELECT i, randomblob(16), 1, 'Task ' || i, 'task', 'todo', 3, '', '', '', '', 'human', 'ana',
             i, i, hex(zeroblob(32768)) FROM n;
         DELETE FROM search_dirty;"
    ))
    .expect("it is written");
    home
}

fn peak(process: &Process) -> usize {
    let told = process.status("VmHWM");
    let kib: usize = told
        .split(' ')
        .next()
        .and_then(|kib| kib.parse().ok())
        .expect("a number");
    kib << 10
}

#[test]
fn an_export_of_any_size_needs_the_same_memory_here_and_in_the_daemon() {
    let home = full();
    // A daemon that has done nothing else.
    home.run(["task", "show", "1"]).ok();
    let mut child = home
        .command(["export"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = child.stdout.take().expect("a pipe");
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let client = Process::of(pid.expect("a process"));
    let mut size = 0;
    let mut buffer = vec![0; 1 << 20];
    let (mut peaks, mut measured) = ((0, 0), false);
    loop {
        let read = out.read(&mut buffer).expect("it is read");
        if read == 0 {
            break;
        }
        size += read;
        // Near the end, while it cannot go on without us.
        if !measured && size > TASKS * 65_536 - (4 << 20) {
            measured = true;
            let daemon = Process::of(home.daemon().pid().expect("a daemon runs"));
            peaks = (peak(&client), peak(&daemon));
        }
    }
    assert!(child.wait().expect("it ends").success());
    assert!(measured && size > TASKS * 65_536, "{size} bytes");
    assert!(
        peaks.0 < BOUND && peaks.1 < BOUND,
        "the command took {} MB, the daemon {} MB, of {} MB",
        peaks.0 >> 20,
        peaks.1 >> 20,
        size >> 20
    );
}
