//! How single values are read, each refusal in words a person can act on.

use std::{fmt, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

use crate::{duration as durations, view};

/// Text; empty text is as good as none.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// One of a type's names.
pub(super) fn parsed<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err = String>,
{
    match text(from)? {
        Some(text) => text.parse().map(Some).map_err(D::Error::custom),
        None => Ok(None),
    }
}

/// A task's status, as the command line writes it.
pub(super) fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    one_of(from, "status", &view::TASK_STATUSES)
}

/// A task's type, as the command line writes it.
pub(super) fn task_type<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    one_of(from, "type", &view::TASK_TYPES)
}

fn one_of<'de, D: Deserializer<'de>, T>(
    from: D,
    what: &str,
    names: &[(T, &str)],
) -> Result<Option<String>, D::Error> {
    match text(from)? {
        Some(text) if !names.iter().any(|(_, name)| *name == text) => {
            let names: Vec<_> = names.iter().map(|(_, name)| *name).collect();
            let names = names.join(", ");
            Err(D::Error::custom(format!("{text:?} is no {what}: {names}")))
        }
        checked => Ok(checked),
    }
}

/// A duration, kept as it was written. A bare `0` may do without quotes.
pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    struct Duration;
    impl Visitor<'_> for Duration {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a duration like \"15m\", or 0")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            if text.is_empty() {
                return Ok(None);
            }
            durations::parse(text).map_err(E::custom)?;
            Ok(Some(text.to_owned()))
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            match number {
                0 => Ok(Some("0".to_owned())),
                _ => Err(E::invalid_type(Unexpected::Signed(number), &self)),
            }
        }
    }
    from.deserialize_any(Duration)
}

/// `3`, or `"P3"` as the command line takes it too.
pub(super) fn priority<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    struct Priority;
    impl Visitor<'_> for Priority {
        type Value = Option<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a priority from 1 (most urgent) to 5")
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
            match u8::try_from(number) {
                Ok(priority @ 1..=5) => Ok(Some(priority)),
                _ => Err(E::invalid_value(Unexpected::Signed(number), &self)),
            }
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            match text.strip_prefix(['P', 'p']).unwrap_or(text).as_bytes() {
                [] if text.is_empty() => Ok(None),
                [digit @ b'1'..=b'5'] => Ok(Some(digit - b'0')),
                _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
            }
        }
    }
    from.deserialize_any(Priority)
}
