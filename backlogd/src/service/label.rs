//! LabelService.

use backlog_api::v1::{self, label_service_server::LabelService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call};
use crate::domain::{label::check_color, page, task::TaskRef, text::required_line};

#[async_trait]
impl LabelService for Api {
    async fn create_label(
        &self,
        request: Request<v1::CreateLabelRequest>,
    ) -> Result<Response<v1::CreateLabelResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let name = required_line("name", &message.name)?;
        let color = check_color(&message.color)?;
        self.write(call, move |tx| {
            let (label, created) = tx.create_label(&message.project, &name, &color)?;
            Ok(v1::CreateLabelResponse {
                label: Some(label.into()),
                created,
            })
        })
        .await
    }

    async fn list_labels(
        &self,
        request: Request<v1::ListLabelsRequest>,
    ) -> Result<Response<v1::ListLabelsResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::LARGEST)?;
        let page = self
            .read(move |db| db.list_labels(&message.project, size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListLabelsResponse {
            labels: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn attach_label(
        &self,
        request: Request<v1::AttachLabelRequest>,
    ) -> Result<Response<v1::AttachLabelResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let name = required_line("label", &message.label)?;
        self.write(call, move |tx| {
            let (task, changed) = tx.attach_label(task, name)?;
            Ok(v1::AttachLabelResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn detach_label(
        &self,
        request: Request<v1::DetachLabelRequest>,
    ) -> Result<Response<v1::DetachLabelResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let name = required_line("label", &message.label)?;
        self.write(call, move |tx| {
            let (task, changed) = tx.detach_label(task, name)?;
            Ok(v1::DetachLabelResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn delete_label(
        &self,
        request: Request<v1::DeleteLabelRequest>,
    ) -> Result<Response<v1::DeleteLabelResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let name = required_line("name", &message.name)?;
        self.write(call, move |tx| {
            Ok(v1::DeleteLabelResponse {
                label: Some(tx.delete_label(&message.project, &name)?.into()),
            })
        })
        .await
    }
}
