//! What is known of a command before its workspace is.

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use backlog_api::{
    config::{self, Config, Format},
    discover,
};
use clap::ColorChoice;

use crate::{
    environment::Environment,
    error::CliError,
    global::GlobalArgs,
    render::{
        self, Output,
        style::{self, Style},
    },
};

/// The global flags, the environment and the user's configuration.
pub struct Invocation {
    pub global: GlobalArgs,
    pub environment: Environment,
    /// The user's configuration, and where it is.
    pub user: Config,
    pub user_path: Option<PathBuf>,
    pub cwd: PathBuf,
}

impl Invocation {
    pub fn new(global: GlobalArgs, environment: Environment) -> Result<Self, CliError> {
        let user = config::user_config_path()
            .as_deref()
            .map(Config::read)
            .transpose()?
            .unwrap_or_default();
        Self::with_user(global, environment, user)
    }

    /// As [`Self::new`], whatever the user's configuration says: it may be what
    /// is broken.
    pub fn with_user(
        global: GlobalArgs,
        environment: Environment,
        user: Config,
    ) -> Result<Self, CliError> {
        let user_path = config::user_config_path();
        let cwd = env::current_dir().map_err(|error| {
            CliError::failed(format!("the current directory cannot be used: {error}"))
        })?;
        Ok(Self {
            global,
            environment,
            user,
            user_path,
            cwd,
        })
    }

    /// What is said of the workspace that is meant.
    pub fn request(&self) -> discover::Request<'_> {
        discover::Request {
            db: self.global.db.as_deref(),
            profile: self.global.profile.as_deref(),
            env_db: self.environment.db.as_deref(),
            env_profile: self.environment.profile.as_deref(),
            cwd: &self.cwd,
        }
    }

    /// Whether it says which workspace is meant, as opposed to where it is called.
    pub fn names_workspace(&self) -> bool {
        let Environment { db, profile, .. } = &self.environment;
        self.global.db.is_some()
            || self.global.profile.is_some()
            || db.is_some()
            || profile.is_some()
    }

    /// The user's configuration as it is now, after this command changed it.
    pub fn user_now(&self) -> Result<Config, CliError> {
        Ok(self
            .user_path
            .as_deref()
            .map(Config::read)
            .transpose()?
            .unwrap_or_default())
    }

    /// How to print, where `workspace` is the configuration that says more.
    pub fn output(&self, workspace: Option<&Config>) -> Output {
        let configured = workspace.map(|config| &config.output);
        let user = &self.user.output;
        let format = configured
            .and_then(|output| output.default_format)
            .or(user.default_format);
        let color = configured.and_then(|output| output.color).or(user.color);
        let color = self.global.color().unwrap_or(match color {
            None | Some(config::ColorChoice::Auto) => ColorChoice::Auto,
            Some(config::ColorChoice::Always) => ColorChoice::Always,
            Some(config::ColorChoice::Never) => ColorChoice::Never,
        });
        let Environment {
            agent, no_color, ..
        } = self.environment;
        let colored = style::wanted(color, io::stdout().is_terminal(), agent.is_some(), no_color);
        Output {
            json: self.global.json || format == Some(Format::Json),
            quiet: self.global.quiet,
            style: Style::new(colored),
            width: render::terminal_width(),
        }
    }

    /// Asks before something that cannot be undone: `what`, as in "emptying the
    /// trash". Where nobody can answer, only `--yes` (here `yes`) allows it, and
    /// only `--help` says so: an error suggests nothing that destroys.
    pub fn confirm(&self, yes: bool, what: &str, question: &str) -> Result<(), CliError> {
        self.ask(
            yes,
            &format!("{what} cannot be undone"),
            &format!("{question} This cannot be undone."),
        )
    }

    /// As [`Self::confirm`], where what is done can be undone with some trouble:
    /// `why` it asks, as in "this replaces the workspace".
    pub fn ask(&self, yes: bool, why: &str, question: &str) -> Result<(), CliError> {
        if yes {
            return Ok(());
        }
        if !self.environment.can_ask() {
            return Err(CliError::usage(format!(
                "{why}, so it asks first, and nobody is here to answer"
            )));
        }
        eprint!("{question} [y/N] ");
        let _ = io::stderr().flush();
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .map_err(|error| CliError::failed(format!("cannot read the answer: {error}")))?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(CliError::Declined)
        }
    }
}
