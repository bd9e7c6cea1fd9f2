//! BackupService.

use std::path::PathBuf;

use backlog_api::v1::{self, backup_service_server::BackupService};
use tokio::sync::mpsc;
use tonic::{
    Request, Response, Status, async_trait,
    codegen::{BoxStream, tokio_stream::wrappers::ReceiverStream},
};

use super::{Api, call};
use crate::{domain::Refusal, lifecycle::StreamGuard, store::RequestKey};

/// Answers that may wait for a client to read them.
const WAITING: usize = 2;

#[async_trait]
impl BackupService for Api {
    type BackUpStream = BoxStream<v1::BackUpResponse>;

    async fn back_up(
        &self,
        request: Request<v1::BackUpRequest>,
    ) -> Result<Response<Self::BackUpStream>, Status> {
        let (call, message) = call::writing_long(request)?;
        let path = PathBuf::from(message.path);
        if !path.is_absolute() || path.file_name().is_none() {
            return Err(Refusal::invalid("path", "must be the absolute path of a file").into());
        }
        let (answers, receiver) = mpsc::channel(WAITING);
        // Ends with the copy, or when the client or the daemon leaves.
        tokio::spawn(back_up(self.clone(), path, call.key, answers));
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
}

async fn back_up(
    api: Api,
    path: PathBuf,
    key: Option<RequestKey>,
    answers: mpsc::Sender<Result<v1::BackUpResponse, Status>>,
) {
    let _counted = StreamGuard::new(api.daemon.clone());
    let (daemon, progress) = (api.daemon.clone(), answers.clone());
    let copied = api
        .read_apart(move |db| {
            db.back_up(&path, key.as_ref(), |done, total| {
                // Where the client is slow, it hears of a later one.
                let _ = progress.try_send(Ok(v1::BackUpResponse {
                    pages_done: done.into(),
                    pages_total: total.into(),
                    backup: None,
                }));
                !progress.is_closed() && !daemon.is_leaving()
            })
        })
        .await;
    let answer = copied.map(|copied| v1::BackUpResponse {
        pages_done: 0,
        pages_total: 0,
        backup: Some(v1::Backup {
            path: copied.path.display().to_string(),
            bytes: i64::try_from(copied.bytes).unwrap_or(i64::MAX),
            last_activity_seq: copied.last_activity,
        }),
    });
    let _ = answers.send(answer).await;
}
