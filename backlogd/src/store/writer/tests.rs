//! A write that takes long takes no time from others.

use std::{sync::mpsc, time::Duration};

use tokio::{
    runtime::{Builder, Handle},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::{
    domain::{
        Actor, ActorKind,
        clock::{Clock, Uptime},
        lease::LeaseTerms,
        project::NewProject,
        queue::{Claim, Wanted},
        task::{NewTask, TaskRef},
    },
    store::{Caller, Opening, Result, Store, WriteTx, create},
};

/// Long enough for a few writes on a busy machine.
const TTL: Duration = Duration::from_millis(1_500);
const LONG: Duration = Duration::from_secs(3_600);
const TASK: TaskRef = TaskRef::Number(1);

/// A store with one task, which session `a` holds for [`TTL`].
struct Held {
    _dir: tempfile::TempDir,
    store: Store,
    until: Uptime,
}

impl Held {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("backlog.db");
        create(&path, Clock).unwrap();
        let opening = Opening {
            terms: LeaseTerms::default(),
            as_daemon: true,
        };
        let store = Store::open(&path, Clock, opening, || {}).unwrap();
        let made = store.write(caller("a"), None, |tx| {
            tx.create_project(&NewProject::check("app", "", "", "", 0)?)?;
            Ok(tx.create_task(NewTask::titled("app", "Task"))?.task.seq)
        });
        made.await.unwrap();
        claim(&store, "a", TTL).await.unwrap();
        let until = store.read(|db| Ok(db.leases()?[0].deadline)).await.unwrap();
        Self {
            _dir: dir,
            store,
            until,
        }
    }

    /// Begins a large write, which ends once something is sent, or at its end.
    async fn begin_large_write(&self) -> mpsc::Sender<()> {
        let (end, ended) = mpsc::channel::<()>();
        let store = self.store.clone();
        self.queue(async move {
            store
                .write_alone(caller("b"), None, true, move |_| {
                    let _ = ended.recv();
                    Ok(0)
                })
                .await
        })
        .await;
        end
    }

    /// Queues a write, and waits until it is there.
    async fn queue(
        &self,
        write: impl Future<Output = Result<i64>> + Send + 'static,
    ) -> JoinHandle<Result<i64>> {
        let before = self.store.writer_stats().queue;
        let queued = Handle::current().spawn(write);
        until(|| self.store.writer_stats().queue > before).await;
        queued
    }
}

async fn until(mut condition: impl FnMut() -> bool) {
    let came = timeout(Duration::from_secs(30), async {
        while !condition() {
            sleep(Duration::from_millis(5)).await;
        }
    });
    came.await.expect("it comes about");
}

fn caller(session: &str) -> Caller {
    Caller {
        actor: Actor::new(ActorKind::Human, "ana").unwrap(),
        session: session.to_owned(),
        ..Caller::daemon()
    }
}

async fn claim(store: &Store, session: &str, ttl: Duration) -> Result<i64> {
    let claim = Claim {
        token: None,
        wanted: Wanted::Task(TASK),
        ttl: Some(ttl),
        worktree: String::new(),
        hold: None,
        by_stream: false,
        force: false,
        resume: false,
    };
    store
        .claim(caller(session), None, claim, None, |claimed| {
            claimed.task.seq
        })
        .await
}

fn run(test: impl Future<Output = ()>) {
    let runtime = Builder::new_multi_thread().enable_time().build();
    runtime.unwrap().block_on(test);
}

#[test]
fn a_renewal_that_waits_behind_a_large_write_comes_in_time() {
    run(async {
        let held = Held::new().await;
        let large = held.begin_large_write().await;
        let store = held.store.clone();
        let renewal = held
            .queue(async move {
                let renew = |tx: &mut WriteTx<'_>| Ok(tx.renew_lease(TASK, Some(LONG))?.deadline.0);
                store.write(caller("a"), None, renew).await
            })
            .await;
        until(|| Clock.both().uptime > held.until).await;
        let before = Clock.both().uptime;
        drop(large);
        let renewed = renewal.await.unwrap().expect("it was asked for in time");
        assert!(Uptime(renewed) >= before.after(LONG), "all of its time");
        let other = claim(&held.store, "b", LONG).await;
        assert!(other.is_err(), "it is held: {other:?}");
    });
}

#[test]
fn a_claim_that_came_after_a_lease_was_over_gets_its_task() {
    run(async {
        let held = Held::new().await;
        let large = held.begin_large_write().await;
        let store = held.store.clone();
        let early = held
            .queue(async move { store.write(caller("b"), None, |_| Ok(0)).await })
            .await;
        until(|| Clock.both().uptime > held.until).await;
        let store = held.store.clone();
        let claimed = held
            .queue(async move { claim(&store, "b", LONG).await })
            .await;
        drop(large);
        early.await.unwrap().unwrap();
        assert_eq!(claimed.await.unwrap().unwrap(), 1);
    });
}

#[test]
fn nothing_is_written_by_halves_where_what_is_over_cannot_be_ended() {
    run(async {
        let held = Held::new().await;
        // As a full disk does it: the whole transaction is gone.
        let trouble = "CREATE TEMP TRIGGER trouble BEFORE DELETE ON lease
             BEGIN SELECT RAISE(ROLLBACK, 'no room'); END";
        let made = held.store.write(caller("a"), None, move |tx| {
            tx.conn.execute_batch(trouble)?;
            Ok(0)
        });
        made.await.unwrap();
        until(|| Clock.both().uptime > held.until).await;

        let add =
            |tx: &mut WriteTx<'_>| Ok(tx.create_task(NewTask::titled("app", "Half"))?.task.seq);
        for keep in [true, false] {
            let large = held.store.write_alone(caller("b"), None, keep, add).await;
            assert!(large.is_err(), "{large:?}");
        }
        let small = held.store.write(caller("b"), None, add).await;
        assert!(small.is_err(), "{small:?}");
        let half = held
            .store
            .read(|db| Ok(db.find_task(TaskRef::Number(2)).is_ok()));
        assert!(!half.await.unwrap(), "nothing was written");
    });
}
