//! What must hold of a database, whatever its daemons went through.

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::Home;

/// Fails the test unless the log's chain holds and has no gaps, and neither the
/// doctor nor SQLite finds anything wrong. Stops the daemon, since nobody else may have the file
/// open by anything but SQLite itself.
///
/// # Panics
/// Where something is wrong.
#[track_caller]
pub fn assert_sound(home: &Home) {
    home.run(["activity", "verify"]).ok();
    let health = home.run(["doctor", "check", "--json"]);
    let health: Value = serde_json::from_str(&health.stdout()).expect("JSON");
    let issues = health["issues"].as_array().expect("issues").iter();
    let errors: Vec<&Value> = issues
        .filter(|issue| issue["severity"] == "error")
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    home.run(["daemon", "stop"]).ok();
    let db = Connection::open_with_flags(home.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("the database opens");
    let problems = db
        .prepare("PRAGMA integrity_check")
        .and_then(|mut check| {
            check
                .query_map([], |row| row.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        })
        .expect("the check runs");
    assert_eq!(problems, ["ok"]);
    let astray = db
        .prepare("PRAGMA foreign_key_check")
        .and_then(|mut check| check.exists([]))
        .expect("the check runs");
    assert!(!astray, "a foreign key leads nowhere");
    let (count, first, last) = db
        .query_row(
            "SELECT count(*), min(seq), max(seq) FROM activity",
            [],
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            },
        )
        .expect("the log is there");
    assert_eq!((first, last), (1, count), "the log has gaps");
}
