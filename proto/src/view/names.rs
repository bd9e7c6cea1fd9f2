//! The names of enum values as the command line and JSON write them.

use crate::v1::{ActorKind, EntityKind, SortOrder, TaskSort, TaskStatus, TaskType};

/// What a value is called that this version does not know, or that was not
/// said. Never parsed.
const UNSPECIFIED: &str = "unspecified";

/// Every status with its name.
pub const TASK_STATUSES: [(TaskStatus, &str); 3] = [
    (TaskStatus::Todo, "todo"),
    (TaskStatus::Doing, "doing"),
    (TaskStatus::Done, "done"),
];

/// Every type of task with its name.
pub const TASK_TYPES: [(TaskType, &str); 9] = [
    (TaskType::Task, "task"),
    (TaskType::Bug, "bug"),
    (TaskType::Issue, "issue"),
    (TaskType::Improvement, "improvement"),
    (TaskType::Feature, "feature"),
    (TaskType::Vulnerability, "vulnerability"),
    (TaskType::Chore, "chore"),
    (TaskType::Spike, "spike"),
    (TaskType::BucketList, "bucket-list"),
];

/// What tasks can be sorted by, with its name.
pub const TASK_SORTS: [(TaskSort, &str); 7] = [
    (TaskSort::Priority, "priority"),
    (TaskSort::Created, "created"),
    (TaskSort::Updated, "updated"),
    (TaskSort::Seq, "seq"),
    (TaskSort::Title, "title"),
    (TaskSort::Due, "due"),
    (TaskSort::Relevance, "relevance"),
];

/// The directions of a list.
pub const SORT_ORDERS: [(SortOrder, &str); 2] =
    [(SortOrder::Asc, "asc"), (SortOrder::Desc, "desc")];

/// Every kind of actor with its name.
pub const ACTOR_KINDS: [(ActorKind, &str); 3] = [
    (ActorKind::Human, "human"),
    (ActorKind::Ai, "ai"),
    (ActorKind::System, "system"),
];

/// Every kind of thing an activity may be about, with its name.
pub const ENTITY_KINDS: [(EntityKind, &str); 9] = [
    (EntityKind::Workspace, "workspace"),
    (EntityKind::Project, "project"),
    (EntityKind::Task, "task"),
    (EntityKind::Plan, "plan"),
    (EntityKind::Comment, "comment"),
    (EntityKind::Label, "label"),
    (EntityKind::Doc, "doc"),
    (EntityKind::Memory, "memory"),
    (EntityKind::Attachment, "attachment"),
];

/// `todo`, `doing`, `done`.
#[must_use]
pub fn status_name(status: TaskStatus) -> &'static str {
    name(&TASK_STATUSES, status)
}

/// The status of that name, written large or small.
#[must_use]
pub fn parse_status(text: &str) -> Option<TaskStatus> {
    parse(&TASK_STATUSES, text)
}

/// `task`, …, `bucket-list`.
#[must_use]
pub fn type_name(kind: TaskType) -> &'static str {
    name(&TASK_TYPES, kind)
}

/// The type of task of that name, written large or small.
#[must_use]
pub fn parse_type(text: &str) -> Option<TaskType> {
    parse(&TASK_TYPES, text)
}

/// `human`, `ai`, `system`.
#[must_use]
pub fn actor_kind_name(kind: ActorKind) -> &'static str {
    name(&ACTOR_KINDS, kind)
}

/// The kind of actor of that name, written large or small.
#[must_use]
pub fn parse_actor_kind(text: &str) -> Option<ActorKind> {
    parse(&ACTOR_KINDS, text)
}

/// `workspace`, `project`, `task`, ….
#[must_use]
pub fn entity_name(kind: EntityKind) -> &'static str {
    name(&ENTITY_KINDS, kind)
}

/// The kind of thing of that name, written large or small.
#[must_use]
pub fn parse_entity(text: &str) -> Option<EntityKind> {
    parse(&ENTITY_KINDS, text)
}

/// `P1` to `P5` or `1` to `5`.
#[must_use]
pub fn parse_priority(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['P', 'p']).unwrap_or(text);
    match digits.as_bytes() {
        [digit @ b'1'..=b'5'] => Some(i32::from(digit - b'0')),
        _ => None,
    }
}

fn name<T: Copy + PartialEq>(names: &[(T, &'static str)], value: T) -> &'static str {
    names
        .iter()
        .find(|(named, _)| *named == value)
        .map_or(UNSPECIFIED, |(_, name)| name)
}

/// All names of a table, for a schema.
#[must_use]
pub fn words<T>(names: &[(T, &'static str)]) -> Vec<&'static str> {
    names.iter().map(|(_, name)| *name).collect()
}

/// All names of an enum's values, for a schema.
pub(super) fn words_of<T: TryFrom<i32>>(name: fn(T) -> &'static str) -> Vec<&'static str> {
    let values = (0..).map_while(|number| T::try_from(number).ok());
    values.map(name).collect()
}

fn parse<T: Copy>(names: &[(T, &'static str)], text: &str) -> Option<T> {
    names
        .iter()
        .find(|(_, name)| name.eq_ignore_ascii_case(text))
        .map(|(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of an enum, as its numbers go.
    fn every<T: TryFrom<i32>>() -> Vec<T> {
        (1..).map_while(|number| T::try_from(number).ok()).collect()
    }

    #[test]
    fn every_value_of_the_api_has_a_name_that_leads_back_to_it() {
        for status in every() {
            assert_eq!(parse_status(status_name(status)), Some(status));
        }
        for kind in every() {
            assert_eq!(parse_type(type_name(kind)), Some(kind));
        }
        for kind in every() {
            assert_eq!(parse_actor_kind(actor_kind_name(kind)), Some(kind));
        }
        for kind in every() {
            assert_eq!(parse_entity(entity_name(kind)), Some(kind));
        }
        assert_eq!(every::<TaskType>().len(), TASK_TYPES.len());
    }

    #[test]
    fn what_is_no_name_is_no_value() {
        for text in [
            "",
            "unspecified",
            "to do",
            "todo ",
            "bucket_list",
            "TASK_STATUS_TODO",
        ] {
            assert_eq!(parse_status(text), None, "{text}");
            assert_eq!(parse_type(text), None, "{text}");
        }
        assert_eq!(parse_status("DONE"), Some(TaskStatus::Done));
        assert_eq!(parse_type("Bucket-List"), Some(TaskType::BucketList));
    }
}
