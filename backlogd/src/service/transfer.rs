//! TransferService: what goes out of a workspace and into it as a whole.

use std::{path::PathBuf, time::Duration};

use backlog_api::{
    reason,
    v1::{self, exported_item::Item, transfer_service_server::TransferService},
};
use prost::Message as _;
use tokio::{runtime::Handle, sync::mpsc, task::spawn_blocking};
use tonic::{
    Code, Request, Response, Status, async_trait,
    codegen::{BoxStream, tokio_stream::wrappers::ReceiverStream},
};

use super::{Api, call, convert, error, long};
use crate::{
    domain::{
        Refusal,
        task::reference,
        transfer::{ExportDetail, Exported, ImportSummary},
    },
    lifecycle::StreamGuard,
    store::{ImportSource, StoreError},
};

/// An answer is sent once it weighs as much.
const ANSWER_BYTES: usize = 128 << 10;
/// Answers that may wait for a client to read them.
const WAITING: usize = 4;
/// An export that nobody reads keeps the database's log from being emptied; it
/// ends after this long.
const PATIENCE: Duration = Duration::from_secs(300);

#[async_trait]
impl TransferService for Api {
    type ExportTasksStream = BoxStream<v1::ExportTasksResponse>;

    async fn export_tasks(
        &self,
        request: Request<v1::ExportTasksRequest>,
    ) -> Result<Response<Self::ExportTasksStream>, Status> {
        let message = call::reading(request)?;
        let detail = convert::export_detail(message.detail)?.unwrap_or(ExportDetail::Everything);
        // A project that is not there is refused now, not in the stream.
        let named = message.project.clone();
        self.read(move |db| db.export_size(&named)).await?;

        let (answers, receiver) = mpsc::channel(WAITING);
        let mut export = Export {
            api: self.clone(),
            runtime: Handle::current(),
            answers,
            answer: v1::ExportTasksResponse::default(),
            weight: 0,
        };
        // Ends with the export, or when the client or the daemon leaves.
        spawn_blocking(move || export.run(&message.project, detail));
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    type ImportWorkspaceStream = BoxStream<v1::ImportWorkspaceResponse>;

    async fn import_workspace(
        &self,
        request: Request<v1::ImportWorkspaceRequest>,
    ) -> Result<Response<Self::ImportWorkspaceStream>, Status> {
        let (call, message) = call::writing_long(request)?;
        let path = PathBuf::from(message.path);
        if !path.is_absolute() {
            return Err(Refusal::invalid("path", "the path of an import must be absolute").into());
        }
        let here = self.store.path().to_owned();
        let clock = self.clock;
        // What is no import is found out before anybody waits for it.
        let source =
            spawn_blocking(move || ImportSource::open(&path, &message.project, &here, clock))
                .await
                .map_err(|_| StoreError::Closed)??;
        Ok(long::write(
            self,
            call,
            !message.dry_run,
            move |tx, told| {
                let summary = tx.import(&source, &mut |done, total| {
                    told.tell(v1::ImportWorkspaceResponse {
                        progress: Some(v1::Progress { done, total }),
                        summary: None,
                    });
                })?;
                Ok(v1::ImportWorkspaceResponse {
                    progress: None,
                    summary: Some(summary.into()),
                })
            },
        ))
    }
}

/// An export under way, on a thread of its own, as fast as its client reads.
struct Export {
    api: Api,
    runtime: Handle,
    answers: mpsc::Sender<Result<v1::ExportTasksResponse, Status>>,
    /// What is sent next.
    answer: v1::ExportTasksResponse,
    weight: usize,
}

impl Export {
    fn run(&mut self, project: &str, detail: ExportDetail) {
        let _counted = StreamGuard::new(self.api.daemon.clone());
        let store = self.api.store.clone();
        let outcome = store.read_apart(|db| {
            self.answer.tasks = db.export_size(project)?;
            db.export(project, detail, &mut |exported| self.add(exported))?;
            self.send()
        });
        // `Closed` is how a send says that nobody is left to hear.
        if let Err(error) = outcome
            && !matches!(error, StoreError::Closed)
        {
            let _ = self.answers.try_send(Err(error.into()));
        }
    }

    fn add(&mut self, exported: Exported) -> Result<(), StoreError> {
        let item = v1::ExportedItem {
            item: Some(item(exported)),
        };
        self.weight += item.encoded_len();
        self.answer.items.push(item);
        if self.weight < ANSWER_BYTES {
            return Ok(());
        }
        self.send()
    }

    fn send(&mut self) -> Result<(), StoreError> {
        self.weight = 0;
        let answer = std::mem::take(&mut self.answer);
        let ended = self.runtime.block_on(async {
            tokio::select! {
                sent = tokio::time::timeout(PATIENCE, self.answers.send(Ok(answer))) => match sent {
                    Ok(Ok(())) => None,
                    Ok(Err(_)) => Some(None),
                    Err(_) => Some(Some(unread())),
                },
                _ = self.api.leaving() => Some(Some(Status::unavailable("the daemon is leaving"))),
            }
        });
        match ended {
            None => Ok(()),
            Some(last) => {
                if let Some(status) = last {
                    let _ = self.answers.try_send(Err(status));
                }
                Err(StoreError::Closed)
            }
        }
    }
}

fn unread() -> Status {
    error::status(
        Code::Aborted,
        reason::EXPORT_UNREAD,
        format!(
            "nothing of the export was read for {} minutes",
            PATIENCE.as_secs() / 60
        ),
        [],
    )
}

impl From<ImportSummary> for v1::ImportSummary {
    fn from(summary: ImportSummary) -> Self {
        Self {
            source: summary.source.to_owned(),
            counts: summary
                .counts
                .into_iter()
                .map(|(kind, count)| v1::ImportCount {
                    kind: kind.as_str().to_owned(),
                    added: count.added,
                    present: count.present,
                })
                .collect(),
            renumbered: summary
                .renumbered
                .first
                .into_iter()
                .map(|(there, here)| v1::Renumbered {
                    there: there.map(reference).unwrap_or_default(),
                    here: reference(here),
                })
                .collect(),
            renumbered_total: summary.renumbered.total,
            newer_there: summary.newer_there.first,
            newer_there_total: summary.newer_there.total,
            notes: summary.notes,
        }
    }
}

fn item(exported: Exported) -> Item {
    match exported {
        Exported::Project(project, counts) => Item::Project(convert::project(project, counts)),
        Exported::Label(label) => Item::Label(label.into()),
        Exported::Task(task) => Item::Task((*task).into()),
        Exported::Plan(plan) => Item::Plan(plan.into()),
        Exported::PlanVersion(version) => Item::PlanVersion(version.into()),
        Exported::Comment(comment) => Item::Comment(comment.into()),
        Exported::Doc(doc) => Item::Doc(doc.into()),
        Exported::DocVersion(version) => Item::DocVersion(version.into()),
        Exported::Memory(entry) => Item::Memory(entry.into()),
        Exported::Attachment(attachment) => Item::Attachment(attachment.into()),
        Exported::Chunk(bytes) => Item::Chunk(bytes),
    }
}
