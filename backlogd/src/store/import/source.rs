//! The file that things come from: what kind it is, and how it is opened
//! without changing it.

use std::{
    ffi::OsStr,
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};
use tempfile::TempDir;

use super::{Importer, json::JsonExport, one::BacklogOne, ours::ThisBacklog};
use crate::{
    domain::{Refusal, clock::Clock},
    store::{
        OpenError, StoreError, backup,
        connection::{READ_ONLY, log_of, open_immutable},
        migrate::{self, APPLICATION_ID, SCHEMA_VERSION, application_id},
        search,
    },
};

/// What the directory of an older database's copy begins with.
const COPY: &str = ".backlog-import-";
/// How long another program may hold the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Why an import stops.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The file cannot be read on.
    There(String),
    /// This workspace's database says no.
    Here(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Here(error)
    }
}

/// Of reading the other database; that of our own becomes a [`StoreError`].
impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::There(
            match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "is damaged",
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                    "is held by another program"
                }
                Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
                    "cannot be opened"
                }
                _ => "is not laid out as a Backlog database is",
            }
            .to_owned(),
        )
    }
}

/// What can be imported.
enum Kind {
    ThisBacklog(ThisBacklog),
    BacklogOne(BacklogOne),
    Json(JsonExport),
}

/// A file to import, open for reading.
pub struct ImportSource {
    path: PathBuf,
    kind: Kind,
    /// Where the copy is that is read in place of an older database.
    _copy: Option<TempDir>,
}

/// How much there is, found out before anything is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extent {
    /// Things in all.
    pub(super) things: i64,
    /// The largest N of a `TASK-N` that is kept.
    pub(super) largest: i64,
}

impl ImportSource {
    /// Opens a file: all of it, or one project by its alias there. `here` is
    /// this workspace's own database. A database of an older schema is copied
    /// beside that, and the copy brought up to date.
    ///
    /// # Errors
    /// Where it is nothing that can be imported, or has no such project.
    pub fn open(path: &Path, project: &str, here: &Path, clock: Clock) -> Result<Self, StoreError> {
        let refused = |problem: String| {
            StoreError::from(Refusal::ImportUnreadable {
                path: path.to_owned(),
                problem,
            })
        };
        if is_same(path, here) {
            return Err(refused("is this workspace's own database".to_owned()));
        }
        let wanted = Some(project).filter(|project| !project.is_empty());
        let mut copy = None;
        let opened = recognise(path).and_then(|form| match form {
            Form::Database(connection) => {
                let connection = match older(&connection)? {
                    true => copy.insert(Copy::of(path, here, clock)?).open()?,
                    false => connection,
                };
                database(connection, wanted)
            }
            Form::Text => Ok((JsonExport::open(path, wanted)?).map_kind(Kind::Json)),
        });
        match opened {
            Ok(Opened::Ready(kind)) => Ok(Self {
                path: path.to_owned(),
                kind,
                _copy: copy.map(|copy| copy.dir),
            }),
            Ok(Opened::NoProject(aliases)) => Err(Refusal::ImportProjectNotFound {
                path: path.to_owned(),
                given: project.to_owned(),
                aliases,
            }
            .into()),
            Err(Trouble::There(problem)) => Err(refused(problem)),
            Err(Trouble::Here(error)) => Err(error),
        }
    }

    pub(super) fn extent(&self) -> Extent {
        match &self.kind {
            Kind::ThisBacklog(source) => source.extent(),
            Kind::BacklogOne(source) => source.extent(),
            Kind::Json(source) => source.extent(),
        }
    }

    /// What kind of file it is.
    pub(super) fn word(&self) -> &'static str {
        match self.kind {
            Kind::ThisBacklog(_) => "backlog",
            Kind::BacklogOne(_) => "backlog-1.x",
            Kind::Json(_) => "json",
        }
    }

    /// Its name, for the log.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or(OsStr::new("a file"));
        name.to_string_lossy().into_owned()
    }

    /// Hands over all there is.
    pub(super) fn feed(&self, importer: &mut Importer<'_, '_>) -> Result<(), StoreError> {
        let fed = match &self.kind {
            Kind::ThisBacklog(source) => source.feed(importer),
            Kind::BacklogOne(source) => source.feed(importer),
            Kind::Json(source) => source.feed(importer),
        };
        fed.map_err(|trouble| match trouble {
            Trouble::There(problem) => Refusal::ImportUnreadable {
                path: self.path.clone(),
                problem,
            }
            .into(),
            Trouble::Here(error) => error,
        })
    }
}

/// A source, or the projects there are instead of the one that was named.
pub(super) enum Opened<T> {
    Ready(T),
    NoProject(Vec<String>),
}

impl<T> Opened<T> {
    fn map_kind<U>(self, map: impl FnOnce(T) -> U) -> Opened<U> {
        match self {
            Self::Ready(source) => Opened::Ready(map(source)),
            Self::NoProject(aliases) => Opened::NoProject(aliases),
        }
    }
}

/// Whether both are one file, by whatever names.
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let of = |path: &Path| path.metadata().ok().map(|file| (file.dev(), file.ino()));
    of(one).is_some_and(|one| Some(one) == of(other))
}

enum Form {
    Database(Connection),
    Text,
}

/// What a file is, by how it begins.
fn recognise(path: &Path) -> Result<Form, Trouble> {
    let unreadable = |error: std::io::Error| Trouble::There(format!("cannot be read: {error}"));
    // Opening anything else might wait for ever, and it is read several times.
    let about = path.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Trouble::There("is a directory".to_owned()));
    }
    if !about.is_file() {
        return Err(Trouble::There(
            "is no file; write what it gives to one first".to_owned(),
        ));
    }
    let mut beginning = Vec::new();
    File::open(path)
        .map_err(unreadable)?
        .take(512)
        .read_to_end(&mut beginning)
        .map_err(unreadable)?;
    if beginning.starts_with(b"SQLite format 3\0") {
        return Ok(Form::Database(open(path)?));
    }
    let text = beginning
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&beginning);
    if text.trim_ascii_start().starts_with(b"{") {
        return Ok(Form::Text);
    }
    Err(Trouble::There(
        "is neither a Backlog database nor an export as JSON".to_owned(),
    ))
}

/// Opens a database to read one moment of it, also while others write to it.
fn open(path: &Path) -> Result<Connection, Trouble> {
    let begun = Connection::open_with_flags(path, READ_ONLY).and_then(begin);
    match begun {
        // Where nothing may be written beside it, and nobody has it open, it is
        // read as a file that does not change.
        Err(error) if is_locked_away(&error) && !log_of(path).exists() => {
            Ok(begin(open_immutable(path)?)?)
        }
        begun => Ok(begun?),
    }
}

fn begin(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // The file may be anybody's: nothing in its schema is run.
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cache_size = -4096; BEGIN;",
    )?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}

fn is_locked_away(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::SystemIoFailure)
    )
}

/// Whether it is a database of this Backlog, of an older schema.
fn older(connection: &Connection) -> Result<bool, Trouble> {
    Ok(application_id(connection)? == APPLICATION_ID
        && migrate::version(connection)? < SCHEMA_VERSION)
}

/// A copy of an older database, in a directory of its own.
struct Copy {
    dir: TempDir,
}

impl Copy {
    /// Copies a database beside another, and brings the copy up to date.
    fn of(path: &Path, beside: &Path, clock: Clock) -> Result<Self, Trouble> {
        let uncopied =
            |problem: String| Trouble::There(format!("cannot be copied to be read: {problem}"));
        let dir = tempfile::Builder::new()
            .prefix(COPY)
            .tempdir_in(beside.parent().unwrap_or(Path::new("/")))
            .map_err(|error| uncopied(error.kind().to_string()))?;
        let copy = Self { dir };
        backup::copy_file(path, &copy.path(), &mut |_, _| true).map_err(|error| match error {
            StoreError::Corrupt(_) => Trouble::There("is damaged".to_owned()),
            other => uncopied(other.to_string()),
        })?;
        let mut connection = Connection::open(copy.path())?;
        search::prepare(&connection)?;
        migrate::migrate(&mut connection, &copy.path(), clock, || {}).map_err(
            |error| match error {
                OpenError::Sqlite { source, .. } => source.into(),
                other => uncopied(other.to_string()),
            },
        )?;
        connection.close().map_err(|(_, error)| error)?;
        Ok(copy)
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("backlog.db")
    }

    fn open(&self) -> Result<Connection, Trouble> {
        open(&self.path())
    }
}

fn database(connection: Connection, project: Option<&str>) -> Result<Opened<Kind>, Trouble> {
    if application_id(&connection)? == APPLICATION_ID {
        let version = migrate::version(&connection)?;
        if version > SCHEMA_VERSION {
            return Err(Trouble::There(format!(
                "has schema version {version} of a newer Backlog; this one knows versions up to {SCHEMA_VERSION}"
            )));
        }
        return Ok(ThisBacklog::open(connection, project)?.map_kind(Kind::ThisBacklog));
    }
    Ok(BacklogOne::open(connection, project)?.map_kind(Kind::BacklogOne))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_not_opened() {
        let said = |path: &Path| match recognise(path) {
            Err(Trouble::There(problem)) => problem,
            _ => panic!("{} is no file", path.display()),
        };
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        // Nobody writes to it: to open it would be to wait for ever.
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert_eq!(said(&pipe), "is no file; write what it gives to one first");
        assert!(said(Path::new("/dev/zero")).starts_with("is no file"));
        assert_eq!(said(dir.path()), "is a directory");
    }
}
