//! All commands as data, from clap: for `help --json`, docs/cli.md, the man
//! pages and the tests.

use backlog_api::view;
use clap::{Arg, ArgAction, Command};

use super::{groups, prints};

/// What clap knows of `program`.
pub fn commands(mut program: Command) -> view::Commands {
    program.build();
    let mut commands = Vec::new();
    visit(&program, "", &mut commands);
    view::Commands {
        global: program
            .get_arguments()
            .filter(|arg| !arg.is_hide_set())
            .map(parameter)
            .collect(),
        commands,
    }
}

fn visit(command: &Command, path: &str, commands: &mut Vec<view::Command>) {
    let is_program = path.is_empty();
    let is_top = !is_program && !path.contains(' ');
    let mut after = Text::default();
    after.read(command);
    commands.push(view::Command {
        path: path.to_owned(),
        aliases: command.get_visible_aliases().map(str::to_owned).collect(),
        group: is_top.then(|| groups::of(command.get_name())),
        about: command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default(),
        usage: usage(command),
        needs_verb: command.is_subcommand_required_set() || command.is_arg_required_else_help_set(),
        parameters: command
            .get_arguments()
            .filter(|arg| !is_program && is_own(arg))
            .map(parameter)
            .collect(),
        notes: after.notes,
        examples: after.examples,
        prints: prints::of(path),
        prints_with: prints::with_flag(path),
    });
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let path = format!("{path} {}", sub.get_name());
        visit(sub, path.trim_start(), commands);
    }
}

/// Not one of those that every command has.
fn is_own(arg: &Arg) -> bool {
    let is_claps = matches!(
        arg.get_action(),
        ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
    );
    !arg.is_global_set() && !is_claps
}

/// Without `Usage: `, on one line.
fn usage(command: &Command) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    usage.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn parameter(arg: &Arg) -> view::Parameter {
    let takes_value = arg.get_action().takes_values();
    let value = arg.get_value_names().filter(|_| takes_value).map(|names| {
        names
            .iter()
            .map(|name| name.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    });
    let long = arg.get_long().map(|long| format!("--{long}"));
    let aliases = arg.get_all_aliases().unwrap_or_default();
    let about = arg.get_help().or(arg.get_long_help());
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    view::Parameter {
        name: long.or_else(|| value.clone()).unwrap_or_default(),
        short: arg.get_short().map(|short| format!("-{short}")),
        aliases: aliases.iter().map(|alias| format!("--{alias}")).collect(),
        value,
        values: arg
            .get_possible_values()
            .iter()
            .filter(|_| takes_value)
            .map(|value| value.get_name().to_owned())
            .collect(),
        default: Some(defaults.join(",")).filter(|default| takes_value && !default.is_empty()),
        about: about
            .map(|help| one_line(&help.to_string()))
            .unwrap_or_default(),
        required: arg.is_required_set(),
        repeats: matches!(arg.get_action(), ArgAction::Append),
        hidden: arg.is_hide_set(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands below a command's flags: sentences, and examples indented by two.
#[derive(Default)]
struct Text {
    notes: String,
    examples: Vec<String>,
}

impl Text {
    fn read(&mut self, command: &Command) {
        let after = command.get_after_help().map(ToString::to_string);
        for line in after.as_deref().unwrap_or_default().lines() {
            match line.strip_prefix("  ") {
                Some(example) => self.examples.push(example.to_owned()),
                None => self.note(line.trim()),
            }
        }
    }

    fn note(&mut self, line: &str) {
        let line = line.trim_end_matches("Examples:").trim_end();
        if line.is_empty() {
            return;
        }
        if !self.notes.is_empty() {
            self.notes.push_str("\n\n");
        }
        self.notes.push_str(line);
    }
}
