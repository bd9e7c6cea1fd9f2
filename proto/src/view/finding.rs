//! What an import of findings came to.

use schemars::JsonSchema;
use serde::Serialize;

use crate::v1;

/// What came of the findings in a file. Each is counted once, a reopened one
/// also as regressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingsImport {
    /// Nothing was written, and nothing was to be.
    pub dry_run: bool,
    /// Made into tasks.
    pub imported: i64,
    /// Plans made with them.
    pub plans: i64,
    /// Wrong, and left out.
    pub errors: i64,
    /// Known, and nothing to do.
    pub unchanged: i64,
    /// Known, and their tasks were brought up to date.
    pub updated: i64,
    /// Known and done, but found again.
    pub regressed: i64,
    /// Of those, opened again.
    pub reopened: i64,
    /// Known, and their tasks are or were in the trash.
    pub dismissed: i64,
    /// Known and to be brought up to date, but a session holds their tasks.
    pub held: i64,
    /// The same as one before it in the file.
    pub repeated: i64,
    /// Suppressed where the scanner ran, by its own word.
    pub suppressed: i64,
    /// `TASK-N` of each that has regressed.
    pub regressed_tasks: Vec<String>,
    /// `TASK-N` of each that is held.
    pub held_tasks: Vec<String>,
    /// What is wrong with the first hundred or so.
    pub problems: Vec<FindingProblem>,
    /// Fields of the file that mean nothing.
    pub unknown_fields: Vec<String>,
}

/// Why a finding was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingProblem {
    /// Where it stands: `items[3].priority`.
    pub place: String,
    /// What is wrong, with the value.
    pub message: String,
}

impl From<v1::FindingsSummary> for FindingsImport {
    fn from(summary: v1::FindingsSummary) -> Self {
        Self {
            dry_run: false,
            imported: summary.imported,
            plans: summary.plans,
            errors: summary.refused,
            unchanged: summary.unchanged,
            updated: summary.updated,
            regressed: summary.regressed,
            reopened: summary.reopened,
            dismissed: summary.dismissed,
            held: summary.held,
            repeated: summary.repeated,
            suppressed: 0,
            regressed_tasks: summary.regressed_tasks,
            held_tasks: summary.held_tasks,
            problems: summary
                .problems
                .into_iter()
                .map(|problem| FindingProblem {
                    place: problem.place,
                    message: problem.message,
                })
                .collect(),
            unknown_fields: Vec::new(),
        }
    }
}
