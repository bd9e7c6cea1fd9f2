//! Programs of others that some tests need, and privileges.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Home, backlog_bin};

/// Says what is not tested here.
pub fn skip(reason: &str) {
    eprintln!("skipped: {reason}");
}

/// `buf`, by `$BACKLOG_TEST_BUF`, else as `.ci/run` installs it. `None` where
/// the test shall be skipped, which has been said.
///
/// # Panics
/// Where there is none and `$CI` is set: there it is installed.
#[track_caller]
pub fn buf() -> Option<PathBuf> {
    installed(
        "BACKLOG_TEST_BUF",
        "target/npm/node_modules/.bin/buf",
        "no buf; get it with: npm install --prefix target/npm @bufbuild/buf",
    )
}

/// `schemathesis`, by `$BACKLOG_TEST_SCHEMATHESIS`, else as `.ci/run` installs
/// it. `None` where the test shall be skipped, which has been said.
///
/// # Panics
/// Where there is none and `$CI` is set: there it is installed.
#[track_caller]
pub fn schemathesis() -> Option<PathBuf> {
    installed(
        "BACKLOG_TEST_SCHEMATHESIS",
        "target/py/bin/schemathesis",
        "no schemathesis; get it with: python3 -m venv target/py && target/py/bin/pip install schemathesis",
    )
}

/// `agentskills`, by `$BACKLOG_TEST_AGENTSKILLS`, else as `.ci/run` installs it.
/// `None` where the test shall be skipped, which has been said.
///
/// # Panics
/// Where there is none and `$CI` is set: there it is installed.
#[track_caller]
pub fn agentskills() -> Option<PathBuf> {
    installed(
        "BACKLOG_TEST_AGENTSKILLS",
        "target/python/skills/bin/agentskills",
        "no agentskills; get it with: python3 -m venv target/python/skills && target/python/skills/bin/pip install skills-ref",
    )
}

#[track_caller]
fn installed(variable: &str, place: &str, how: &str) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable) {
        return Some(path.into());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(place);
    if path.exists() {
        return Some(path);
    }
    assert!(env::var_os("CI").is_none(), "{how}");
    skip(how);
    None
}

/// Whether there is a shell of that name; where not, that has been said.
///
/// # Panics
/// Where there is none and `$CI` is set: there `.ci/run` installs it.
#[track_caller]
pub fn shell(name: &str) -> bool {
    let is_there = Command::new(name).arg("--version").output().is_ok();
    if !is_there {
        assert!(env::var_os("CI").is_none(), "no {name}");
        skip(&format!("no {name}"));
    }
    is_there
}

/// Where `.ci/run` installs Bandit, Semgrep and ESLint. `None` where the test
/// shall be skipped, which has been said.
///
/// # Panics
/// Where they are missing and `$CI` is set: there they are installed.
#[track_caller]
pub fn scanners() -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/scanners");
    let programs = [
        "venv/bin/bandit",
        "venv/bin/semgrep",
        "npm/node_modules/.bin/eslint",
    ];
    if programs
        .iter()
        .all(|program| installed.join(program).exists())
    {
        return Some(installed.canonicalize().expect("it is there"));
    }
    let how = "no scanners in target/scanners; .ci/run says how to get them";
    assert!(env::var_os("CI").is_none(), "{how}");
    skip(how);
    None
}

/// npm's packages of MCP clients, by `$BACKLOG_TEST_NPM`, else as `.ci/run`
/// installs them. `None` where the test shall be skipped, which has been said.
///
/// # Panics
/// Where they are missing and `$CI` is set: there they are installed.
#[track_caller]
pub fn mcp_packages() -> Option<PathBuf> {
    let modules = match env::var_os("BACKLOG_TEST_NPM") {
        Some(path) => PathBuf::from(path),
        None => target("npm").join("node_modules"),
    };
    there(
        &modules.join("@modelcontextprotocol/inspector"),
        "no MCP clients of npm",
    )
    .then_some(modules)
}

/// A Python with the SDK of MCP of that major version, as `.ci/run` installs it.
///
/// # Panics
/// As [`mcp_packages`].
#[track_caller]
pub fn mcp_python(major: u8) -> Option<PathBuf> {
    let python = match env::var_os("BACKLOG_TEST_PYTHONS") {
        Some(path) => PathBuf::from(path),
        None => target("python"),
    }
    .join(format!("mcp{major}/bin/python"));
    there(&python, "no MCP SDK of Python").then_some(python)
}

fn target(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target")
        .join(name)
}

#[track_caller]
fn there(path: &Path, missing: &str) -> bool {
    let is_there = path.exists();
    if !is_there {
        let how = format!("{missing}; get them with: bash tests/clients/install.sh");
        assert!(env::var_os("CI").is_none(), "{how}");
        skip(&how);
    }
    is_there
}

/// Whether this process may do everything: become another user, mount.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Another user of this machine, whom root can become.
#[derive(Debug, Clone, Copy)]
pub struct OtherUser(pub u32);

impl OtherUser {
    /// That user; `None` where the test shall be skipped, which has been said.
    pub fn become_able(uid: u32) -> Option<Self> {
        if !is_root() {
            skip("only root can become another user");
            return None;
        }
        let user = Self(uid);
        let able = user.wrap(backlog_bin()).arg("version").output();
        if !able.is_ok_and(|output| output.status.success()) {
            skip("no setpriv, or another user cannot run the binary where it is");
            return None;
        }
        Some(user)
    }

    /// Makes a home this user's own, with all that is in it.
    ///
    /// # Panics
    /// Where that is not allowed.
    pub fn take_over(self, home: &Home) {
        self.take(home.path());
    }

    fn take(self, path: &Path) {
        std::os::unix::fs::lchown(path, Some(self.0), Some(self.0)).expect("root may give away");
        if fs::symlink_metadata(path).is_ok_and(|file| file.is_dir()) {
            for entry in fs::read_dir(path).expect("a directory").flatten() {
                self.take(&entry.path());
            }
        }
    }

    /// A `backlog` command of this user.
    pub fn command(self, home: &Home, args: &[&str]) -> Command {
        let mut command = self.wrap(backlog_bin());
        command.args(args);
        home.settle(&mut command);
        command
    }

    /// A program, run as this user.
    pub fn wrap(self, program: &Path) -> Command {
        let Self(uid) = self;
        let mut command = Command::new("setpriv");
        command
            .args([format!("--reuid={uid}"), format!("--regid={uid}")])
            .arg("--clear-groups")
            .arg(program);
        command
    }
}
