//! `backlog help`: of a command, or one of a few topics.

use clap::{Args, CommandFactory as _};

use super::Cli;
use crate::{error::CliError, render::Output};

/// Help for a command or a topic: exit-codes, environment, agents
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog help task add
  backlog help exit-codes")]
pub struct HelpArgs {
    /// A command, or exit-codes, environment, agents
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,
}

const TOPICS: &[(&str, &str)] = &[
    ("exit-codes", EXIT_CODES),
    ("environment", ENVIRONMENT),
    ("agents", AGENTS),
];

const EXIT_CODES: &str = "\
What a command exits with:

  0  done
  1  failed
  2  bad usage, or a value that is not allowed
  3  no such thing: workspace, project, task, ...
  4  conflict: held by another session, changed since you read it, exists
     already, not possible as it is
  5  the daemon cannot be reached or started
  6  nothing to claim: task claim, task next

With --json an error is one document on standard error:

  {\"error\":{\"code\":\"task_not_found\",\"message\":\"...\",\"hint\":\"...\"}}

The code is stable; the message and the hint are for people.
";

const ENVIRONMENT: &str = "\
What Backlog reads from the environment:

  BACKLOG_DB              the workspace's backlog.db, as --db
  BACKLOG_PROFILE         a named workspace of yours, as --profile
  BACKLOG_ACTOR           who signs, as --as: human:alice, ai:claude-code
  BACKLOG_SESSION         tells apart two sessions of one actor, as --session
  CLAUDE_CODE_SESSION_ID  the same, set by Claude Code
  BACKLOG_LEASE           the token of the lease you write under, as --lease
  BACKLOG_DAEMON          whether to use the daemon, as --daemon: auto,
                          require, never
  BACKLOG_LOG             how much the daemon logs: error, warn, info, debug
  NO_COLOR                no colours
  XDG_CONFIG_HOME         where backlog/config.toml is; else ~/.config

Which workspace a command means, the first that says something:

  --db, $BACKLOG_DB, --profile, $BACKLOG_PROFILE, the nearest workspace at or
  above the current directory (.backlog/backlog.db, then backlog.db; a linked
  git worktree counts as its main checkout), the default profile.

Who signs a write:

  --as, $BACKLOG_ACTOR, the coding agent that the command runs in,
  defaults.actor in the workspace's config.toml, in yours, human:$USER.

Which project is meant:

  --project, the workspace's default project, yours, the only project there is.
";

const AGENTS: &str = "\
For coding agents:

  backlog                             what you hold, what is ready
  backlog task claim                  take the next ready task (exit 6: none)
  backlog task why TASK-12            what keeps a task from being taken
  backlog plan add --task TASK-12 --title 'Retry' --from-file plan.md
  backlog comment add 'What I found' --task TASK-12
  backlog task done TASK-12 --note 'What I did'
  backlog task release TASK-12 --note 'What the next one should know'

A claimed task is yours alone until its lease ends; whatever you write about
it renews the lease. Claim, do not move: two who move a task to doing both do
it. Exit code 4 on a task of yours means that you lost it: stop working on it.
--wait 10m waits for something to become ready.

You sign as yourself where your environment says who you are (Claude Code,
Codex, Cursor, OpenCode, Gemini CLI); else give --as ai:NAME. Give each
session its own --session or $BACKLOG_SESSION: sessions of one name are one.

--json prints one document, and errors as one on standard error. No command
asks questions inside an agent: what cannot be undone needs --yes there.
--if-version refuses a write where somebody else was faster (exit code 4).
";

pub fn run(args: &HelpArgs) -> Result<(), CliError> {
    let out = Output::plain();
    if let [topic] = args.words.as_slice()
        && let Some((_, text)) = TOPICS.iter().find(|(name, _)| name == topic)
    {
        return out.text(text);
    }
    let mut command = Cli::command();
    command.build();
    for word in &args.words {
        command = command
            .find_subcommand(word)
            .filter(|found| !found.is_hide_set())
            .cloned()
            .ok_or_else(|| {
                CliError::usage(format!(
                    "there is no command or topic '{}'",
                    args.words.join(" ")
                ))
                .hint("See: backlog --help. Topics: exit-codes, environment, agents.")
            })?;
    }
    out.text(&command.render_long_help().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_fit_into_eighty_columns() {
        for (topic, text) in TOPICS {
            for line in text.lines() {
                assert!(line.len() < 80, "{topic}: {line}");
            }
        }
    }

    #[test]
    fn every_command_has_help_with_an_example() {
        fn visit(command: &clap::Command, path: &str) {
            for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
                let path = format!("{path} {}", sub.get_name());
                assert!(sub.get_about().is_some(), "{path} has no help");
                if sub.has_subcommands() && sub.is_subcommand_required_set() {
                    visit(sub, &path);
                    continue;
                }
                let after = sub
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(after.contains("Example"), "{path} has no example");
            }
        }
        visit(&Cli::command(), "backlog");
    }

    #[test]
    fn no_example_wraps_in_eighty_columns() {
        fn visit(command: &clap::Command) {
            let after = command.get_after_help().map(ToString::to_string);
            for line in after.unwrap_or_default().lines() {
                let is_example = line.starts_with("  ");
                assert!(!is_example || line.chars().count() <= 78, "{line}");
            }
            command.get_subcommands().for_each(visit);
        }
        visit(&Cli::command());
    }

    #[test]
    fn every_example_is_understood() {
        fn examples(command: &clap::Command, found: &mut Vec<String>) {
            let after = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let texts = after.lines().map(str::to_owned);
            found.extend(texts.filter(|line| line.starts_with("  backlog ")));
            command
                .get_subcommands()
                .for_each(|sub| examples(sub, found));
        }
        let mut found = Vec::new();
        examples(&Cli::command(), &mut found);
        found.extend(
            AGENTS
                .lines()
                .filter(|line| line.starts_with("  backlog "))
                .map(str::to_owned),
        );
        assert!(found.len() > 40, "{found:?}");
        for example in found {
            let example = example
                .split("  ")
                .find(|part| !part.is_empty())
                .unwrap_or_default();
            let mut command = example.split(['>', '<', '|']);
            let words = words(command.next().unwrap_or_default());
            if let Err(error) = Cli::command().try_get_matches_from(&words) {
                panic!("{example}\n{error}");
            }
        }
    }

    /// Splits as a shell does, as far as the examples need it.
    fn words(line: &str) -> Vec<String> {
        let parts = line.trim().split('\'').enumerate();
        let marked: String = parts
            .map(|(at, part)| {
                if at.is_multiple_of(2) {
                    part.to_owned()
                } else {
                    part.replace(' ', "\0")
                }
            })
            .collect();
        marked
            .split(' ')
            .map(|word| word.replace('\0', " "))
            .collect()
    }
}
