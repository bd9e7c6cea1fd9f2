//! The commands there are, as the command line itself knows them.

use schemars::JsonSchema;
use serde::Serialize;

/// Every command with its flags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Commands {
    /// The flags that every command takes.
    pub global: Vec<Parameter>,
    /// The commands, each noun before its verbs.
    pub commands: Vec<Command>,
}

/// A command, or a noun with verbs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Command {
    /// Its words after `backlog`: `task add`; empty for `backlog` itself.
    pub path: String,
    /// Other names of its last word.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The heading it stands under, of a command directly below `backlog`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'static str>,
    /// One sentence.
    pub about: String,
    /// How it is written.
    pub usage: String,
    /// It needs a verb, and does nothing by itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub needs_verb: bool,
    /// Its arguments and flags, without the global ones.
    pub parameters: Vec<Parameter>,
    /// What else is to be known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Examples, a line each.
    pub examples: Vec<String>,
    /// The schema of what it prints with `--json`, as `backlog schema` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prints: Option<&'static str>,
    /// What it prints instead, where a flag makes it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prints_with: Option<PrintsWith>,
}

/// Another document that a command prints, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PrintsWith {
    /// The flag beside `--json`.
    pub flag: &'static str,
    /// The schema.
    pub schema: &'static str,
}

/// An argument or a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Parameter {
    /// `--title`, or `TEXT` for an argument without a flag.
    pub name: String,
    /// `-t`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Other names it goes by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What its value is called; left out where it takes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The values there are; left out where there are too many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// What is meant where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// What it does.
    pub about: String,
    /// It cannot be left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// It may be given more than once.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// It is accepted for older scripts, and help does not show it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}
