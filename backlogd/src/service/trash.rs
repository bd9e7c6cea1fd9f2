//! TrashService.

use backlog_api::v1::{self, trash_service_server::TrashService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::domain::{page, project::Alias};

#[async_trait]
impl TrashService for Api {
    async fn list_trash(
        &self,
        request: Request<v1::ListTrashRequest>,
    ) -> Result<Response<v1::ListTrashResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| db.list_trash(size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListTrashResponse {
            items: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn restore_trash(
        &self,
        request: Request<v1::RestoreTrashRequest>,
    ) -> Result<Response<v1::RestoreTrashResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let alias = match message.alias.as_str() {
            "" => None,
            alias => Some(Alias::parse(alias)?),
        };
        self.write(call, move |tx| {
            Ok(v1::RestoreTrashResponse {
                item: Some(tx.restore_trash(&message.item, alias.as_ref())?.into()),
            })
        })
        .await
    }

    async fn empty_trash(
        &self,
        request: Request<v1::EmptyTrashRequest>,
    ) -> Result<Response<v1::EmptyTrashResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let before = message
            .deleted_before
            .map(|at| convert::moment("deleted_before", &at))
            .transpose()?;
        self.write(call, move |tx| {
            Ok(v1::EmptyTrashResponse {
                purged: tx.empty_trash(before)?,
            })
        })
        .await
    }
}
