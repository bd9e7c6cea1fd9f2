//! `sync`: the projects of `backlog.json` come to be, and none ever goes.

use std::fs;

use backlog_tests::Home;
use serde_json::json;

fn write(home: &Home, text: &str) {
    fs::write(home.work().join("backlog.json"), text).expect("writable");
}

#[test]
fn missing_projects_are_made_and_the_others_stay_as_they_are() {
    let home = Home::with_project();
    write(
        &home,
        r#"{"version":1,"name":"my-workspace","description":"All of it.","projects":[
            {"alias":"api","name":"API Service","description":"d","repo_path":"/code/api"},
            {"alias":"app","name":"Another name"},{"alias":"web"}]}"#,
    );
    insta::assert_snapshot!(home.run(["sync"]).ok().stdout(), @r"
    added projects: api, web
    already exist: app
    ");
    let api = home.run(["project", "show", "api", "--json"]).json();
    assert_eq!(
        (&api["name"], &api["repo_path"]),
        (&json!("API Service"), &json!("/code/api"))
    );
    let app = home.run(["project", "show", "app", "--json"]).json();
    assert_eq!(app["name"], "My App");
    insta::assert_snapshot!(home.run(["sync"]).ok().stdout(), @r"
    added projects: none
    already exist: api, app, web
    ");
    write(&home, r#"{"version":1,"projects":[{"alias":"new"}]}"#);
    let synced = home.run(["sync", "--json"]).json();
    assert_eq!(synced, json!({"added": ["new"], "already_exist": []}));
    let list = home.run(["project", "list", "--json"]).json();
    assert_eq!(list["projects"].as_array().expect("a list").len(), 4);
}

#[test]
fn bad_entries_are_all_named_at_once_and_nothing_is_made() {
    let home = Home::with_project();
    write(
        &home,
        r#"{"projects":[{"alias":"api"},{"alias":"Bad One"},{"name":"x"},7,{"alias":"api"},{"alias":"b","name":3}]}"#,
    );
    let stderr = home.run(["sync"]).refused(2, "backlog.json").stderr();
    let told = stderr.split_once("backlog.json: ").expect("a path").1;
    insta::assert_snapshot!(told, @r#"
    projects[2].alias: it is missing; projects[3]: 7 is not an object; projects[5].name: 3 is not a text in quotes; projects[1]: "Bad One" is not an alias: 1 to 64 of a-z, 0-9 and -, not beginning with -; projects[4]: "api" is there twice
    hint: Nothing was written. Mend all of it, then: backlog sync
    "#);
    let list = home.run(["project", "list", "--json"]).json();
    assert_eq!(list["projects"].as_array().expect("a list").len(), 1);
}

#[test]
fn without_a_manifest_it_says_what_one_looks_like() {
    let home = Home::with_project();
    home.run(["sync"]).refused(3, "there is no ");
    for (text, fragment) in [
        ("", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ("{}", "it has no list of projects"),
        (
            r#"{"version":"1","projects":[]}"#,
            "version \"1\" is not known",
        ),
    ] {
        write(&home, text);
        home.run(["sync"]).refused(2, fragment);
    }
    write(&home, r#"{"projects":[],"owner":"me"}"#);
    let ran = home.run(["sync"]).ok();
    assert!(
        ran.stderr()
            .contains("fields that mean nothing here: owner"),
        "{}",
        ran.stderr()
    );
}
