//! `backlog completion`.

use clap::{Args, ValueEnum};
use clap_complete::env::Shells;

use crate::{error::CliError, global::GlobalArgs, render::Output};

/// Print a shell's completion script
#[derive(Debug, Args)]
#[command(
    after_help = "The script asks this program what could stand at the cursor: commands, flags, and the tasks, projects, labels and profiles there are. Load it when a shell starts, rather than keeping a copy: it has to fit the program.

Examples:
  echo 'source <(backlog completion bash)' >> ~/.bashrc
  echo 'source <(backlog completion zsh)' >> ~/.zshrc
  echo 'backlog completion fish | source' >> ~/.config/fish/config.fish"
)]
pub struct CompletionArgs {
    /// Which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

pub fn run(args: &CompletionArgs, global: &GlobalArgs) -> Result<(), CliError> {
    if global.json {
        return Err(CliError::usage(
            "--json promises one JSON document on standard output, which a completion script is not",
        )
        .hint("Leave out --json."));
    }
    let name = match args.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
    };
    let cannot = || CliError::failed(format!("there is no completion for {name}"));
    let shells = Shells::builtins();
    let shell = shells.completer(name).ok_or_else(cannot)?;
    let mut script = Vec::new();
    shell
        .write_registration("COMPLETE", "backlog", "backlog", "backlog", &mut script)
        .map_err(|_| cannot())?;
    Output::plain().text(&String::from_utf8_lossy(&script))
}
