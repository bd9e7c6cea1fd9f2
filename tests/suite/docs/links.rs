//! No link within the repository is dead.

use std::{collections::HashSet, fs, path::Path};

use comrak::{
    Anchorizer, Arena,
    nodes::{Node, NodeValue},
    parse_document,
};

use super::{Page, options, top};

/// Where links of a page lead.
fn targets(text: &str) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let nodes = root.descendants();
    nodes
        .filter_map(|node| match &node.data.borrow().value {
            NodeValue::Link(link) | NodeValue::Image(link) => Some(link.url.clone()),
            _ => None,
        })
        .collect()
}

/// The anchors of a page's headings.
fn anchors(text: &str) -> HashSet<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options());
    let mut anchorizer = Anchorizer::new();
    let nodes = root.descendants();
    let headings = nodes.filter(|node| matches!(node.data.borrow().value, NodeValue::Heading(_)));
    headings
        .map(|node| anchorizer.anchorize(&words(node)))
        .collect()
}

fn words(heading: Node<'_>) -> String {
    let nodes = heading.descendants();
    nodes
        .filter_map(|node| match &node.data.borrow().value {
            NodeValue::Text(text) => Some(text.to_string()),
            NodeValue::Code(code) => Some(code.literal.clone()),
            _ => None,
        })
        .collect()
}

/// What is wrong with a link of a page, where something is.
fn problem(page: &Page, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let here = Path::new(&page.name).parent().unwrap_or(Path::new(""));
    let file = if path.is_empty() {
        top().join(&page.name)
    } else {
        top().join(here).join(path)
    };
    if !file.exists() {
        return Some(format!("{}: {target}: no such file", page.name));
    }
    if anchor.is_empty() {
        return None;
    }
    let text = fs::read_to_string(file).unwrap_or_default();
    let is_there = anchors(&text).contains(anchor);
    (!is_there).then(|| format!("{}: {target}: no such heading", page.name))
}

#[test]
fn every_link_within_the_repository_leads_somewhere() {
    let mut count = 0;
    let mut problems = Vec::new();
    for page in Page::all() {
        for target in targets(&page.text) {
            count += 1;
            problems.extend(problem(&page, &target));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(count > 60, "{count} links");
}

#[test]
fn every_page_can_be_reached_from_the_readme() {
    let mut reached = HashSet::from(["README.md".to_owned()]);
    let mut open = vec![Page::read("README.md")];
    while let Some(page) = open.pop() {
        let here = Path::new(&page.name).parent().unwrap_or(Path::new(""));
        for target in targets(&page.text) {
            let path = target.split('#').next().unwrap_or_default();
            let name = here.join(path).to_string_lossy().into_owned();
            if name.starts_with("docs/") && name.ends_with(".md") && reached.insert(name.clone()) {
                open.push(Page::read(&name));
            }
        }
    }
    for page in Page::all() {
        let is_reached = page.name == "CHANGELOG.md" || reached.contains(&page.name);
        assert!(is_reached, "nothing leads to {}", page.name);
    }
}
