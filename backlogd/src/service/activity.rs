//! ActivityService.

use backlog_api::v1::{self, activity_service_server::ActivityService};
use tonic::{Request, Response, Status, async_trait, codegen::BoxStream};

use super::{Api, call, convert, watch};
use crate::{
    domain::{Id, Refusal, Refused, page, task::TaskRef},
    store::ActivityFilter,
};

#[async_trait]
impl ActivityService for Api {
    async fn list_activities(
        &self,
        request: Request<v1::ListActivitiesRequest>,
    ) -> Result<Response<v1::ListActivitiesResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let filter = filter(message.filter.unwrap_or_default())?;
        let offset = page::offset(message.offset)?;
        let (page, total) = self
            .read(move |db| {
                let page = db.list_activities(&filter, size, &message.page_token, offset)?;
                let total = message.count.then(|| db.count_activities(&filter));
                Ok((page, total.transpose()?))
            })
            .await?;
        Ok(Response::new(v1::ListActivitiesResponse {
            activities: page
                .items
                .into_iter()
                .map(|(activity, hash, project)| convert::activity(activity, hash, project))
                .collect(),
            next_page_token: page.next.unwrap_or_default(),
            total,
        }))
    }

    type WatchActivityStream = BoxStream<v1::WatchActivityResponse>;

    async fn watch_activity(
        &self,
        request: Request<v1::WatchActivityRequest>,
    ) -> Result<Response<Self::WatchActivityStream>, Status> {
        let message = call::reading(request)?;
        let filter = filter(message.filter.unwrap_or_default())?;
        let stream = watch::watch(self, filter, message.after_seq, message.after_hash).await?;
        Ok(Response::new(stream))
    }

    async fn verify_activities(
        &self,
        request: Request<v1::VerifyActivitiesRequest>,
    ) -> Result<Response<v1::VerifyActivitiesResponse>, Status> {
        let known = call::reading(request)?.known_head;
        let (verified, known_seq) = self
            .read(move |db| Ok((db.verify_activities()?, db.activity_of_hash(&known)?)))
            .await?;
        let (broken_seq, problem) = verified.broken.unwrap_or_default();
        Ok(Response::new(v1::VerifyActivitiesResponse {
            verified: verified.entries,
            broken_seq,
            problem,
            head: verified.head.to_vec(),
            known_seq: known_seq
                .filter(|seq| *seq <= verified.entries)
                .unwrap_or_default(),
        }))
    }
}

fn filter(given: v1::ActivityFilter) -> Refused<ActivityFilter> {
    Ok(ActivityFilter {
        project: given.project,
        entity: convert::entity_word(given.entity)?,
        actor_kind: convert::actor_kind(given.actor_kind)?,
        actor_name: given.actor_name,
        task: match given.task.as_str() {
            "" => None,
            task => Some(TaskRef::parse(task)?),
        },
        since: given
            .since
            .map(|at| convert::moment("since", &at))
            .transpose()?,
        entity_id: match given.entity_id.as_str() {
            "" => None,
            text => Some(
                Id::parse(text)
                    .ok_or_else(|| Refusal::invalid("entity_id", format!("{text:?} is no id")))?,
            ),
        },
        action: convert::action(given.action)?,
    })
}
