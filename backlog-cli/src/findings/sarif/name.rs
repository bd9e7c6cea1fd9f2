//! What a result is called, so that the next scan's result of the same flaw is
//! called the same, although the code around it has moved.
//!
//! `RULE@PATH#MARK`, where the mark is, as far as the tool says so: its
//! fingerprint, else the code it is about, else the message. Results that
//! share all three are numbered in the order in which they stand in the file.
//! The line is in none of these.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use super::model::{ArtifactLocation, Outcome};

/// GitHub's name for the hash of the line and its neighbours; beside it stands
/// the column, which moves more easily.
const LINE_HASH: &str = "primaryLocationLineHash";
/// Shorter ones are no fingerprints.
const SHORTEST: usize = 8;
/// Longer ones are shortened to a hash.
const LONGEST: usize = 80;

/// A result, before it is told from others of the same name.
pub struct Named<'r> {
    /// The tool.
    pub source: &'r str,
    /// Which run of the file it is in.
    pub run: usize,
    /// `RULE@PATH#MARK`.
    pub name: String,
    /// Where in the file it begins: line and column.
    pub region: (Option<u64>, Option<u64>),
}

impl<'r> Named<'r> {
    pub fn of(result: &Outcome, source: &'r str, run: usize, rule: &str, path: &str) -> Self {
        let region = result.place().map(|at| &at.region);
        Self {
            source,
            run,
            name: format!("{rule}@{path}#{}", mark(result)),
            region: region.map_or((None, None), |at| (at.start_line, at.start_column)),
        }
    }
}

/// The names of all results of a file, each its own; `None` for one that an
/// earlier run of the same tool tells as well, at the same place.
pub fn refs(results: &[Named<'_>]) -> Vec<Option<String>> {
    let mut names = vec![None; results.len()];
    let mut order: Vec<usize> = (0..results.len()).collect();
    order.sort_by_key(|&index| results[index].region);
    let mut in_run: HashMap<_, u32> = HashMap::new();
    let mut told = HashSet::new();
    let mut counts: HashMap<_, u32> = HashMap::new();
    for index in order {
        let Named {
            source,
            run,
            name,
            region,
        } = &results[index];
        // One run may tell several of one place.
        let nth = in_run.entry((run, source, name, region)).or_default();
        *nth += 1;
        if !told.insert((source, name, region, *nth)) {
            continue;
        }
        let count = counts.entry((source, name)).or_default();
        *count += 1;
        names[index] = Some(match count {
            1 => name.clone(),
            more => format!("{name}#{more}"),
        });
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

/// The path of an artifact, below `root` where it is there. What it is relative
/// to counts as far as that is: the top of a checkout elsewhere is as good as
/// this one's.
pub fn path(
    artifact: &ArtifactLocation,
    bases: &BTreeMap<String, ArtifactLocation>,
    root: &Path,
) -> String {
    let mut path = local(&artifact.uri);
    let mut next = artifact.uri_base_id.as_ref();
    // A base may have a base; each is looked at once, be there a circle.
    for _ in 0..=bases.len() {
        let Some(base) = next.and_then(|id| bases.get(id)) else {
            break;
        };
        if path.starts_with('/') {
            break;
        }
        let above = local(&base.uri);
        if !above.starts_with('/') || below(&above, root).is_some() {
            path = format!("{above}{path}");
        }
        next = base.uri_base_id.as_ref();
    }
    below(&path, root)
        .unwrap_or(&path)
        .trim_start_matches("./")
        .to_owned()
}

/// The path that a URI is of.
fn local(uri: &str) -> String {
    let local = match uri.strip_prefix("file://") {
        // With or without a host: `file:///src`, `file://build-7/src`.
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => uri,
    };
    percent_decode_str(local)
        .decode_utf8_lossy()
        .replace('\\', "/")
}

/// A path below a directory, from there.
fn below<'p>(path: &'p str, dir: &Path) -> Option<&'p str> {
    let dir = format!("{}/", dir.to_string_lossy().trim_end_matches('/'));
    path.strip_prefix(&dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(uri: &str, base: Option<&str>) -> ArtifactLocation {
        ArtifactLocation {
            uri: uri.to_owned(),
            uri_base_id: base.map(str::to_owned),
        }
    }

    #[test]
    fn a_path_is_relative_to_its_base() {
        let bases = BTreeMap::from([
            ("TOP".to_owned(), at("file:///home/me/app/", None)),
            ("API".to_owned(), at("packages/api/", Some("TOP"))),
            (
                "WEB".to_owned(),
                at("file:///home/me/app/packages/web/", None),
            ),
            ("CI".to_owned(), at("file:///build/7/", None)),
            ("IN_CI".to_owned(), at("packages/api/", Some("CI"))),
            ("UNKNOWN".to_owned(), at("", None)),
            ("CIRCLE".to_owned(), at("x/", Some("CIRCLE"))),
        ]);
        let path = |uri, base| path(&at(uri, Some(base)), &bases, Path::new("/home/me/app"));
        for (uri, base, whole) in [
            ("a.js", "TOP", "a.js"),
            ("a.js", "API", "packages/api/a.js"),
            ("a.js", "WEB", "packages/web/a.js"),
            ("a.js", "CI", "a.js"),
            ("a.js", "IN_CI", "packages/api/a.js"),
            ("a.js", "UNKNOWN", "a.js"),
            ("a.js", "NOT_THERE", "a.js"),
            ("file:///home/me/app/b.js", "API", "b.js"),
        ] {
            assert_eq!(path(uri, base), whole, "{uri} in {base}");
        }
        assert!(path("a.js", "CIRCLE").ends_with("x/a.js"));
    }

    #[test]
    fn paths_are_taken_from_the_top_of_the_checkout() {
        let path = |uri| path(&at(uri, None), &BTreeMap::new(), Path::new("/home/me/app"));
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
