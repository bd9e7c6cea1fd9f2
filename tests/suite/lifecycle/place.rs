//! Where the socket is, and who may come near it.

use std::{
    fs::{self, Permissions},
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, PermissionsExt as _, symlink},
    },
    path::{Path, PathBuf},
};

use backlog_tests::{
    Home,
    database::assert_sound,
    home,
    tool::{self, OtherUser, skip},
};

use super::{add, total};

/// The longest path of a socket that binds everywhere.
const LONGEST: usize = 103;

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).expect("it is there").mode() & 0o777
}

fn endpoint(dir: &Path) -> PathBuf {
    let meeting = backlog_tests::Daemon::of(dir)
        .meeting()
        .expect("a daemon runs");
    meeting["endpoint"].as_str().expect("a path").into()
}

/// A directory in the home whose socket would have a path of that length.
fn deep(home: &Home, length: usize) -> PathBuf {
    let base = home.work();
    let missing = length - base.as_os_str().len() - "//.backlogd/s".len();
    let dir = base.join("d".repeat(missing));
    assert_eq!(dir.join(".backlogd/s").as_os_str().as_bytes().len(), length);
    fs::create_dir(&dir).expect("a directory");
    dir
}

#[test]
fn only_the_owner_can_come_near_the_daemon_and_the_database() {
    let home = Home::with_project();
    let dir = home.daemon().dir().to_owned();
    assert_eq!(mode(&dir), 0o700);
    for name in ["s", "log", "daemon.json", "leader.lock", "spawn.lock"] {
        assert_eq!(mode(&dir.join(name)) & 0o077, 0, "{name}");
    }
    assert_eq!(mode(&home.database()) & 0o077, 0);
    assert_eq!(
        fs::read_to_string(dir.join(".gitignore")).expect("a file"),
        "*\n"
    );
}

#[test]
fn a_path_just_short_enough_has_its_socket_in_the_workspace() {
    let home = Home::new();
    let dir = deep(&home, LONGEST);
    home.run(["init".as_ref(), "--path".as_ref(), dir.as_os_str()])
        .ok();
    home::run(
        home.command(["project", "add", "--alias", "app"])
            .current_dir(&dir),
    )
    .ok();
    assert_eq!(endpoint(&dir), dir.join(".backlogd/s"));
}

#[test]
fn a_path_too_long_for_a_socket_has_it_under_tmp_for_its_owner_alone() {
    let home = Home::new();
    let dir = deep(&home, LONGEST + 1);
    let run = |args: &[&str]| home::run(home.command(args).current_dir(&dir)).ok();
    run(&["init", "--path", "."]);
    run(&["project", "add", "--alias", "app"]);
    let socket = endpoint(&dir);
    let uid = rustix::process::geteuid().as_raw();
    let key = socket.parent().expect("a directory").to_owned();
    let parent = key.parent().expect("a directory").to_owned();
    assert_eq!(parent, PathBuf::from(format!("/tmp/backlog-{uid}")));
    assert_eq!(mode(&parent), 0o700);
    assert_eq!(mode(&key), 0o700);
    assert_eq!(mode(&socket) & 0o077, 0);

    // Whatever the environment says, the next command finds it there.
    let mut elsewhere = home.command(["task", "add", "-t", "From elsewhere"]);
    elsewhere
        .env("TMPDIR", home.home())
        .env("XDG_RUNTIME_DIR", home.home());
    home::run(elsewhere.current_dir(&dir)).ok();
    assert_eq!(endpoint(&dir), socket);

    assert!(backlog_tests::Daemon::of(&dir).kill());
    run(&["task", "show", "1"]);
    assert_eq!(endpoint(&dir), socket, "it takes over the name");
    run(&["daemon", "stop"]);
    assert!(!socket.exists());
    fs::remove_dir(key).expect("nothing else is in it");
}

/// Removes what a test put under `/tmp`.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_directory_under_tmp_that_others_can_change_is_refused() {
    const UID: u32 = 61_987;
    let Some(user) = OtherUser::become_able(UID) else {
        return;
    };
    let place = PathBuf::from(format!("/tmp/backlog-{UID}"));
    if place.symlink_metadata().is_ok() {
        return skip("there is a user of that number");
    }
    let place = Removed(place);
    let home = Home::new();
    let dir = deep(&home, LONGEST + 1);
    home::run(home.command(["init", "--path", "."]).current_dir(&dir)).ok();
    user.take_over(&home);
    let run = || home::run(user.command(&home, &["task", "list"]).current_dir(&dir));

    let make_trap: [&dyn Fn(); 3] = [
        &|| symlink(home.path(), &place.0).expect("a link"),
        // Root's, as if somebody had been faster.
        &|| {
            fs::create_dir(&place.0)
                .and_then(|()| fs::set_permissions(&place.0, Permissions::from_mode(0o700)))
                .expect("a directory");
        },
        &|| {
            fs::create_dir(&place.0).expect("a directory");
            fs::set_permissions(&place.0, Permissions::from_mode(0o755)).expect("a mode");
            std::os::unix::fs::chown(&place.0, Some(UID), Some(UID)).expect("root may");
        },
    ];
    for trap in make_trap {
        trap();
        run().refused(5, "is not a directory of ours alone");
        if place.0.is_symlink() {
            fs::remove_file(&place.0).expect("a link");
        } else {
            fs::remove_dir(&place.0).expect("nothing was put into it");
        }
    }
    run().ok();
    assert_eq!(mode(&place.0), 0o700);
    home::run(user.command(&home, &["daemon", "stop"]).current_dir(&dir)).ok();
}

#[test]
fn another_user_is_refused_by_the_directory_and_by_the_daemon() {
    let Some(user) = OtherUser::become_able(65_534) else {
        return;
    };
    let home = Home::with_project();
    add(&home, "Not yours");
    let open = |path: &Path, mode: u32| {
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
    };
    open(home.path(), 0o755);
    let list = || {
        let mut command = user.command(&home, &["task", "list"]);
        home::run(
            command
                .env("HOME", "/nonexistent")
                .env_remove("XDG_CONFIG_HOME"),
        )
    };
    list().refused(5, "only its owner can enter");

    // Even where somebody has opened all doors, and with another client.
    let Some(buf) = tool::buf() else { return };
    let socket = home.daemon().dir().join("s");
    open(home.daemon().dir(), 0o777);
    open(&socket, 0o666);
    let theirs = home.path().join("theirs");
    fs::create_dir(&theirs).expect("a directory");
    open(&theirs, 0o777);
    let mut curl = user.wrap(&buf);
    home.settle(&mut curl);
    curl.args([
        "curl",
        "--protocol",
        "grpc",
        "--http2-prior-knowledge",
        "--unix-socket",
    ])
    .arg(&socket)
    .args(["--data", "{}", "--schema"])
    .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto"))
    .arg("http://localhost/backlog.v1.WorkspaceService/GetWorkspace")
    .env("HOME", theirs)
    .env_remove("XDG_CONFIG_HOME");
    let refused = home::run(&mut curl);
    assert!(
        refused.stderr().contains("serves another user than 65534"),
        "{refused:?}"
    );
    open(home.daemon().dir(), 0o700);
    assert_eq!(total(&home), 1);
    assert_sound(&home);
}
