//! A file of findings, read and checked as far as its form goes. Which finding
//! is the same as one before, and what becomes of it, the daemon decides.

mod document;
mod item;
mod sarif;
mod source;

use std::{collections::BTreeSet, path::Path};

use backlog_api::{v1, view::FindingProblem};

pub use source::Source;

use crate::error::CliError;

/// What a file says.
#[derive(Debug, Default)]
pub struct Findings {
    /// The project it names.
    pub project: Option<String>,
    /// The findings, as far as they are right.
    pub findings: Vec<v1::Finding>,
    /// What is wrong with the others.
    pub problems: Vec<FindingProblem>,
    /// How many those others are.
    pub wrong: usize,
    /// Fields that mean nothing, each once: `items[].severity`.
    pub unknown: BTreeSet<String>,
    /// Results of SARIF that the scanner itself says are suppressed.
    pub suppressed: i64,
    /// Results of SARIF that another run in the file has too.
    pub repeated: i64,
}

impl Findings {
    /// Reads a findings file or SARIF, told apart by their content. Paths
    /// below `root`, the top of a checkout, are taken from there, so that every
    /// checkout gives a finding the same name.
    pub fn read(source: &Source, root: &Path) -> Result<Self, CliError> {
        let text = source.text()?;
        document::parse(&text, root).map_err(|problem| {
            CliError::invalid(format!("{}: {problem}", source.name()))
                .hint("Give it a findings file, or SARIF 2.1.0 as scanners write it. See docs/findings.md.")
        })
    }

    fn problem(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.problems.push(FindingProblem {
            place: place.into(),
            message: message.into(),
        });
    }
}
