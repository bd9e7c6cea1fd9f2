//! What a result is called, so that the next scan's result of the same flaw is
//! called the same, although the code around it has moved.
//!
//! `RULE@PATH#MARK`, where the mark is, as far as the tool says so: its
//! fingerprint, else the code it is about, else the message. Results that
//! share all three are numbered in the order in which they stand in the file.
//! The line is in none of these.

use std::{collections::HashMap, path::Path};

use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use super::model::Outcome;

/// GitHub's name for the hash of the line and its neighbours; beside it stands
/// the column, which moves more easily.
const LINE_HASH: &str = "primaryLocationLineHash";
/// Shorter ones are no fingerprints.
const SHORTEST: usize = 8;
/// Longer ones are shortened to a hash.
const LONGEST: usize = 80;

/// The names of all results of a run.
pub fn refs<'r>(
    results: &'r [Outcome],
    paths: &'r [String],
    rule: impl Fn(&'r Outcome) -> &'r str,
) -> Vec<String> {
    let mut names: Vec<String> = results
        .iter()
        .zip(paths)
        .map(|(result, path)| format!("{}@{path}#{}", rule(result), mark(result)))
        .collect();
    let mut order: Vec<usize> = (0..results.len()).collect();
    order.sort_by_key(|&index| {
        let region = results[index].place().map(|at| &at.region);
        region.map(|region| (region.start_line, region.start_column))
    });
    let mut counts: HashMap<String, u32> = HashMap::with_capacity(names.len());
    for index in order {
        let count = counts.entry(names[index].clone()).or_default();
        *count += 1;
        if *count > 1 {
            names[index] = format!("{}#{count}", names[index]);
        }
    }
    names
}

fn mark(result: &Outcome) -> String {
    let whole = result
        .fingerprints
        .values()
        .find(|mark| is_fingerprint(mark));
    if let Some(mark) = whole {
        return shortened(mark);
    }
    let partial = &result.partial_fingerprints;
    if let Some(mark) = partial.get(LINE_HASH).filter(|mark| is_fingerprint(mark)) {
        return shortened(mark);
    }
    if partial.values().any(|mark| is_fingerprint(mark)) {
        let all = partial.iter().map(|(name, mark)| format!("{name}={mark}"));
        return hash(&all.collect::<Vec<_>>().join(","));
    }
    let snippet = result.place().map_or("", |at| &at.region.snippet.text);
    let code = words(snippet);
    if !code.is_empty() {
        return hash(&code);
    }
    let message = &result.message;
    let text = message.text.as_deref().or(message.id.as_deref());
    hash(&words(&format!(
        "{} {}",
        text.unwrap_or_default(),
        message.arguments.join(" ")
    )))
}

/// Some tools fill the place in with a sentence: "requires login".
fn is_fingerprint(mark: &str) -> bool {
    mark.len() >= SHORTEST && !mark.contains(char::is_whitespace)
}

fn shortened(mark: &str) -> String {
    if mark.len() > LONGEST {
        hash(mark)
    } else {
        mark.to_owned()
    }
}

/// Indentation is not what a line says.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 48 bits are plenty among the results of one rule in one file.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The path of an artifact, below `root` where it is there.
pub fn path(uri: &str, root: &Path) -> String {
    let local = match uri.strip_prefix("file://") {
        // With or without a host: `file:///src`, `file://build-7/src`.
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => uri,
    };
    let decoded = percent_decode_str(local).decode_utf8_lossy();
    let path = decoded.replace('\\', "/");
    let root = format!("{}/", root.to_string_lossy().trim_end_matches('/'));
    let path = path.strip_prefix(&root).unwrap_or(&path);
    path.trim_start_matches("./").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_from_the_top_of_the_checkout() {
        let path = |uri| path(uri, Path::new("/home/me/app"));
        for uri in [
            "src/a b.js",
            "./src/a b.js",
            "src/a%20b.js",
            "src\\a b.js",
            "file:///home/me/app/src/a%20b.js",
            "file://host/home/me/app/src/a%20b.js",
            "/home/me/app/src/a b.js",
        ] {
            assert_eq!(path(uri), "src/a b.js", "{uri}");
        }
        assert_eq!(path("file:///home/me/apple/x.js"), "/home/me/apple/x.js");
        assert_eq!(path("file://"), "");
    }

    #[test]
    fn a_sentence_is_no_fingerprint() {
        assert!(is_fingerprint("39fa2ee980eb94b0:1"));
        assert!(!is_fingerprint("requires login"));
        assert!(!is_fingerprint("4"));
    }
}
