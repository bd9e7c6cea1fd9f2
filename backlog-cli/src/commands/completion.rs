//! `backlog completion`.

use clap::{Args, CommandFactory as _, ValueEnum};
use clap_complete::Shell as Generator;

use super::Cli;
use crate::{error::CliError, render::Output};

/// Print a shell's completion script
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog completion bash > ~/.local/share/bash-completion/completions/backlog
  backlog completion zsh > ~/.zfunc/_backlog
  backlog completion fish > ~/.config/fish/completions/backlog.fish")]
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

pub fn run(args: &CompletionArgs) -> Result<(), CliError> {
    let generator = match args.shell {
        Shell::Bash => Generator::Bash,
        Shell::Zsh => Generator::Zsh,
        Shell::Fish => Generator::Fish,
        Shell::Powershell => Generator::PowerShell,
    };
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut Cli::command(), "backlog", &mut script);
    let out = Output::plain();
    out.text(&String::from_utf8_lossy(&script))
}
