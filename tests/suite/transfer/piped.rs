//! `import` of what comes through a pipe.

use std::{
    fs::{self, File},
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

use backlog_tests::{Home, home};
use serde_json::json;

use super::{counts, export, furnished, in_work};

#[test]
fn standard_input_is_read_to_its_end_and_imported() {
    let there = furnished();
    let (bytes, _) = export(&there);
    let home = Home::with_workspace();
    fs::write(in_work(&home, "out.json"), &bytes).expect("a file");
    fs::write(in_work(&there, "out.json"), &bytes).expect("a file");
    let mut command = home.command(["import", "-"]);
    command.stdin(File::open(in_work(&home, "out.json")).expect("a file"));
    let said = home::run(&mut command).ok().stdout();
    assert!(said.contains("from standard input"), "{said}");
    assert_eq!(export(&home).0, bytes);
    let log = home.run(["activity", "--json"]).ok().stdout();
    assert!(
        log.contains("imported standard input with 4 tasks"),
        "{log}"
    );

    // As a file it would be another one in the daemon.
    let home = Home::with_workspace();
    let mut command = home.command(["import", "/dev/stdin"]);
    command.stdin(File::open(in_work(&there, "out.json")).expect("a file"));
    home::run(&mut command).ok();
    assert_eq!(export(&home).0, bytes);

    let mut command = home.command(["import", "-"]);
    command.stdin(Stdio::null());
    let refused = home::run(&mut command);
    refused.refused(
        2,
        "standard input is neither a Backlog database nor an export",
    );
    let left = fs::read_dir(home.work()).expect("a directory");
    let left = left.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert_eq!(
        left.filter(|name| name.starts_with(".backlog-i")).count(),
        0
    );
}

#[test]
fn a_pipe_with_a_name_is_read_by_the_command() {
    let there = furnished();
    let (bytes, _) = export(&there);
    let home = Home::with_workspace();
    let pipe = in_work(&home, "pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let writer = thread::spawn(move || {
        let mut pipe = File::options().write(true).open(pipe).expect("a reader");
        pipe.write_all(&bytes).expect("it is read");
    });
    let summary = home.run(["import", "pipe", "--json"]).json();
    assert_eq!(counts(&summary, "added")["task"], 4);
    assert_eq!(summary["path"], json!("pipe"));
    writer.join().expect("it wrote");
}
