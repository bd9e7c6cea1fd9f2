//! What a command works with once its workspace is found: the client, who
//! calls, the default project, and how to print.

use std::time::Duration;

use backlog_api::{
    client::{
        self, CallError, Caller, Cause, Client, ClientOptions, InProcess, Start, Unavailable,
    },
    config::Config,
    discover::{self, FindError},
    reason,
    rpc::Rpc,
    workspace::Workspace,
};
use tokio::{
    io::DuplexStream,
    runtime::{self, Runtime},
};

use crate::{
    actor,
    error::{CliError, Exit},
    global::DaemonUse,
    invocation::Invocation,
    render::{Output, text},
};

/// A command's workspace and everything around it.
pub struct Context<'a> {
    pub invocation: &'a Invocation,
    pub out: Output,
    /// The workspace's own configuration.
    pub config: Config,
    client: Client,
    runtime: Runtime,
}

impl<'a> Context<'a> {
    /// Finds the workspace. Its daemon is started at the first call where
    /// none runs.
    pub fn open(invocation: &'a Invocation) -> Result<Self, CliError> {
        Self::with_start(invocation, Start::IfAbsent)
    }

    /// As [`Self::open`], but says when or whether a daemon is started.
    pub fn with_start(invocation: &'a Invocation, start: Start) -> Result<Self, CliError> {
        Self::of(invocation, find(invocation)?, start)
    }

    /// Of a workspace that was found already.
    pub fn of(
        invocation: &'a Invocation,
        workspace: Workspace,
        start: Start,
    ) -> Result<Self, CliError> {
        let config = Config::read(&workspace.config())?;
        Self::with_config(invocation, workspace, config, start)
    }

    /// As [`Self::of`], whatever the workspace's own configuration says: it may
    /// be what is broken.
    pub fn with_config(
        invocation: &'a Invocation,
        workspace: Workspace,
        config: Config,
        start: Start,
    ) -> Result<Self, CliError> {
        let out = invocation.output(Some(&config));
        let caller = Caller {
            actor: signature(invocation, &config)?,
            session: named_session(invocation),
            lease: invocation
                .global
                .lease
                .clone()
                .filter(|token| !token.is_empty()),
        };
        // Who only asks about a daemon must not end it because of its age.
        let may_replace = start == Start::IfAbsent;
        let use_of_daemon = match start {
            Start::IfAbsent => invocation.global.daemon,
            Start::Never => DaemonUse::Require,
        };
        let is_copy = workspace.is_copy();
        let client = Client::new(
            workspace,
            ClientOptions {
                caller,
                start,
                may_replace,
                in_process: (use_of_daemon != DaemonUse::Require)
                    .then_some(in_process as InProcess),
                // A copy has none.
                never_daemon: use_of_daemon == DaemonUse::Never || is_copy,
            },
        );
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| CliError::failed(format!("cannot start: {error}")))?;
        Ok(Self {
            invocation,
            out,
            config,
            client,
            runtime,
        })
    }

    /// Who signs, where the command or `$BACKLOG_ACTOR` says so.
    pub fn signs_as_said(&self) -> Option<String> {
        let said = self.invocation.global.actor.as_ref();
        said.or(self.invocation.environment.actor.as_ref()).cloned()
    }

    /// A session of this process alone. Its name begins with that of the one
    /// around it: another process there must not be taken for this one.
    pub fn session_of_its_own(&self, what: &str) -> String {
        let own = format!("{what}-{:x}", std::process::id());
        match named_session(self.invocation) {
            Some(around) => format!("{around}-{own}"),
            None => own,
        }
    }

    pub fn workspace(&self) -> &Workspace {
        self.client.workspace()
    }

    /// Who makes the calls.
    pub fn caller(&self) -> &Caller {
        self.client.caller()
    }

    /// Makes a call and waits for its answer.
    pub fn call<R: Rpc>(&self, request: R) -> Result<R::Response, CliError> {
        let answer = self.answer(request).map_err(CliError::from);
        answer.map_err(|error| {
            if self.workspace().is_copy() && error.is(reason::READ_ONLY) {
                error.hint("Nothing was written: a copy is only read. Its name would have to be backlog.db.")
            } else {
                error
            }
        })
    }

    /// All calls wait for one kind of future: `block_on` is large, and would
    /// be compiled once for each call there is.
    #[expect(clippy::needless_pass_by_value, reason = "a call consumes its request")]
    fn answer<R: Rpc>(&self, request: R) -> Result<R::Response, CallError> {
        let message = request.encode_to_vec().into();
        let answer = self.client.call_encoded(R::PATH, message);
        client::decode::<R>(self.runtime.block_on(answer)?)
    }

    /// Waits; the connection stays alive.
    pub fn pause(&self, time: Duration) {
        self.runtime
            .block_on(async { tokio::time::sleep(time).await });
    }

    /// Waits for something that needs the client itself: a stream.
    pub fn block_on<T>(&self, work: impl AsyncFnOnce(&Client) -> T) -> T {
        self.runtime.block_on(work(&self.client))
    }

    /// Makes a call where a daemon runs; `None` where none does and this
    /// context starts none.
    pub fn call_if_running<R: Rpc>(&self, request: R) -> Result<Option<R::Response>, CliError> {
        match self.answer(request) {
            Ok(answer) => Ok(Some(answer)),
            Err(CallError::Unavailable(unavailable)) if unavailable.cause == Cause::Absent => {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a call and the ones after it until `answer` names no next page.
    /// `answer` takes what a page brought and returns the token of the next.
    pub fn call_all<R: Rpc>(
        &self,
        mut request: R,
        set_token: impl Fn(&mut R, String),
        mut answer: impl FnMut(R::Response) -> String,
    ) -> Result<(), CliError> {
        loop {
            let token = answer(self.call(request.clone())?);
            if token.is_empty() {
                return Ok(());
            }
            set_token(&mut request, token);
        }
    }

    /// The project that a command means.
    pub fn project(&self, named: Option<&str>) -> Project {
        let user = &self.invocation.user.default_project;
        let (name, origin) = match (named, &self.config.default_project, user) {
            (Some(name), _, _) => (name, Origin::Named),
            (None, Some(name), _) => (name.as_str(), Origin::Workspace),
            (None, None, Some(name)) => (name.as_str(), Origin::User),
            (None, None, None) => ("", Origin::Open),
        };
        Project {
            name: name.to_owned(),
            origin,
        }
    }

    /// As [`Self::call`], for a request that carries the project's name.
    pub fn call_in<R: Rpc>(&self, project: &Project, request: R) -> Result<R::Response, CliError> {
        self.call(request)
            .map_err(|error| self.explain(project, error))
    }

    /// Where a project that does not exist was named, when it was not by the
    /// command itself.
    pub fn explain(&self, project: &Project, error: CliError) -> CliError {
        if !error.is(reason::PROJECT_NOT_FOUND) {
            return error;
        }
        let place = match project.origin {
            Origin::Workspace => self.workspace().config(),
            Origin::User => self.invocation.user_path.clone().unwrap_or_default(),
            Origin::Named | Origin::Open => return error,
        };
        let hint = format!(
            "It is the default project in {}. Name another with --project, or: backlog project set-default ALIAS",
            place.display()
        );
        error.hint(hint)
    }
}

/// Serves the workspace in this process. Where nobody asked for that, a line
/// says so: what a daemon does beside answering calls is missing.
pub fn in_process(
    workspace: &Workspace,
    why: Option<&Unavailable>,
) -> Result<DuplexStream, Unavailable> {
    if let Some(why) = why {
        let why = text::line(&why.message);
        eprintln!("note: {why}; working without the daemon");
    }
    backlogd::in_process(workspace)
}

/// A project as a request names it.
pub struct Project {
    /// Alias or ULID; empty where the daemon shall take the only one.
    pub name: String,
    pub origin: Origin,
}

/// Who named a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The command.
    Named,
    /// The workspace's configuration.
    Workspace,
    /// The user's configuration.
    User,
    /// Nobody.
    Open,
}

/// The workspace a command means.
pub fn find(invocation: &Invocation) -> Result<Workspace, CliError> {
    discover::find(&invocation.request(), &invocation.user).map_err(|error| not_found(&error))
}

pub fn not_found(error: &FindError) -> CliError {
    let told = CliError::new(Exit::NotFound, "no_workspace", error.to_string());
    match error.hint() {
        Some(hint) => told.hint(hint),
        None => told,
    }
}

fn named_session(invocation: &Invocation) -> Option<String> {
    let said = invocation.global.session.as_ref();
    said.or(invocation.environment.session()).cloned()
}

fn signature(invocation: &Invocation, workspace: &Config) -> Result<Option<String>, CliError> {
    let Invocation {
        global,
        environment,
        user,
        ..
    } = invocation;
    actor::resolve(&actor::Sources {
        flag: global.actor.as_deref(),
        variable: environment.actor.as_deref(),
        agent: environment.agent,
        workspace: workspace.defaults.actor.as_deref(),
        user: user.defaults.actor.as_deref(),
        login: environment.login.as_deref(),
    })
}
