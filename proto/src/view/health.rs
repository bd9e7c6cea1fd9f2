//! How a workspace is.

use schemars::JsonSchema;
use serde::Serialize;

/// How a workspace is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Health {
    /// No error was found; there may be warnings.
    pub ok: bool,
    /// The database that was looked at; left out where it is not known which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// What was found, errors first.
    pub issues: Vec<HealthIssue>,
}

/// Something that is not as it should be, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HealthIssue {
    /// How bad it is.
    pub severity: HealthSeverity,
    /// What it is, for programs: `damaged`.
    pub code: String,
    /// What it is, for people.
    pub message: String,
    /// Where it was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HealthSeverity {
    /// Something is wrong.
    Error,
    /// Something may go wrong.
    Warning,
    /// Good to know.
    Info,
}

impl HealthSeverity {
    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl HealthIssue {
    /// Of that severity and code.
    pub fn new(severity: HealthSeverity, code: &str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code: code.to_owned(),
            message: message.into(),
            evidence: Vec::new(),
            hint: None,
        }
    }

    /// Something is wrong.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Self::new(HealthSeverity::Error, code, message)
    }

    /// Something may go wrong.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Self::new(HealthSeverity::Warning, code, message)
    }

    /// Good to know.
    pub fn info(code: &str, message: impl Into<String>) -> Self {
        Self::new(HealthSeverity::Info, code, message)
    }

    /// Where it was seen.
    #[must_use]
    pub fn seen(mut self, evidence: impl IntoIterator<Item = String>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Health {
    /// Of a database, with what was found.
    #[must_use]
    pub fn of(database: Option<String>, mut issues: Vec<HealthIssue>) -> Self {
        issues.sort_by_key(|issue| issue.severity);
        Self {
            ok: issues
                .iter()
                .all(|issue| issue.severity != HealthSeverity::Error),
            database,
            issues,
        }
    }
}
