//! `backlog help`: of a command, or one of a few topics; and everything there
//! is to say about all commands, for programs, packagers and docs/cli.md.

mod groups;
mod man;
mod markdown;
mod prints;
mod program;
mod topics;
mod tree;

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};

use super::Cli;
use crate::{error::CliError, global::GlobalArgs, render::Output};

pub use program::print as print_program;

/// Help for a command, or: exit-codes, environment, agents
#[derive(Debug, Args)]
#[command(
    after_help = "With --json and without a command: every command and flag, as one document.

Examples:
  backlog help task add
  backlog help exit-codes
  backlog help --json
  backlog help --man task add | man -l -
  backlog help --man --out man1"
)]
pub struct HelpArgs {
    /// A command, or exit-codes, environment, agents
    #[arg(value_name = "COMMAND")]
    words: Vec<String>,

    /// As a manual page
    #[arg(long)]
    man: bool,

    /// With --man: write the manual pages of all commands into this directory
    #[arg(long, value_name = "DIR", requires = "man", conflicts_with = "words")]
    out: Option<PathBuf>,

    /// All commands in Markdown, as docs/cli.md
    #[arg(long, conflicts_with_all = ["man", "words"])]
    markdown: bool,
}

pub fn run(args: &HelpArgs, global: &GlobalArgs) -> Result<(), CliError> {
    let out = Output {
        json: global.json,
        quiet: global.quiet,
        ..Output::plain()
    };
    if args.markdown {
        return out.text(&markdown::reference(&tree::commands(Cli::command())));
    }
    if let Some(dir) = &args.out {
        return man::write_all(dir, &tree::commands(Cli::command()), &out);
    }
    if out.json && args.words.is_empty() {
        return out.document(&tree::commands(Cli::command()));
    }
    if let [topic] = args.words.as_slice()
        && let Some((_, text)) = topics::all().iter().find(|(name, _)| name == topic)
    {
        return out.text(text);
    }
    let mut program = Cli::command();
    program.build();
    let (command, path) = find(&program, &args.words)?;
    if args.man {
        let all = tree::commands(Cli::command());
        let named = all.commands.iter().find(|command| command.path == path);
        return match named {
            Some(command) => out.text(&man::page(&all, command)),
            None => Ok(()),
        };
    }
    if path.is_empty() {
        return out.text(&program::help(&program).to_string());
    }
    out.text(&command.clone().render_long_help().to_string())
}

/// The command of these words, and its own words, where they are aliases.
fn find<'a>(program: &'a Command, words: &[String]) -> Result<(&'a Command, String), CliError> {
    let mut command = program;
    let mut path = Vec::new();
    for word in words {
        command = command
            .find_subcommand(word)
            .filter(|found| !found.is_hide_set())
            .ok_or_else(|| {
                let words = words.join(" ");
                CliError::usage(format!("there is no command or topic '{words}'"))
                    .hint("See: backlog --help. Topics: exit-codes, environment, agents.")
            })?;
        path.push(command.get_name());
    }
    Ok((command, path.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_fit_into_eighty_columns() {
        for (topic, text) in topics::all() {
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
    fn what_is_to_be_explained_stands_below_the_flags() {
        fn visit(command: &clap::Command, path: &str) {
            // clap would set every flag of it apart by empty lines.
            let path = format!("{path} {}", command.get_name());
            assert!(
                command.get_long_about().is_none(),
                "{path}: move it to after_help"
            );
            command.get_subcommands().for_each(|sub| visit(sub, &path));
        }
        visit(&Cli::command(), "");
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
            topics::AGENTS
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
