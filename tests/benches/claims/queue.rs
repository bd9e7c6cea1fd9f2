//! Queues of any size, written straight into the database: through the API a
//! million tasks would take longer than all the rest.

use backlog_tests::Home;
use rusqlite::Connection;

/// Half of the tasks are ready, a quarter is blocked, a quarter done.
pub fn filled(tasks: usize) -> Home {
    let home = Home::with_project();
    write(&home, tasks, "n % 2 = 0");
    home
}

/// Three quarters are blocked or deferred, a quarter is done.
pub fn with_nothing_ready(tasks: usize) -> Home {
    let home = Home::with_project();
    write(&home, tasks, "FALSE");
    home
}

/// Which are ready is an expression over their number `n`.
fn write(home: &Home, tasks: usize, ready: &str) {
    home.run(["daemon", "stop"]).ok();
    let db = Connection::open(home.database()).expect("a database");
    db.execute_batch(&format!(
        "PRAGMA synchronous = OFF;
         BEGIN;
         INSERT INTO task (seq, ulid, project_id, title, type, status, priority, assignee, source,
             external_ref, project_path, actor_kind, actor_name, completed_at, created_at,
             updated_at, description, holdback)
         WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {tasks})
         SELECT n, randomblob(16), 1, 'Task ' || n, 'task',
             CASE WHEN {ready} THEN 'todo' WHEN n % 4 = 1 THEN 'done' ELSE 'todo' END,
             n % 5 + 1, '', '', '', '', 'human', 'bench',
             CASE WHEN NOT ({ready}) AND n % 4 = 1 THEN 1 END, n, n, 'Some words.',
             CASE WHEN {ready} OR n % 4 = 1 THEN 0 ELSE 1 END
         FROM number;
         -- The blocked ones wait for one that is to do and never taken.
         INSERT INTO dependency (task_seq, on_seq, kind)
         SELECT t.seq, b.seq, 'blocks' FROM task t,
             (SELECT seq FROM task WHERE status = 'todo' AND holdback = 1 ORDER BY seq LIMIT 1) b
         WHERE t.holdback = 1 AND t.seq <> b.seq;
         DELETE FROM holdback_dirty;
         DELETE FROM search_dirty;
         COMMIT;
         PRAGMA wal_checkpoint(TRUNCATE);"
    ))
    .expect("tasks are written");
    drop(db);
    home.run(["daemon", "start"]).ok();
}
