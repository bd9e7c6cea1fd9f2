//! `backlog config get`.

use backlog_api::{
    config::{self, Config},
    view,
};
use clap::Args;

use super::{KeyArg, WhoseArgs};
use crate::{
    error::{CliError, Exit},
    invocation::Invocation,
    render::text::line,
};

/// Print what a setting is set to
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog config get defaults.priority
  backlog config get output.color --user")]
pub struct GetArgs {
    #[command(flatten)]
    key: KeyArg,

    #[command(flatten)]
    whose: WhoseArgs,
}

pub fn run(args: &GetArgs, invocation: &Invocation) -> Result<(), CliError> {
    let key = args.key.key;
    for (scope, path) in args.whose.files(invocation)? {
        Config::read(&path)?;
        if let Some(value) = key.get(&config::document(&path)?) {
            let setting = view::Setting::new(key.name, value, scope, &path);
            let text = line(&setting.text()).into_owned();
            return invocation.output(None).made(&setting, &text, &text);
        }
    }
    Err(CliError::new(
        Exit::NotFound,
        "not_set",
        format!("{} is not set", key.name),
    )
    .hint(format!("Set it: backlog config set {} VALUE", key.name)))
}
