//! `backlog install-skills`.

use backlog_api::view;
use clap::{Args, builder::PossibleValuesParser};

use crate::{
    clients::{Client, Places, Scope},
    error::CliError,
    invocation::Invocation,
    render::Output,
    skills::{Change, Plan, SKILLS, Skill, Wanted},
};

/// Put the skills for agents where they look for them
#[derive(Debug, Args)]
#[command(
    after_help = "The skills go into .claude/skills (Claude Code) and .agents/skills (Codex,
OpenCode, Gemini CLI, Cursor, VS Code), in your home directory or, with
--project, in this project. A file that you changed is left alone.

Examples:
  backlog install-skills
  backlog install-skills --project --dry-run
  backlog install-skills --skill backlog --skill backlog-loop
  backlog install-skills --uninstall"
)]
pub struct InstallSkillsArgs {
    /// Only that skill; may be repeated
    #[arg(long = "skill", value_name = "NAME", value_parser = skill_names(), conflicts_with = "all")]
    skills: Vec<String>,

    /// All skills, as without --skill
    #[arg(long)]
    all: bool,

    /// Into this project: the directory of the git checkout, else this one
    #[arg(long)]
    project: bool,

    /// Also over files that were changed
    #[arg(long)]
    force: bool,

    /// Remove them; what was changed stays
    #[arg(long)]
    uninstall: bool,

    /// Tell what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

fn skill_names() -> PossibleValuesParser {
    PossibleValuesParser::new(SKILLS.iter().map(|skill| skill.name))
}

pub fn run(args: &InstallSkillsArgs, invocation: &Invocation) -> Result<(), CliError> {
    let scope = if args.project {
        Scope::Project
    } else {
        Scope::User
    };
    let places = Places::new(&invocation.cwd).ok_or_else(|| {
        CliError::failed("you have no home directory").hint("Set HOME to where your files are")
    })?;
    let skills: Vec<&'static Skill> = SKILLS
        .iter()
        .filter(|skill| args.skills.is_empty() || args.skills.iter().any(|name| name == skill.name))
        .collect();
    let wanted = Wanted {
        skills: &skills,
        installed: !args.uninstall,
        force: args.force,
    };
    let mut done = view::InstalledSkills {
        dry_run: args.dry_run,
        files: Vec::new(),
    };
    // Claude Code looks in one place, all others in the other.
    for client in [Client::Claude, Client::Codex] {
        let dir = places.skills(client, scope);
        let failed = |error| {
            CliError::failed(format!(
                "cannot install skills in {}: {error}",
                dir.display()
            ))
        };
        let plan = Plan::make(&dir, wanted).map_err(failed)?;
        done.files
            .extend(plan.steps.iter().map(|step| view::InstalledFile {
                path: step.path.display().to_string(),
                action: word(step.change),
                backup: step.backup.as_ref().map(|it| it.display().to_string()),
            }));
        if !args.dry_run {
            plan.carry_out().map_err(failed)?;
        }
    }
    tell(&done, &invocation.output(None))
}

fn tell(done: &view::InstalledSkills, out: &Output) -> Result<(), CliError> {
    if out.json {
        return out.document(done);
    }
    if done.files.is_empty() {
        return out.note("No skills are installed there.");
    }
    for file in &done.files {
        let action = if done.dry_run {
            would(file.action)
        } else {
            file.action.replace('_', " ")
        };
        out.note(&format!("{action:<13} {}", file.path))?;
        if let Some(backup) = &file.backup {
            out.note(&format!("{:<13} what was there: {backup}", ""))?;
        }
    }
    if done
        .files
        .iter()
        .any(|file| file.action == word(Change::LeftAlone))
    {
        out.note("What was left alone was changed by somebody. --force takes it all the same.")?;
    }
    if done.dry_run {
        out.note("Nothing was changed: this was --dry-run.")?;
    }
    Ok(())
}

/// What would be done, of what was not.
fn would(action: &str) -> String {
    match action {
        "written" => "would write".to_owned(),
        "updated" => "would update".to_owned(),
        "replaced" => "would replace".to_owned(),
        "removed" => "would remove".to_owned(),
        state => state.replace('_', " "),
    }
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Written => "written",
        Change::Updated => "updated",
        Change::Replaced => "replaced",
        Change::Unchanged => "unchanged",
        Change::LeftAlone => "left_alone",
        Change::Removed => "removed",
    }
}
