//! A tool call under way: who makes it, and how it reaches the daemon.

use std::sync::Arc;

use backlog_api::{
    client::{self, CallError, Caller, Client, decode},
    reason,
    rpc::Rpc,
};
use rmcp::{
    RoleServer,
    model::{ProgressNotificationParam, ProgressToken, RequestId},
    service::RequestContext,
};
use serde::Serialize;

use crate::{
    arguments::TaskRef,
    identity::Identity,
    options::Opened,
    problem::{Outcome, Problem},
    repeats,
    reply::Reply,
    server::State,
};

/// A tool call under way.
pub(crate) struct Call<'c> {
    pub(crate) state: &'c State,
    pub(crate) opened: Arc<Opened>,
    pub(crate) who: Identity,
    context: &'c RequestContext<RoleServer>,
}

impl<'c> Call<'c> {
    /// Opens the workspace, and goes on with what the session holds already.
    pub(crate) async fn begin(
        state: &'c State,
        context: &'c RequestContext<RoleServer>,
    ) -> Outcome<Self> {
        let call = Self {
            who: state.identity(context),
            opened: state.open()?,
            state,
            context,
        };
        if !state.is_new(&call.who) {
            state.leases.take_up(&call.opened, &call.who).await;
        }
        Ok(call)
    }

    /// Calls the daemon.
    pub(crate) async fn call<R: Rpc>(&self, request: R) -> Outcome<R::Response> {
        self.call_as(self.who.caller(None), request).await
    }

    /// Calls it about a task: under its lease, where this process holds it or
    /// the model passed it.
    pub(crate) async fn about<R: Rpc>(
        &self,
        task: &TaskRef,
        lease: Option<&str>,
        request: R,
    ) -> Outcome<R::Response> {
        self.call_as(self.holder_of(task, lease), request).await
    }

    /// Who this call is, where it is about that task.
    pub(crate) fn holder_of(&self, task: &TaskRef, lease: Option<&str>) -> Caller {
        match lease {
            Some(lease) => self.who.caller(Some(token_of(lease))),
            None => self.state.leases.holder(task.as_str(), &self.who),
        }
    }

    pub(crate) async fn call_as<R: Rpc>(&self, caller: Caller, request: R) -> Outcome<R::Response> {
        let client = self.opened.client.with_caller(caller);
        let message = request.encode_to_vec().into();
        let answer = client.call_encoded(R::PATH, message).await;
        answer
            .and_then(decode::<R>)
            .map_err(|error| self.problem(error))
    }

    /// What an error says to who calls.
    pub(crate) fn problem(&self, error: CallError) -> Problem {
        Problem::of(error, &self.who)
    }

    /// Calls it so that the same call is done once.
    /// `key`: what the model knows it by. With the answer, whether it is the
    /// one that an earlier call got.
    pub(crate) async fn call_once<R: Rpc>(
        &self,
        caller: Caller,
        request: R,
        key: Option<&str>,
    ) -> Outcome<(R::Response, bool)> {
        let id = repeats::request_id(&self.who.session, &request, key);
        let client = self.opened.client.with_caller(caller);
        let sent = send_as::<R>(&client, request.encode_to_vec(), id).await;
        sent.map_err(|error| self.problem(error))
    }

    /// As [`Self::call_once`], of what makes something: where that is gone since,
    /// it is made anew. `look` reads it.
    pub(crate) async fn make_once<R: Rpc, L: Rpc>(
        &self,
        caller: Caller,
        request: R,
        key: Option<&str>,
        look: impl FnOnce(&R::Response) -> L,
    ) -> Outcome<(R::Response, bool)> {
        let id = repeats::request_id(&self.who.session, &request, key);
        let client = self.opened.client.with_caller(caller);
        let message = request.encode_to_vec();
        let once = send_as::<R>(&client, message.clone(), id.clone()).await;
        let (made, repeated) = once.map_err(|error| self.problem(error))?;
        if !repeated || !is_gone(client.call(look(&made)).await.err().as_ref()) {
            return Ok((made, repeated));
        }
        let anew = send_as::<R>(&client, message, repeats::anew(id)).await;
        anew.map_err(|error| self.problem(error))
    }

    /// The project that is meant: the one named, else the workspace's usual
    /// one; empty where the daemon shall know.
    pub(crate) fn project(&self, named: Option<String>) -> String {
        named
            .filter(|named| !named.trim().is_empty())
            .or_else(|| self.opened.default_project.clone())
            .unwrap_or_default()
    }

    /// An answer: the text, or where JSON was asked for, the document.
    pub(crate) fn reply<D: Serialize>(
        &self,
        text: impl FnOnce() -> String,
        document: impl FnOnce() -> D,
    ) -> Reply {
        if self.state.options.structured {
            Reply::json(&document())
        } else {
            Reply::Text(text())
        }
    }

    /// The request that this call is.
    pub(crate) fn request(&self) -> &RequestId {
        &self.context.id
    }

    /// Tells when the answer was written, or will not be.
    pub(crate) fn over(&self) -> impl Future<Output = ()> + Send + 'static {
        self.context.ct.clone().cancelled_owned()
    }

    /// Ends when the client cancels the call, or is gone.
    pub(crate) async fn given_up(&self) {
        let mut closed = self.state.closed.subscribe();
        tokio::select! {
            () = self.context.ct.cancelled() => {}
            _ = closed.wait_for(|closed| *closed) => {}
        }
    }

    /// The token under which the client wants to be told of progress.
    pub(crate) fn progress_token(&self) -> Option<ProgressToken> {
        self.context.meta.get_progress_token()
    }

    /// Tells how far a call has come. Nobody has to listen.
    pub(crate) async fn tell_progress(&self, told: ProgressNotificationParam) {
        let _ = self.context.peer.notify_progress(told).await;
    }
}

/// Sends a call as that request; with the answer, whether it is an earlier one's.
async fn send_as<R: Rpc>(
    client: &Client,
    message: Vec<u8>,
    id: client::RequestId,
) -> Result<(R::Response, bool), CallError> {
    let answer = client.call_encoded_as(R::PATH, message.into(), id).await?;
    Ok((decode::<R>(answer.message)?, answer.repeated))
}

/// Whether what was looked for is not there.
fn is_gone(error: Option<&CallError>) -> bool {
    let gone = [
        reason::TASK_NOT_FOUND,
        reason::PLAN_NOT_FOUND,
        reason::DOC_NOT_FOUND,
        reason::MEMORY_NOT_FOUND,
    ];
    matches!(error, Some(CallError::Refused(refusal)) if gone.contains(&refusal.reason.as_str()))
}

/// The token in a lease as models pass it: `3-TOKEN`.
fn token_of(lease: &str) -> String {
    let lease = lease.trim();
    lease
        .rsplit_once('-')
        .map_or(lease, |(_, token)| token)
        .to_owned()
}

/// A lease as models pass it: the fence, and what proves the holder.
pub(crate) fn lease_id(fence: i64, token: &str) -> String {
    format!("{fence}-{token}")
}
