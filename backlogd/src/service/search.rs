//! SearchService.

use backlog_api::v1::{self, search_service_server::SearchService};
use tonic::{Request, Response, Status, async_trait};

use super::{Api, call, convert};
use crate::{
    domain::{Entity, Refusal, page, search::Query},
    store::Search,
};

/// What is searched.
const KINDS: [Entity; 5] = [
    Entity::Task,
    Entity::Plan,
    Entity::Comment,
    Entity::Doc,
    Entity::Memory,
];

#[async_trait]
impl SearchService for Api {
    async fn search(
        &self,
        request: Request<v1::SearchRequest>,
    ) -> Result<Response<v1::SearchResponse>, Status> {
        let message = call::reading(request)?;
        let size = page::size(message.page_size, page::USUAL)?;
        let mut kinds = Vec::new();
        for given in message.kinds {
            let Some(word) = convert::entity_word(given)? else {
                continue;
            };
            let kind = Entity::from_word(&word).filter(|kind| KINDS.contains(kind));
            kinds.push(kind.ok_or_else(|| {
                let known = KINDS.map(Entity::as_str).join(", ");
                Refusal::invalid("kinds", format!("{word} is not searched: {known}"))
            })?);
        }
        // Text without a word in it finds nothing.
        let Some(query) = Query::parse(&message.query) else {
            return Ok(Response::new(v1::SearchResponse::default()));
        };
        let search = Search {
            query,
            project: message.project,
            kinds,
            include_archived: message.include_archived,
            size,
            token: message.page_token,
        };
        let found = self.read(move |db| db.search(&search)).await?;
        Ok(Response::new(v1::SearchResponse {
            hits: found.hits.into_iter().map(Into::into).collect(),
            total: found.total,
            next_page_token: found.next.unwrap_or_default(),
            unranked: found.unranked,
        }))
    }
}
