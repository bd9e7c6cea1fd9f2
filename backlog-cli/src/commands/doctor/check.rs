//! `backlog doctor check`.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use backlog_api::{
    client::Start,
    config::{self, Config, ConfigError},
    v1, version,
    view::{Health, HealthIssue, HealthSeverity},
    workspace::Workspace,
};
use clap::Args;

use crate::{
    commands::daemon,
    context::{Context, find},
    environment::Environment,
    error::CliError,
    global::GlobalArgs,
    invocation::Invocation,
    render::{
        style::Style,
        text::{block, line},
    },
};

/// Look for whatever is wrong with a workspace, and change nothing
#[derive(Debug, Args)]
#[command(
    after_help = "It works without the daemon, and where the database or a configuration is broken: the pages of the file, what refers to what, totals and readiness, the full-text indexes, attachments, the log's chain, settings, permissions, files that were left over, the daemon and the disk.

Examples:
  backlog doctor check
  backlog doctor check --strict --json"
)]
pub struct CheckArgs {
    /// Exit with 1 where an error was found
    #[arg(long)]
    strict: bool,
}

pub fn run(
    args: &CheckArgs,
    global: GlobalArgs,
    environment: Environment,
) -> Result<ExitCode, CliError> {
    let user_path = config::user_config_path();
    let (user, mut issues) = read(user_path);
    let invocation = Invocation::with_user(global, environment, user)?;
    let workspace = match find(&invocation) {
        // Without the profiles that are in it nobody knows what is meant.
        Err(_) if !issues.is_empty() => {
            issues.push(
                HealthIssue::error(
                    "workspace_unknown",
                    "which workspace is meant is not known while your configuration cannot be read",
                )
                .hint("Mend it first, or name the workspace: backlog doctor check --db PATH"),
            );
            let config = Config::default();
            return tell(args, &invocation, &config, &Health::of(None, issues));
        }
        found => found?,
    };
    let (own, own_issues) = read(Some(workspace.config()));
    let is_readable = own_issues.is_empty();
    issues.extend(own_issues);
    issues.extend(profiles(&invocation.user));
    issues.extend(backlogd::inspect(&workspace, is_readable.then_some(&own)));
    issues.extend(daemon_of(&workspace, &own, &invocation)?);

    let database = workspace.database().display().to_string();
    tell(args, &invocation, &own, &Health::of(Some(database), issues))
}

fn tell(
    args: &CheckArgs,
    invocation: &Invocation,
    own: &Config,
    health: &Health,
) -> Result<ExitCode, CliError> {
    let out = invocation.output(Some(own));
    let failed = args.strict && !health.ok;
    if out.json {
        out.document(health)?;
    } else {
        out.text(&page(health, out.style, out.quiet))?;
    }
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What a configuration says, or the usual and why it says nothing.
fn read(path: Option<PathBuf>) -> (Config, Vec<HealthIssue>) {
    let Some(path) = path else {
        return (Config::default(), Vec::new());
    };
    match Config::read(&path) {
        Ok(config) => (config, Vec::new()),
        Err(error) => {
            let code = match error {
                ConfigError::Invalid { .. } => "config_invalid",
                _ => "config_unreadable",
            };
            let issue = HealthIssue::error(code, error.message());
            let issue = match error.hint() {
                Some(hint) => issue.hint(hint),
                None => issue,
            };
            (Config::default(), vec![issue])
        }
    }
}

/// Whether the user's profiles lead somewhere.
fn profiles(user: &Config) -> Vec<HealthIssue> {
    let mut issues = Vec::new();
    if let Some(name) = &user.default_profile
        && !user.profiles.contains_key(name)
    {
        issues.push(
            HealthIssue::warning(
                "default_profile_missing",
                format!("there is no profile {name:?}, your default"),
            )
            .hint("Choose another one: backlog profile use NAME"),
        );
    }
    // They are other workspaces': not what is looked at here.
    let mut astray = user
        .profiles
        .iter()
        .filter(|(_, profile)| !profile.has_workspace())
        .map(|(name, _)| name);
    if let Some(first) = astray.next() {
        let message = match astray.count() {
            0 => format!("the workspace of your profile {first:?} is not there"),
            more => format!(
                "the workspaces of {} of your profiles are not there",
                more + 1
            ),
        };
        issues.push(HealthIssue::info("profile_dangling", message).hint(format!(
            "See which: backlog profile list. Forget one: backlog profile remove {first}"
        )));
    }
    issues
}

/// How the daemon that runs goes with this program.
fn daemon_of(
    workspace: &Workspace,
    own: &Config,
    invocation: &Invocation,
) -> Result<Option<HealthIssue>, CliError> {
    // An actor that is no actor is an issue of the configuration, told above.
    let config = Config {
        defaults: config::Defaults::default(),
        ..own.clone()
    };
    let context = Context::with_config(invocation, workspace.clone(), config, Start::Never)?;
    Ok(match daemon::ask(&context) {
        Ok(Some(status)) => other_version(&status),
        Ok(None) => None,
        Err(CliError::Told(told)) => {
            let issue = HealthIssue::warning("daemon_silent", told.message);
            Some(match told.hint {
                Some(hint) => issue.hint(hint),
                None => issue,
            })
        }
        Err(error) => return Err(error),
    })
}

fn other_version(daemon: &v1::DaemonStatus) -> Option<HealthIssue> {
    let ours = version::program().to_string();
    (daemon.version != ours).then(|| {
        HealthIssue::info(
            "daemon_of_another_version",
            format!(
                "the daemon is of version {}, this program {ours}",
                daemon.version
            ),
        )
        .hint("The newest program's next command replaces an older daemon.")
    })
}

fn page(health: &Health, style: Style, quiet: bool) -> String {
    let mut page = String::new();
    for issue in &health.issues {
        let name = issue.severity.name();
        let name = match issue.severity {
            HealthSeverity::Error => style.red(name),
            HealthSeverity::Warning => style.bold(name),
            HealthSeverity::Info => style.dim(name),
        };
        let _ = writeln!(page, "{name}: {} [{}]", line(&issue.message), issue.code);
        for evidence in &issue.evidence {
            let _ = writeln!(page, "  {}", block(evidence).replace('\n', "\n  "));
        }
        if let Some(hint) = &issue.hint {
            let _ = writeln!(page, "  {}", style.dim(&format!("hint: {}", line(hint))));
        }
    }
    if !quiet {
        let _ = writeln!(page, "{}", sum(health));
    }
    page
}

fn sum(health: &Health) -> String {
    let number = |severity| {
        health
            .issues
            .iter()
            .filter(|issue| issue.severity == severity)
            .count()
    };
    let of = match &health.database {
        Some(database) => format!("of {}", line(database)),
        None => "before a workspace was found".to_owned(),
    };
    let told = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    match (
        number(HealthSeverity::Error),
        number(HealthSeverity::Warning),
    ) {
        (0, 0) => format!(
            "Nothing is wrong with {}",
            line(health.database.as_deref().unwrap_or_default())
        ),
        (errors, warnings) => format!(
            "{} and {} {of}",
            told(errors, "error"),
            told(warnings, "warning")
        ),
    }
}
