//! Writing a file that is whole or not there at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Mode, fchmod},
    process,
};
use tempfile::NamedTempFile;

use crate::error::{CliError, Exit};

/// A file that has its name only once it is whole. Dropped before, it leaves
/// nothing, and what had the name stays.
pub struct NewFile {
    draft: Draft,
    path: PathBuf,
    replace: bool,
}

/// A file that is being written.
enum Draft {
    /// Without a name: nothing is left of it, however the process ends.
    #[cfg(target_os = "linux")]
    Nameless(File),
    /// Where the filesystem has no such files.
    Named(NamedTempFile),
    /// A device or a pipe, which is no file to be replaced.
    Device(File),
}

impl NewFile {
    /// What somebody named to be written to: as [`Self::create`], but a device
    /// or a pipe is written to as it is.
    pub fn named(path: &Path, replace: bool) -> Result<Self, CliError> {
        let is_device = |there: fs::Metadata| !there.is_file() && !there.is_dir();
        if !path.metadata().is_ok_and(is_device) {
            return Self::create(path, replace);
        }
        let device = OpenOptions::new().write(true).open(path);
        Ok(Self {
            draft: Draft::Device(device.map_err(|error| unwritable(path, &error))?),
            path: path.to_owned(),
            replace,
        })
    }

    /// Begins a file in the place of `path`, where `replace` allows what is
    /// there to be replaced.
    pub fn create(path: &Path, replace: bool) -> Result<Self, CliError> {
        if !replace && path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let dir = directory_of(path);
        if !dir.is_dir() {
            return Err(no_directory(path, dir));
        }
        Ok(Self {
            draft: Draft::in_directory(dir).map_err(|error| unwritable(path, &error))?,
            path: path.to_owned(),
            replace,
        })
    }

    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        let mut file = self.draft.file();
        file.write_all(bytes)
            .map_err(|error| unwritable(&self.path, &error))
    }

    /// Gives it its name, once it is on disk.
    pub fn keep(self) -> Result<(), CliError> {
        self.keep_with(None)
    }

    /// As [`Self::keep`], with these permissions and not those of any new file.
    pub fn keep_with(self, permissions: Option<fs::Permissions>) -> Result<(), CliError> {
        let Self {
            draft,
            path,
            replace,
        } = self;
        if let Draft::Device(_) = draft {
            return Ok(());
        }
        let kept = draft
            .file()
            .sync_all()
            .and_then(|()| draft.name(&path, replace, permissions));
        kept.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => exists(&path),
            _ => unwritable(&path, &error),
        })
    }
}

impl Draft {
    fn in_directory(dir: &Path) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if let Ok(file) = nameless::create(dir) {
            return Ok(Self::Nameless(file));
        }
        tempfile::Builder::new()
            .prefix(PREFIX)
            .tempfile_in(dir)
            .map(Self::Named)
    }

    fn file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Nameless(file) => file,
            Self::Device(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    fn name(
        self,
        path: &Path,
        replace: bool,
        permissions: Option<fs::Permissions>,
    ) -> io::Result<()> {
        // So far it is its owner's alone; it shall be as any other.
        match permissions {
            Some(permissions) => self.file().set_permissions(permissions)?,
            None => fchmod(self.file(), Mode::from_raw_mode(0o666) - umask())?,
        }
        let draft = match self {
            #[cfg(target_os = "linux")]
            Self::Nameless(file) if replace => return nameless::replace(&file, path),
            #[cfg(target_os = "linux")]
            Self::Nameless(file) => return nameless::link(&file, path),
            Self::Named(draft) => draft,
            Self::Device(_) => return Ok(()),
        };
        let kept = if replace {
            draft.persist(path)
        } else {
            draft.persist_noclobber(path)
        };
        kept.map(drop).map_err(|error| error.error)
    }
}

/// What a draft's name begins with.
const PREFIX: &str = ".backlog-";

/// Files that have no name yet. <https://man7.org/linux/man-pages/man2/open.2.html>, `O_TMPFILE`
#[cfg(target_os = "linux")]
mod nameless {
    use std::{
        fs::File,
        io,
        os::fd::AsRawFd as _,
        path::{Path, PathBuf},
    };

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};

    use super::{PREFIX, directory_of};

    pub(super) fn create(dir: &Path) -> io::Result<File> {
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        let file = File::from(open(dir, flags, Mode::from_raw_mode(0o600))?);
        // Its name will come from there.
        place_of(&file).metadata()?;
        Ok(file)
    }

    /// Gives it a name that nothing has.
    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        Ok(linkat(
            CWD,
            place_of(file),
            CWD,
            path,
            AtFlags::SYMLINK_FOLLOW,
        )?)
    }

    /// Gives it a name, whatever has it. A link takes no name away from another
    /// file, so it has one of its own for an instant.
    pub(super) fn replace(file: &File, path: &Path) -> io::Result<()> {
        let own = tempfile::Builder::new()
            .prefix(PREFIX)
            .make_in(directory_of(path), |own| link(file, own))?;
        own.persist(path).map(drop).map_err(|error| error.error)
    }

    fn place_of(file: &File) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
    }
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    }
}

/// The mask for new files. It can only be read by setting it.
fn umask() -> Mode {
    let mask = process::umask(Mode::empty());
    process::umask(mask);
    mask
}

fn exists(path: &Path) -> CliError {
    CliError::new(
        Exit::Conflict,
        "file_exists",
        format!("{} exists already", path.display()),
    )
    .hint("Name another one: --out FILE")
}

fn no_directory(path: &Path, dir: &Path) -> CliError {
    let (path, dir) = (path.display(), dir.display());
    CliError::failed(format!("cannot write {path}: there is no directory {dir}"))
        .hint(format!("Make it first: mkdir -p {dir}"))
}

/// What the system says, without the name of a draft.
fn unwritable(path: &Path, error: &io::Error) -> CliError {
    let said = match error.raw_os_error() {
        Some(number) => io::Error::from_raw_os_error(number),
        None => io::Error::from(error.kind()),
    };
    CliError::failed(format!("cannot write {}: {said}", path.display()))
}

/// Where what somebody has in a file is kept when we change it.
pub fn backup_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".backlog-backup");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let entries = fs::read_dir(dir).expect("a directory");
        entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect()
    }

    #[test]
    fn a_file_has_its_name_once_it_is_whole_and_no_other_before() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("out");
        let mut file = NewFile::create(&path, false).expect("a draft");
        file.write(b"half ").expect("room");
        #[cfg(target_os = "linux")]
        assert_eq!(names(dir.path()), [""; 0]);
        file.write(b"and whole").expect("room");
        file.keep().expect("a name");
        assert_eq!(names(dir.path()), ["out"]);
        assert_eq!(fs::read(&path).expect("a file"), b"half and whole");

        assert!(NewFile::create(&path, false).is_err());
        let mut file = NewFile::create(&path, true).expect("a draft");
        file.write(b"new").expect("room");
        assert_eq!(fs::read(&path).expect("a file"), b"half and whole");
        file.keep().expect("the name");
        assert_eq!(names(dir.path()), ["out"]);
        assert_eq!(fs::read(&path).expect("a file"), b"new");
    }

    #[test]
    fn what_came_meanwhile_is_not_overwritten() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("out");
        let file = NewFile::create(&path, false).expect("a draft");
        fs::write(&path, "theirs").expect("a file");
        assert!(file.keep().is_err());
        assert_eq!(fs::read(&path).expect("a file"), b"theirs");
    }
}
