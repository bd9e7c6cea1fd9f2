//! Where the user's configuration is.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The user's home directory; `None` where there is none to be found.
#[must_use]
pub fn home_dir() -> Option<PathBuf> {
    let home = directories::BaseDirs::new()?.home_dir().to_owned();
    home.is_absolute().then_some(home)
}

/// The user's `config.toml`: `$XDG_CONFIG_HOME/backlog/config.toml`, else
/// `~/.config/backlog/config.toml`, on macOS too. `None` without a home.
#[must_use]
pub fn user_config_path() -> Option<PathBuf> {
    config_path(env::var_os("XDG_CONFIG_HOME"), home_dir())
}

fn config_path(config_home: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    // The XDG base directory specification: what is not absolute is ignored.
    config_home
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute())
        .or_else(|| Some(home?.join(".config")))
        .map(|dir| dir.join("backlog").join("config.toml"))
}

/// `path` with `~` expanded, and started from `home` where it is relative.
pub(super) fn from_home(path: &str, home: Option<&Path>) -> PathBuf {
    let Some(home) = home else {
        return PathBuf::from(path);
    };
    match path {
        "~" => home.to_owned(),
        // `~//x` is `~/x` to a shell, while joining `/x` would leave home.
        _ => match path.strip_prefix("~/") {
            Some(rest) => home.join(rest.trim_start_matches('/')),
            None => home.join(path),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(config_home: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
        config_path(config_home.map(OsString::from), home.map(PathBuf::from))
    }

    #[test]
    fn the_user_configuration_is_where_xdg_says_or_in_dot_config() {
        let path = |text: &str| Some(PathBuf::from(text));
        assert_eq!(at(Some("/x"), Some("/h")), path("/x/backlog/config.toml"));
        assert_eq!(at(None, Some("/h")), path("/h/.config/backlog/config.toml"));
        assert_eq!(at(Some("/x"), None), path("/x/backlog/config.toml"));
        assert_eq!(at(None, None), None);
    }

    #[test]
    fn an_empty_or_relative_xdg_directory_is_ignored() {
        let usual = at(None, Some("/h"));
        assert_eq!(at(Some(""), Some("/h")), usual);
        assert_eq!(at(Some("conf"), Some("/h")), usual);
        assert_eq!(at(Some("~/conf"), Some("/h")), usual);
    }

    #[test]
    fn a_profile_means_the_same_directory_from_everywhere() {
        let home = Path::new("/h");
        for (written, meant) in [
            ("/srv/queue", "/srv/queue"),
            ("~/queue", "/h/queue"),
            ("~//queue", "/h/queue"),
            ("~", "/h"),
            ("queue", "/h/queue"),
            ("~alice/queue", "/h/~alice/queue"),
        ] {
            assert_eq!(
                from_home(written, Some(home)),
                Path::new(meant),
                "{written}"
            );
        }
        assert_eq!(from_home("~/queue", None), Path::new("~/queue"));
    }
}
