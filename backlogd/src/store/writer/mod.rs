//! The writer: one thread, one connection, many writes a commit.
//!
//! While a commit waits for the disk, the next writes queue up; they are all
//! run in the next transaction, each in a savepoint of its own, and answered
//! after its commit. One sync serves them all.

#[cfg(test)]
mod tests;
mod thread;

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64, mpsc},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot, watch};

use self::thread::WriterThread;
use super::{
    Caller, Opening, RequestKey, Result, StoreError, WriteTx,
    ground::Ground,
    waiting::{Answering, ClaimJob, WaitingList},
};
use crate::domain::{
    clock::{Clock, Uptime},
    queue::{Claim, Waiting},
};

/// Writes that may wait; the next caller waits until there is room.
const QUEUE: usize = 1_024;
pub(in crate::store) type Reply = oneshot::Sender<Result<Vec<u8>>>;
type Run = Box<dyn FnOnce(&mut WriteTx<'_>) -> Result<Vec<u8>> + Send>;

enum Work {
    Write {
        caller: Caller,
        key: Option<RequestKey>,
        run: Run,
    },
    Claim(Box<ClaimJob>),
    /// A large write, in a transaction of its own.
    Alone {
        caller: Caller,
        key: Option<RequestKey>,
        run: Run,
        /// Whether it is to be kept.
        keep: bool,
    },
}

struct Job {
    work: Work,
    reply: Reply,
    /// When it was asked for. By this it is told whether a lease was over.
    asked: Uptime,
    /// Gives its place in the queue back.
    _place: OwnedSemaphorePermit,
}

/// How the writer is.
#[derive(Debug, Clone, Copy)]
pub struct WriterStats {
    /// Writes that wait.
    pub queue: usize,
    /// Transactions committed.
    pub commits: u64,
    /// Writes in them.
    pub writes: u64,
}

#[derive(Default)]
pub(in crate::store) struct Counters {
    pub(in crate::store) commits: AtomicU64,
    pub(in crate::store) writes: AtomicU64,
}

/// What the thread tells others.
struct Shared {
    lost: Arc<Notify>,
    counters: Arc<Counters>,
    waiting: Arc<WaitingList>,
    committed: watch::Sender<()>,
}

/// The writing thread's handle.
pub(in crate::store) struct Writer {
    places: Arc<Semaphore>,
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    clock: Clock,
    lost: Arc<Notify>,
    thread: Mutex<Option<JoinHandle<()>>>,
    pub(in crate::store) counters: Arc<Counters>,
    pub(in crate::store) waiting: Arc<WaitingList>,
    pub(in crate::store) committed: watch::Sender<()>,
}

impl Writer {
    pub(in crate::store) fn start(
        connection: Connection,
        ground: Ground,
        clock: Clock,
        opening: Opening,
    ) -> Self {
        let (jobs, queue) = mpsc::channel();
        let counters = Arc::new(Counters::default());
        let lost = Arc::new(Notify::new());
        let waiting = Arc::new(WaitingList::default());
        let committed = watch::Sender::new(());
        let mut thread = WriterThread::new(
            connection,
            ground,
            clock,
            opening,
            Shared {
                lost: Arc::clone(&lost),
                counters: Arc::clone(&counters),
                waiting: Arc::clone(&waiting),
                committed: committed.clone(),
            },
        );
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || thread.serve(&queue))
            .expect("a thread can be started at start-up");
        Self {
            places: Arc::new(Semaphore::new(QUEUE)),
            jobs: Mutex::new(Some(jobs)),
            clock,
            lost,
            thread: Mutex::new(Some(thread)),
            counters,
            waiting,
            committed,
        }
    }

    /// Queues a write and waits until it is on disk.
    pub(in crate::store) async fn submit(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        run: Run,
    ) -> Result<Vec<u8>> {
        self.queue_up(Work::Write { caller, key, run }).await
    }

    /// Queues a large write and waits until it is on disk; one that is not to
    /// be kept, until it has been tried.
    pub(in crate::store) async fn submit_alone(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        keep: bool,
        run: Run,
    ) -> Result<Vec<u8>> {
        self.queue_up(Work::Alone {
            caller,
            key,
            run,
            keep,
        })
        .await
    }

    /// Queues a claim and waits until it is on disk, or refused.
    pub(in crate::store) async fn claim(
        &self,
        caller: Caller,
        key: Option<RequestKey>,
        claim: Claim,
        waiting: Option<Waiting>,
        answer: Answering,
    ) -> Result<Vec<u8>> {
        self.queue_up(Work::Claim(Box::new(ClaimJob {
            caller,
            key,
            claim,
            waiting,
            answer,
        })))
        .await
    }

    async fn queue_up(&self, work: Work) -> Result<Vec<u8>> {
        let asked = self.clock.both().uptime;
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (reply, answer) = oneshot::channel();
        let job = Job {
            work,
            reply,
            asked,
            _place: place,
        };
        self.jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .and_then(|jobs| jobs.send(job).ok())
            .ok_or(StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Waits until a write finds that the database was replaced.
    pub(in crate::store) async fn lost(&self) {
        self.lost.notified().await;
    }

    pub(in crate::store) fn queue(&self) -> usize {
        QUEUE - self.places.available_permits()
    }

    /// Ends the thread after what is queued.
    pub(in crate::store) fn close(&self) {
        drop(
            self.jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}
