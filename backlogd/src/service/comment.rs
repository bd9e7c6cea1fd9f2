//! CommentService.

use backlog_api::v1::{self, comment_service_server::CommentService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call};
use crate::domain::{comment::check_body, page, task::TaskRef};

#[async_trait]
impl CommentService for Api {
    async fn create_comment(
        &self,
        request: Request<v1::CreateCommentRequest>,
    ) -> Result<Response<v1::CreateCommentResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let body = check_body(&message.body)?;
        self.write(call, move |tx| {
            Ok(v1::CreateCommentResponse {
                comment: Some(tx.create_comment(task, body)?.into()),
            })
        })
        .await
    }

    async fn list_comments(
        &self,
        request: Request<v1::ListCommentsRequest>,
    ) -> Result<Response<v1::ListCommentsResponse>, Status> {
        let message = call::reading(request)?;
        let task = TaskRef::parse(&message.task)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| db.list_comments(task, size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListCommentsResponse {
            comments: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn delete_comment(
        &self,
        request: Request<v1::DeleteCommentRequest>,
    ) -> Result<Response<v1::DeleteCommentResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            Ok(v1::DeleteCommentResponse {
                comment: Some(tx.delete_comment(&message.comment)?.into()),
            })
        })
        .await
    }
}
