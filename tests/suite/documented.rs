//! Tables of figures in the documentation that a test holds to be true.
//!
//! `BACKLOG_UPDATE_DOCS=1` writes them anew.

use std::{env, fs, path::Path};

/// Sees that the table between the marks `<!-- NAME -->` and `<!-- /NAME -->` of
/// a page has these rows; of numbers, that they are near: times and ids make
/// them differ a little.
#[track_caller]
pub fn holds(page: &str, name: &str, head: &[&str], rows: &[Vec<String>]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page);
    let text = fs::read_to_string(&path).expect(page);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = text.split_once(&begin).expect("the table's beginning");
    let (table, after) = rest.split_once(&end).expect("its end");
    if env::var_os("BACKLOG_UPDATE_DOCS").is_some() {
        let table = written(head, rows);
        fs::write(&path, format!("{before}{begin}{table}{end}{after}")).expect("it is written");
        return;
    }
    let how = "write it anew with BACKLOG_UPDATE_DOCS=1";
    let told: Vec<Vec<&str>> = table
        .lines()
        .skip(2)
        .map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(told.len(), rows.len(), "{page}: {how}");
    for (told, now) in told.iter().zip(rows) {
        let is_true =
            told.len() == now.len() && told.iter().zip(now).all(|(told, now)| near(told, now));
        assert!(is_true, "{page}: {told:?} but {now:?}: {how}");
    }
}

fn written(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = format!(
        "| {} |\n| --- |{}\n",
        head.join(" | "),
        " ---: |".repeat(head.len() - 1)
    );
    for row in rows {
        table.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    table
}

fn near(told: &str, now: &str) -> bool {
    match (told.parse::<usize>(), now.parse::<usize>()) {
        (Ok(told), Ok(now)) => told.abs_diff(now) <= 10 + now / 20,
        _ => told == now,
    }
}
