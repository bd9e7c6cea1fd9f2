//! One search over everything: what is found, where, in which order, and what
//! is not.

use std::{ops::RangeInclusive, sync::Arc};

use backlog_api::{
    client::{Client, ClientOptions, Start},
    v1,
    workspace::Workspace,
};
use backlog_tests::{Home, home::run};
use serde_json::Value;
use tokio::task::JoinSet;

/// A workspace in which the same word stands in one thing of each kind.
fn home() -> Home {
    let home = Home::with_project();
    let tls = "Renew the zebra certificate";
    home.run(["task", "add", "-t", tls, "-d", "Before May."])
        .ok();
    home.run(["task", "add", "-t", "Rate limits"]).ok();
    home.run(["task", "add", "-t", "Log rotation"]).ok();
    let plan = [
        "plan",
        "add",
        "--task",
        "2",
        "--title",
        "Steps",
        "--content",
    ];
    home.run([plan.as_slice(), &["1. ask the zebra team"]].concat())
        .ok();
    home.run(["comment", "add", "--task", "3", "The zebra host is full."])
        .ok();
    let doc = ["doc", "add", "--title", "Hosts", "--content"];
    home.run([doc.as_slice(), &["zebra: 10.0.0.7"]].concat())
        .ok();
    home.run(["memory", "add", "Zebra has no TLS", "--tag", "staging"])
        .ok();
    home
}

fn search(home: &Home, args: &[&str]) -> Value {
    let found = home.run([&["search", "--json"], args].concat()).json();
    let schema = backlog_api::schema::of::<backlog_api::view::Hits>();
    jsonschema::validate(&schema, &found).unwrap_or_else(|error| panic!("{error}: {found}"));
    found
}

/// Kind and place of each hit.
fn hits(found: &Value) -> Vec<String> {
    let hits = found["hits"].as_array().expect("a list of hits");
    assert_eq!(found["page"]["count"], hits.len());
    hits.iter()
        .map(|hit| {
            let kind = hit["kind"].as_str().expect("a kind");
            match hit["ref"].as_str() {
                Some(task) => format!("{kind} {task}"),
                None => kind.to_owned(),
            }
        })
        .collect()
}

fn sorted(found: &Value) -> Vec<String> {
    let mut hits = hits(found);
    hits.sort();
    hits
}

/// The texts that are marked in a hit's title and snippet.
fn matches(hit: &Value) -> Vec<String> {
    let mut marked = Vec::new();
    for (text, ranges) in [("title", "title_matches"), ("snippet", "snippet_matches")] {
        for range in hit[ranges].as_array().into_iter().flatten() {
            let end = |end: usize| range[end].as_u64().expect("a number") as usize;
            let chars = hit[text].as_str().expect("a text").chars();
            marked.push(chars.take(end(1)).skip(end(0)).collect());
        }
    }
    marked
}

#[test]
fn a_word_is_found_in_everything_and_shown_where_it_stands() {
    let home = home();
    let found = search(&home, &["zebra"]);
    assert_eq!(
        sorted(&found),
        [
            "comment TASK-3",
            "doc",
            "memory",
            "plan TASK-2",
            "task TASK-1"
        ]
    );
    assert_eq!(found["page"]["total"], 5);
    for hit in found["hits"].as_array().unwrap() {
        let marked = matches(hit);
        assert_eq!(marked.len(), 1, "{hit}");
        assert_eq!(marked[0].to_lowercase(), "zebra", "{hit}");
        assert_eq!(hit["project"]["alias"], "app");
    }
    let memory = search(&home, &["staging"]);
    assert_eq!(memory["hits"][0]["title"], "staging");
    assert_eq!(memory["hits"][0]["snippet"], "Zebra has no TLS");
}

#[test]
fn the_id_of_a_hit_is_that_of_the_thing() {
    let home = home();
    let id = |kind| {
        let found = search(&home, &["zebra", "--kind", kind]);
        assert_eq!(found["page"]["total"], 1, "{found}");
        found["hits"][0]["id"].as_str().unwrap().to_owned()
    };
    let doc = home.run(["doc", "show", &id("doc"), "--json"]).json();
    assert_eq!(doc["title"], "Hosts");
    let plan = home.run(["plan", "show", &id("plan"), "--json"]).json();
    assert_eq!(plan["version"]["title"], "Steps");
    let task = home.run(["task", "show", &id("task"), "--json"]).json();
    assert_eq!(task["ref"], "TASK-1");
    home.run(["comment", "delete", &id("comment")]).ok();
    home.run(["memory", "delete", &id("memory")]).ok();
    assert_eq!(
        sorted(&search(&home, &["zebra"])),
        ["doc", "plan TASK-2", "task TASK-1"]
    );
}

#[test]
fn kinds_look_into_their_own_texts_only() {
    let home = home();
    let with = |kinds: &[&str]| {
        let mut args = vec!["zebra"];
        for kind in kinds {
            args.extend(["--kind", kind]);
        }
        sorted(&search(&home, &args))
    };
    assert_eq!(with(&["task"]), ["task TASK-1"]);
    assert_eq!(with(&["plan"]), ["plan TASK-2"]);
    assert_eq!(with(&["comment"]), ["comment TASK-3"]);
    assert_eq!(with(&["doc"]), ["doc"]);
    assert_eq!(with(&["memory"]), ["memory"]);
    assert_eq!(with(&["memory", "plan"]), ["memory", "plan TASK-2"]);
    assert_eq!(with(&["memory,doc"]), ["doc", "memory"]);
    home.run(["search", "zebra", "--kind", "label"])
        .refused(2, "label");
}

#[test]
fn the_words_may_be_spread_over_a_task_its_plans_and_comments() {
    let home = home();
    let found = search(&home, &["rate", "team"]);
    assert_eq!(hits(&found), ["task TASK-2"]);
    assert_eq!(matches(&found["hits"][0]), ["Rate"]);
    let found = search(&home, &["rotation", "full"]);
    assert_eq!(hits(&found), ["task TASK-3"]);
    // All in one text: that one is shown.
    let found = search(&home, &["host", "full"]);
    assert_eq!(hits(&found), ["comment TASK-3"]);
    assert_eq!(found["hits"][0]["title"], "Log rotation");
    assert_eq!(matches(&found["hits"][0]), ["host", "full"]);
    // Not in plans alone.
    assert_eq!(
        search(&home, &["rate team", "--kind", "plan"])["page"]["total"],
        0
    );
}

#[test]
fn no_query_is_an_error() {
    let home = home();
    for (query, found) in [
        ("zeb*", 5),
        ("\"zebra host\"", 1),
        ("certificate OR 10.0.0.7", 2),
        ("zebra NOT host", 4),
        ("\"zebra", 5),
        ("zebra NOT", 0),
        ("title:zebra", 0),
        ("zebra) OR (", 0),
        ("*", 0),
        ("???", 0),
        ("{marks} : p1", 0),
        ("zébra", 5),
        ("ZEBRA", 5),
    ] {
        let page = search(&home, &["--", query]);
        assert_eq!(page["page"]["total"], found, "{query}: {page}");
    }
    home.run(["search"]).refused(2, "QUERY");
}

#[test]
fn what_is_deleted_or_archived_is_not_found() {
    let home = home();
    home.run(["project", "add", "--alias", "old"]).ok();
    home.run(["task", "add", "-p", "old", "-t", "Old zebra"])
        .ok();
    home.run(["memory", "add", "-p", "old", "An old zebra"])
        .ok();
    assert_eq!(search(&home, &["zebra"])["page"]["total"], 7);
    home.run(["task", "archive", "1"]).ok();
    home.run(["project", "archive", "old"]).ok();
    assert_eq!(search(&home, &["zebra"])["page"]["total"], 4);
    assert_eq!(
        search(&home, &["zebra", "--include-archived"])["page"]["total"],
        7
    );
    assert_eq!(search(&home, &["zebra", "-p", "old"])["page"]["total"], 2);
    assert_eq!(search(&home, &["zebra", "-p", "app"])["page"]["total"], 4);
    home.run(["project", "delete", "old"]).ok();
    assert_eq!(
        search(&home, &["zebra", "--include-archived"])["page"]["total"],
        5
    );
    home.run(["search", "zebra", "-p", "old"]).refused(3, "old");
}

#[test]
fn pages_follow_one_another_without_gap_or_repetition() {
    let home = home();
    let all = hits(&search(&home, &["zebra"]));
    let mut paged = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut args = vec!["zebra", "--limit", "2"];
        if let Some(cursor) = &cursor {
            args.extend(["--cursor", cursor]);
        }
        let page = search(&home, &args);
        assert_eq!(page["page"]["total"], 5);
        paged.extend(hits(&page));
        match page["page"]["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(paged, all);
    let foreign = cursor.expect("there were pages");
    home.run(["search", "tls", "--cursor", &foreign])
        .refused(2, "page");
}

#[test]
fn a_snippet_is_one_short_line_around_the_words() {
    let home = home();
    let text = format!(
        "{}\nthe 登录 okapi\there\n{}",
        "lorem ".repeat(9_000),
        "ipsum ".repeat(900)
    );
    home.run(["task", "update", "2", "-d", &text]).ok();
    for query in ["okapi", "登录"] {
        let found = search(&home, &[query]);
        let hit = &found["hits"][0];
        assert_eq!(matches(hit), [query]);
        let snippet = hit["snippet"].as_str().unwrap();
        assert!(
            snippet.contains("lorem the 登录 okapi here ipsum"),
            "{snippet}"
        );
        assert!(snippet.chars().count() < 180, "{snippet}");
    }
}

/// Adds a task for each number, by one client and many calls at once.
fn fill(home: &Home, numbers: RangeInclusive<usize>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let workspace = Workspace::at_database(&home.database()).expect("a workspace");
    let client = Arc::new(Client::new(
        workspace,
        ClientOptions {
            caller: Default::default(),
            start: Start::Never,
            may_replace: false,
            in_process: None,
            never_daemon: false,
        },
    ));
    runtime.block_on(async {
        let mut calls = JoinSet::new();
        for number in numbers {
            let client = Arc::clone(&client);
            calls.spawn(async move {
                let fields = v1::TaskFields {
                    title: format!("heron {number}"),
                    ..Default::default()
                };
                let request = v1::CreateTaskRequest {
                    fields: Some(fields),
                    ..Default::default()
                };
                client.call(request).await.expect("a task is made");
            });
        }
        calls.join_all().await;
    });
}

#[test]
fn too_many_matches_come_newest_first_and_say_so() {
    let home = Home::with_project();
    home.run(["memory", "add", "an early heron"]).ok();
    fill(&home, 1..=999);
    let ranked = search(&home, &["heron"]);
    assert_eq!(ranked["page"]["total"], 1_000);
    assert_eq!(ranked["page"]["unranked"], Value::Null);
    assert!(hits(&ranked).contains(&"memory".to_owned()), "{ranked}");

    home.run(["doc", "add", "--title", "The late heron"]).ok();
    let newest = search(&home, &["heron", "--limit", "2"]);
    assert_eq!(newest["page"]["total"], 1_001);
    assert_eq!(newest["page"]["unranked"], true);
    assert_eq!(hits(&newest), ["doc", "task TASK-999"]);
    let all = hits(&search(&home, &["heron", "--limit", "2000"]));
    assert_eq!(all.len(), 1_001);
    assert_eq!(all[1_000], "memory");
    let told = home.run(["search", "heron", "--limit", "1"]).ok().stdout();
    assert!(told.contains("unranked: too many match"), "{told}");
}

#[test]
fn people_see_what_and_where_in_two_lines() {
    let home = home();
    let found = home.run(["search", "zebra", "--kind", "task,plan"]).ok();
    insta::assert_snapshot!(found.stdout(), @"
    task     TASK-1  Renew the zebra certificate  app · todo
             Before May.
    plan     TASK-2  Steps  app · todo
             1. ask the zebra team
    ");
    let one = home
        .run(["search", "zebra", "--kind", "task,plan", "--limit", "1"])
        .ok();
    assert!(
        one.stdout().ends_with("showing 1 of 2\n"),
        "{}",
        one.stdout()
    );
    let none = home.run(["search", "unicorn"]).ok();
    assert_eq!(none.stdout(), "Nothing matches.\n");
    let quiet = home.run(["search", "unicorn", "--quiet"]).ok();
    assert_eq!(quiet.stdout(), "");
    let mut coloured = home.command(["search", "tls", "--color", "always"]);
    assert!(run(&mut coloured).ok().stdout().contains("\u{1b}[1mTLS"));
}
