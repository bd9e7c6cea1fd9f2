//! PlanService.

use backlog_api::v1::{self, plan_service_server::PlanService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert, filter::reference};
use crate::domain::{page, plan::NewPlan, task::TaskRef};

#[async_trait]
impl PlanService for Api {
    async fn create_plan(
        &self,
        request: Request<v1::CreatePlanRequest>,
    ) -> Result<Response<v1::CreatePlanResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let fields = message.fields.unwrap_or_default();
        let new = NewPlan::check(
            &fields.title,
            &fields.body,
            &message.source,
            &message.change_note,
        )?;
        self.write(call, move |tx| {
            Ok(v1::CreatePlanResponse {
                plan: Some(tx.create_plan(task, &new)?.into()),
            })
        })
        .await
    }

    async fn get_plan(
        &self,
        request: Request<v1::GetPlanRequest>,
    ) -> Result<Response<v1::GetPlanResponse>, Status> {
        let message = call::reading(request)?;
        let version = convert::version(message.version)?;
        let plan = self.read(move |db| db.plan(&message.plan, version)).await?;
        Ok(Response::new(v1::GetPlanResponse {
            plan: Some(plan.into()),
        }))
    }

    async fn list_plans(
        &self,
        request: Request<v1::ListPlansRequest>,
    ) -> Result<Response<v1::ListPlansResponse>, Status> {
        let message = call::reading(request)?;
        let task = reference(&message.task)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| match task {
                Some(task) => db.list_plans(task, size, &message.page_token),
                None => db.list_all_plans(&message.project, size, &message.page_token),
            })
            .await?;
        Ok(Response::new(v1::ListPlansResponse {
            plans: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn update_plan(
        &self,
        request: Request<v1::UpdatePlanRequest>,
    ) -> Result<Response<v1::UpdatePlanResponse>, Status> {
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
            let (plan, changed) = tx.update_plan(&message.plan, patch)?;
            Ok(v1::UpdatePlanResponse {
                plan: Some(plan.into()),
                changed,
            })
        })
        .await
    }

    async fn list_plan_versions(
        &self,
        request: Request<v1::ListPlanVersionsRequest>,
    ) -> Result<Response<v1::ListPlanVersionsResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let page = self
            .read(move |db| db.list_plan_versions(&message.plan, size, &message.page_token))
            .await?;
        Ok(Response::new(v1::ListPlanVersionsResponse {
            versions: page.items.into_iter().map(Into::into).collect(),
            next_page_token: page.next.unwrap_or_default(),
        }))
    }

    async fn delete_plan(
        &self,
        request: Request<v1::DeletePlanRequest>,
    ) -> Result<Response<v1::DeletePlanResponse>, Status> {
        let (call, message) = call::writing(request)?;
        self.write(call, move |tx| {
            Ok(v1::DeletePlanResponse {
                plan: Some(tx.delete_plan(&message.plan)?.into()),
            })
        })
        .await
    }
}
