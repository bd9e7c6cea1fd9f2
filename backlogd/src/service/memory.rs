//! MemoryService.

use backlog_api::v1::{self, memory_service_server::MemoryService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::domain::{
    memory::{MemoryPatch, Tags, check_body},
    page,
    search::Query,
};

#[async_trait]
impl MemoryService for Api {
    async fn create_memory(
        &self,
        request: Request<v1::CreateMemoryRequest>,
    ) -> Result<Response<v1::CreateMemoryResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let fields = message.fields.unwrap_or_default();
        let body = check_body(&fields.body)?;
        let tags = Tags::check(&fields.tags)?;
        self.write(call, move |tx| {
            let entry = tx.create_memory(&message.project, &body, &tags)?;
            Ok(v1::CreateMemoryResponse {
                entry: Some(entry.into()),
            })
        })
        .await
    }

    async fn get_memory(
        &self,
        request: Request<v1::GetMemoryRequest>,
    ) -> Result<Response<v1::GetMemoryResponse>, Status> {
        let message = call::reading(request)?;
        let entry = self.read(move |db| db.find_memory(&message.entry)).await?;
        Ok(Response::new(v1::GetMemoryResponse {
            entry: Some(entry.into()),
        }))
    }

    async fn list_memories(
        &self,
        request: Request<v1::ListMemoriesRequest>,
    ) -> Result<Response<v1::ListMemoriesResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let tags = Tags::check(&message.tags)?;
        let search = match message.search.trim() {
            "" => None,
            // Without a word in it, it finds nothing.
            words => match Query::parse(words) {
                None => return Ok(Response::new(v1::ListMemoriesResponse::default())),
                query => query,
            },
        };
        let page = self
            .read(move |db| {
                let token = &message.page_token;
                db.list_memories(&message.project, &tags, search.as_ref(), size, token)
            })
            .await?;
        Ok(Response::new(v1::ListMemoriesResponse {
            entries: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn update_memory(
        &self,
        request: Request<v1::UpdateMemoryRequest>,
    ) -> Result<Response<v1::UpdateMemoryResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let fields = message.fields.unwrap_or_default();
        let mut patch = MemoryPatch {
            if_version: message.if_version,
            ..MemoryPatch::default()
        };
        for path in convert::mask(message.update_mask.as_ref(), &["body", "tags"])? {
            match path {
                "body" => patch.body = Some(check_body(&fields.body)?),
                _ => patch.tags = Some(Tags::check(&fields.tags)?),
            }
        }
        self.write(call, move |tx| {
            let (entry, changed) = tx.update_memory(&message.entry, patch)?;
            Ok(v1::UpdateMemoryResponse {
                entry: Some(entry.into()),
                changed,
            })
        })
        .await
    }

    async fn append_memory(
        &self,
        request: Request<v1::AppendMemoryRequest>,
    ) -> Result<Response<v1::AppendMemoryResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            let entry = tx.append_memory(&message.entry, &message.text)?;
            Ok(v1::AppendMemoryResponse {
                entry: Some(entry.into()),
            })
        })
        .await
    }

    async fn delete_memory(
        &self,
        request: Request<v1::DeleteMemoryRequest>,
    ) -> Result<Response<v1::DeleteMemoryResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            Ok(v1::DeleteMemoryResponse {
                entry: Some(tx.delete_memory(&message.entry)?.into()),
            })
        })
        .await
    }
}
