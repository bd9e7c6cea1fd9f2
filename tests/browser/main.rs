//! The dashboard in a real browser: the files beside this one, run by Node. Each
//! is a story of promises; this runs them all and shows what they say. It is a
//! target of its own, so that nothing else runs meanwhile: a browser needs both
//! cores, and some promises are of how soon something shows.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use backlog_tests::{backlog_bin, tool::skip};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What has to be there, and how to get it. `None` where it is; in CI it is.
fn missing() -> Option<&'static str> {
    let found = |program: &str| {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|dir| dir.join(program).exists())
    };
    let packages = root().join("target/npm/node_modules");
    if !found("node") {
        return Some("no node; it runs the tests in the browser");
    }
    if !packages.join("playwright-core").exists() || !packages.join("axe-core").exists() {
        return Some("no playwright-core; get it with: bash tests/browser/install.sh");
    }
    let chromium = env::var_os("BACKLOG_TEST_CHROMIUM");
    if chromium.is_none() && !found("chromium") {
        return Some("no chromium; $BACKLOG_TEST_CHROMIUM names one");
    }
    None
}

#[test]
fn the_dashboard_keeps_its_promises_in_a_browser() {
    if let Some(how) = missing() {
        assert!(env::var_os("CI").is_none(), "{how}");
        skip(how);
        return;
    }
    let dir = root().join("tests/browser");
    let mut files: Vec<PathBuf> = fs::read_dir(&dir)
        .expect("the directory is there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    let output = Command::new("node")
        // One after the other: they measure how soon things show.
        .args(["--test", "--test-concurrency=1", "--test-timeout=300000"])
        .arg("--test-reporter=spec")
        .args(&files)
        .current_dir(root())
        .env("BACKLOG_BIN", backlog_bin())
        .output()
        .expect("node runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}
