//! What a search found, two lines each: what it is, and some of its text.

use backlog_api::{v1, view};

use super::{
    style::Style,
    task::number,
    text::{line, truncate, width},
};

/// Columns before the texts.
const INDENT: usize = 9;

/// The page.
pub fn list(hits: &[v1::SearchHit], style: Style, columns: Option<usize>) -> String {
    let columns = columns.unwrap_or(usize::MAX);
    let mut page = String::new();
    for hit in hits {
        let kind = view::entity_name(hit.kind());
        let name = match hit.task_seq {
            0 => hit.id.clone(),
            seq => number(seq),
        };
        let alias = hit.project.as_ref().map_or("", |project| &project.alias);
        let mut facts = format!("  {}", line(alias));
        if hit.task_seq != 0 {
            facts.push_str(" · ");
            facts.push_str(view::status_name(hit.task_status()));
        }
        let before = INDENT + width(&name) + 2;
        let rest = columns.saturating_sub(before + width(&facts)).max(1);
        let title = hit.title.clone().unwrap_or_default();
        page.push_str(&format!(
            "{}{name}  {}{}\n",
            style.cyan(&format!("{kind:<INDENT$}")),
            painted(&title, style, rest),
            style.dim(&facts)
        ));
        let snippet = hit.snippet.clone().unwrap_or_default();
        if !snippet.text.is_empty() {
            let text = painted(&snippet, style, columns.saturating_sub(INDENT));
            page.push_str(&format!("{:INDENT$}{text}\n", ""));
        }
    }
    page
}

/// The excerpt, its matches emphasised, in so many columns.
fn painted(excerpt: &v1::Excerpt, style: Style, columns: usize) -> String {
    let is_cut = width(&line(&excerpt.text)) > columns;
    // The ellipsis takes one.
    let mut left = columns.saturating_sub(usize::from(is_cut));
    let mut is_full = false;
    let mut painted = String::new();
    let mut chars = excerpt.text.chars();
    let mut at = 0;
    let mut put = |upto: usize, emphasised: bool| {
        let part: String = chars.by_ref().take(upto.saturating_sub(at)).collect();
        at = at.max(upto);
        if is_full || part.is_empty() {
            return;
        }
        let mut shown = line(&part).into_owned();
        match left.checked_sub(width(&shown)) {
            Some(rest) => left = rest,
            None => {
                // Something follows it in any case.
                shown.push(' ');
                shown = truncate(&shown, left + 1).into_owned();
                is_full = true;
            }
        }
        painted.push_str(&if emphasised {
            style.bold(&shown)
        } else {
            shown
        });
    };
    for found in &excerpt.matches {
        put(usize::try_from(found.start).unwrap_or(0), false);
        put(usize::try_from(found.end).unwrap_or(0), true);
    }
    put(usize::MAX, false);
    painted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, matches: &[(i32, i32)]) -> v1::Excerpt {
        v1::Excerpt {
            text: text.to_owned(),
            matches: matches
                .iter()
                .map(|&(start, end)| v1::ExcerptMatch { start, end })
                .collect(),
        }
    }

    #[test]
    fn matches_are_emphasised_and_nothing_is_sent_raw() {
        let found = excerpt("é\x1b log in", &[(3, 6)]);
        assert_eq!(
            painted(&found, Style::new(true), 80),
            "é\\x1b \x1b[1mlog\x1b[0m in"
        );
        assert_eq!(painted(&found, Style::new(false), 9), "é\\x1b lo…");
        assert_eq!(
            painted(&excerpt("ab", &[(5, 2)]), Style::new(false), 9),
            "ab"
        );
    }

    #[test]
    fn a_hit_is_two_lines_that_fit() {
        let hit = v1::SearchHit {
            kind: v1::EntityKind::Comment.into(),
            id: "01J".to_owned(),
            task_seq: 12,
            task_status: v1::TaskStatus::Doing.into(),
            project: Some(v1::ProjectRef {
                alias: "app".to_owned(),
                ..Default::default()
            }),
            title: Some(excerpt("Investigate the slow network path", &[])),
            snippet: Some(excerpt("the login form waits for it", &[(4, 9)])),
            updated_at: None,
        };
        assert_eq!(
            list(std::slice::from_ref(&hit), Style::new(false), Some(48)),
            "comment  TASK-12  Investigate the…  app · doing\n         the login form waits for it\n"
        );
        let wide = list(&[hit], Style::new(false), None);
        assert!(wide.contains("path  app · doing\n"), "{wide}");
    }
}
