//! DependencyService.

use backlog_api::v1::{self, dependency_service_server::DependencyService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::domain::{dependency::DependencyKind, task::TaskRef};

#[async_trait]
impl DependencyService for Api {
    async fn add_dependency(
        &self,
        request: Request<v1::AddDependencyRequest>,
    ) -> Result<Response<v1::AddDependencyResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let on = TaskRef::parse(&message.on)?;
        let kind = convert::dependency_kind(message.kind)?.unwrap_or(DependencyKind::Blocks);
        self.write(call, move |tx| {
            let (task, changed) = tx.add_dependency(task, on, kind)?;
            Ok(v1::AddDependencyResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn remove_dependency(
        &self,
        request: Request<v1::RemoveDependencyRequest>,
    ) -> Result<Response<v1::RemoveDependencyResponse>, Status> {
        let (call, message) = call::writing(request)?;
        let task = TaskRef::parse(&message.task)?;
        let on = TaskRef::parse(&message.on)?;
        let kind = convert::dependency_kind(message.kind)?.unwrap_or(DependencyKind::Blocks);
        self.write(call, move |tx| {
            let (task, changed) = tx.remove_dependency(task, on, kind)?;
            Ok(v1::RemoveDependencyResponse {
                task: Some(task.into()),
                changed,
            })
        })
        .await
    }

    async fn get_dependency_tree(
        &self,
        request: Request<v1::GetDependencyTreeRequest>,
    ) -> Result<Response<v1::GetDependencyTreeResponse>, Status> {
        let task = TaskRef::parse(&call::reading(request)?.task)?;
        let (nodes, more) = self.read(move |db| db.dependency_tree(task)).await?;
        let nodes = nodes.into_iter().map(|node| v1::DependencyNode {
            depth: i32::try_from(node.depth).unwrap_or(i32::MAX),
            role: match node.child {
                None => v1::DependencyRole::Unspecified,
                Some(true) => v1::DependencyRole::Child,
                Some(false) => v1::DependencyRole::Blocker,
            }
            .into(),
            task: Some(node.task.into()),
            repeated: node.repeated,
        });
        Ok(Response::new(v1::GetDependencyTreeResponse {
            nodes: nodes.collect(),
            more,
        }))
    }
}
