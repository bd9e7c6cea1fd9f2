//! The server: what each request of a client is answered with.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt as _,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, Implementation, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
};
use tokio::sync::watch;
use ulid::Ulid;

use crate::{
    call::Call,
    catalog::Catalog,
    identity::Identity,
    leases::Leases,
    options::{Opened, Options},
    problem::{Outcome, nearest},
    repeats::Repeats,
    transport::Stdio,
};

/// What the client's model is told of the server: under 1,000 bytes, since
/// every session reads it.
const INSTRUCTIONS: &str = include_str!("instructions.txt");

/// Serves a client over standard input and output until it leaves.
///
/// # Errors
/// Where the conversation cannot be begun.
pub async fn serve(options: Options) -> io::Result<()> {
    let closed = watch::Sender::new(false);
    let transport = Stdio::open(closed.clone());
    let server = Server {
        state: Arc::new(State::new(options, closed)),
    };
    let running = match server.serve(transport).await {
        Ok(running) => running,
        // A client that leaves before it says anything is no failure.
        Err(rmcp::service::ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(io::Error::other(error.to_string())),
    };
    running.waiting().await.map_err(io::Error::other)?;
    Ok(())
}

/// What the calls of a process share.
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) leases: Leases,
    pub(crate) repeats: Repeats,
    /// Whether the client has left.
    pub(crate) closed: watch::Sender<bool>,
    catalog: Catalog,
    /// The session, where nobody else names one.
    session: String,
    opened: Mutex<Option<Arc<Opened>>>,
}

impl State {
    fn new(options: Options, closed: watch::Sender<bool>) -> Self {
        Self {
            leases: Leases::new(options.idle),
            repeats: Repeats::new(),
            closed,
            catalog: Catalog::new(&options),
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
}

struct Server {
    state: Arc<State>,
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let version = backlog_api::version::program().to_string();
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("backlog", version).with_title("Backlog"))
            .with_instructions(INSTRUCTIONS.trim())
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(
            self.state.catalog.list().to_vec(),
        ))
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
            let meant = nearest(&request.name, self.state.catalog.names())
                .map(|meant| format!("; did you mean {meant}?"));
            let message = format!("Unknown tool {}{}", request.name, meant.unwrap_or_default());
            return Err(ErrorData::invalid_params(message, None));
        };
        self.state.leases.note_call();
        let answer = async {
            let call = Call::new(&self.state, self.state.open()?, &context);
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
}
