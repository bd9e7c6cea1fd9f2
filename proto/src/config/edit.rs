//! Changing a configuration file that people write by hand and others read
//! and change at the same time.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;
use toml_edit::DocumentMut;

use super::{Config, ConfigError, text_of};

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// Changes the configuration file at `path`, keeping comments, order and keys
/// this version does not know. File and directory are made where missing, the
/// directory for its owner alone. What `change` leaves as it was is not written.
///
/// Editors take turns by the lock file beside it, so none loses another's
/// change, and the file is replaced by rename, so a reader sees the old or the
/// new one. A symlinked file, as people who keep their configuration in a
/// repository have it, is changed where it really is and stays a link.
///
/// `change` must not call this function for the same file: it would wait for
/// itself.
///
/// # Errors
/// Where the file cannot be read or written, is no TOML, or would no longer be
/// readable as [`Config`]. It is then as it was.
pub fn edit<T>(path: &Path, change: impl FnOnce(&mut DocumentMut) -> T) -> Result<T, ConfigError> {
    let failed = |source| ConfigError::Write {
        path: path.to_owned(),
        source,
    };

    let file = behind_links(path).map_err(failed)?;
    prepare_dir(&file).map_err(failed)?;
    let _turn = lock(&file).map_err(failed)?;

    let before = text_of(&file)?;
    let mut document = parse(path, before.as_deref().unwrap_or_default())?;
    // Compared as written by the same hand: a file without a line's end at its
    // end, or with CRLF, is no change yet.
    let unchanged = document.to_string();
    let answer = change(&mut document);
    let after = document.to_string();
    if after != unchanged {
        check(path, before.as_deref(), &after)?;
        replace(&file, &after).map_err(failed)?;
    }
    Ok(answer)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<DocumentMut, ConfigError> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        ConfigError::invalid(path, text, error.span(), error.message())
    })
}

/// Every command reads the configuration, so one that cannot be read must not
/// be written. Where it was unreadable before, that is the line to mend.
fn check(path: &Path, before: Option<&str>, after: &str) -> Result<(), ConfigError> {
    let Err(error) = Config::parse(path, after) else {
        return Ok(());
    };
    Err(before
        .and_then(|before| Config::parse(path, before).err())
        .unwrap_or(error))
}

/// The file that `path` leads to in the end, whether it exists or not:
/// `fs::canonicalize` knows only what exists.
///
/// # Errors
/// Where a link cannot be read, or links lead in a circle.
pub fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut file = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&file) {
            Ok(link) => file = file.parent().unwrap_or(Path::new("")).join(link),
            // EINVAL: it is there and is no link.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::InvalidInput
                        | io::ErrorKind::NotFound
                        | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(file);
            }
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(rustix::io::Errno::LOOP))
}

fn prepare_dir(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => {
            DirBuilder::new().recursive(true).mode(0o700).create(dir)
        }
        _ => Ok(()),
    }
}

/// Waits for this editor's turn, which lasts as long as the file returned is
/// open. The lock file is never removed: two editors could then lock two files
/// of the same name. Nothing is written to it, and it is not followed if it is
/// a link, since the directory may come with somebody's repository.
fn lock(file: &Path) -> io::Result<File> {
    let lock = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(no_follow())
        .open(beside(file, ".lock"))?;
    lock.lock()?;
    Ok(lock)
}

/// Puts `text` in the place of `file`, which is either the old or the new one
/// whenever the machine stops. Needs the lock: the draft has a fixed name, so
/// that one left behind by a crash is found and removed.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let path = beside(file, ".new");
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut draft = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    let written = write_draft(&mut draft, file, text).and_then(|()| fs::rename(&path, file));
    if written.is_err() {
        // The error that led here says more than one of the removal.
        let _ = fs::remove_file(&path);
    }
    written
}

fn write_draft(draft: &mut File, file: &Path, text: &str) -> io::Result<()> {
    match fs::metadata(file) {
        Ok(old) => draft.set_permissions(old.permissions())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    draft.write_all(text.as_bytes())?;
    draft.sync_all()
}

/// `config.toml` and `.lock` make `config.toml.lock`.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn no_follow() -> i32 {
    OFlags::NOFOLLOW.bits().cast_signed()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use toml_edit::value;

    use super::*;

    fn set(path: &Path, key: &str, text: &str) -> Result<(), ConfigError> {
        edit(path, |document| document[key] = value(text))
    }

    #[test]
    fn comments_order_and_unknown_keys_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let before = "# mine\nzebra = 1 # last\n\ndefault_project = 'api'  # the usual\n\n\
                      [profiles.\"odd name\"]\npath   =   \"~/odd\"\n\n[future.thing]\non = true\n";
        fs::write(&path, before).unwrap();

        set(&path, "default_profile", "odd name").unwrap();
        let after = fs::read_to_string(&path).unwrap();
        let added = "default_profile = \"odd name\"\n";
        assert_eq!(after.replace(added, ""), before);
        assert!(after.contains(added), "{after}");

        edit(&path, |document| document.remove("default_profile")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
    }

    #[test]
    fn a_missing_file_is_made_in_a_directory_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/backlog/config.toml");
        set(&path, "default_project", "api").unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "default_project = \"api\"\n"
        );
        for made in ["a", "a/backlog"] {
            let mode = fs::metadata(dir.path().join(made)).unwrap().permissions();
            assert_eq!(mode.mode() & 0o777, 0o700, "{made}");
        }
    }

    #[test]
    fn a_linked_file_is_changed_where_it_is_and_stays_linked() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("dotfiles/backlog.toml");
        fs::create_dir(dir.path().join("dotfiles")).unwrap();
        fs::write(&real, "# kept in git\n").unwrap();
        let between = dir.path().join("between.toml");
        symlink("dotfiles/backlog.toml", &between).unwrap();
        let path = dir.path().join("config.toml");
        symlink(&between, &path).unwrap();

        set(&path, "default_project", "api").unwrap();
        let text = fs::read_to_string(&real).unwrap();
        assert!(text.contains("# kept in git"), "{text}");
        assert!(text.contains("api"), "{text}");
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&between).unwrap().is_symlink());
        // Whoever edits the real file takes turns with who edits the link.
        assert!(dir.path().join("dotfiles/backlog.toml.lock").exists());
        assert!(!dir.path().join("config.toml.lock").exists());
    }

    #[test]
    fn a_link_to_a_file_that_is_not_there_makes_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        symlink("not/yet.toml", &path).unwrap();
        set(&path, "default_project", "api").unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert!(dir.path().join("not/yet.toml").is_file());
    }

    #[test]
    fn links_that_lead_in_a_circle_are_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        symlink("other.toml", &path).unwrap();
        symlink("config.toml", dir.path().join("other.toml")).unwrap();
        let error = set(&path, "a", "b").unwrap_err();
        assert!(matches!(error, ConfigError::Write { .. }), "{error}");
    }

    #[test]
    fn no_change_is_lost_when_many_edit_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = &dir.path().join("config.toml");
        std::thread::scope(|threads| {
            for thread in 0..8 {
                threads.spawn(move || {
                    for turn in 0..25 {
                        let name = format!("t{thread}-{turn}");
                        edit(path, |document| {
                            document["profiles"][&name]["path"] = value("/x");
                        })
                        .unwrap();
                    }
                });
            }
            // A reader at any moment sees a whole file.
            for _ in 0..200 {
                Config::read(path).unwrap();
            }
        });
        assert_eq!(Config::read(path).unwrap().profiles.len(), 200);
    }

    #[test]
    fn what_could_not_be_read_afterwards_is_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, "default_project = \"api\"\n").unwrap();
        let error = edit(&path, |document| document["profiles"] = value(3)).unwrap_err();
        assert!(matches!(error, ConfigError::Invalid { .. }), "{error}");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "default_project = \"api\"\n"
        );
    }

    #[test]
    fn a_value_that_is_not_allowed_can_be_mended_by_an_edit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, "\ndefault_project = 3\n").unwrap();
        let error = set(&path, "default_profile", "x").unwrap_err();
        assert!(error.message().contains("line 2"), "{error}");
        set(&path, "default_project", "api").unwrap();
    }

    #[test]
    fn a_file_that_is_no_toml_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, "a = 1\nb = = 2\n").unwrap();
        let error = set(&path, "default_profile", "x").unwrap_err();
        assert!(error.message().contains("line 2"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "a = 1\nb = = 2\n");
    }

    #[test]
    fn an_edit_that_changes_nothing_leaves_the_file_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        for text in [
            "default_project='api'",
            "# a\r\na = 1\r\n",
            "\u{feff}a = 1\n",
            "",
        ] {
            fs::write(&path, text).unwrap();
            edit(&path, |_| ()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::remove_file(&path).unwrap();
        edit(&path, |document| document.remove("default_project")).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_file_from_windows_can_be_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, "\u{feff}# mine\r\ndefault_project = 'api'\r\n").unwrap();
        set(&path, "default_profile", "x").unwrap();
        let config = Config::read(&path).unwrap();
        assert_eq!(config.default_project.as_deref(), Some("api"));
        assert_eq!(config.default_profile.as_deref(), Some("x"));
        assert!(fs::read_to_string(&path).unwrap().contains("# mine"));
    }

    #[test]
    fn the_permissions_stay_and_a_draft_left_by_a_crash_does_not_matter() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        fs::write(dir.path().join("config.toml.new"), "half a li").unwrap();
        set(&path, "default_project", "api").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert!(!dir.path().join("config.toml.new").exists());
    }

    #[test]
    fn links_planted_under_the_names_of_lock_and_draft_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let victim = dir.path().join("victim");
        fs::write(&victim, "precious").unwrap();

        symlink(&victim, dir.path().join("config.toml.new")).unwrap();
        set(&path, "default_project", "api").unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");

        fs::remove_file(dir.path().join("config.toml.lock")).unwrap();
        symlink(&victim, dir.path().join("config.toml.lock")).unwrap();
        assert!(set(&path, "default_project", "web").is_err());
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    }

    #[test]
    fn names_of_any_kind_are_written_so_that_they_can_be_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        let names = [
            "a.b",
            "q\"uote",
            "new\nline",
            "",
            "[x]",
            "日本",
            "\u{1b}[31m",
        ];
        for name in names {
            edit(&path, |document| {
                document["profiles"][name]["path"] = value(name);
            })
            .unwrap();
        }
        let profiles = Config::read(&path).unwrap().profiles;
        assert_eq!(profiles.len(), names.len());
        for name in names {
            assert_eq!(profiles[name].path, name);
        }
    }
}
