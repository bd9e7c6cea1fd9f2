//! The settings there are, by name.

use std::path::Path;

use toml_edit::{DocumentMut, Item, Table, Value};

use super::{Config, ConfigError, registry::put};

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `output.color`.
    pub name: &'static str,
    kind: Kind,
    /// Whose configuration it belongs into.
    pub place: Place,
    /// What it is, or what it can be.
    pub about: &'static str,
}

/// Whose configuration a setting belongs into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The workspace's, or the user's.
    Either,
    /// The user's alone.
    User,
    /// The workspace's alone: its daemon reads no other.
    Workspace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    YesOrNo,
}

/// All settings there are, but for the profiles.
pub const KEYS: &[Key] = &[
    key(
        "default_profile",
        Kind::Text,
        Place::User,
        "The workspace that is meant where nothing names one",
    ),
    key(
        "default_project",
        Kind::Text,
        Place::Either,
        "Alias of the project that is meant where none is named",
    ),
    key(
        "output.default_format",
        Kind::Text,
        Place::Either,
        "table, json",
    ),
    key(
        "output.color",
        Kind::Text,
        Place::Either,
        "auto, always, never",
    ),
    key(
        "defaults.actor",
        Kind::Text,
        Place::Either,
        "Who signs: human:alice, ai:claude-code",
    ),
    key(
        "defaults.priority",
        Kind::Number,
        Place::Either,
        "Of a new task: 1 to 5",
    ),
    key(
        "defaults.status",
        Kind::Text,
        Place::Either,
        "Of a new task: todo, doing, done",
    ),
    key(
        "defaults.type",
        Kind::Text,
        Place::Either,
        "Of a new task: task, bug, ...",
    ),
    key(
        "daemon.idle_timeout",
        Kind::Text,
        Place::Workspace,
        "When the daemon leaves: 15m, or 0 for never",
    ),
    key(
        "daemon.allow_network_filesystem",
        Kind::YesOrNo,
        Place::Workspace,
        "true, false",
    ),
    key(
        "lease.ttl",
        Kind::Text,
        Place::Workspace,
        "How long a claim lives: 30m",
    ),
    key(
        "lease.grace",
        Kind::Text,
        Place::Workspace,
        "How long it outlives its session: 30s",
    ),
    key(
        "lease.max_attempts",
        Kind::Number,
        Place::Workspace,
        "Attempts before a task is set aside: 3",
    ),
];

const fn key(name: &'static str, kind: Kind, place: Place, about: &'static str) -> Key {
    Key {
        name,
        kind,
        place,
        about,
    }
}

impl Key {
    /// The setting of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        KEYS.iter().copied().find(|key| key.name == name)
    }

    /// A value for it, and a configuration that says nothing else.
    ///
    /// # Errors
    /// In words, where the value is not allowed.
    pub fn read(self, text: &str) -> Result<(Value, Config), String> {
        let value: Value = match self.kind {
            Kind::Text => text.into(),
            Kind::Number => text
                .strip_prefix(['P', 'p'])
                .unwrap_or(text)
                .parse::<i64>()
                .map_err(|_| format!("{text:?} is no number"))?
                .into(),
            Kind::YesOrNo => text
                .parse::<bool>()
                .map_err(|_| format!("{text:?} is neither true nor false"))?
                .into(),
        };
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        let mut document = DocumentMut::new();
        self.set(&mut document, value.clone());
        match Config::parse(Path::new(""), &document.to_string()) {
            Ok(config) => Ok((value, config)),
            Err(ConfigError::Invalid { problem, .. }) => Err(problem),
            Err(other) => Err(other.message()),
        }
    }

    /// What the document says of it.
    #[must_use]
    pub fn get(self, document: &DocumentMut) -> Option<&Value> {
        let (section, name) = self.parts();
        let table = match section {
            Some(section) => document.get(section)?.as_table_like()?,
            None => document.as_table(),
        };
        table.get(name)?.as_value()
    }

    /// Sets it; `false` where something else has the place of its section.
    pub fn set(self, document: &mut DocumentMut, value: Value) -> bool {
        let (section, name) = self.parts();
        let Some(section) = section else {
            put(document.as_table_mut(), name, value);
            return true;
        };
        if !document.contains_key(section) {
            document.insert(section, toml_edit::table());
        }
        match document[section].as_table_like_mut() {
            Some(table) => {
                put(table, name, value);
                true
            }
            None => false,
        }
    }

    /// Takes it out, and its section where nothing is in that then; whether it
    /// was there.
    pub fn unset(self, document: &mut DocumentMut) -> bool {
        let (section, name) = self.parts();
        let Some(section) = section else {
            return document.remove(name).is_some();
        };
        let Some(table) = document.get_mut(section).and_then(Item::as_table_like_mut) else {
            return false;
        };
        let removed = table.remove(name).is_some();
        let is_bare = document
            .get(section)
            .and_then(Item::as_table)
            .is_some_and(|table| table.is_empty() && !is_commented(table));
        if removed && is_bare {
            document.remove(section);
        }
        removed
    }

    fn parts(self) -> (Option<&'static str>, &'static str) {
        match self.name.split_once('.') {
            Some((section, name)) => (Some(section), name),
            None => (None, self.name),
        }
    }
}

/// Whether somebody wrote something about it.
fn is_commented(table: &Table) -> bool {
    let text = |raw: Option<&toml_edit::RawString>| {
        raw.and_then(toml_edit::RawString::as_str)
            .is_some_and(|text| text.contains('#'))
    };
    text(table.decor().prefix()) || text(table.decor().suffix())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_the_configuration_reads_it() {
        for (name, good, bad) in [
            ("output.color", "never", "pink"),
            ("output.default_format", "json", "xml"),
            ("defaults.priority", "P2", "9"),
            ("defaults.status", "doing", "started"),
            ("defaults.type", "bug", "story"),
            ("daemon.idle_timeout", "15m", "soon"),
            ("daemon.allow_network_filesystem", "true", "maybe"),
            ("lease.max_attempts", "3", "-1"),
            ("default_project", "app", ""),
        ] {
            let key = Key::named(name).unwrap();
            key.read(good).unwrap();
            assert!(key.read(bad).is_err(), "{name} = {bad}");
        }
    }

    #[test]
    fn comments_stay_whatever_is_set_and_unset() {
        let before = "# mine\n[output] # how\ncolor = \"auto\" # on a terminal\nnew = 1\n";
        let mut document: DocumentMut = before.parse().unwrap();
        let key = Key::named("output.color").unwrap();
        assert!(key.set(&mut document, "never".into()));
        assert_eq!(document.to_string(), before.replace("auto", "never"));
        assert!(key.unset(&mut document));
        assert!(!key.unset(&mut document));
        assert_eq!(document.to_string(), "# mine\n[output] # how\nnew = 1\n");
    }
}
