//! Starting, ports, tokens, and leaving.

use std::{fs::File, net::TcpListener, os::unix::fs::PermissionsExt as _, process::Command};

use backlog_tests::{Home, Web, eventually};

use super::serve;

#[test]
fn only_this_machine_can_call() {
    let (_home, web) = serve();
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"]
        .map(|path| std::fs::read_to_string(path).unwrap_or_default());
    let port = format!(":{:04X}", web.port);
    let addresses: Vec<&str> = tables
        .iter()
        .flat_map(|table| table.lines())
        .filter(|line| line.split_whitespace().nth(3) == Some("0A"))
        .filter_map(|line| line.split_whitespace().nth(1)?.strip_suffix(&port))
        .collect();
    assert!(!addresses.is_empty());
    for address in addresses {
        let is_local = ["0100007F", "00000000000000000000000001000000"].contains(&address);
        assert!(is_local, "{address}");
    }
}

#[test]
fn a_taken_port_is_passed_over_unless_it_was_named() {
    let home = Home::with_project();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let me = std::process::id();
    let ran = home.run(["web", "--no-browser", "--port", &port]);
    ran.clone().refused(1, &format!("port {port} is taken by "));
    assert!(
        ran.stderr().contains(&format!("process {me}")),
        "{}",
        ran.stderr()
    );
}

#[test]
fn where_the_usual_port_is_taken_the_next_one_is_used_and_said_so() {
    let home = Home::with_project();
    // Somebody else may have it: then it is theirs that is passed over.
    let taken = TcpListener::bind("127.0.0.1:8080");
    let told = home.path().join("told");
    let mut command = home.command(["web", "--no-browser", "--json"]);
    let web = Web::of(command.stderr(File::create(&told).expect("a file")));
    web.get("/api/tasks").ok();
    let told = std::fs::read_to_string(told).expect("text");
    if taken.is_ok() {
        assert!((8081..=8180).contains(&web.port), "{}", web.port);
        let me = format!("process {}", std::process::id());
        assert!(told.contains(&me), "{told}");
    }
    let note = format!("; using {}", web.port);
    let is_said = told.starts_with("note: port 8080 is taken") && told.contains(&note);
    assert_eq!(is_said, web.port != 8080, "{told}");
}

#[test]
fn the_token_is_the_users_alone_and_another_each_time() {
    let (home, web) = serve();
    let printed = || home.run(["web", "--print-token"]).ok().stdout();
    assert_eq!(printed().trim(), web.token);
    let file = home.daemon().dir().join(format!("web-{}", web.port));
    let mode = file.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let other = Web::start(&home);
    assert_ne!(other.token, web.token);
    home.run(["web", "--print-token"])
        .refused(3, "more than one");
    let port = other.port.to_string();
    let named = home.run(["web", "--print-token", "--port", &port]).ok();
    assert_eq!(named.stdout().trim(), other.token);
    assert_eq!(other.stop(), "");
    assert_eq!(printed().trim(), web.token);
    drop(web);
    // Killed, it could not tidy up; what it left behind is no token.
    assert!(file.exists());
    home.run(["web", "--print-token"])
        .refused(3, "no `backlog web` runs");
}

#[test]
fn other_machines_may_call_only_with_a_token_that_was_chosen() {
    let home = Home::with_project();
    let listen = [
        "web",
        "--no-browser",
        "--json",
        "--port",
        "0",
        "--listen",
        "0.0.0.0",
    ];
    let plain = ["web", "--no-browser", "--port", "0", "--listen", "0.0.0.0"];
    home.run(plain)
        .refused(2, "--listen 0.0.0.0 lets other machines call");
    let short = home
        .command(plain)
        .env("BACKLOG_WEB_TOKEN", "short")
        .output()
        .expect("it runs");
    assert_eq!(short.status.code(), Some(2));
    let token = "an-own-token-that-is-long";
    let mut web = Web::of(home.command(listen).env("BACKLOG_WEB_TOKEN", token));
    assert!(!web.url.contains("token"), "it is known: {}", web.url);
    web.token = token.to_owned();
    web.get("/api/tasks").ok();
    let host = format!("127.0.0.2:{}", web.port);
    let authorized = format!("Bearer {token}");
    let answer = web.bare(
        "GET /api/tasks",
        &[("host", &host), ("authorization", &authorized)],
        "",
    );
    assert_eq!(answer.status, 200, "an address cannot be rebound");
    let name = format!("evil.example:{}", web.port);
    let foreign = web.bare(
        "GET /api/tasks",
        &[("host", &name), ("authorization", &authorized)],
        "",
    );
    foreign.refused(403, "foreign_host");
}

#[test]
fn a_browser_is_started_with_a_ticket_that_is_good_once() {
    let home = Home::with_project();
    let (bin, seen) = (home.path().join("bin"), home.path().join("seen"));
    std::fs::create_dir(&bin).expect("a directory");
    let opener = bin.join("xdg-open");
    std::fs::write(
        &opener,
        format!("#!/bin/sh\necho \"$1\" > {}\n", seen.display()),
    )
    .expect("a file");
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command: Command = home.command(["web", "--port", "0", "--quiet"]);
    command
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("DISPLAY", ":0");
    let web = Web::of(&mut command);
    eventually("a browser was started", || {
        std::fs::read_to_string(&seen).is_ok_and(|text| text.ends_with('\n'))
    });
    let address = std::fs::read_to_string(&seen).expect("an address");
    assert!(
        !address.contains(&web.token),
        "other users see command lines"
    );
    let ticket = address
        .trim()
        .split("token=")
        .nth(1)
        .expect("a ticket")
        .to_owned();
    let enter = || {
        web.bare(
            &format!("GET /?token={ticket}"),
            &[("sec-fetch-site", "none")],
            "",
        )
    };
    assert_eq!(enter().status, 303);
    enter().refused(403, "token_wrong");
}

#[test]
fn where_there_is_no_workspace_or_directory_it_says_so() {
    let home = Home::new();
    home.run(["web", "--no-browser"]).refused(3, "no workspace");
    let home = Home::with_workspace();
    home.run(["web", "--assets-dir", "nowhere"])
        .refused(2, "there is no such directory");
    home.run(["web", "--print-token"])
        .refused(3, "no `backlog web` runs");
    home.run(["web", "--listen", "no.such.host.invalid"])
        .refused(2, "no.such.host.invalid");
    home.run(["web", "--listen", "localhost:x"])
        .refused(2, "no port");
}

#[test]
fn it_leaves_when_asked_also_while_somebody_listens() {
    let (_home, web) = serve();
    let mut events = web.events("/api/events?after=0", &[]);
    events.until("it begins", |seen| {
        seen.iter().any(|event| event.name == "ready")
    });
    assert_eq!(web.stop(), "");
}
