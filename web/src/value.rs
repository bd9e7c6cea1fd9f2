//! Values as people and programs write them in a request.

use std::borrow::Cow;

use backlog_api::{
    date, duration,
    v1::{ActorKind, EntityKind, SortOrder, TaskSort, TaskStatus, TaskType, TaskView},
    view,
};
use prost_types::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
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

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "enum": view::words(&$all)})
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
    /// What kind of thing an event is about.
    Entity(EntityKind), view::ENTITY_KINDS
}
word! {
    /// Who is at work.
    Kind(ActorKind), view::ACTOR_KINDS
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

impl JsonSchema for Priority {
    fn schema_name() -> Cow<'static, str> {
        "Priority".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"anyOf": [
            {"type": "integer", "minimum": 1, "maximum": 5},
            {"type": "string", "pattern": "^[Pp]?[1-5]$"},
        ]})
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

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        date_or_moment()
    }
}

/// A day on which something is due, or a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Due(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        date::due(&text)
            .map(Self)
            .map_err(|forms| de::Error::custom(format!("{text:?}: {forms}")))
    }
}

impl JsonSchema for Due {
    fn schema_name() -> Cow<'static, str> {
        "Due".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        date_or_moment()
    }
}

fn date_or_moment() -> Schema {
    json_schema!({"anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}[Tt ]\\d{2}:\\d{2}:\\d{2}$"},
    ]})
}

/// A moment, or how long ago.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Since(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        date::since(&text)
            .map(Self)
            .map_err(|forms| de::Error::custom(format!("{text:?}: {forms}")))
    }
}

impl JsonSchema for Since {
    fn schema_name() -> Cow<'static, str> {
        "Since".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

/// How long: `90s 30m 24h 7d 2w`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Span(pub(crate) prost_types::Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        let span = duration::parse(&text).map_err(de::Error::custom)?;
        prost_types::Duration::try_from(span)
            .map(Self)
            .map_err(|_| de::Error::custom(format!("{text:?} is too long")))
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

/// At most how many: a number from 1 to `MOST`, `USUAL` where left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit<const USUAL: i32 = 50, const MOST: i32 = 500>(i32);

impl<const USUAL: i32, const MOST: i32> Default for Limit<USUAL, MOST> {
    fn default() -> Self {
        Self(USUAL)
    }
}

impl<const USUAL: i32, const MOST: i32> From<Limit<USUAL, MOST>> for i32 {
    fn from(limit: Limit<USUAL, MOST>) -> Self {
        limit.0
    }
}

impl<'de, const USUAL: i32, const MOST: i32> Deserialize<'de> for Limit<USUAL, MOST> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let given = i64::deserialize(source)?;
        match i32::try_from(given) {
            Ok(limit @ 1..) if limit <= MOST => Ok(Self(limit)),
            _ => Err(de::Error::custom(format!(
                "{given} is not from 1 to {MOST}"
            ))),
        }
    }
}

impl<const USUAL: i32, const MOST: i32> JsonSchema for Limit<USUAL, MOST> {
    fn schema_name() -> Cow<'static, str> {
        format!("Limit{USUAL}Of{MOST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL})
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

impl JsonSchema for ActorNamed {
    fn schema_name() -> Cow<'static, str> {
        "ActorNamed".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
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
