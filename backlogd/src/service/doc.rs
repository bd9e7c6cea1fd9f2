//! DocService.

use backlog_api::v1::{self, doc_service_server::DocService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::domain::{page, text, version::NewText};

#[async_trait]
impl DocService for Api {
    async fn create_doc(
        &self,
        request: Request<v1::CreateDocRequest>,
    ) -> Result<Response<v1::CreateDocResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let fields = message.fields.unwrap_or_default();
        let new = NewText::check(&fields.title, &fields.body, &message.change_note)?;
        self.write(call, move |tx| {
            Ok(v1::CreateDocResponse {
                doc: Some(tx.create_doc(&message.project, &new)?.into()),
            })
        })
        .await
    }

    async fn get_doc(
        &self,
        request: Request<v1::GetDocRequest>,
    ) -> Result<Response<v1::GetDocResponse>, Status> {
        let message = call::reading(request)?;
        let version = convert::version(message.version)?;
        let doc = self.read(move |db| db.doc(&message.doc, version)).await?;
        Ok(Response::new(v1::GetDocResponse {
            doc: Some(doc.into()),
        }))
    }

    async fn list_docs(
        &self,
        request: Request<v1::ListDocsRequest>,
    ) -> Result<Response<v1::ListDocsResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| db.list_docs(&message.project, size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListDocsResponse {
            docs: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn update_doc(
        &self,
        request: Request<v1::UpdateDocRequest>,
    ) -> Result<Response<v1::UpdateDocResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let fields = message.fields.unwrap_or_default();
        let patch = convert::version_patch(
            message.update_mask.as_ref(),
            &fields.title,
            &fields.body,
            &message.change_note,
            message.if_version,
        )?;
        self.write(call, move |tx| {
            let (doc, changed) = tx.update_doc(&message.doc, patch)?;
            Ok(v1::UpdateDocResponse {
                doc: Some(doc.into()),
                changed,
            })
        })
        .await
    }

    async fn append_doc(
        &self,
        request: Request<v1::AppendDocRequest>,
    ) -> Result<Response<v1::AppendDocResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let note = text::line("change_note", &message.change_note)?;
        self.write(call, move |tx| {
            let doc = tx.append_doc(&message.doc, &message.text, note)?;
            Ok(v1::AppendDocResponse {
                doc: Some(doc.into()),
            })
        })
        .await
    }

    async fn list_doc_versions(
        &self,
        request: Request<v1::ListDocVersionsRequest>,
    ) -> Result<Response<v1::ListDocVersionsResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| db.list_doc_versions(&message.doc, size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListDocVersionsResponse {
            versions: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn delete_doc(
        &self,
        request: Request<v1::DeleteDocRequest>,
    ) -> Result<Response<v1::DeleteDocResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            Ok(v1::DeleteDocResponse {
                doc: Some(tx.delete_doc(&message.doc)?.into()),
            })
        })
        .await
    }
}
