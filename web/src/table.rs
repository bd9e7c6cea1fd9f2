//! The table of routes. Each entry registers its handler and describes it, so
//! that the one cannot go stale without the other.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, on},
};
use http::StatusCode;
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
}

/// What a route is asked with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

impl Verb {
    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            router: Router::new(),
        }
    }

    /// Adds a route. The handler's types say what it takes and gives.
    pub(crate) fn route<P, Q, B, A, F, Fut>(
        mut self,
        verb: Verb,
        path: &'static str,
        handler: F,
    ) -> Self
    where
        P: DeserializeOwned + Send + 'static,
        Q: DeserializeOwned + Send + 'static,
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
