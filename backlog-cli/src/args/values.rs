//! Values out of a fixed set.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use backlog_api::{
    v1::{ActorKind, EntityKind, SortOrder, TaskSort, TaskStatus, TaskType},
    view,
};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Reads a new profile's name, which may become that of a directory.
pub fn profile_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.starts_with(['.', '-']) || !text.chars().all(is_plain) {
        return Err("a name has letters, digits, '-', '_' and '.'".to_owned());
    }
    Ok(text.to_owned())
}

/// Reads what is searched for. Nothing is no question: not all there is, and
/// not nothing either.
pub fn query(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("there is nothing to search for".to_owned());
    }
    Ok(text.to_owned())
}

/// What to add where nothing was found: a query that begins with NOT is no
/// query, and was searched as plain words.
pub fn about_query(text: &str) -> Option<String> {
    let rest = text.trim().strip_prefix("NOT ")?;
    Some(format!(
        "NOT takes away from what other words find: 'login NOT {}'",
        rest.trim()
    ))
}

/// Reads a status.
pub fn status() -> impl TypedValueParser<Value = TaskStatus> {
    one_of(&view::TASK_STATUSES)
}

/// Reads a task's type.
pub fn task_type() -> impl TypedValueParser<Value = TaskType> {
    one_of(&view::TASK_TYPES)
}

/// Reads what a list is sorted by.
pub fn sort() -> impl TypedValueParser<Value = TaskSort> {
    one_of(&view::TASK_SORTS)
}

/// Reads a direction.
pub fn order() -> impl TypedValueParser<Value = SortOrder> {
    one_of(&view::SORT_ORDERS)
}

/// Reads an actor's kind.
pub fn actor_kind() -> impl TypedValueParser<Value = ActorKind> {
    one_of(&view::ACTOR_KINDS)
}

/// Reads what an activity is about.
pub fn entity() -> impl TypedValueParser<Value = EntityKind> {
    one_of(&view::ENTITY_KINDS)
}

/// Reads one of those names.
pub fn one_of<T: Copy + Send + Sync + 'static>(
    all: &'static [(T, &'static str)],
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|(_, name)| *name)).map(move |text: String| {
        named(all, &text).expect("the parser lets only these names through")
    })
}

/// The value of that name.
pub fn named<T: Copy>(all: &[(T, &str)], text: &str) -> Option<T> {
    all.iter()
        .find(|(_, name)| *name == text)
        .map(|(value, _)| *value)
}

/// `todo, doing, done`: for messages.
pub fn names<T>(all: &[(T, &str)]) -> String {
    all.iter()
        .map(|(_, name)| *name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Reads a whole number in that range.
pub fn number<T>(
    range: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + Display + Clone + Send + Sync + 'static,
{
    move |text: &str| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| {
            format!(
                "write a whole number from {} to {}",
                range.start(),
                range.end()
            )
        })
    }
}

/// Reads a whole number from 1 on, as versions are counted.
pub fn version<T>() -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: FromStr + PartialOrd + From<u8> + Clone + Send + Sync + 'static,
{
    move |text: &str| {
        let number = text.parse().ok().filter(|number| *number >= T::from(1));
        number.ok_or_else(|| "write a version's number: 1, 2, 3, ...".to_owned())
    }
}

/// Reads `P1` to `P5` or `1` to `5`.
pub fn priority(text: &str) -> Result<i32, String> {
    view::parse_priority(text).ok_or_else(|| "write P1 (most urgent) to P5, or 1 to 5".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_is_one_to_five_with_or_without_its_letter() {
        for (text, number) in [("1", 1), ("5", 5), ("P3", 3), ("p2", 2)] {
            assert_eq!(priority(text), Ok(number), "{text}");
        }
        for text in ["", "0", "6", "P", "P6", "PP1", "11", "urgent", "-1", "1.0"] {
            assert!(priority(text).is_err(), "{text}");
        }
    }
}
