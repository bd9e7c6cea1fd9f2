//! `backlog schema`: the shapes that scripts rely on.

use backlog_tests::Home;

#[test]
fn every_schema_that_is_listed_is_printed_whole_and_without_a_workspace() {
    let home = Home::new();
    let list = home.run(["schema", "--json"]).json();
    let names: Vec<&str> = list["schemas"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|schema| schema["name"].as_str())
        .collect();
    assert!(names.len() > 40, "{names:?}");
    let table = home.run(["schema"]).ok().stdout();
    for name in names {
        assert!(table.contains(name), "{name}");
        let schema = home.run(["schema", name]).json();
        assert_eq!(
            schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
            "{name}"
        );
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_schema_that_is_not_there_is_told_of() {
    let home = Home::new();
    insta::assert_snapshot!(home.run(["schema", "tsk"]).exits(3).stderr(), @r#"
    error: there is no schema "tsk"
    hint: See the schemas: backlog schema
    "#);
}
