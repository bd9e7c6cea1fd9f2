//! The flags that every command takes.

use std::{convert::Infallible, path::PathBuf};

use clap::{
    ArgAction, ColorChoice, ValueEnum,
    builder::{EnumValueParser, TypedValueParser},
};

use crate::actor;

/// Flags that every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// The workspace's backlog.db
    #[arg(long, global = true, value_name = "PATH")]
    pub db: Option<PathBuf>,

    /// A named workspace of yours
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,

    /// Print one JSON document
    #[arg(long, global = true, action = ArgAction::SetTrue)]
    pub json: bool,

    /// Print only what was asked for
    #[arg(long, global = true, action = ArgAction::SetTrue)]
    pub quiet: bool,

    /// Who signs this write: human:alice, ai:claude-code
    #[arg(long = "as", global = true, value_name = "KIND:NAME", value_parser = actor::parse)]
    pub actor: Option<String>,

    /// Tells apart two sessions of one actor
    #[arg(long, global = true, value_name = "ID")]
    pub session: Option<String>,

    /// The token of the lease you write under, as claim printed it
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "BACKLOG_LEASE",
        hide_env = true
    )]
    pub lease: Option<String>,

    /// Whether to use the daemon; auto: not where it is forbidden
    #[arg(
        long,
        global = true,
        value_name = "USE",
        value_enum,
        default_value_t,
        env = "BACKLOG_DAEMON",
        hide_env = true,
        hide_default_value = true
    )]
    pub daemon: DaemonUse,

    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", value_parser = when())]
    pub color: Option<Color>,
}

/// Whether a command works through the daemon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DaemonUse {
    // Comments for help would make every command's help twice as long.
    // Through the daemon, or without it where a sandbox forbids sockets.
    #[default]
    Auto,
    // Through the daemon, or not at all.
    Require,
    // Directly on the database, in this process.
    Never,
}

/// What `--color` means: when to use colours, but for `label create`, where
/// it is the label's. clap knows one flag of that name, so one type holds both.
#[derive(Debug, Clone)]
pub enum Color {
    When(ColorChoice),
    OfLabel(String),
}

impl Color {
    /// Reads the colour of a label; which there are, the daemon knows.
    #[expect(clippy::unnecessary_wraps, reason = "the form clap asks for")]
    pub fn of_label(text: &str) -> Result<Self, Infallible> {
        Ok(Self::OfLabel(text.to_owned()))
    }
}

fn when() -> impl TypedValueParser<Value = Color> {
    EnumValueParser::<ColorChoice>::new().map(Color::When)
}

impl GlobalArgs {
    /// When to use colours, where it was said.
    pub fn color(&self) -> Option<ColorChoice> {
        match self.color {
            Some(Color::When(choice)) => Some(choice),
            Some(Color::OfLabel(_)) | None => None,
        }
    }
}
