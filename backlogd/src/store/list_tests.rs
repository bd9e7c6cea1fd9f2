//! Pages put together are the list, totals are what is there, whatever was
//! archived, deleted, restored or destroyed before.

use rusqlite::Connection;

use super::{Caller, Reader, TaskListing, WriteTx, create};
use crate::domain::{
    Actor, ActorKind, Moment,
    clock::{Clock, Now, Uptime},
    lease::LeaseTerms,
    project::NewProject,
    search::Query,
    task::{NewTask, Priority, Sort, Status, TaskFilter, TaskRef, TaskType},
};

const TASKS: i64 = 120;

struct Workspace {
    _dir: tempfile::TempDir,
    connection: Connection,
}

impl Workspace {
    /// Two projects with tasks that share titles, priorities, dates and words.
    fn filled() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("backlog.db");
        create(&path, Clock).unwrap();
        let connection = Connection::open(&path).unwrap();
        crate::store::connection::prepare_writer(&connection).unwrap();
        let workspace = Self {
            _dir: dir,
            connection,
        };
        let mut tx = workspace.tx(1);
        for alias in ["app", "web"] {
            tx.create_project(&NewProject::check(alias, "", "", "", 0).unwrap())
                .unwrap();
        }
        for number in 0..TASKS {
            workspace.tx(number / 3).create_task(task(number)).unwrap();
        }
        workspace.reader().index_changed_texts().unwrap();
        workspace
    }

    fn tx(&self, now: i64) -> WriteTx<'_> {
        let caller = Caller {
            actor: Actor::new(ActorKind::Human, "ana").unwrap(),
            session: String::new(),
            uid: None,
            pid: None,
            lease: None,
        };
        WriteTx {
            reader: self.reader_at(now),
            caller,
            terms: LeaseTerms::default(),
            as_daemon: true,
        }
    }

    fn reader(&self) -> Reader<'_> {
        self.reader_at(0)
    }

    fn reader_at(&self, now: i64) -> Reader<'_> {
        let now = Now {
            moment: Moment(now),
            uptime: Uptime(now),
        };
        Reader::new(&self.connection, now)
    }

    fn number(&self, sql: &str) -> i64 {
        self.connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    #[track_caller]
    fn assert_counts_are_true(&self) {
        for (shown, condition) in [(1, "archived_at IS NULL"), (0, "archived_at IS NOT NULL")] {
            let counted = self.number(&format!(
                "SELECT coalesce(sum(n), 0) FROM task_count WHERE shown = {shown}"
            ));
            let there = self.number(&format!(
                "SELECT count(*) FROM task WHERE deleted_at IS NULL AND {condition}"
            ));
            assert_eq!(counted, there, "{condition}");
        }
    }
}

fn task(number: i64) -> NewTask {
    let words = ["Login", "login", "Ünder", "queue", "漢字"];
    let project = if number % 4 == 0 { "web" } else { "app" };
    let title = format!("{} {}", words[(number % 5) as usize], number % 7);
    let mut task = NewTask::titled(project, title);
    task.labels = vec![format!("l{}", number % 3)];
    task.fields.description = if number % 2 == 0 { "even" } else { "" }.to_owned();
    task.fields.kind = TaskType::ALL[(number % 9) as usize];
    task.fields.status = Status::ALL[(number % 3) as usize];
    task.fields.priority = Priority::new(number % 5 + 1).unwrap();
    task.fields.assignee = if number % 6 == 0 { "ana" } else { "" }.to_owned();
    task.fields.due_at = (number % 2 == 0).then_some(Moment(number % 11));
    task
}

fn listing(filter: &TaskFilter, sort: Sort, descending: bool, size: usize) -> TaskListing {
    TaskListing {
        filter: filter.clone(),
        sort,
        descending,
        size,
        token: String::new(),
        offset: 0,
        full: true,
    }
}

#[test]
fn pages_put_together_are_the_list_in_every_order() {
    let workspace = Workspace::filled();
    let db = workspace.reader();
    let filters = [
        TaskFilter::default(),
        TaskFilter {
            project: "app".to_owned(),
            ..TaskFilter::default()
        },
        TaskFilter {
            statuses: vec![Status::Todo, Status::Done],
            ..TaskFilter::default()
        },
        TaskFilter {
            labels: vec!["l1".to_owned(), "l2".to_owned()],
            ..TaskFilter::default()
        },
        TaskFilter {
            assignee: "ana".to_owned(),
            ..TaskFilter::default()
        },
        TaskFilter {
            search: Query::parse("even"),
            ..TaskFilter::default()
        },
        TaskFilter {
            search: Query::parse("字"),
            ..TaskFilter::default()
        },
        TaskFilter {
            search: Query::parse("even"),
            statuses: vec![Status::Doing],
            project: "app".to_owned(),
            ..TaskFilter::default()
        },
    ];
    for filter in &filters {
        for sort in Sort::ALL.iter().copied() {
            if sort == Sort::Relevance && filter.search.is_none() {
                continue;
            }
            for descending in [false, true] {
                let what = format!("{filter:?} by {sort}, descending: {descending}");
                let whole = db
                    .list_tasks(&listing(filter, sort, descending, 500))
                    .unwrap();
                assert!(whole.next.is_none() && !whole.tasks.is_empty(), "{what}");
                assert_eq!(whole.total, whole.tasks.len() as i64, "{what}");

                let mut paged = Vec::new();
                let mut page = listing(filter, sort, descending, 7);
                loop {
                    let listed = db.list_tasks(&page).unwrap();
                    assert_eq!(listed.total, whole.total, "{what}");
                    paged.extend(listed.tasks.iter().map(|task| task.seq));
                    let Some(next) = listed.next else { break };
                    page.token = next;
                }
                let expected: Vec<i64> = whole.tasks.iter().map(|task| task.seq).collect();
                assert_eq!(paged, expected, "{what}");
            }
        }
    }
}

#[test]
fn totals_stay_true_through_archive_trash_and_back() {
    let workspace = Workspace::filled();
    workspace.assert_counts_are_true();
    let numbered = TaskRef::Number;
    let mut tx = workspace.tx(1_000);
    tx.set_task_archived(numbered(1), true, false).unwrap();
    tx.set_task_archived(numbered(2), true, false).unwrap();
    tx.set_task_archived(numbered(2), false, false).unwrap();
    tx.delete_task(numbered(1), false).unwrap();
    tx.delete_task(numbered(3), false).unwrap();
    workspace.assert_counts_are_true();
    tx.restore_trash("TASK-1", None).unwrap();
    workspace.assert_counts_are_true();

    tx.set_project_archived("web", true).unwrap();
    let (_, deleted) = tx.delete_project("web").unwrap();
    assert!(deleted > 0);
    workspace.assert_counts_are_true();
    let web = tx.list_trash(50, "").unwrap().items;
    let web = web.iter().find(|item| item.title == "web").unwrap();
    tx.restore_trash(&web.id.to_string(), None).unwrap();
    workspace.assert_counts_are_true();
    assert_eq!(
        workspace.number("SELECT count(*) FROM task WHERE deleted_at IS NOT NULL"),
        1,
        "what was deleted by itself stays in the trash"
    );

    tx.delete_project("web").unwrap();
    tx.empty_trash(None).unwrap();
    workspace.assert_counts_are_true();
    workspace.reader().index_changed_texts().unwrap();
    let indexed = workspace.number(
        "SELECT count(*) FROM task_search WHERE task_search MATCH 'marks: p1 OR marks: p2'",
    );
    assert_eq!(indexed, workspace.number("SELECT count(*) FROM task"));
    assert_eq!(
        workspace.number("SELECT count(*) FROM pragma_foreign_key_check"),
        0
    );
    assert!(
        workspace
            .reader()
            .verify_activities()
            .unwrap()
            .broken
            .is_none()
    );
}

#[test]
fn a_search_finds_nothing_that_was_archived_or_deleted_and_all_that_came_back() {
    let workspace = Workspace::filled();
    let found = |include_archived| {
        workspace.reader().index_changed_texts().unwrap();
        let filter = TaskFilter {
            search: Query::parse("even"),
            include_archived,
            ..TaskFilter::default()
        };
        let listed = workspace
            .reader()
            .list_tasks(&listing(&filter, Sort::Relevance, false, 500))
            .unwrap();
        assert_eq!(listed.total, listed.tasks.len() as i64);
        listed.total
    };
    let all = found(false);
    let mut tx = workspace.tx(1_000);
    tx.set_task_archived(TaskRef::Number(1), true, false)
        .unwrap();
    assert_eq!((found(false), found(true)), (all - 1, all));
    tx.delete_task(TaskRef::Number(3), false).unwrap();
    assert_eq!((found(false), found(true)), (all - 2, all - 1));
    tx.restore_trash("TASK-3", None).unwrap();
    tx.set_task_archived(TaskRef::Number(1), false, false)
        .unwrap();
    assert_eq!(found(false), all);
    tx.set_project_archived("web", true).unwrap();
    assert!(found(false) < all);
    assert_eq!(found(true), all);
}
