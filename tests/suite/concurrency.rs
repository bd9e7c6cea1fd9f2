//! Many processes at one workspace: nothing is lost, doubled or refused, with
//! a daemon that lives and with one that is killed again and again.

use std::{
    collections::BTreeMap,
    fs,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use backlog_tests::{
    Home, Ran,
    crowd::{at_once, at_once_despite},
    database::assert_sound,
    home::run,
};

/// Clients that work side by side, each with one command after the other.
const CLIENTS: usize = 32;
/// Between two `kill -9` of the daemon.
const KILL_EVERY: Duration = Duration::from_millis(300);
/// As many must have been killed for the test to mean something.
const KILLS: usize = 8;

/// How often a daemon of the workspace became ready.
fn daemons(home: &Home) -> usize {
    home.daemon().log().matches(" serving ").count()
}

fn add(home: &Home, title: &str) -> Ran {
    home.run(["task", "add", "--quiet", "-p", "app", "-t", title])
}

/// The number in the `TASK-N` that a quiet command prints.
fn number(ran: &Ran) -> u32 {
    let printed = ran.stdout();
    printed
        .trim()
        .strip_prefix("TASK-")
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{}: {printed:?}", ran.what))
}

/// How many tasks there are of each title.
fn titles(home: &Home) -> BTreeMap<String, usize> {
    let list = home
        .run(["task", "list", "--json", "--limit", "100000"])
        .json();
    let mut titles = BTreeMap::new();
    for task in list["tasks"].as_array().expect("a list of tasks") {
        let title = task["title"].as_str().expect("a title");
        *titles.entry(title.to_owned()).or_default() += 1;
    }
    titles
}

/// SQLite's own words, which nobody may ever get to see.
fn assert_never_locked(home: &Home, commands: &[Ran]) {
    let said = commands
        .iter()
        .map(Ran::stderr)
        .chain([home.daemon().log()]);
    for text in said {
        assert!(!text.contains("locked"), "{text}");
    }
}

#[test]
fn a_hundred_first_commands_start_one_daemon() {
    let home = Home::with_workspace();
    assert_eq!(daemons(&home), 0, "none runs yet");
    let commands = at_once(100, |number| {
        let alias = format!("p{number}");
        let command = match number % 4 {
            0 | 1 => vec!["project", "add", "--quiet", "--alias", &alias],
            2 => vec!["task", "list", "--json"],
            _ => vec!["activity", "--json"],
        };
        home.run(command).ok()
    });
    for command in &commands {
        assert_eq!(command.stderr(), "", "{}", command.what);
    }
    assert_eq!(daemons(&home), 1, "{}", home.daemon().log());
    let projects = home.run(["project", "list", "--json"]).json();
    assert_eq!(projects["projects"].as_array().map(Vec::len), Some(50));
    assert_never_locked(&home, &commands);
    assert_sound(&home);
}

#[test]
fn sixteen_hundred_tasks_of_thirty_two_clients_have_each_their_number() {
    const EACH: usize = 50;
    let home = Home::with_project();
    let commands = at_once(CLIENTS, |client| {
        (0..EACH)
            .map(|task| add(&home, &format!("{client}/{task}")).ok())
            .collect::<Vec<_>>()
    });
    let commands = commands.concat();
    let mut numbers: Vec<u32> = commands.iter().map(number).collect();
    numbers.sort_unstable();
    let expected: Vec<u32> = (1..).take(CLIENTS * EACH).collect();
    assert_eq!(numbers, expected);
    let titles = titles(&home);
    assert_eq!(titles.len(), CLIENTS * EACH);
    assert_eq!(daemons(&home), 1);
    assert_never_locked(&home, &commands);
    assert_sound(&home);
}

#[test]
fn a_daemon_killed_again_and_again_loses_and_doubles_nothing() {
    const EACH: usize = 15;
    const AT_MOST: usize = 300;
    let home = Home::with_project();
    let killed = AtomicUsize::new(0);
    let commands = at_once_despite(
        CLIENTS,
        |client| {
            // However fast the machine is, there are some kills to live with.
            let wanted = |task| task < EACH || killed.load(Ordering::Relaxed) < KILLS;
            (0..AT_MOST)
                .take_while(|task| wanted(*task))
                .map(|task| {
                    let title = format!("{client}/{task}");
                    let ran = add(&home, &title);
                    (title, ran)
                })
                .collect::<Vec<_>>()
        },
        KILL_EVERY,
        || {
            if home.daemon().kill() {
                killed.fetch_add(1, Ordering::Relaxed);
            }
        },
    );
    let commands = commands.concat();
    let kept = titles(&home);
    for (title, ran) in &commands {
        let kept = kept.get(title).copied().unwrap_or_default();
        match ran.code() {
            Some(0) => assert_eq!(kept, 1, "{title} was acknowledged: {}", ran.stdout()),
            _ => assert!(kept <= 1, "{title} is there {kept} times"),
        }
    }
    assert!(
        kept.keys()
            .all(|title| commands.iter().any(|(wanted, _)| wanted == title))
    );
    assert!(daemons(&home) > KILLS / 2, "{}", home.daemon().log());
    let commands: Vec<Ran> = commands.into_iter().map(|(_, ran)| ran).collect();
    assert_never_locked(&home, &commands);
    assert_sound(&home);
    // They repeat what was cut off, so nobody even notices.
    for command in commands {
        command.ok();
    }
}

#[test]
fn a_write_that_is_cut_off_ten_times_gets_through_and_is_there_once() {
    const CUT_OFF: usize = 10;
    let home = Home::with_project();
    home.run(["daemon", "stop"]).ok();
    let crash = home.path().join("crash");
    let mut crashes = 0;
    let mut seen = (None, Instant::now());
    let commands = at_once_despite(
        1,
        |_| {
            let mut command = home.command(["task", "add", "-p", "app", "-t", "persistent"]);
            let point = format!("reply:{}", crash.display());
            run(command.env("BACKLOG_TEST_CRASH", point))
        },
        Duration::from_millis(5),
        || {
            let daemon = home.daemon();
            if crashes < CUT_OFF {
                // The daemon dies of it between commit and answer.
                if !crash.exists() {
                    fs::write(&crash, "").expect("a file");
                    crashes += 1;
                }
            } else if seen.0 != daemon.instance() {
                seen = (daemon.instance(), Instant::now());
            } else if seen.1.elapsed() > KILL_EVERY {
                // From here on a daemon lives long enough for who does not
                // first wait for a while.
                daemon.kill();
            }
        },
    );
    commands[0].clone().ok();
    assert_eq!(
        titles(&home),
        BTreeMap::from([("persistent".to_owned(), 1)])
    );
    assert_sound(&home);
}
