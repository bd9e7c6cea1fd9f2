//! Values as people and programs write them in a request.

use backlog_api::{
    date,
    v1::{ActorKind, SortOrder, TaskSort, TaskStatus, TaskType, TaskView},
    view,
};
use prost_types::Timestamp;
use serde::{Deserialize, Deserializer, de};

/// A word out of a fixed set, one of `view`'s tables.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident($value:ty), $all:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) $value);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
                let text = String::deserialize(source)?;
                $all.iter()
                    .find(|(_, name)| *name == text)
                    .map(|(value, _)| Self(*value))
                    .ok_or_else(|| de::Error::custom(not_among(&text, &$all)))
            }
        }

        impl From<$name> for i32 {
            fn from(word: $name) -> Self {
                word.0.into()
            }
        }
    };
}

word! {
    /// Where a task stands.
    Status(TaskStatus), view::TASK_STATUSES
}
word! {
    /// What kind of work a task is.
    Type(TaskType), view::TASK_TYPES
}
word! {
    /// What tasks are sorted by.
    Sort(TaskSort), view::TASK_SORTS
}
word! {
    /// The direction of a list.
    Order(SortOrder), view::SORT_ORDERS
}
word! {
    /// How much of each task a list carries: `basic` leaves out descriptions.
    View(TaskView), [(TaskView::Full, "full"), (TaskView::Basic, "basic")]
}

fn not_among<T>(text: &str, all: &[(T, &str)]) -> String {
    let names: Vec<&str> = all.iter().map(|(_, name)| *name).collect();
    format!("{text:?} is none of {}", names.join(", "))
}

/// 1 (most urgent) to 5, as a number or as `P1` to `P5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Priority(pub(crate) i32);

impl<'de> Deserialize<'de> for Priority {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(i64),
            Text(String),
        }
        let text = match Written::deserialize(source) {
            Ok(Written::Number(number)) => number.to_string(),
            Ok(Written::Text(text)) => text,
            Err(_) => "that".to_owned(),
        };
        view::parse_priority(&text).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "{text:?} is no priority: write 1 (most urgent) to 5, or P1 to P5"
            ))
        })
    }
}

/// A date or a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        date::moment(&text)
            .map(Self)
            .map_err(|forms| de::Error::custom(format!("{text:?}: {forms}")))
    }
}

/// An actor as a filter: `ai:claude-code`, `ai` for all of that kind, or a name alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ActorNamed {
    pub(crate) kind: ActorKind,
    pub(crate) name: String,
}

impl<'de> Deserialize<'de> for ActorNamed {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        let (kind, name) = match text.split_once(':') {
            Some((kind, name)) => (view::parse_actor_kind(kind), name),
            None => match view::parse_actor_kind(&text) {
                Some(kind) => (Some(kind), ""),
                None => (Some(ActorKind::Unspecified), text.as_str()),
            },
        };
        let kind = kind.ok_or_else(|| {
            de::Error::custom(format!(
                "{text:?} is no actor: write KIND:NAME, human:alice or ai:claude-code"
            ))
        })?;
        Ok(Self {
            kind,
            name: name.to_owned(),
        })
    }
}

/// A field that was given: `null` empties it.
pub(crate) fn given<'de, D, T>(source: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Some(Option::deserialize(source)?.unwrap_or_default()))
}
