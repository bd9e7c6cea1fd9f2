//! What people get to see of it.

use std::path::Path;

use backlog_api::view;

use crate::{
    clients::{Places, Scope},
    error::CliError,
    render::{Output, text},
    setup::Listing,
};

use super::work::{Work, diff};

/// Where what belongs to a row begins.
const REMARK: usize = 11;

/// Says what is found, what changes, and what was done.
pub struct Teller<'a> {
    pub places: &'a Places,
    pub scope: Scope,
    pub out: Output,
    /// Nobody named the clients.
    pub names_clients: bool,
}

impl Teller<'_> {
    /// Who is here, and what changes in which file.
    pub fn plan(&self, setup: &view::Setup, work: &Work) -> Result<(), CliError> {
        if self.out.json || self.out.quiet {
            return Ok(());
        }
        self.found(setup)?;
        for (path, change) in work.changes() {
            self.out.line("")?;
            let lines = diff(&self.shown(path), change);
            for line in lines.lines() {
                self.out.line(&self.coloured(&text::line(line)))?;
            }
        }
        if work.count() > 0 {
            self.out.line("")?;
        }
        Ok(())
    }

    /// Every part, and what became of it.
    pub fn done(&self, setup: &view::Setup, changes: usize) -> Result<(), CliError> {
        if self.out.json {
            return self.out.document(setup);
        }
        self.parts(setup)?;
        let is_removal = setup.mode == "remove";
        match (changes, setup.dry_run) {
            (0, _) if !setup.ok => Ok(()),
            (0, _) if is_removal => self.out.note("Nothing to do: nothing of Backlog is there."),
            (0, _) => self.out.note("Nothing to do: it is set up."),
            (_, true) => self.out.note("Nothing was changed: this was --dry-run."),
            (_, false) => self
                .out
                .note("Agents that are running read this at their next start."),
        }
    }

    /// What is set up, and what the agents themselves say.
    pub fn checked(&self, setup: &view::Setup) -> Result<(), CliError> {
        if self.out.json {
            return self.out.document(setup);
        }
        self.found(setup)?;
        self.parts(setup)?;
        for listing in &setup.listings {
            let words = if listing.ok { "works" } else { "trouble" };
            self.row(listing.client, "", words, &listing.command)?;
            let says = text::line(&listing.says);
            self.remark(&text::truncate(&says, 80 - REMARK))?;
        }
        if setup.ok {
            return self.out.note("Everything is set up.");
        }
        if setup.parts.iter().all(is_good) {
            let words = "The files are as they should be, but not every agent says so.";
            return self.out.note(words);
        }
        let mut command = "backlog setup".to_owned();
        if !self.names_clients {
            for client in &setup.clients {
                command = format!("{command} {}", client.client);
            }
        }
        if self.scope == Scope::Project {
            command.push_str(" --project");
        }
        self.out
            .note("Not everything is set up. See what would change:")?;
        self.out.note(&format!("  {command} --dry-run"))
    }

    fn found(&self, setup: &view::Setup) -> Result<(), CliError> {
        for client in &setup.clients {
            match &client.found_by {
                Some(sign) if self.names_clients => self.out.note(&format!(
                    "{} is here: {}",
                    client.title,
                    text::line(&self.shown(Path::new(sign)))
                ))?,
                None if setup.mode == "set_up" => self.out.note(&format!(
                    "{} was not found here; its files are written all the same.",
                    client.title
                ))?,
                None => self
                    .out
                    .note(&format!("{} was not found here.", client.title))?,
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn parts(&self, setup: &view::Setup) -> Result<(), CliError> {
        for part in &setup.parts {
            let path = part.path.as_deref().map(Path::new);
            let path = path.map(|path| self.shown(path)).unwrap_or_default();
            let state = part.state.replace('_', " ");
            self.row(part.client, part.part, &state, &path)?;
            if let Some(backup) = &part.backup {
                let backup = self.shown(Path::new(backup));
                self.remark(&format!("before: {}", text::line(&backup)))?;
            }
            if let Some(message) = &part.message {
                self.remark(&text::line(message))?;
            }
        }
        Ok(())
    }

    fn row(&self, client: &str, part: &str, state: &str, what: &str) -> Result<(), CliError> {
        let row = format!("{client:<10} {part:<7} {state:<12} {}", text::line(what));
        self.out.note(row.trim_end())
    }

    /// What belongs to the row above.
    fn remark(&self, words: &str) -> Result<(), CliError> {
        self.out.note(&format!("{:<REMARK$}{words}", ""))
    }

    /// A path as short as can be: from the project's top, or with `~`.
    fn shown(&self, path: &Path) -> String {
        match (self.scope, path.strip_prefix(self.places.top())) {
            (Scope::Project, Ok(below)) => below.display().to_string(),
            _ => self.places.shown(path),
        }
    }

    fn coloured(&self, line: &str) -> String {
        let style = self.out.style;
        match line.as_bytes() {
            [b'+', ..] => style.green(line),
            [b'-', ..] => style.red(line),
            [b'@', ..] => style.cyan(line),
            _ => line.to_owned(),
        }
    }
}

/// Whether a part that was checked needs nothing.
pub fn is_good(part: &view::SetupPart) -> bool {
    matches!(part.state, "set_up" | "unsupported")
}

/// A client's answer as a document.
pub fn listing(answer: Listing) -> view::SetupListing {
    view::SetupListing {
        client: answer.client.name(),
        command: answer.command,
        ok: answer.works,
        says: answer.says,
    }
}
