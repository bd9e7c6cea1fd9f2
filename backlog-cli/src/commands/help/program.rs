//! `backlog --help`: the commands in groups.

use std::io::{self, IsTerminal as _};

use clap::{
    ColorChoice, Command,
    builder::{StyledStr, styling::Style},
};

use super::{groups, topics::wrapped};
use crate::{
    error::CliError,
    render::{Output, style},
};

/// Prints the help of the whole program.
pub fn print(program: &Command, color: ColorChoice) -> Result<(), CliError> {
    let help = help(program);
    let is_colored = style::wanted(color, io::stdout().is_terminal(), false, false);
    Output::plain().text(&if is_colored {
        help.ansi().to_string()
    } else {
        help.to_string()
    })
}

/// The help of the whole program, in clap's own style.
pub fn help(program: &Command) -> StyledStr {
    let mut commands = String::new();
    let styles = program.get_styles();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    for (heading, group) in groups::all(program) {
        commands.push_str(&format!("\n{}\n", painted(header, &format!("{heading}:"))));
        for command in group {
            let name = command.get_name();
            let about = command.get_about().map(ToString::to_string);
            let about = wrapped(&about.unwrap_or_default(), WIDTH - NAMES);
            let gap = (NAMES - 2).saturating_sub(name.len());
            commands.push_str(&format!(
                "  {}{:gap$}{}\n",
                painted(literal, name),
                "",
                about.join(&format!("\n{:NAMES$}", ""))
            ));
        }
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{commands}\n{}\n{{options}}{{after-help}}",
        painted(header, "Options:"),
    );
    program.clone().help_template(template).render_help()
}

/// The columns that names take.
const NAMES: usize = 19;
/// The columns of a line.
const WIDTH: usize = 79;

fn painted(style: &Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
