//! How a task is called.

use crate::domain::{Id, Refusal};

/// How a caller names a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskRef {
    /// The N of `TASK-N`.
    Number(i64),
    /// The ULID.
    Id(Id),
}

impl TaskRef {
    /// Reads `TASK-12`, `task-12`, `12` or a ULID.
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(given: &str) -> Result<Self, Refusal> {
        let text = given.trim();
        let digits = match text.split_at_checked(5) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("task-") => rest,
            _ => text,
        };
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            if let Ok(number) = digits.parse() {
                return Ok(Self::Number(number));
            }
        } else if let Some(id) = Id::parse(text) {
            return Ok(Self::Id(id));
        }
        Err(Refusal::invalid(
            "task",
            format!("{given:?} is not a task: write TASK-12, 12 or the task's ULID"),
        ))
    }
}

/// `TASK-12`.
#[must_use]
pub fn reference(seq: i64) -> String {
    format!("TASK-{seq}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_named_by_number_or_ulid() {
        for given in ["TASK-12", "task-12", "Task-12", "12", " 12 "] {
            assert_eq!(TaskRef::parse(given), Ok(TaskRef::Number(12)), "{given:?}");
        }
        let id = Id::generate();
        assert_eq!(TaskRef::parse(&id.to_string()), Ok(TaskRef::Id(id)));
        for given in [
            "",
            "TASK-",
            "TASK",
            "twelve",
            "-12",
            "+12",
            "12.0",
            "TASK-99999999999999999999",
            "é",
        ] {
            assert!(TaskRef::parse(given).is_err(), "{given:?}");
        }
    }
}
