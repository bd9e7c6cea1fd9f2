//! A new workspace gets a name among the user's profiles.

use std::{collections::BTreeMap, path::Path};

use backlog_api::config::{self, Profile};

use super::place::Place;
use crate::{
    error::{CliError, Exit},
    invocation::Invocation,
};

/// What a workspace is called now.
pub struct Registered {
    pub name: String,
    pub is_default: bool,
}

/// The name that was asked for, if it is free or this very workspace's.
pub fn choose_name(place: &Place, invocation: &Invocation) -> Result<Option<String>, CliError> {
    let Some(name) = &invocation.global.profile else {
        return Ok(None);
    };
    match invocation.user.profiles.get(name) {
        Some(profile) if profile.dir() != place.dir => Err(CliError::new(
            Exit::Conflict,
            "profile_exists",
            format!(
                "the profile {name} is another workspace: {}",
                profile.dir().display()
            ),
        )
        .hint(format!(
            "Choose another name, or mend [profiles.{name}] in {}",
            invocation
                .user_path
                .as_deref()
                .unwrap_or(Path::new("config.toml"))
                .display()
        ))),
        _ => Ok(Some(name.clone())),
    }
}

/// Registers the workspace. `None` where the user has no configuration.
pub fn run(
    place: &Place,
    name: Option<&str>,
    set_default: bool,
    invocation: &Invocation,
) -> Result<Option<Registered>, CliError> {
    let Some(config_path) = &invocation.user_path else {
        return Ok(None);
    };
    let path = config::written(&place.dir).ok_or_else(|| {
        CliError::failed(format!(
            "{} is not UTF-8 text and cannot be in a configuration",
            place.dir.display()
        ))
    })?;
    // A repository's queue is for work in that repository: an agent elsewhere
    // must not be led to it.
    let may_be_default = !place.is_in_git();
    let registered = config::edit(config_path, |document| {
        let taken = config::profiles(document);
        let known = taken
            .iter()
            .find(|(_, profile)| profile.dir() == place.dir)
            .map(|(name, _)| name.clone());
        let name = match (name, known) {
            (Some(name), _) => name.to_owned(),
            (None, Some(known)) => known,
            (None, None) => free_name(&place.dir, &taken),
        };
        config::set_profile(document, &name, &path);
        let default = config::default_profile(document);
        let is_default = match default.as_deref() {
            _ if set_default => true,
            Some(default) => default == name,
            None => may_be_default,
        };
        if is_default {
            config::put(document.as_table_mut(), "default_profile", (&name).into());
        }
        Registered { name, is_default }
    })?;
    Ok(Some(registered))
}

/// A name after the directory, or after the repository for its `.backlog`.
fn free_name(dir: &Path, taken: &BTreeMap<String, Profile>) -> String {
    let named = if dir.file_name().is_some_and(|name| name == ".backlog") {
        dir.parent()
    } else {
        Some(dir)
    };
    let name = named
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let plain = plain.trim_matches(['-', '.']);
    let base = if plain.is_empty() { "workspace" } else { plain };
    if !taken.contains_key(base) {
        return base.to_owned();
    }
    (2..)
        .map(|number| format!("{base}-{number}"))
        .find(|name| !taken.contains_key(name))
        .expect("there are more numbers than profiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(dir: &str, taken: &[&str]) -> String {
        let profile = |name: &&str| {
            (
                (*name).to_owned(),
                Profile {
                    path: String::new(),
                },
            )
        };
        free_name(Path::new(dir), &taken.iter().map(profile).collect())
    }

    #[test]
    fn a_profile_is_called_after_its_directory_and_is_unique() {
        assert_eq!(name("/home/a/.backlog/default", &[]), "default");
        assert_eq!(name("/src/app/.backlog", &[]), "app");
        assert_eq!(name("/src/app/.backlog", &["app", "app-2"]), "app-3");
        assert_eq!(name("/srv/My Queue!", &[]), "My-Queue");
        assert_eq!(name("/", &[]), "workspace");
        assert_eq!(name("/.backlog", &[]), "workspace");
    }
}
