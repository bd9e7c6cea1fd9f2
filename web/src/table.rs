//! The table of routes. Each entry registers its handler and describes it from
//! the handler's own types, so that the one cannot go stale without the other.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, on},
};
use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;

use crate::{
    answer::{Answer, Outcome},
    app::App,
    problem::Problem,
    request::{Call, ReadBody},
};

/// All routes.
pub(crate) struct Table {
    router: Router<Arc<App>>,
    routes: Vec<Route>,
}

/// What a route is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Verb {
    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    /// As OpenAPI writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }
}

/// What is said of a route.
pub(crate) struct Route {
    pub(crate) verb: Verb,
    pub(crate) path: &'static str,
    /// One sentence.
    pub(crate) about: &'static str,
    /// The schema of its query's parameters, as one object.
    pub(crate) query: fn(&mut SchemaGenerator) -> Schema,
    /// The media type and the schema of its body; `None`: it has none.
    pub(crate) body: fn(&mut SchemaGenerator) -> Option<(&'static str, Schema)>,
    /// Where it succeeds.
    pub(crate) status: StatusCode,
    /// The media type and the schema of its answer; `None`: it has none.
    pub(crate) answer: fn(&mut SchemaGenerator) -> Option<(&'static str, Schema)>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            router: Router::new(),
            routes: Vec::new(),
        }
    }

    /// Adds a route. The handler's types say what it takes and gives.
    pub(crate) fn route<P, Q, B, A, F, Fut>(
        mut self,
        verb: Verb,
        path: &'static str,
        about: &'static str,
        handler: F,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        Q: DeserializeOwned + JsonSchema + Send + 'static,
        B: ReadBody + Send + 'static,
        A: Answer,
        F: Fn(Call<P, Q, B>) -> Fut + Copy + Send + Sync + 'static,
        Fut: Future<Output = Outcome<A>> + Send,
    {
        let serve = move |State(app): State<Arc<App>>, request: Request| async move {
            match Call::read(app, request).await {
                Ok(call) => handler(call)
                    .await
                    .map_or_else(Problem::into_response, A::into_response),
                Err(problem) => problem.into_response(),
            }
        };
        self.router = self.router.route(path, on(verb.filter(), serve));
        self.routes.push(Route {
            verb,
            path,
            about,
            query: SchemaGenerator::root_schema_for::<Q>,
            body: B::describe,
            status: A::STATUS,
            answer: A::describe,
        });
        self
    }

    /// Adds the routes of a noun.
    pub(crate) fn with(self, noun: fn(Self) -> Self) -> Self {
        noun(self)
    }

    pub(crate) fn into_router(self) -> Router<Arc<App>> {
        // Of the routes there are by now.
        self.router.method_not_allowed_fallback(wrong_method)
    }

    pub(crate) fn into_routes(self) -> Vec<Route> {
        self.routes
    }
}

async fn wrong_method(request: Request) -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        format!(
            "{} cannot be asked with {}",
            request.uri().path(),
            request.method()
        ),
    )
    .into_response()
}
