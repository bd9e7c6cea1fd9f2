//! Every list has an index that serves its filter and order, by the word of
//! `EXPLAIN QUERY PLAN`. <https://www.sqlite.org/eqp.html>

use std::sync::Mutex;

use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};

use super::{ActivityFilter, AnalysisRequest, Reader, TaskListing, task_list};
use crate::{
    domain::{
        ActorKind, Id, Moment,
        clock::Clock,
        memory::Tags,
        page::Token,
        search::Query,
        task::{Sort, Status, TaskFilter, TaskRef},
    },
    store,
};

/// What was run on the connection since it was last looked at.
static RAN: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// The tests share [`RAN`].
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn workspace() -> (tempfile::TempDir, Connection) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("backlog.db");
    store::create(&path, Clock).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "INSERT INTO project (ulid, alias, name, description, repo_path, actor_kind, actor_name, created_at, updated_at)
             VALUES (zeroblob(16), 'app', 'App', '', '', 'human', 'a', 0, 0);
             INSERT INTO label (ulid, project_id, name, color, created_at) VALUES (zeroblob(16), 1, 'l', '', 0);
             INSERT INTO activity (seq, entity, entity_id, action, actor_kind, actor_name, session, task_seq,
                                   summary, created_at, hash, payload)
             VALUES (1, 'task', zeroblob(16), 'created', 'human', 'a', '', 1, '', 0, zeroblob(32), '{}');",
        )
        .unwrap();
    (dir, connection)
}

/// The plans of all that a query runs on the database, a line a step.
fn plans(
    connection: &mut Connection,
    query: impl FnOnce(&Reader<'_>),
) -> Vec<(String, Vec<String>)> {
    RAN.lock().unwrap().clear();
    connection
        .trace_v2(
            TraceEventCodes::SQLITE_TRACE_STMT,
            Some(|event: TraceEvent<'_>| {
                if let TraceEvent::Stmt(_, sql) = event {
                    RAN.lock().unwrap().push(sql.to_owned());
                }
            }),
        )
        .unwrap();
    query(&Reader::new(connection, Clock.both()));
    connection
        .trace_v2(TraceEventCodes::empty(), None::<fn(TraceEvent<'_>)>)
        .unwrap();
    let ran: Vec<String> = std::mem::take(&mut *RAN.lock().unwrap());
    ran.into_iter()
        // What full text runs inside itself is told as a comment; projects are few.
        .filter(|sql| !sql.starts_with("--") && !is_of_projects(sql))
        .map(|sql| {
            let mut statement = connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .unwrap();
            // Parameters stay NULL: the plan does not depend on them.
            let steps = statement
                .raw_query()
                .mapped(|row| row.get::<_, String>(3))
                .collect::<Result<_, _>>()
                .unwrap();
            (sql, steps)
        })
        .collect()
}

/// Whether it is projects that are looked for, and not what is in them.
fn is_of_projects(sql: &str) -> bool {
    sql.split_once("FROM ")
        .is_some_and(|(_, from)| from.starts_with("project"))
}

fn listing(filter: TaskFilter, sort: Sort, descending: bool, second_page: bool) -> TaskListing {
    let token = if second_page {
        let list = task_list::list_name(&filter, sort, descending);
        Token::write(&list, &[&3, &3])
    } else {
        String::new()
    };
    TaskListing {
        filter,
        sort,
        descending,
        size: 50,
        token,
        offset: 0,
        full: false,
    }
}

#[track_caller]
fn assert_served(plans: &[(String, Vec<String>)], what: &str) {
    for (sql, steps) in plans {
        for step in steps {
            assert!(
                !step.contains("TEMP B-TREE FOR ORDER BY"),
                "{what}: {step}\n{sql}"
            );
            // By number the table itself is the order.
            let by_number = sql.contains("ORDER BY t.seq");
            assert!(step != "SCAN t" || by_number, "{what}: {step}\n{sql}");
        }
    }
}

#[test]
fn lists_of_tasks_are_read_from_an_index_in_their_order() {
    let _alone = ONE_AT_A_TIME.lock();
    let (_dir, mut connection) = workspace();
    let project = || "app".to_owned();
    let todo = || vec![Status::Todo];
    let by_any_sort: [(&str, TaskFilter); 2] = [
        ("all", TaskFilter::default()),
        (
            "project",
            TaskFilter {
                project: project(),
                ..TaskFilter::default()
            },
        ),
    ];
    let by_priority = [
        (
            "status",
            TaskFilter {
                statuses: todo(),
                ..TaskFilter::default()
            },
        ),
        (
            "project and status",
            TaskFilter {
                project: project(),
                statuses: todo(),
                ..TaskFilter::default()
            },
        ),
        (
            "ready",
            TaskFilter {
                ready: true,
                ..TaskFilter::default()
            },
        ),
        (
            "project and ready",
            TaskFilter {
                project: project(),
                ready: true,
                ..TaskFilter::default()
            },
        ),
        (
            "blocked",
            TaskFilter {
                blocked: true,
                ..TaskFilter::default()
            },
        ),
        (
            "assignee",
            TaskFilter {
                assignee: "ana".to_owned(),
                ..TaskFilter::default()
            },
        ),
    ];
    let sorts = [
        Sort::Priority,
        Sort::Created,
        Sort::Updated,
        Sort::Seq,
        Sort::Title,
        Sort::Due,
    ];
    let cases = by_any_sort
        .iter()
        .flat_map(|case| sorts.map(|sort| (case, sort)))
        .chain(by_priority.iter().map(|case| (case, Sort::Priority)));
    for ((name, filter), sort) in cases {
        for (descending, second_page) in
            [(false, false), (true, false), (false, true), (true, true)]
        {
            let listing = listing(filter.clone(), sort, descending, second_page);
            let plans = plans(&mut connection, |db| drop(db.list_tasks(&listing).unwrap()));
            assert!(!plans.is_empty());
            assert_served(
                &plans,
                &format!("{name} by {sort}, descending: {descending}, second page: {second_page}"),
            );
        }
    }
}

#[test]
fn what_a_claim_takes_and_what_is_over_are_the_beginning_of_an_index() {
    let _alone = ONE_AT_A_TIME.lock();
    let (_dir, mut connection) = workspace();
    let plans = plans(&mut connection, |db| {
        drop(db.next_task(&TaskFilter::default()).unwrap());
        db.next_due().unwrap();
    });
    let steps: Vec<String> = plans.into_iter().flat_map(|(_, steps)| steps).collect();
    for index in ["task_ready ", "lease_by_deadline", "task_deferred"] {
        assert!(
            steps.iter().any(|step| step.contains(index)),
            "{index}: {steps:?}"
        );
    }
    assert!(
        !steps.iter().any(|step| step.contains("TEMP B-TREE")),
        "{steps:?}"
    );
}

#[test]
fn filters_that_leave_few_rows_never_read_the_whole_table() {
    let _alone = ONE_AT_A_TIME.lock();
    let (_dir, mut connection) = workspace();
    for (name, filter) in [
        (
            "label",
            TaskFilter {
                labels: vec!["l".to_owned()],
                ..TaskFilter::default()
            },
        ),
        (
            "source",
            TaskFilter {
                source: "semgrep".to_owned(),
                ..TaskFilter::default()
            },
        ),
        (
            "search",
            TaskFilter {
                search: Query::parse("word"),
                ..TaskFilter::default()
            },
        ),
    ] {
        for sort in [Sort::Priority, Sort::Relevance] {
            if sort == Sort::Relevance && filter.search.is_none() {
                continue;
            }
            let plans = plans(&mut connection, |db| {
                drop(
                    db.list_tasks(&listing(filter.clone(), sort, false, false))
                        .unwrap(),
                );
            });
            for (sql, steps) in plans {
                assert!(
                    !steps.iter().any(|step| step == "SCAN t"),
                    "{name}: {steps:?}\n{sql}"
                );
            }
        }
    }
}

#[test]
fn the_log_is_read_from_an_index_in_its_order() {
    let _alone = ONE_AT_A_TIME.lock();
    let (_dir, mut connection) = workspace();
    for filter in [
        ActivityFilter::default(),
        ActivityFilter {
            project: "app".to_owned(),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            entity: Some("task".to_owned()),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            actor_kind: Some(ActorKind::Ai),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            actor_name: "ana".to_owned(),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            task: Some(TaskRef::Number(1)),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            since: Some(Moment(1)),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            entity_id: Some(Id::generate()),
            ..ActivityFilter::default()
        },
        ActivityFilter {
            action: "expired".to_owned(),
            ..ActivityFilter::default()
        },
    ] {
        let plans = plans(&mut connection, |db| {
            drop(db.list_activities(&filter, 50, "", 0).unwrap());
        });
        for (sql, steps) in &plans {
            // Without a filter the table itself is the order.
            let unfiltered = filter == ActivityFilter::default()
                && steps.first().is_some_and(|step| step == "SCAN a");
            assert!(
                unfiltered || !steps.iter().any(|step| step == "SCAN a"),
                "{steps:?}\n{sql}"
            );
            assert!(
                !steps.iter().any(|step| step.contains("TEMP B-TREE")),
                "{steps:?}\n{sql}"
            );
        }
    }
}

#[test]
fn plans_docs_memory_and_files_are_read_in_their_order() {
    let _alone = ONE_AT_A_TIME.lock();
    let (_dir, mut connection) = workspace();
    for project in ["", "app"] {
        let plans = plans(&mut connection, |db| {
            drop(db.list_all_plans(project, 50, "").unwrap());
            drop(db.list_docs(project, 50, "").unwrap());
            let no_tags = Tags::default();
            drop(db.list_memories(project, &no_tags, None, 50, "").unwrap());
            drop(db.list_attachments(None, project, 50, "").unwrap());
        });
        assert_eq!(plans.len(), 4, "{plans:?}");
        for (sql, steps) in &plans {
            assert!(
                !steps.iter().any(|step| step.contains("TEMP B-TREE")),
                "{steps:?}\n{sql}"
            );
        }
    }
}

#[test]
fn a_report_reads_the_part_of_the_log_that_it_is_about() {
    let _alone = ONE_AT_A_TIME.lock();
    let (_dir, mut connection) = workspace();
    let request = AnalysisRequest {
        project: String::new(),
        since: Moment(0),
        stale_since: Moment(0),
        limit: 10,
        calendar: Default::default(),
    };
    let plans = plans(&mut connection, |reader| {
        reader.analyze(&request).unwrap();
    });
    let mut of_the_log = 0;
    for (sql, steps) in &plans {
        for step in steps {
            assert!(!step.starts_with("SCAN a"), "{step}\n{sql}");
            of_the_log += usize::from(step.contains("activity_by_time"));
        }
    }
    assert_eq!(of_the_log, 2, "moves and label churn: {plans:?}");
}
