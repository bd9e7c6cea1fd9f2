//! The short-lived child between a client and its daemon: it lets go of the
//! client's session, descriptors and directory, starts the daemon, and exits.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode, Stdio},
};

use backlog_api::client::start::program;

/// Starts the daemon of a database, detached. Standard output is the pipe the
/// client reads, standard error the log; both go on to the daemon.
#[must_use]
pub fn launch(database: &Path) -> ExitCode {
    close_inherited();
    // Fails only for the leader of a process group, which a child is not.
    let _ = rustix::process::setsid();
    let mut daemon = Command::new(program());
    daemon
        .args(["daemon", "serve"])
        .arg(database)
        .current_dir("/")
        // glibc keeps a heap for each thread otherwise: 2 MB more when idle.
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::null());
    match daemon.spawn() {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot start {}: {error}", daemon.get_program().display());
            ExitCode::FAILURE
        }
    }
}

/// Closes what the client's own parents left open: a pipe kept by a daemon
/// would never end for its reader. Nothing of ours is open yet.
fn close_inherited() {
    for dir in ["/proc/self/fd", "/dev/fd"] {
        let Ok(entries) = fs::read_dir(dir) else {
            continue;
        };
        let open: Vec<i32> = entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter(|fd| *fd > 2)
            .collect();
        for fd in open {
            let _ = nix::unistd::close(fd);
        }
        return;
    }
}
