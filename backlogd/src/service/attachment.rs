//! AttachmentService.

use backlog_api::v1::{
    self, attachment_service_server::AttachmentService, attachment_target::Target as Wire,
};
use tokio::sync::mpsc;
use tonic::{
    Request, Response, Status, async_trait,
    codegen::{BoxStream, tokio_stream::wrappers::ReceiverStream},
};

use super::{Api, call};
use crate::{
    domain::{
        Refusal, Refused,
        attachment::{Attachment, NewAttachment, TargetRef},
        page,
        task::TaskRef,
    },
    lifecycle::StreamGuard,
};

/// Bytes of one answer of a fetch.
const CHUNK: usize = 256 << 10;
/// Answers that may wait for a client to read them.
const WAITING: usize = 2;

#[async_trait]
impl AttachmentService for Api {
    async fn create_attachment(
        &self,
        request: Request<v1::CreateAttachmentRequest>,
    ) -> Result<Response<v1::CreateAttachmentResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let target = target(message.target)?
            .ok_or_else(|| Refusal::invalid("target", "name a task or a doc to attach it to"))?;
        let new = NewAttachment::check(&message.name, &message.mime_type, message.data)?;
        self.write(call, move |tx| {
            Ok(v1::CreateAttachmentResponse {
                attachment: Some(tx.create_attachment(&target, &new)?.into()),
            })
        })
        .await
    }

    async fn list_attachments(
        &self,
        request: Request<v1::ListAttachmentsRequest>,
    ) -> Result<Response<v1::ListAttachmentsResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let target = target(message.target)?;
        let page = self
            .read(move |db| {
                db.list_attachments(target.as_ref(), &message.project, size, &message.page_token)
            })
            .await?;
        Ok(Response::new(v1::ListAttachmentsResponse {
            attachments: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    type FetchAttachmentStream = BoxStream<v1::FetchAttachmentResponse>;

    async fn fetch_attachment(
        &self,
        request: Request<v1::FetchAttachmentRequest>,
    ) -> Result<Response<Self::FetchAttachmentStream>, Status> {
        let message = call::reading(request)?;
        let attachment = self
            .read(move |db| db.attachment(&message.attachment))
            .await?;
        let (answers, receiver) = mpsc::channel(WAITING);
        // Ends with the file, or when the client or the daemon leaves.
        tokio::spawn(send(self.clone(), attachment, answers));
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn delete_attachment(
        &self,
        request: Request<v1::DeleteAttachmentRequest>,
    ) -> Result<Response<v1::DeleteAttachmentResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            Ok(v1::DeleteAttachmentResponse {
                attachment: Some(tx.delete_attachment(&message.attachment)?.into()),
            })
        })
        .await
    }
}

/// Sends a file as fast as it is read, a piece of it in memory at a time. Its
/// bytes never change, so each piece may be read in a snapshot of its own.
async fn send(
    api: Api,
    attachment: Attachment,
    answers: mpsc::Sender<Result<v1::FetchAttachmentResponse, Status>>,
) {
    let _counted = StreamGuard::new(api.daemon.clone());
    let (key, size) = (attachment.key, attachment.size.unsigned_abs());
    let mut answer = v1::FetchAttachmentResponse {
        attachment: Some(attachment.into()),
        chunk: Vec::new(),
    };
    let mut offset = 0;
    loop {
        let chunk = api
            .read(move |db| db.attachment_bytes(key, offset, CHUNK))
            .await;
        let next = chunk.map(|chunk| {
            offset += chunk.len() as u64;
            v1::FetchAttachmentResponse {
                chunk,
                ..std::mem::take(&mut answer)
            }
        });
        let failed = next.is_err();
        tokio::select! {
            sent = answers.send(next) => {
                if sent.is_err() || failed || offset >= size {
                    return;
                }
            }
            _ = api.leaving() => {
                let _ = answers.try_send(Err(Status::unavailable("the daemon is leaving")));
                return;
            }
        }
    }
}

fn target(given: Option<v1::AttachmentTarget>) -> Refused<Option<TargetRef>> {
    match given.and_then(|given| given.target) {
        None => Ok(None),
        Some(Wire::Task(task)) => Ok(Some(TargetRef::Task(TaskRef::parse(&task)?))),
        Some(Wire::Doc(doc)) => Ok(Some(TargetRef::Doc(doc))),
    }
}
