//! What it costs to take a workspace out and to bring one in, and what others
//! notice of that.
//!
//! `cargo bench -p backlog-tests --bench transfer` exports 100,000 tasks, each
//! with a plan and a comment, and imports 10,000; `-- 200000 10000` others.

#[path = "../performance/seed.rs"]
#[allow(dead_code, reason = "its words are searched for elsewhere")]
mod seed;

use std::{
    fs,
    path::Path,
    process::{Child, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use backlog_tests::{Home, process::Process};
use rusqlite::Connection;
use rustix::process::Pid;

fn main() {
    let sizes: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let (out, into) = match sizes.as_slice() {
        [out, into, ..] => (*out, *into),
        _ => (100_000, 10_000),
    };
    println!("| export | tasks | file | time | tasks/s | peak of the command | of the daemon |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let home = furnished(out);
    for format in ["json", "csv", "md"] {
        export(&home, format, out);
    }
    drop(home);

    println!(
        "\n| import | tasks | time | things/s | longest add meanwhile | longest list | peak of the daemon |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let from = furnished(into);
    from.run(["export", "-o", "all.json"]).ok();
    from.run(["daemon", "stop"]).ok();
    for (name, file) in [
        ("a workspace, with its log", from.database()),
        ("an export as JSON", from.work().join("all.json")),
    ] {
        import(&file, name, into, 1);
        import(&file, &format!("{name}, into {out} tasks"), into, out);
    }
}

/// So many tasks, made by the daemon, each with a plan and a comment.
fn furnished(tasks: usize) -> Home {
    let home = Home::with_project();
    seed::fill(&home, tasks);
    home.run(["daemon", "stop"]).ok();
    let db = Connection::open(home.database()).expect("the database opens");
    db.execute_batch(
        "BEGIN;
         INSERT INTO plan (id, ulid, task_seq, current_version, source, created_at, updated_at)
         SELECT seq, randomblob(16), seq, 1, '', created_at, created_at FROM task;
         INSERT INTO plan_version (ulid, plan_id, version, title, actor_kind, actor_name, change_note, created_at, body)
         SELECT randomblob(16), seq, 1, 'How to', 'ai', 'codex', '', created_at, description || description FROM task;
         INSERT INTO comment (ulid, task_seq, actor_kind, actor_name, created_at, body)
         SELECT randomblob(16), seq, 'ai', 'codex', created_at, description FROM task;
         DELETE FROM search_dirty;
         COMMIT;",
    )
    .expect("it is written");
    home
}

fn export(home: &Home, format: &str, tasks: usize) {
    home.run(["daemon", "stop"]).ok();
    home.run(["task", "show", "1"]).ok();
    let file = home.work().join("out");
    let started = Instant::now();
    let child = home
        .command(["export", "--format", format, "-o", "out"])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let peaked = peak_until_it_ends(child);
    let took = started.elapsed().as_secs_f64();
    println!(
        "| {format} | {tasks} | {:.0} MB | {took:.2} s | {:.0} | {} | {} |",
        fs::metadata(file).expect("a file").len() as f64 / 1e6,
        tasks as f64 / took,
        megabytes(peaked),
        megabytes(daemon_peak(home)),
    );
}

fn import(file: &Path, name: &str, tasks: usize, here: usize) {
    let home = Home::with_project();
    seed::fill(&home, here);
    let mut command = home.command(["import"]);
    let started = Instant::now();
    let child = command
        .arg(file)
        .arg("--json")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let ended = AtomicBool::new(false);
    let done = || ended.load(Ordering::Relaxed);
    let (adds, lists) = thread::scope(|scope| {
        let adds = scope.spawn(|| longest(&home, &["task", "add", "-t", "Meanwhile"], done));
        let lists = scope.spawn(|| longest(&home, &["task", "list"], done));
        let outcome = child.wait_with_output().expect("it ends");
        ended.store(true, Ordering::Relaxed);
        assert!(outcome.status.success(), "{outcome:?}");
        (
            adds.join().expect("it counts"),
            lists.join().expect("it counts"),
        )
    });
    let took = started.elapsed().as_secs_f64();
    println!(
        "| {name} | {tasks} | {took:.2} s | {:.0} | {:.0} ms | {:.0} ms | {} |",
        tasks as f64 * 3.0 / took,
        adds.as_secs_f64() * 1e3,
        lists.as_secs_f64() * 1e3,
        megabytes(daemon_peak(&home)),
    );
}

/// The longest that a command takes, one after the other until `done`.
fn longest(home: &Home, args: &[&str], done: impl Fn() -> bool) -> Duration {
    let mut longest = Duration::ZERO;
    while !done() {
        let started = Instant::now();
        home.run(args).ok();
        longest = longest.max(started.elapsed());
    }
    longest
}

fn peak_until_it_ends(mut child: Child) -> u64 {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let process = Process::of(pid.expect("a process"));
    let mut peak = 0;
    while child.try_wait().expect("it is ours").is_none() {
        peak = peak.max(peak_of(&process).unwrap_or(peak));
        #[expect(clippy::disallowed_methods, reason = "a look now and then")]
        thread::sleep(Duration::from_millis(5));
    }
    peak
}

fn daemon_peak(home: &Home) -> u64 {
    let pid = home.daemon().pid().expect("a daemon runs");
    peak_of(&Process::of(pid)).expect("it runs")
}

/// The most memory it ever had, in bytes.
fn peak_of(process: &Process) -> Option<u64> {
    let told = process.try_status("VmHWM")?;
    told.split(' ')
        .next()?
        .parse::<u64>()
        .ok()
        .map(|kib| kib << 10)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
