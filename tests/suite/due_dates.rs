//! A due date is a day, and the same day in every time zone and through every
//! door. What is "not before" a date begins with that day where it is written.

use backlog_tests::{Home, Web, home::run};
use serde_json::{Value, json};

const ZONES: [&str; 2] = ["America/Los_Angeles", "Pacific/Auckland"];

/// What a command prints in a time zone.
#[track_caller]
fn told(home: &Home, zone: &str, args: &[&str]) -> String {
    run(home.command(args).env("TZ", zone)).ok().stdout()
}

#[track_caller]
fn due_at(home: &Home, task: &str) -> Value {
    home.run(["task", "show", task, "--json"]).json()["due_at"].clone()
}

#[test]
fn a_due_date_is_the_same_day_in_every_time_zone_and_through_every_door() {
    let home = Home::with_project();
    for (index, zone) in ZONES.into_iter().enumerate() {
        let (first, second) = (format!("{}", 2 * index + 1), format!("{}", 2 * index + 2));
        let add = ["task", "add", "-t", "x", "--due-date", "2026-12-24"];
        told(&home, zone, &add);
        let web = Web::of(
            home.command(["web", "--port", "0", "--no-browser", "--json"])
                .env("TZ", zone),
        );
        let task = json!({"project": "app", "title": "y", "due_date": "2026-12-24"});
        web.post("/api/tasks", task).ok();
        for task in [&first, &second] {
            assert_eq!(due_at(&home, task), "2026-12-24T00:00:00Z", "{zone}");
            for reader in ZONES {
                let shown = told(&home, reader, &["task", "show", task]);
                let due = shown.lines().find(|line| line.starts_with("Due"));
                assert_eq!(
                    due.map(|line| line.split_whitespace().collect::<Vec<_>>()),
                    Some(vec!["Due", "2026-12-24"]),
                    "{reader}: {shown}"
                );
            }
        }
    }
    let exported = told(&home, ZONES[0], &["export", "--format", "md"]);
    assert!(exported.contains("- Due: 2026-12-24\n"), "{exported}");
}

#[test]
fn a_time_of_day_is_a_moment_and_shown_where_one_is() {
    let home = Home::with_project();
    let add = [
        "task",
        "add",
        "-t",
        "x",
        "--due-date",
        "2026-12-24T18:30:00",
    ];
    told(&home, ZONES[0], &add);
    assert_eq!(due_at(&home, "1"), "2026-12-25T02:30:00Z");
    let shown = told(&home, ZONES[1], &["task", "show", "1"]);
    assert!(shown.contains("2026-12-25 15:30"), "{shown}");
}

#[test]
fn not_before_a_date_begins_with_that_day_where_it_is_written() {
    let home = Home::with_project();
    let add = ["task", "add", "-t", "x", "--defer-until", "2030-01-02"];
    told(&home, ZONES[0], &add);
    let task = home.run(["task", "show", "1", "--json"]).json();
    assert_eq!(task["defer_until"], "2030-01-02T08:00:00Z");
}
