//! Databases of Backlog 1.x, as each of its schema versions left them.

use std::path::Path;

use rusqlite::{Connection, params};

/// `2024-05-04T12:00:00.000000007Z`.
pub const WHEN: i64 = 1_714_824_000_000_000_007;

/// A ULID that ends in this number, of the second of [`WHEN`].
pub fn ulid(number: u32) -> String {
    format!("01HX1S2M00000000000000{number:04}")
}

const BASE: &str = "
    CREATE TABLE schema_meta (key TEXT PRIMARY KEY, value TEXT);
    CREATE TABLE projects (id TEXT PRIMARY KEY, alias TEXT UNIQUE, name TEXT, description TEXT,
        repo_path TEXT, archived_at INTEGER, created_at INTEGER, updated_at INTEGER);
    CREATE TABLE tasks (id TEXT PRIMARY KEY, project_id TEXT, title TEXT, description TEXT, type TEXT,
        status TEXT, priority INTEGER, assignee TEXT, due_at INTEGER, actor_kind TEXT, actor_name TEXT,
        source TEXT, external_ref TEXT, completed_at INTEGER, archived_at INTEGER, created_at INTEGER,
        updated_at INTEGER);
    CREATE TABLE plans (id TEXT PRIMARY KEY, task_id TEXT, current_version INTEGER, source TEXT,
        archived_at INTEGER, created_at INTEGER, updated_at INTEGER);
    CREATE TABLE plan_versions (id TEXT PRIMARY KEY, plan_id TEXT, version INTEGER, title TEXT, body TEXT,
        actor_kind TEXT, actor_name TEXT, change_note TEXT, created_at INTEGER);
    CREATE TABLE comments (id TEXT PRIMARY KEY, task_id TEXT, body TEXT, actor_kind TEXT, actor_name TEXT,
        created_at INTEGER);
    CREATE TABLE labels (id TEXT PRIMARY KEY, project_id TEXT, name TEXT, color TEXT);
    CREATE TABLE task_labels (task_id TEXT, label_id TEXT);
    CREATE TABLE activity_log (id TEXT PRIMARY KEY, entity TEXT, entity_id TEXT, action TEXT,
        actor_kind TEXT, actor_name TEXT, payload TEXT, created_at INTEGER);";

/// What each version brought, from 2 on.
const STEPS: [&str; 7] = [
    "ALTER TABLE tasks ADD COLUMN task_seq INTEGER; CREATE UNIQUE INDEX seq ON tasks (task_seq)",
    "CREATE TABLE project_memory (id TEXT PRIMARY KEY, project_id TEXT, key TEXT, value TEXT,
        actor_kind TEXT, actor_name TEXT, created_at INTEGER)",
    "CREATE TABLE project_docs (id TEXT PRIMARY KEY, project_id TEXT, title TEXT, current_version INTEGER,
        actor_kind TEXT, actor_name TEXT, archived_at INTEGER, created_at INTEGER, updated_at INTEGER);
     CREATE TABLE project_doc_versions (id TEXT PRIMARY KEY, doc_id TEXT, version INTEGER, title TEXT,
        body TEXT, actor_kind TEXT, actor_name TEXT, change_note TEXT, created_at INTEGER)",
    "CREATE TABLE attachments (id TEXT PRIMARY KEY, name TEXT, mime_type TEXT, size INTEGER, data BLOB,
        linked_type TEXT, linked_id TEXT, actor_kind TEXT, actor_name TEXT, created_at INTEGER)",
    "DROP TABLE project_memory;
     CREATE TABLE project_memory (id TEXT PRIMARY KEY, project_id TEXT, body TEXT, tags TEXT,
        actor_kind TEXT, actor_name TEXT, created_at INTEGER)",
    "ALTER TABLE tasks ADD COLUMN project_path TEXT",
    "ALTER TABLE activity_log ADD COLUMN project_id TEXT; ALTER TABLE activity_log ADD COLUMN summary TEXT",
];

/// An empty database of a version.
pub fn schema(path: &Path, version: usize) -> Connection {
    let db = Connection::open(path).expect("a file");
    db.execute_batch("PRAGMA journal_mode = WAL")
        .expect("a log");
    db.execute_batch(BASE).expect("the first version");
    for step in &STEPS[..version - 1] {
        db.execute_batch(step).expect("a step");
    }
    db.execute(
        "INSERT INTO schema_meta VALUES ('schema_version', ?)",
        [version.to_string()],
    )
    .expect("its version");
    db
}

/// One of everything that the version has: project `app` with tasks 1 (done,
/// archived) and 2.
pub fn filled(path: &Path, version: usize) -> Connection {
    let db = schema(path, version);
    let run = |sql: &str| {
        db.execute_batch(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    };
    let (p, t1, t2) = (ulid(1), ulid(2), ulid(3));
    let later = WHEN + 5;
    run(&format!(
        "INSERT INTO projects VALUES ('{p}', 'app', 'My App', 'What it is', '/code/app', NULL, {WHEN}, {later});
         INSERT INTO tasks (id, project_id, title, description, type, status, priority, assignee, due_at,
             actor_kind, actor_name, source, external_ref, completed_at, archived_at, created_at, updated_at)
         VALUES ('{t1}', '{p}', 'Fix login', 'Timeout', 'bug', 'done', 1, 'ana', {WHEN}, 'ai', 'claude-code',
                 'semgrep', 'r:1', {later}, {later}, {WHEN}, {later}),
                ('{t2}', '{p}', 'Add limits', '', 'feature', 'doing', 3, '', NULL, 'human', 'alice', '', '',
                 NULL, NULL, {later}, {later});
         INSERT INTO plans VALUES ('{}', '{t1}', 2, 'mcp', NULL, {WHEN}, {later});
         INSERT INTO plan_versions VALUES ('{}', '{}', 1, 'Plan', 'One', 'human', 'alice', '', {WHEN}),
                                          ('{}', '{}', 2, 'Plan', 'Two', 'ai', 'codex', 'better', {later});
         INSERT INTO comments VALUES ('{}', '{t1}', 'Was seen', 'human', 'bob', {later});
         INSERT INTO labels VALUES ('{}', '{p}', 'auth', '#FF0000');
         INSERT INTO task_labels VALUES ('{t1}', '{}');
         INSERT INTO activity_log (id, entity, entity_id, action, actor_kind, actor_name, payload, created_at)
         VALUES ('{}', 'task', '{t1}', 'created', 'ai', 'claude-code', '{{\"title\":\"Fix login\"}}', {WHEN}),
                ('{}', 'plan', '{}', 'created', 'human', 'alice', '', {later});",
        ulid(4), ulid(5), ulid(4), ulid(6), ulid(4), ulid(7), ulid(8), ulid(8), ulid(9), ulid(10), ulid(4),
    ));
    if version >= 2 {
        run("UPDATE tasks SET task_seq = rowid");
    }
    match version {
        1 | 2 => {}
        3..=5 => run(&format!(
            "INSERT INTO project_memory VALUES ('{}', '{p}', 'deploy', 'On Fridays never', 'human', 'alice', {WHEN})",
            ulid(11)
        )),
        _ => run(&format!(
            "INSERT INTO project_memory VALUES ('{}', '{p}', 'On Fridays never', 'deploy, rules', 'human', 'alice', {WHEN})",
            ulid(11)
        )),
    }
    if version >= 4 {
        run(&format!(
            "INSERT INTO project_docs VALUES ('{0}', '{p}', 'How', 2, 'human', 'alice', NULL, {WHEN}, {later});
             INSERT INTO project_doc_versions VALUES ('{1}', '{0}', 1, 'How', 'So', 'human', 'alice', '', {WHEN}),
                 ('{2}', '{0}', 2, 'How', 'And so', 'ai', 'codex', 'more', {later})",
            ulid(12), ulid(13), ulid(14)
        ));
    }
    if version >= 5 {
        db.execute(
            "INSERT INTO attachments VALUES (?, 'a.bin', 'application/x', 3, ?, 'task', ?, 'human', 'alice', ?)",
            params![ulid(15), [0u8, 255, 1].as_slice(), t1, WHEN],
        )
        .expect("an attachment");
    }
    if version >= 7 {
        run("UPDATE tasks SET project_path = 'services/login'");
    }
    if version >= 8 {
        run(&format!(
            "UPDATE activity_log SET project_id = '{p}', summary = 'said in full'"
        ));
    }
    db
}
