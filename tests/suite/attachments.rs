//! Files of tasks: what fits comes back byte for byte, what does not is told,
//! no name leads anywhere, and no process holds a whole file on its way out.

use std::{
    fs,
    io::Read as _,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Stdio,
};

use backlog_tests::{
    Home, Ran, database::assert_sound, disk::SmallDisk, eventually, tool::OtherUser,
};

const LIMIT: usize = 10 << 20;

fn home() -> Home {
    let home = Home::with_project();
    home.run(["task", "add", "-t", "One"]).ok();
    home
}

fn file(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.path().join(name);
    fs::write(&path, bytes).expect("a file");
    path
}

fn attach(home: &Home, path: &Path, flags: &[&str]) -> Ran {
    let path = path.to_str().expect("a path");
    home.run(
        [
            &["attachment", "add", path, "--task", "1", "--quiet"],
            flags,
        ]
        .concat(),
    )
}

#[track_caller]
fn attached(home: &Home, path: &Path, flags: &[&str]) -> String {
    attach(home, path, flags)
        .ok()
        .stdout()
        .trim_end()
        .to_owned()
}

/// Bytes that no part of which is like another.
fn noise(size: usize) -> Vec<u8> {
    let mut state = 1_u32;
    (0..size)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect()
}

#[test]
fn up_to_the_limit_a_file_comes_back_as_it_was_and_above_it_is_refused() {
    let home = home();
    let whole = noise(LIMIT);
    for bytes in [&whole[..], b"", b"x"] {
        let id = attached(&home, &file(&home, "f", bytes), &[]);
        let back = home.run(["attachment", "fetch", &id, "--out", "-"]).ok();
        assert!(back.output.stdout == bytes, "{} bytes", bytes.len());
    }
    let larger = file(&home, "larger", &noise(LIMIT + 1));
    attach(&home, &larger, &[]).refused(2, "10485761");
    attach(&home, Path::new("/dev/zero"), &[]).refused(2, "10 MiB");
    attach(&home, &home.work(), &[]).refused(2, "is a directory");
    attach(&home, &home.path().join("none"), &[]).refused(2, "No such file");
    let list = home
        .run(["attachment", "list", "--task", "1", "--json"])
        .json();
    assert_eq!(list["attachments"].as_array().expect("a list").len(), 3);
    assert_sound(&home);
}

#[cfg(target_os = "linux")]
#[test]
fn fetching_the_largest_file_keeps_both_processes_small() {
    use backlog_tests::process::Process;
    use rustix::process::Pid;

    let peak = |process: &Process| -> u64 {
        let text = process.status("VmHWM");
        text.trim_end_matches(" kB")
            .trim()
            .parse()
            .expect("a number")
    };
    let home = home();
    let id = attached(&home, &file(&home, "f", &noise(LIMIT)), &[]);
    home.run(["daemon", "restart"]).ok();
    home.run(["task", "list"]).ok();
    let daemon = Process::of(home.daemon().pid().expect("a daemon runs"));
    let before = peak(&daemon);
    for _ in 0..4 {
        let mut fetch = home
            .command(["attachment", "fetch", &id, "--out", "-"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut out = fetch.stdout.take().expect("a pipe");
        // More is left than a pipe holds, so it waits there.
        let mut bytes = vec![0; LIMIT - (2 << 20)];
        out.read_exact(&mut bytes).expect("the file");
        let pid = Pid::from_raw(i32::try_from(fetch.id()).expect("a pid")).expect("a pid");
        let kib = peak(&Process::of(pid));
        assert!(kib < 40 << 10, "the command took {kib} KiB");
        drop(out);
        let _ = fetch.wait();
    }
    let grown = peak(&daemon) - before;
    assert!(grown < 8 << 10, "the daemon grew by {grown} KiB");
}

#[test]
fn a_stored_name_leads_nowhere() {
    let home = home();
    let path = file(&home, "f", b"bytes");
    for name in [
        "../x",
        "/etc/passwd",
        "a/b",
        "..",
        ".",
        "a\nb",
        "a\u{1b}[31mb",
        "a\u{202e}b",
    ] {
        let ran = attach(&home, &path, &["--name", name]);
        // What is refused does no harm; what is stored is written here or not at all.
        if ran.code() != Some(0) {
            assert_eq!(ran.code(), Some(2), "{name:?}: {}", ran.stderr());
            continue;
        }
        let id = ran.stdout().trim_end().to_owned();
        let before: Vec<_> = above(&home);
        let ran = home.run(["attachment", "fetch", &id]);
        assert!(
            matches!(ran.code(), Some(0 | 2)),
            "{name:?}: {}",
            ran.stderr()
        );
        assert_eq!(above(&home), before, "{name:?} was written elsewhere");
        for shown in [ran.stdout(), ran.stderr()] {
            assert!(
                !shown.contains(['\u{1b}', '\u{202e}']),
                "{name:?}: {shown:?}"
            );
        }
    }
    assert!(fs::read("/etc/passwd").is_ok_and(|text| text != b"bytes"));
}

fn above(home: &Home) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(home.path())
        .expect("a directory")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    files
}

#[test]
fn nothing_is_overwritten_without_being_told() {
    let home = home();
    let id = attached(&home, &file(&home, "f.txt", b"new"), &[]);
    let fetch = |flags: &[&str]| home.run([&["attachment", "fetch", &id], flags].concat());
    fetch(&[]).ok();
    let here = home.work().join("f.txt");
    assert_eq!(fs::read(&here).expect("a file"), b"new");
    fs::write(&here, "mine").expect("a file");
    fetch(&[]).refused(4, "exists already");
    fetch(&["--out", "f.txt"]).refused(4, "exists already");
    assert_eq!(fs::read(&here).expect("a file"), b"mine");
    fetch(&["--force"]).ok();
    assert_eq!(fs::read(&here).expect("a file"), b"new");

    // Not through a link either.
    let victim = file(&home, "victim", b"precious");
    symlink(&victim, home.work().join("link")).expect("a link");
    fetch(&["--out", "link"]).refused(4, "exists already");
    fetch(&["--out", "link", "--force"]).ok();
    assert_eq!(fs::read(&victim).expect("a file"), b"precious");

    fs::create_dir(home.work().join("dir")).expect("a directory");
    fetch(&["--out", "dir"]).ok();
    assert_eq!(
        fs::read(home.work().join("dir/f.txt")).expect("a file"),
        b"new"
    );
    fetch(&["--out", "no/such/place"]).refused(
        1,
        "cannot write no/such/place: there is no directory no/such",
    );
}

#[test]
fn a_pipe_that_is_named_is_written_to_and_stays_one() {
    use std::os::unix::fs::FileTypeExt as _;
    let home = home();
    let bytes = noise(1 << 20);
    let id = attached(&home, &file(&home, "f", &bytes), &[]);
    let pipe = home.work().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read(pipe).expect("a writer")
    });
    let told = home.run(["attachment", "fetch", &id, "--out", "pipe"]).ok();
    assert!(told.stdout().starts_with("Wrote pipe"), "{}", told.stdout());
    assert!(reader.join().expect("it reads") == bytes);
    let about = fs::symlink_metadata(&pipe).expect("it is there");
    assert!(about.file_type().is_fifo());
    // The name that somebody gave an attachment does not lead into one.
    let id = attached(&home, &file(&home, "pipe", b"x"), &[]);
    home.run(["attachment", "fetch", &id])
        .refused(4, "exists already");
}

#[test]
fn a_fetch_that_is_killed_leaves_the_whole_file_or_none() {
    let home = home();
    let bytes = noise(LIMIT);
    let id = attached(&home, &file(&home, "f", &bytes), &[]);
    let place = home.work().join("back");
    let drafts = || {
        let there = fs::read_dir(home.work()).expect("a directory").flatten();
        there.filter(|entry| entry.file_name().to_string_lossy().starts_with(".backlog-"))
    };
    let has_bytes = |path: &Path| fs::metadata(path).is_ok_and(|about| about.len() > 0);
    // On Linux the file has no name before it is whole, and only its process knows it.
    let is_begun = |process: u32| {
        let open = fs::read_dir(format!("/proc/{process}/fd"));
        let mut open = open
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path());
        open.any(|file| {
            let place = fs::read_link(&file);
            place.is_ok_and(|place| place.starts_with(home.work())) && has_bytes(&file)
        }) || drafts().any(|draft| has_bytes(&draft.path()))
    };
    let killed_in_the_middle = || {
        let mut fetch = home
            .command(["attachment", "fetch", &id, "--out", "back", "--force"])
            .stdout(Stdio::null())
            .spawn()
            .expect("it starts");
        eventually("it has begun or is over", || {
            is_begun(fetch.id()) || fetch.try_wait().is_ok_and(|over| over.is_some())
        });
        let _ = fetch.kill();
        let _ = fetch.wait();
        #[cfg(target_os = "linux")]
        assert_eq!(drafts().count(), 0, "a draft is left");
        for draft in drafts() {
            fs::remove_file(draft.path()).expect("it is nobody's");
        }
        let is_there = place.exists();
        assert!(!is_there || fs::read(&place).expect("a file") == bytes);
        !is_there
    };
    eventually("one is killed in the middle", || {
        let _ = fs::remove_file(&place);
        killed_in_the_middle()
    });
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let Some(other) = OtherUser::become_able(12_345) else {
        return;
    };
    let home = home();
    home.run(["daemon", "stop"]).ok();
    let path = file(&home, "secret", b"x");
    other.take_over(&home);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is root's");
    std::os::unix::fs::chown(&path, Some(0), Some(0)).expect("it is root's");
    let name = path.to_str().expect("a path");
    let ran = backlog_tests::home::run(
        &mut other.command(&home, &["attachment", "add", name, "--task", "1"]),
    );
    ran.refused(2, "secret: Permission denied");
}

#[test]
fn on_a_full_disk_a_fetch_leaves_nothing() {
    let Some(disk) = SmallDisk::mounted(8_192) else {
        return;
    };
    let home = disk.home();
    home.run(["init", "--path", "."]).ok();
    home.run(["project", "add", "--alias", "app"]).ok();
    home.run(["task", "add", "-t", "One"]).ok();
    let id = attached(home, &file(home, "f", &noise(1 << 20)), &[]);
    let ballast = disk.fill();
    let ran = home.run(["attachment", "fetch", &id]).exits(1);
    assert!(ran.stderr().contains("No space left"), "{}", ran.stderr());
    fs::remove_file(ballast).expect("a file");
    let left: Vec<_> = fs::read_dir(home.work())
        .expect("a directory")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name == "f" || name.starts_with(".backlog-"))
        .collect();
    assert_eq!(left, [""; 0]);
    home.run(["attachment", "fetch", &id]).ok();
}
