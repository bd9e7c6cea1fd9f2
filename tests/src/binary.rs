//! The binary under test.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// `backlog`, built from this very tree. `BACKLOG_BIN` names another one.
///
/// A test of one package is not told where the binary of another is, so this
/// asks cargo, which builds nothing where nothing has changed.
///
/// # Panics
/// Where it does not build.
pub fn backlog_bin() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match env::var_os("BACKLOG_BIN") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

fn build() -> PathBuf {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--quiet",
            "--message-format=json-render-diagnostics",
        ])
        .args(["-p", "backlog-cli", "--bin", "backlog", "--manifest-path"])
        .arg(manifest);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.output().expect("cargo can be run");
    assert!(
        output.status.success(),
        "backlog does not build:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "backlog")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo tells where the executable is")
}
