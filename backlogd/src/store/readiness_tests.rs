//! Whatever happens to tasks, lists of what is ready, the next task, claims
//! and explanations agree, with each other and with the rule as it is written.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicI64, Ordering},
};

use proptest::{prelude::*, test_runner::TestCaseResult};
use rusqlite::Connection;

use super::{Caller, Reader, StoreError, TaskListing, WriteTx, create};
use crate::domain::{
    Actor, ActorKind, Moment, Refusal,
    clock::{Clock, Now, Uptime},
    dependency::DependencyKind,
    lease::{LeaseTerms, Outcome},
    project::{NewProject, ProjectPatch},
    queue::{Claim, Wanted},
    scope::Scope,
    task::{
        NewTask, Priority, Sort, Status, Task, TaskEdit, TaskFilter, TaskPatch, TaskRef, reference,
    },
};

const TASKS: i64 = 7;
const SECOND: i64 = 1_000_000_000;

/// What may happen.
#[derive(Debug, Clone)]
enum Step {
    Block(i64, i64),
    Unblock(i64, i64),
    Parent(i64, Option<i64>),
    Move(i64, Status),
    Archive(i64, bool),
    Delete(i64),
    Restore(i64),
    EmptyTrash,
    Defer(i64, Option<i64>),
    ArchiveProject(bool),
    WipLimit(Option<i64>),
    ClaimNext(u8),
    Claim(i64, u8),
    Release(i64, u8),
    Done(i64, u8),
    Retry(i64),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let task = || 1..=TASKS;
    let session = || 0..3u8;
    prop_oneof![
        3 => (task(), task()).prop_map(|(a, b)| Step::Block(a, b)),
        1 => (task(), task()).prop_map(|(a, b)| Step::Unblock(a, b)),
        2 => (task(), proptest::option::of(task())).prop_map(|(a, b)| Step::Parent(a, b)),
        2 => (task(), 0..3usize).prop_map(|(a, to)| Step::Move(a, Status::ALL[to])),
        1 => (task(), any::<bool>()).prop_map(|(a, to)| Step::Archive(a, to)),
        2 => task().prop_map(Step::Delete),
        1 => task().prop_map(Step::Restore),
        1 => Just(Step::EmptyTrash),
        1 => (task(), proptest::option::of(0..40i64)).prop_map(|(a, to)| Step::Defer(a, to)),
        1 => any::<bool>().prop_map(Step::ArchiveProject),
        1 => proptest::option::of(1..3i64).prop_map(Step::WipLimit),
        3 => session().prop_map(Step::ClaimNext),
        3 => (task(), session()).prop_map(|(a, s)| Step::Claim(a, s)),
        2 => (task(), session()).prop_map(|(a, s)| Step::Release(a, s)),
        2 => (task(), session()).prop_map(|(a, s)| Step::Done(a, s)),
        1 => task().prop_map(Step::Retry),
        2 => (1..30i64).prop_map(Step::Wait),
    ]
}

struct Workspace {
    _dir: tempfile::TempDir,
    connection: Connection,
    now: AtomicI64,
}

impl Workspace {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("backlog.db");
        create(&path, Clock).unwrap();
        let connection = Connection::open(&path).unwrap();
        super::connection::prepare_writer(&connection).unwrap();
        connection
            .execute_batch("PRAGMA synchronous = OFF; BEGIN")
            .unwrap();
        let workspace = Self {
            _dir: dir,
            connection,
            now: AtomicI64::new(1_000 * SECOND),
        };
        for alias in ["app", "web"] {
            let new = NewProject::check(alias, "", "", "", 0).unwrap();
            workspace.write(0, |tx| tx.create_project(&new)).unwrap();
        }
        for number in 1..=TASKS {
            workspace
                .write(0, |tx| tx.create_task(task(number)))
                .unwrap();
        }
        workspace
    }

    fn read(&self) -> Reader<'_> {
        let at = self.now.load(Ordering::Relaxed);
        let now = Now {
            moment: Moment(at),
            uptime: Uptime(at),
        };
        Reader::new(&self.connection, now)
    }

    /// As the writer does it: whole or not at all, what is over ended before.
    fn write<T>(
        &self,
        session: u8,
        run: impl FnOnce(&mut WriteTx<'_>) -> super::Result<T>,
    ) -> super::Result<T> {
        let mut tx = WriteTx {
            reader: self.read(),
            caller: Caller::daemon(),
            terms: LeaseTerms::default(),
            as_daemon: true,
        };
        tx.settle()?;
        tx.refresh_holdback()?;
        tx.caller = Caller {
            actor: Actor::new(ActorKind::Human, "ana").unwrap(),
            session: format!("s{session}"),
            ..Caller::daemon()
        };
        self.connection.execute_batch("SAVEPOINT job").unwrap();
        let outcome = run(&mut tx).and_then(|value| {
            tx.refresh_holdback()?;
            Ok(value)
        });
        if outcome.is_err() {
            self.connection.execute_batch("ROLLBACK TO job").unwrap();
        }
        self.connection.execute_batch("RELEASE job").unwrap();
        outcome
    }

    fn take(&self, step: &Step) -> super::Result<()> {
        let number = TaskRef::Number;
        match *step {
            Step::Block(task, on) => self
                .write(0, |tx| {
                    tx.add_dependency(number(task), number(on), DependencyKind::Blocks)
                })
                .map(drop),
            Step::Unblock(task, on) => self
                .write(0, |tx| {
                    tx.remove_dependency(number(task), number(on), DependencyKind::Blocks)
                })
                .map(drop),
            Step::Parent(task, parent) => self.patch(task, |patch| {
                patch.parent = Some(parent.map(TaskRef::Number));
            }),
            Step::Move(task, to) => self.patch(task, |patch| patch.status = Some(to)),
            Step::Defer(task, until) => self.patch(task, |patch| {
                let until = until.map(|after| Moment((1_000 + after) * SECOND));
                patch.defer_until = Some(until);
            }),
            Step::Archive(task, to) => self
                .write(0, |tx| tx.set_task_archived(number(task), to, true))
                .map(drop),
            Step::Delete(task) => self
                .write(0, |tx| tx.delete_task(number(task), true))
                .map(drop),
            Step::Restore(task) => self
                .write(0, |tx| tx.restore_trash(&reference(task), None))
                .map(drop),
            Step::EmptyTrash => self.write(0, |tx| tx.empty_trash(None)).map(drop),
            Step::ArchiveProject(to) => self
                .write(0, |tx| tx.set_project_archived("web", to))
                .map(drop),
            Step::WipLimit(limit) => {
                let patch = ProjectPatch {
                    wip_limit: Some(limit),
                    ..ProjectPatch::default()
                };
                self.write(0, |tx| tx.update_project("app", patch))
                    .map(drop)
            }
            Step::ClaimNext(session) => self.claim(session, next()).map(drop),
            Step::Claim(task, session) => self.claim(session, Wanted::Task(number(task))).map(drop),
            Step::Release(task, session) => self
                .write(session, |tx| {
                    tx.release_lease(number(task), "", Outcome::Released, false)
                })
                .map(drop),
            Step::Done(task, session) => self
                .write(session, |tx| tx.complete_task(number(task), "", false))
                .map(drop),
            Step::Retry(task) => self.write(0, |tx| tx.retry_task(number(task))).map(drop),
            Step::Wait(seconds) => {
                // Leases live half a minute here.
                self.now.fetch_add(seconds * SECOND, Ordering::Relaxed);
                self.write(0, |_| Ok(()))
            }
        }
    }

    fn patch(&self, task: i64, change: impl FnOnce(&mut TaskPatch)) -> super::Result<()> {
        let mut patch = TaskPatch::default();
        change(&mut patch);
        self.write(0, |tx| {
            let edit = TaskEdit {
                patch,
                force: true,
                ..TaskEdit::default()
            };
            tx.update_task(TaskRef::Number(task), edit)
        })
        .map(drop)
    }

    fn claim(&self, session: u8, wanted: Wanted) -> super::Result<i64> {
        let claim = Claim {
            token: None,
            wanted,
            ttl: Some(std::time::Duration::from_secs(30)),
            worktree: String::new(),
            hold: None,
            by_stream: false,
            force: false,
            resume: false,
        };
        self.write(session, |tx| Ok(tx.claim(&claim)?.task.seq))
    }

    /// Whether a claim of that task by a fourth session succeeds; without
    /// making it.
    fn can_claim(&self, wanted: Wanted) -> Option<i64> {
        self.connection.execute_batch("SAVEPOINT trial").unwrap();
        let claimed = self.claim(9, wanted);
        self.connection
            .execute_batch("ROLLBACK TO trial; RELEASE trial")
            .unwrap();
        match claimed {
            Ok(task) => Some(task),
            Err(StoreError::Refused(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    fn all(&self) -> Vec<Task> {
        (1..=TASKS)
            .filter_map(|seq| self.read().find_task(TaskRef::Number(seq)).ok())
            .collect()
    }
}

fn next() -> Wanted {
    Wanted::Next(Box::default())
}

fn task(number: i64) -> NewTask {
    let project = if number % 3 == 0 { "web" } else { "app" };
    let mut task = NewTask::titled(project, format!("Task {number}"));
    task.fields.priority = Priority::new(number % 3 + 1).unwrap();
    task.fields.scope = match number {
        1 | 2 => Scope::check(&["src/**".to_owned()]).unwrap(),
        3 => Scope::check(&["docs".to_owned()]).unwrap(),
        _ => Scope::default(),
    };
    task
}

/// The rule as the design has it, over what the rows say of themselves.
struct Model {
    tasks: HashMap<i64, Task>,
    now: Moment,
}

impl Model {
    fn open(&self, seq: i64) -> bool {
        self.tasks.get(&seq).is_some_and(|task| {
            task.status != Status::Done && task.archived_at.is_none() && !task.project_archived
        })
    }

    fn blocked(&self, task: &Task) -> bool {
        let own = task.links.blocked_by.iter().any(|seq| self.open(*seq));
        let above = task
            .parent
            .and_then(|parent| self.tasks.get(&parent))
            .is_some_and(|parent| self.blocked(parent));
        own || above
    }

    /// Whether a task waits for itself, by whatever way.
    fn waits_for_itself(&self, seq: i64) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![seq];
        while let Some(task) = open.pop().and_then(|seq| self.tasks.get(&seq)) {
            let mut above = Some(task);
            while let Some(task) = above {
                open.extend(&task.links.blocked_by);
                above = task.parent.and_then(|parent| self.tasks.get(&parent));
            }
            let parts = self
                .tasks
                .values()
                .filter(|part| part.parent == Some(task.seq));
            open.extend(parts.map(|part| part.seq));
            open.retain(|seq| self.tasks.contains_key(seq) && seen.insert(*seq));
            if seen.contains(&seq) {
                return true;
            }
        }
        false
    }

    fn ready(&self, task: &Task) -> bool {
        task.status == Status::Todo
            && task.archived_at.is_none()
            && !task.project_archived
            && task.lease.is_none()
            && !self.blocked(task)
            && !self
                .tasks
                .values()
                .any(|child| child.parent == Some(task.seq) && self.open(child.seq))
            && task.defer_until.is_none_or(|until| until <= self.now)
            && task.attention.is_empty()
    }

    fn claimable(&self, task: &Task, limit: Option<i64>) -> bool {
        let held = || self.tasks.values().filter(|other| other.lease.is_some());
        let in_project = held().filter(|other| other.project_key == task.project_key);
        let room = task.project.alias != "app"
            || limit.is_none_or(|limit| (in_project.count() as i64) < limit);
        self.ready(task) && room && !held().any(|other| other.scope.overlaps(&task.scope))
    }
}

fn check(workspace: &Workspace) -> TestCaseResult {
    let db = workspace.read();
    let limit = db.project("app").unwrap().wip_limit;
    let tasks = workspace.all();
    let model = Model {
        tasks: tasks.iter().map(|task| (task.seq, task.clone())).collect(),
        now: db.now,
    };
    let listed = |filter: TaskFilter| {
        let listing = TaskListing {
            filter,
            sort: Sort::Priority,
            descending: false,
            size: 100,
            token: String::new(),
            offset: 0,
            full: false,
        };
        let list = db.list_tasks(&listing).unwrap();
        assert_eq!(
            list.total as usize,
            list.tasks.len(),
            "the total is counted"
        );
        list.tasks.iter().map(|task| task.seq).collect::<Vec<_>>()
    };
    let mut order: Vec<&Task> = tasks.iter().collect();
    order.sort_by_key(|task| (task.priority, task.seq));
    let those = |is: &dyn Fn(&Task) -> bool| -> Vec<i64> {
        let chosen = order.iter().filter(|task| is(task));
        chosen.map(|task| task.seq).collect()
    };

    let ready = those(&|task| model.ready(task));
    prop_assert_eq!(
        listed(TaskFilter {
            ready: true,
            ..TaskFilter::default()
        }),
        ready.clone()
    );
    prop_assert_eq!(db.queue_counts("").unwrap().ready as usize, ready.len());
    let visible = |task: &Task| task.archived_at.is_none() && !task.project_archived;
    prop_assert_eq!(
        listed(TaskFilter {
            blocked: true,
            ..TaskFilter::default()
        }),
        those(&|task| visible(task) && task.status == Status::Todo && model.blocked(task))
    );
    for task in &tasks {
        prop_assert!(
            !model.waits_for_itself(task.seq),
            "{} waits for itself",
            task.seq
        );
        prop_assert_eq!(task.is_ready(), model.ready(task), "{} ready", task.seq);
        let claimable = model.claimable(task, limit);
        let (_, obstacles, _) = db.explain(TaskRef::Number(task.seq)).unwrap();
        prop_assert_eq!(
            obstacles.is_empty(),
            claimable,
            "{} {:?}",
            task.seq,
            obstacles
        );
        for obstacle in &obstacles {
            prop_assert_eq!(obstacle.path[0], task.seq);
        }
        let claimed = workspace.can_claim(Wanted::Task(TaskRef::Number(task.seq)));
        prop_assert_eq!(claimed.is_some(), claimable, "claim {}", task.seq);
    }
    let first = those(&|task| model.claimable(task, limit)).first().copied();
    let next_task = db.next_task(&TaskFilter::default()).unwrap();
    prop_assert_eq!(next_task.map(|task| task.seq), first);
    prop_assert_eq!(workspace.can_claim(next()), first);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ready_next_claim_and_why_never_disagree(steps in prop::collection::vec(step(), 1..25)) {
        let workspace = Workspace::new();
        for step in &steps {
            match workspace.take(step) {
                Ok(()) | Err(StoreError::Refused(_)) => {}
                Err(error) => panic!("{step:?}: {error:?}"),
            }
            check(&workspace)?;
        }
        prop_assert!(workspace.read().verify_activities().unwrap().broken.is_none());
    }
}

#[test]
fn a_circle_is_refused_with_the_way_round_through_both_kinds() {
    let workspace = Workspace::new();
    let way = |step: Step| match workspace.take(&step) {
        Err(StoreError::Refused(Refusal::Cycle { cycle })) => cycle.join(" "),
        other => panic!("{step:?}: {other:?}"),
    };
    assert_eq!(way(Step::Block(1, 1)), "TASK-1 TASK-1");
    workspace.take(&Step::Block(2, 1)).unwrap();
    assert_eq!(way(Step::Block(1, 2)), "TASK-2 TASK-1 TASK-2");
    // A part of 1 that 1 waits for, by what blocks its parent.
    workspace.take(&Step::Parent(3, Some(1))).unwrap();
    assert_eq!(way(Step::Block(1, 3)), "TASK-3 TASK-3");
    assert_eq!(way(Step::Parent(1, Some(3))), "TASK-1 TASK-3 TASK-1");
    // 2 waits for 1, which waits for its parts: 2 cannot become one of them.
    assert_eq!(way(Step::Parent(2, Some(1))), "TASK-2 TASK-1 TASK-2");
    workspace.take(&Step::Block(4, 2)).unwrap();
    assert_eq!(way(Step::Block(3, 4)), "TASK-4 TASK-2 TASK-1 TASK-3 TASK-4");
    check(&workspace).unwrap();
}

#[test]
fn a_task_in_the_trash_holds_up_none_of_its_parts_and_closes_no_circle_when_it_comes_back() {
    let workspace = Workspace::new();
    let take = |step: Step| workspace.take(&step).unwrap();
    take(Step::Block(7, 3));
    take(Step::Parent(1, Some(7)));
    check(&workspace).unwrap();
    take(Step::Delete(7));
    check(&workspace).unwrap();
    assert_eq!(
        workspace.can_claim(Wanted::Task(TaskRef::Number(1))),
        Some(1)
    );
    take(Step::Restore(7));
    check(&workspace).unwrap();
    assert_eq!(workspace.can_claim(Wanted::Task(TaskRef::Number(1))), None);

    take(Step::Block(1, 4));
    take(Step::Delete(1));
    // 7 waits for its part, 1, which would wait for 4 again.
    let circle = workspace.take(&Step::Block(4, 7));
    assert!(matches!(
        circle,
        Err(StoreError::Refused(Refusal::Cycle { .. }))
    ));
}
