//! How a command that failed says so, on standard error.

use std::{
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use backlog_api::view;
use clap::{
    ColorChoice, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{
    environment::Environment,
    error::{CliError, Exit, Told},
    render::{
        json,
        style::{self, Style as Colors},
        text,
    },
};

/// How errors are written: known even where the flags make no sense.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// As JSON.
    pub json: bool,
    /// What `--color` said, as far as it can be told.
    pub color: ColorChoice,
    colored: bool,
}

impl Style {
    /// Looks through the arguments without understanding them.
    pub fn guess(environment: &Environment, arguments: &[String]) -> Self {
        let mut json = false;
        let mut color = ColorChoice::Auto;
        let mut before = "";
        for argument in arguments.iter().take_while(|argument| *argument != "--") {
            json |= argument == "--json";
            let value = argument
                .strip_prefix("--color=")
                .or((before == "--color").then_some(argument));
            color = match value {
                Some("always") => ColorChoice::Always,
                Some("never") => ColorChoice::Never,
                _ => color,
            };
            before = argument;
        }
        if color == ColorChoice::Auto && (environment.agent.is_some() || environment.no_color) {
            color = ColorChoice::Never;
        }
        let colored = style::wanted(color, io::stderr().is_terminal(), false, false);
        Self {
            json,
            color,
            colored,
        }
    }
}

/// Writes the error and says what to exit with.
pub fn tell(error: &CliError, style: Style) -> ExitCode {
    let declined;
    let told = match error {
        CliError::Told(told) => Some(told),
        // Whoever said no has made no error.
        CliError::Declined if !style.json => {
            let _ = io::stderr().write_all(b"Nothing was done.\n");
            None
        }
        CliError::Declined => {
            declined = Told {
                code: "declined".to_owned(),
                message: "Nothing was done.".to_owned(),
                hint: None,
                exit: Exit::Failed,
            };
            Some(&declined)
        }
        CliError::StdoutClosed => None,
    };
    if let Some(told) = told {
        let written = if style.json {
            json::document(&view::Failure::from(told), false).unwrap_or_default()
        } else {
            let colors = Colors::new(style.colored);
            let mut lines = format!("{} {}\n", colors.red("error:"), text::block(&told.message));
            if let Some(hint) = &told.hint {
                lines.push_str(&format!("{} {}\n", colors.cyan("hint:"), text::block(hint)));
            }
            lines.into_bytes()
        };
        // Nobody is left to tell where this fails.
        let _ = io::stderr().write_all(&written);
    }
    error.exit_code()
}

/// Says what went wrong in one line, as something that is no failure.
pub fn mention(error: &CliError) {
    if let CliError::Told(told) = error {
        let line = format!("backlog: {}\n", text::line(&told.message));
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

/// What clap says, in our three parts. Help and version, which clap hands out
/// as errors, are printed here.
pub fn of_arguments(
    error: &clap::Error,
    program: &Command,
    arguments: &[String],
) -> Result<ExitCode, CliError> {
    let see = see(program, arguments);
    let text = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            error.print()?;
            return Ok(ExitCode::SUCCESS);
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let verbs = listed_commands(&error.to_string());
            let command = named(program, arguments);
            return Err(CliError::usage(format!(
                "'{command}' needs to be told what to do: {verbs}"
            ))
            .hint(see));
        }
        _ => error.to_string(),
    };
    let mut parts = text
        .trim_start_matches("error: ")
        .split("\n\n")
        .map(one_line);
    let message = parts.next().unwrap_or_default();
    // A value that is not among the few there are needs no guess: they are listed.
    let tip = parts.find_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
    let told = CliError::usage(message);
    Err(match elsewhere(error, program).or(tip) {
        Some(tip) if error.kind() != ErrorKind::InvalidValue => told.hint(format!("{tip}. {see}")),
        _ => told.hint(see),
    })
}

/// Where a command that is none by itself is one of a group's, as `why` is of
/// `task`: of the first few groups.
fn elsewhere(error: &clap::Error, program: &Command) -> Option<String> {
    const TOLD: usize = 3;
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let groups = program
        .get_subcommands()
        .filter(|group| !group.is_hide_set());
    let found: Vec<String> = groups
        .filter(|group| group.find_subcommand(word).is_some())
        .take(TOLD)
        .map(|group| format!("'{} {} {word}'", program.get_name(), group.get_name()))
        .collect();
    (!found.is_empty()).then(|| format!("there is {}", found.join(", ")))
}

/// Where the command that the arguments name is explained.
pub fn see(program: &Command, arguments: &[String]) -> String {
    format!("See: {} --help", named(program, arguments))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `backlog task add`: the command that the arguments name, as far as they
/// name one.
fn named(program: &Command, arguments: &[String]) -> String {
    let mut command = program;
    let mut name = program.get_name().to_owned();
    for word in arguments.iter().skip(1).take_while(|word| *word != "--") {
        if let Some(found) = command.find_subcommand(word) {
            command = found;
            name = format!("{name} {}", found.get_name());
        }
    }
    name
}

fn listed_commands(help: &str) -> String {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(arguments: &[&str]) -> Told {
        use clap::CommandFactory as _;
        let program = crate::commands::Cli::command();
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let error = program
            .clone()
            .try_get_matches_from(&arguments)
            .expect_err("these arguments make no sense");
        match of_arguments(&error, &program, &arguments) {
            Err(CliError::Told(told)) => told,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_value_is_one_line_with_the_values_there_are() {
        let error = told(&["backlog", "task", "list", "--status", "open"]);
        assert_eq!(error.code, "usage");
        assert_eq!(
            error.message,
            "invalid value 'open' for '--status <STATUS>' [possible values: todo, doing, done]"
        );
        let error = told(&["backlog", "task", "list", "--priority", "P9"]);
        assert_eq!(
            error.message,
            "invalid value 'P9' for '--priority <P>': write P1 (most urgent) to P5, or 1 to 5"
        );
        assert_eq!(error.hint.as_deref(), Some("See: backlog task list --help"));
        assert_eq!(error.exit, crate::error::Exit::Usage);
    }

    #[test]
    fn a_command_of_a_group_is_found_without_the_groups_name() {
        let hint = |word| told(&["backlog", word]).hint.unwrap_or_default();
        assert_eq!(
            hint("why"),
            "there is 'backlog task why'. See: backlog --help"
        );
        let several = hint("add");
        assert!(
            several.contains("'backlog task add', 'backlog "),
            "{several}"
        );
        assert_eq!(hint("nosuch"), "See: backlog --help");
    }

    #[test]
    fn the_form_of_an_error_is_known_before_the_flags_are() {
        let guess = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            Style::guess(&Environment::default(), &arguments)
        };
        assert!(guess(&["backlog", "task", "lst", "--json"]).json);
        assert!(!guess(&["backlog", "comment", "add", "--", "--json"]).json);
        assert_eq!(
            guess(&["backlog", "--color", "never"]).color,
            ColorChoice::Never
        );
        assert_eq!(
            guess(&["backlog", "--color=always"]).color,
            ColorChoice::Always
        );
        assert_eq!(
            guess(&["backlog", "label", "create", "x", "--color", "#ffffff"]).color,
            ColorChoice::Auto
        );
    }

    #[test]
    fn a_noun_without_a_verb_lists_the_verbs() {
        let error = told(&["backlog", "trash"]);
        assert_eq!(
            error.message,
            "'backlog trash' needs to be told what to do: list, restore, empty"
        );
    }

    #[test]
    fn an_unknown_command_is_named() {
        let error = told(&["backlog", "task", "lst"]);
        assert!(error.message.contains("'lst'"), "{}", error.message);
        assert!(error.hint.is_some_and(|hint| hint.contains("'list'")));
    }
}
