//! Following the log. Each watcher reads the database at its own pace, so a
//! slow one costs the others nothing: what waits for it is in the log, not in
//! memory.

use std::time::Duration;

use backlog_api::{reason, v1};
use tokio::sync::mpsc;
use tonic::{
    Code, Status,
    codegen::{BoxStream, tokio_stream::wrappers::ReceiverStream},
};

use super::{Api, convert, error};
use crate::{lifecycle::StreamGuard, store::ActivityFilter};

/// Activities of one answer at most.
const PAGE: usize = 200;
/// Answers that may wait for a watcher to read them.
const WAITING: usize = 4;
/// A watcher that has not read for this long is told to resume.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often commits of other processes are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(500);

type Answers = mpsc::Sender<Result<v1::WatchActivityResponse, Status>>;

/// The activities behind `after`, and those to come. Where the log has no such
/// entry, or not with that hash, it is another one than was followed, and the
/// watcher is told so: from its number nothing follows here.
pub(super) async fn watch(
    api: &Api,
    filter: ActivityFilter,
    after: Option<i64>,
    after_hash: Vec<u8>,
) -> Result<BoxStream<v1::WatchActivityResponse>, Status> {
    // A filter that means nothing is refused now, not in the stream.
    let checked = filter.clone();
    let (head, is_followed) = api
        .read(move |db| {
            db.list_activities(&checked, 1, "", 0)?;
            let head = db.last_activity()?;
            let is_followed = match after {
                None | Some(..=0) => true,
                Some(after) if after_hash.is_empty() => after <= head,
                Some(after) => {
                    let hash = db.activity_hash(after)?;
                    hash.is_some_and(|hash| hash[..] == after_hash[..])
                }
            };
            Ok((head, is_followed))
        })
        .await?;
    let from = if is_followed {
        after.unwrap_or(head).max(0)
    } else {
        head
    };
    let (answers, receiver) = mpsc::channel(WAITING);
    // Ends when the watcher leaves, does not read, or the daemon leaves.
    tokio::spawn(follow(api.clone(), filter, from, !is_followed, answers));
    Ok(Box::pin(ReceiverStream::new(receiver)))
}

async fn follow(
    api: Api,
    filter: ActivityFilter,
    mut seen: i64,
    mut replaced: bool,
    answers: Answers,
) {
    let _counted = StreamGuard::new(api.daemon.clone());
    let mut committed = api.store.committed();
    let mut first = true;
    loop {
        committed.mark_unchanged();
        let wanted = filter.clone();
        let page = api
            .read(move |db| {
                let (activities, upto) = db.activities_after(&wanted, seen, PAGE)?;
                Ok((activities, upto, db.activity_hash(upto)?))
            })
            .await;
        let (activities, upto, hash) = match page {
            Ok(page) => page,
            Err(status) => {
                let _ = answers.try_send(Err(status));
                return;
            }
        };
        let is_full = activities.len() == PAGE;
        // Where nothing matched nobody is told, but where they stand at first.
        if first || !activities.is_empty() {
            first = false;
            let answer = v1::WatchActivityResponse {
                activities: activities
                    .into_iter()
                    .map(|(activity, hash, project)| convert::activity(activity, hash, project))
                    .collect(),
                seq: upto,
                hash: hash.map(|hash| hash.to_vec()).unwrap_or_default(),
                replaced: std::mem::take(&mut replaced),
            };
            tokio::select! {
                sent = tokio::time::timeout(PATIENCE, answers.send(Ok(answer))) => match sent {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return,
                    Err(_) => return end(&answers, lagged(seen)).await,
                },
                _ = api.leaving() => return end(&answers, leaving()).await,
            }
        }
        seen = upto;
        if is_full {
            continue;
        }
        tokio::select! {
            _ = committed.changed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = answers.closed() => return,
            _ = api.leaving() => return end(&answers, leaving()).await,
        }
    }
}

/// Tells the watcher how it ended, if it reads at all.
async fn end(answers: &Answers, status: Status) {
    let _ = tokio::time::timeout(PATIENCE, answers.send(Err(status))).await;
}

fn leaving() -> Status {
    Status::unavailable("the daemon is leaving")
}

fn lagged(seen: i64) -> Status {
    error::status(
        Code::Aborted,
        reason::WATCH_LAGGED,
        format!(
            "nothing was read for {} s; watch again after activity {seen}",
            PATIENCE.as_secs()
        ),
        [("resume_after", seen.to_string())],
    )
}
