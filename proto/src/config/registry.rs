//! The user's profiles, as they are in the document that an edit changes.

use std::{collections::BTreeMap, path::Path};

use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{Profile, home_dir};

/// The profiles that the document has.
#[must_use]
pub fn profiles(document: &DocumentMut) -> BTreeMap<String, Profile> {
    let table = document.get("profiles").and_then(Item::as_table_like);
    table
        .into_iter()
        .flat_map(TableLike::iter)
        .filter_map(|(name, item)| {
            let path = item.as_table_like()?.get("path")?.as_str()?.to_owned();
            Some((name.to_owned(), Profile { path }))
        })
        .collect()
}

/// The default profile's name, whether there is such a profile or not.
#[must_use]
pub fn default_profile(document: &DocumentMut) -> Option<String> {
    let name = document.get("default_profile")?.as_str()?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// Names a directory, or names another one so.
pub fn set_profile(document: &mut DocumentMut, name: &str, path: &str) {
    if !document.contains_key("profiles") {
        let mut profiles = Table::new();
        // `[profiles.app]` says enough; `[profiles]` above it is noise.
        profiles.set_implicit(true);
        document.insert("profiles", Item::Table(profiles));
    }
    if let Some(profiles) = document["profiles"].as_table_like_mut() {
        if profiles.get(name).is_none() {
            profiles.insert(name, toml_edit::table());
        }
        if let Some(profile) = profiles.get_mut(name).and_then(Item::as_table_like_mut) {
            put(profile, "path", path.into());
        }
    }
}

/// Forgets a profile; the default too where it is this one. Whether it was the
/// default; `None` where there is no such profile.
pub fn remove_profile(document: &mut DocumentMut, name: &str) -> Option<bool> {
    document
        .get_mut("profiles")?
        .as_table_like_mut()?
        .remove(name)?;
    let was_default = default_profile(document).is_some_and(|default| default == name);
    if was_default {
        document.remove("default_profile");
    }
    Some(was_default)
}

/// A directory as the configuration has it: from the home directory where it
/// is in there. `None` where it is no text.
#[must_use]
pub fn written(dir: &Path) -> Option<String> {
    let home = home_dir().and_then(|home| home.canonicalize().ok());
    let below = home.as_deref().and_then(|home| dir.strip_prefix(home).ok());
    let path = match below {
        Some(rest) => Path::new("~").join(rest),
        None => dir.to_owned(),
    };
    path.into_os_string().into_string().ok()
}

/// Sets a key, and keeps the comment that stands beside its value.
pub fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    match table.get_mut(key) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => {
            table.insert(key, Item::Value(value));
        }
    }
}
