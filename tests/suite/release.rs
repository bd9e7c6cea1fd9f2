//! What a release is made of, and the script that installs it.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use backlog_tests::{Home, Ran, backlog_bin, home::run};

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn an_archive_has_the_binary_completions_manual_pages_skills_and_licences() {
    let home = Home::new();
    let out = home.path().join("out");
    let package = Command::new(top().join(".ci/package"))
        .args([backlog_bin(), "linux-amd64".as_ref(), &out])
        .status();
    assert!(package.expect("python3").success());
    let archive = out.join("backlog-linux-amd64.tar.gz");
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(&archive).arg("-C").arg(&out);
    run(&mut tar).ok();

    let root = out.join("backlog-linux-amd64");
    let names: BTreeSet<String> = fs::read_dir(&root)
        .expect("a directory")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let expected =
        "CHANGELOG.md LICENSE LICENSES-OF-OTHERS.txt README.md backlog completions man skills";
    assert_eq!(names.into_iter().collect::<Vec<_>>().join(" "), expected);

    let said = |program: &Path, args: &[&str]| {
        let mut command = Command::new(program);
        home.settle(&mut command);
        run(command.args(args)).ok().stdout()
    };
    let packed = root.join("backlog");
    assert_eq!(
        said(&packed, &["version"]),
        said(backlog_bin(), &["version"])
    );
    for (shell, file) in [
        ("bash", "backlog.bash"),
        ("zsh", "_backlog"),
        ("fish", "backlog.fish"),
        ("powershell", "_backlog.ps1"),
    ] {
        let script = fs::read_to_string(root.join("completions").join(file)).expect("a script");
        assert_eq!(
            script,
            said(backlog_bin(), &["completion", shell]),
            "{file}"
        );
    }
    for page in ["backlog.1", "backlog-task-claim.1"] {
        assert!(root.join("man/man1").join(page).exists(), "no {page}");
    }
    let skill = fs::read(root.join("skills/backlog-loop/SKILL.md")).expect("a skill");
    let ours = fs::read(top().join("backlog-cli/skills/backlog-loop/SKILL.md"));
    assert_eq!(skill, ours.expect("a skill"));
    let licences = fs::read_to_string(root.join("LICENSES-OF-OTHERS.txt")).expect("a text");
    for part in [
        "tokio ",
        "rusqlite ",
        "Permission is hereby granted",
        "==== preact ====",
    ] {
        assert!(licences.contains(part), "no {part}");
    }
    assert!(!licences.contains("insta "), "it is for tests alone");
}

/// A made-up release, served on this machine.
struct Release {
    home: Home,
    url: String,
}

impl Release {
    fn new(platform: &str) -> Self {
        let home = Home::new();
        let files = home.path().join("release");
        let root = files.join(format!("backlog-{platform}"));
        fs::create_dir_all(&root).expect("a directory");
        executable(&root.join("backlog"), "#!/bin/sh\necho backlog v9.9.9\n");
        let script = format!(
            "tar -czf backlog-{platform}.tar.gz backlog-{platform} && sha256sum *.tar.gz > SHA256SUMS"
        );
        run(Command::new("sh")
            .args(["-ec", &script])
            .current_dir(&files))
        .ok();
        let url = serve(files);
        Self { home, url }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join("release").join(name)
    }

    /// The script, on a machine that has these programs beside the usual ones.
    fn install(&self, programs: &[(&str, &str)]) -> Ran {
        let bin = self.home.path().join("bin");
        let _ = fs::remove_dir_all(&bin);
        fs::create_dir(&bin).expect("a directory");
        for usual in [
            "sh", "sed", "cut", "tar", "gzip", "mktemp", "mkdir", "cp", "mv", "rm",
        ] {
            symlink(found(usual), bin.join(usual)).expect("a link");
        }
        for (name, script) in programs {
            if script.is_empty() {
                symlink(found(name), bin.join(name)).expect("a link");
            } else {
                executable(&bin.join(name), script);
            }
        }
        let mut shell = Command::new("sh");
        self.home.settle(&mut shell);
        run(shell
            .arg(top().join("docs/install.sh"))
            .env("PATH", bin)
            .env("BACKLOG_DOWNLOAD_BASE", &self.url))
    }

    fn installed(&self) -> PathBuf {
        self.home.home().join(".local/bin/backlog")
    }
}

const LINUX: (&str, &str) = (
    "uname",
    "#!/bin/sh\ncase $1 in -s) echo Linux ;; *) echo x86_64 ;; esac\n",
);
const CURL: (&str, &str) = ("curl", "");
const SUM: (&str, &str) = ("sha256sum", "");

fn executable(path: &Path, script: &str) {
    fs::write(path, script).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
}

fn found(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("no {program}"))
}

/// Serves a directory's files for as long as the test runs.
fn serve(files: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            for _ in lines.by_ref().take_while(|line| !line.is_empty()) {}
            let path = first.split(' ').nth(1).unwrap_or("/");
            let (status, body) = match fs::read(files.join(path.trim_start_matches('/'))) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(&[head.into_bytes(), body].concat());
        }
    });
    url
}

#[test]
fn the_script_installs_what_the_sums_vouch_for() {
    let release = Release::new("linux-amd64");
    let told = release.install(&[LINUX, CURL, SUM]).ok().stdout();
    assert!(told.starts_with("Installed backlog v9.9.9 as "), "{told}");
    assert!(told.contains("is not in your PATH yet"), "{told}");
    let version = run(&mut Command::new(release.installed())).ok().stdout();
    assert_eq!(version, "backlog v9.9.9\n");
    // Over one that is there.
    release.install(&[LINUX, CURL, SUM]).ok();
    let dir = release.installed();
    let left = fs::read_dir(dir.parent().expect("a directory")).expect("it is there");
    assert_eq!(left.count(), 1, "nothing but the program is left");
}

#[test]
fn it_needs_no_more_than_wget_and_shasum() {
    let release = Release::new("macos-arm64");
    let sum = format!("#!/bin/sh\nexec {} \"$3\"\n", found("sha256sum").display());
    let mac = "#!/bin/sh\ncase $1 in -s) echo Darwin ;; *) echo arm64 ;; esac\n";
    if Command::new("wget").arg("--version").output().is_err() {
        return backlog_tests::tool::skip("no wget");
    }
    let programs = [("uname", mac), ("wget", ""), ("shasum", &sum)];
    release.install(&programs).ok();
    assert!(release.installed().exists());
}

#[test]
fn an_archive_that_is_not_what_the_sums_say_is_refused() {
    let release = Release::new("linux-amd64");
    let archive = release.file("backlog-linux-amd64.tar.gz");
    let mut bytes = fs::read(&archive).expect("an archive");
    bytes.push(0);
    fs::write(&archive, bytes).expect("written");
    let told = release.install(&[LINUX, CURL, SUM]).exits(1).stderr();
    assert!(told.contains("is not what SHA256SUMS says"), "{told}");
    assert!(!release.installed().exists());
}

#[test]
fn what_is_missing_is_told_and_nothing_is_installed() {
    let release = Release::new("linux-amd64");
    let arm = "#!/bin/sh\ncase $1 in -s) echo Linux ;; *) echo aarch64 ;; esac\n";
    let told = release
        .install(&[("uname", arm), CURL, SUM])
        .exits(1)
        .stderr();
    insta::assert_snapshot!(told, @"error: the release has no backlog-linux-arm64.tar.gz");
    let plan9 = "#!/bin/sh\ncase $1 in -s) echo Plan9 ;; *) echo x86_64 ;; esac\n";
    let told = release
        .install(&[("uname", plan9), CURL, SUM])
        .exits(1)
        .stderr();
    insta::assert_snapshot!(told, @"error: there is no release for Plan9; build it: cargo install --locked --path backlog-cli");
    let told = release.install(&[LINUX, CURL]).exits(1).stderr();
    insta::assert_snapshot!(told, @"error: neither sha256sum nor shasum is here, so that the archive cannot be verified");
    let told = release.install(&[LINUX, SUM]).exits(1).stderr();
    insta::assert_snapshot!(told, @"error: neither curl nor wget is here");
    fs::remove_file(release.file("backlog-linux-amd64.tar.gz")).expect("it was there");
    let told = release.install(&[LINUX, CURL, SUM]).exits(1).stderr();
    assert!(told.contains("error: cannot get http://"), "{told}");
    assert!(!release.installed().exists());
}

#[test]
fn a_copy_that_belongs_to_no_release_says_so() {
    let home = Home::new();
    let mut shell = Command::new("sh");
    home.settle(&mut shell);
    let told = run(shell.arg(top().join("docs/install.sh")))
        .exits(1)
        .stderr();
    insta::assert_snapshot!(told, @"error: this copy belongs to no release: take install.sh from one, or set BACKLOG_DOWNLOAD_BASE");
}
