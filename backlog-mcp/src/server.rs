//! The server: what each request of a client is answered with.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt as _,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, CompleteRequestParams,
        CompleteResult, CompletionInfo, GetPromptRequestParams, GetPromptResponse, GetPromptResult,
        GetSkillRequestParams, GetSkillResult, Implementation, ListPromptsResult,
        ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult, ListToolsResult,
        PaginatedRequestParams, PromptMessage, ReadResourceRequestParams, ReadResourceResponse,
        ReadResourceResult, Role, ServerCapabilities, ServerConfig, SubscribeRequestParams,
        SubscriptionFilter, Tool, UnsubscribeRequestParams,
    },
    service::{RequestContext, SubscriptionContext},
};
use tokio::sync::watch;
use ulid::Ulid;

use crate::{
    call::Call,
    catalog::Catalog,
    completion,
    identity::Identity,
    instructions,
    leases::Leases,
    options::{Opened, Options},
    problem::{Outcome, Problem, nearest},
    prompts,
    resources::{self, Resource},
    skills::Skills,
    subscriptions::{self, Subscriptions},
    transport::Stdio,
    unanswered::Unanswered,
};

/// For how long a client may keep what is fixed for the process: a day, in
/// milliseconds.
const FIXED_FOR: u64 = 24 * 3_600 * 1_000;

/// Serves a client over standard input and output until it leaves.
///
/// # Errors
/// Where the conversation cannot be begun.
pub async fn serve(options: Options) -> io::Result<()> {
    let closed = watch::Sender::new(false);
    let unanswered = Unanswered::default();
    let transport = Stdio::open(closed.clone(), unanswered.clone());
    let server = Server {
        state: Arc::new(State::new(options, closed, unanswered.clone())),
    };
    let running = match server.serve(transport).await {
        Ok(running) => running,
        // A client that leaves before it says anything is no failure.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(io::Error::other(error.to_string())),
    };
    let left = running.waiting().await;
    unanswered.settle().await;
    left.map(drop).map_err(io::Error::other)
}

/// What the calls of a process share.
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) leases: Leases,
    pub(crate) unanswered: Unanswered,
    /// Whether the client has left.
    pub(crate) closed: watch::Sender<bool>,
    subscriptions: Subscriptions,
    catalog: Catalog,
    skills: Skills,
    /// The session, where nobody else names one.
    session: String,
    opened: Mutex<Option<Arc<Opened>>>,
}

impl State {
    fn new(options: Options, closed: watch::Sender<bool>, unanswered: Unanswered) -> Self {
        Self {
            unanswered,
            leases: Leases::new(options.idle),
            closed,
            subscriptions: Subscriptions::default(),
            catalog: Catalog::new(&options),
            skills: Skills::new(&options.skills),
            session: Ulid::generate().to_string(),
            opened: Mutex::default(),
            options,
        }
    }

    /// The workspace; looked for again while there is none.
    pub(crate) fn open(&self) -> Outcome<Arc<Opened>> {
        let mut slot = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = slot.as_ref() {
            return Ok(Arc::clone(opened));
        }
        let opened = Arc::new((self.options.open)()?);
        *slot = Some(Arc::clone(&opened));
        Ok(opened)
    }

    /// Who makes a request.
    pub(crate) fn identity(&self, context: &RequestContext<RoleServer>) -> Identity {
        Identity::of(context, &self.options, &self.session)
    }

    /// Whether a tool of that name is served.
    pub(crate) fn serves(&self, tool: &str) -> bool {
        self.catalog.find(tool).is_some()
    }

    /// Whether a session began with this process, and so held nothing before;
    /// or holds nothing, since it may write nothing.
    pub(crate) fn is_new(&self, who: &Identity) -> bool {
        who.session == self.session || self.options.read_only
    }
}

struct Server {
    state: Arc<State>,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let version = backlog_api::version::program().to_string();
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_prompts()
            .enable_completions()
            .enable_skills()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("backlog", version).with_title("Backlog"))
            .with_instructions(instructions::of(&self.state.catalog))
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = self.state.catalog.list().to_vec();
        Ok(ListToolsResult::with_all_items(tools).with_ttl_ms(FIXED_FOR))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let listed = self.state.catalog.list();
        listed.iter().find(|tool| tool.name == name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(served) = self.state.catalog.find(&request.name) else {
            let names = || self.state.catalog.names();
            let next = match nearest(&request.name, names()) {
                Some(meant) => format!("did you mean {meant}?"),
                None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
            };
            let message = format!("Unknown tool {}; {next}", request.name);
            return Err(ErrorData::invalid_params(message, None));
        };
        self.state.leases.note_call();
        let answer = async {
            let call = Call::begin(&self.state, &context).await?;
            let arguments = request.arguments.unwrap_or_default();
            (served.tool.run)(&call, served, arguments).await
        };
        let result: CallToolResult = match answer.await {
            Ok(reply) => reply.into(),
            Err(problem) => problem.into(),
        };
        self.state.leases.note_call();
        Ok(result.into())
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut listed = resources::listed();
        listed.extend(self.state.skills.listed());
        Ok(ListResourcesResult::with_all_items(listed))
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(
            resources::templates(),
        ))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        if let Some(file) = self.state.skills.read(&request.uri) {
            return Ok(ReadResourceResult::new(vec![file]).into());
        }
        let resource = resource(&request.uri)?;
        let read = async {
            let call = Call::begin(&self.state, &context).await?;
            resource.read(&call).await
        };
        let text = read
            .await
            .map_err(|problem| ErrorData::resource_not_found(problem.to_string(), None))?;
        let contents = vec![resources::contents(&request.uri, text)];
        Ok(ReadResourceResult::new(contents).into())
    }

    async fn list_skills(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListSkillsResult, ErrorData> {
        Ok(ListSkillsResult::with_all_items(
            self.state.skills.all().to_vec(),
        ))
    }

    async fn get_skill(
        &self,
        request: GetSkillRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetSkillResult, ErrorData> {
        match self.state.skills.get(&request.uri) {
            Some(skill) => Ok(GetSkillResult::new(skill.clone())),
            None => {
                let message = format!("No skill {}; see skills/list", request.uri);
                Err(ErrorData::invalid_params(message, None))
            }
        }
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::listed(
            &self.state.catalog,
        )))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        prompts::check(&self.state.catalog, &request.name, &arguments).map_err(refused)?;
        let filled = async {
            let call = Call::begin(&self.state, &context).await?;
            prompts::filled(&call, &request.name, &arguments).await
        };
        let text = filled.await.map_err(refused)?;
        let message = PromptMessage::new_text(Role::User, text);
        Ok(GetPromptResult::new(vec![message]).into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let argument = request.argument;
        let values = async {
            let call = Call::begin(&self.state, &context).await?;
            completion::values(&call, &argument.name, &argument.value).await
        };
        let values = values.await.map_err(refused)?;
        let completion = CompletionInfo::with_all_values(values)
            .map_err(|problem| ErrorData::internal_error(problem, None))?;
        Ok(CompleteResult::new(completion))
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        let resource = resource(&request.uri)?;
        let opened = self.state.open().map_err(refused)?;
        self.state
            .subscriptions
            .add(resource, request.uri, &opened, context.peer);
        Ok(())
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.state.subscriptions.remove(&resource(&request.uri)?);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let mut accepted = SubscriptionFilter::new();
        accepted.resource_subscriptions = requested.resource_subscriptions.as_ref().map(|uris| {
            let known = uris.iter().filter(|uri| Resource::parse(uri).is_some());
            known.cloned().collect()
        });
        Some(accepted)
    }

    async fn listen(&self, subscription: SubscriptionContext) -> Result<(), ErrorData> {
        let opened = self.state.open().map_err(refused)?;
        let mut closed = self.state.closed.subscribe();
        tokio::select! {
            () = subscriptions::listen(&opened, &subscription) => {}
            () = subscription.cancelled() => {}
            _ = closed.wait_for(|closed| *closed) => {}
        }
        Ok(())
    }
}

/// What an address means, or that there is nothing there.
fn resource(uri: &str) -> Result<Resource, ErrorData> {
    Resource::parse(uri).ok_or_else(|| {
        let message = format!("No resource {uri}; see resources/list and resources/templates/list");
        ErrorData::resource_not_found(message, None)
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the form map_err asks for")]
fn refused(problem: Problem) -> ErrorData {
    ErrorData::invalid_params(problem.to_string(), None)
}
