//! Making what came from elsewhere what a thing here has to be, as little as
//! that takes, and remembering what was changed.

use std::collections::BTreeMap;

use crate::domain::{
    Actor, ActorKind, Moment,
    foreign::ForeignActor,
    label::check_color,
    memory::Tags,
    project::Alias,
    task::{Priority, Status, TaskType},
    text::LINE_CHARS,
};

/// Examples that are told of each change.
const EXAMPLES: usize = 5;

/// What was changed, and in which things.
#[derive(Debug, Default)]
pub(super) struct Mended(BTreeMap<&'static str, (u64, Vec<String>)>);

impl Mended {
    /// Notes a change: `what` says which, as it stands before the number.
    pub(super) fn note(&mut self, what: &'static str, at: &str) {
        let (count, examples) = self.0.entry(what).or_default();
        *count += 1;
        if examples.len() < EXAMPLES && !at.is_empty() && !examples.iter().any(|one| one == at) {
            examples.push(at.to_owned());
        }
    }

    /// A sentence each.
    pub(super) fn sentences(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|(what, (count, examples))| {
                let more = if examples.is_empty() {
                    String::new()
                } else if *count > examples.len() as u64 {
                    format!(" ({}, …)", examples.join(", "))
                } else {
                    format!(" ({})", examples.join(", "))
                };
                format!("{what}: {count}{more}")
            })
            .collect()
    }

    /// Text without NUL, at which half the tools that read it would stop.
    pub(super) fn body(&mut self, text: String, at: &str) -> String {
        if !text.contains('\0') {
            return text;
        }
        self.note("texts in which NUL became U+FFFD", at);
        text.replace('\0', "\u{fffd}")
    }

    /// One line of at most 255 characters, not trimmed.
    pub(super) fn line(&mut self, text: String, at: &str) -> String {
        let text = self.one_line(text, at);
        if text.chars().count() <= LINE_CHARS {
            return text;
        }
        self.note("lines cut to 255 characters", at);
        cut(&text)
    }

    fn one_line(&mut self, text: String, at: &str) -> String {
        if !text.contains(char::is_control) {
            return text;
        }
        self.note("lines in which control characters became spaces", at);
        let spaced: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        spaced.trim().to_owned()
    }

    /// A line that is not empty.
    pub(super) fn required_line(&mut self, text: String, instead: &str, at: &str) -> String {
        let line = self.line(text, at);
        if line.is_empty() {
            self.note("names and titles that were empty", at);
            instead.to_owned()
        } else {
            line
        }
    }

    /// A title, and the body under it. One that is too long is cut, and the
    /// whole of it begins the body.
    pub(super) fn title(&mut self, title: String, body: String, at: &str) -> (String, String) {
        let body = self.body(body, at);
        let title = self.one_line(title, at);
        if title.chars().count() > LINE_CHARS {
            self.note(
                "titles cut to 255 characters, the whole of them begins the text",
                at,
            );
            let whole = if body.is_empty() {
                title.clone()
            } else {
                format!("{title}\n\n{body}")
            };
            return (cut(&title), whole);
        }
        (self.required_line(title, "(untitled)", at), body)
    }

    pub(super) fn actor(&mut self, actor: ForeignActor, at: &str) -> Actor {
        let ForeignActor { kind, name } = actor;
        let known = ActorKind::from_word(&kind).unwrap_or_else(|| {
            self.note("actors of an unknown kind, taken for programs", at);
            ActorKind::Ai
        });
        let name = self.line(name, at);
        let name = if name.trim().is_empty() {
            self.note("actors without a name, called unknown", at);
            "unknown".to_owned()
        } else {
            name
        };
        Actor::stored(known, name)
    }

    pub(super) fn kind(&mut self, word: &str, at: &str) -> TaskType {
        TaskType::from_word(&word.to_lowercase().replace('_', "-")).unwrap_or_else(|| {
            self.note("tasks of an unknown type, now of type task", at);
            TaskType::Task
        })
    }

    /// A status, by other names too.
    pub(super) fn status(&mut self, word: &str, completed: bool, at: &str) -> Status {
        if let Some(status) = Status::from_word(word) {
            return status;
        }
        self.note("tasks of an unknown status, now with the nearest", at);
        match word.to_lowercase().replace(['-', ' '], "_").as_str() {
            "done" | "closed" | "completed" | "resolved" => Status::Done,
            "doing" | "in_progress" | "started" => Status::Doing,
            "todo" | "open" => Status::Todo,
            _ if completed => Status::Done,
            _ => Status::Todo,
        }
    }

    pub(super) fn priority(&mut self, number: i64, at: &str) -> Priority {
        Priority::new(number).unwrap_or_else(|_| {
            self.note("priorities outside P1 to P5, now the nearest", at);
            Priority::new(number.clamp(1, 5)).unwrap_or(Priority::DEFAULT)
        })
    }

    /// A priority as a word, `P1` or `1`.
    pub(super) fn priority_word(&mut self, word: &str, at: &str) -> i64 {
        let number = word.trim().trim_start_matches(['P', 'p']).parse();
        number.unwrap_or_else(|_| {
            self.note("priorities that cannot be read, now P3", at);
            Priority::DEFAULT.number()
        })
    }

    /// A time as a word: RFC 3339, as far as 64 bits of nanoseconds go.
    pub(super) fn moment(&mut self, word: &str, at: &str) -> Option<Moment> {
        let time = word.trim().parse::<jiff::Timestamp>().ok();
        let nanos = time.and_then(|time| i64::try_from(time.as_nanosecond()).ok());
        if nanos.is_none() {
            self.note("times that are not RFC 3339, left out", at);
        }
        nanos.map(Moment)
    }

    pub(super) fn color(&mut self, color: &str, at: &str) -> String {
        check_color(color).unwrap_or_else(|_| {
            self.note("labels whose colour was none, now without", at);
            String::new()
        })
    }

    /// An alias, and whether it is the one that was given.
    pub(super) fn alias(&mut self, given: &str) -> (String, bool) {
        if let Ok(alias) = Alias::parse(given) {
            return (alias.as_str().to_owned(), true);
        }
        let words: String = given
            .chars()
            .map(|c| match c.to_ascii_lowercase() {
                c @ ('a'..='z' | '0'..='9') => c,
                _ => '-',
            })
            .collect();
        let alias: String = words.trim_matches('-').chars().take(60).collect();
        let alias = if alias.is_empty() {
            "imported".to_owned()
        } else {
            alias
        };
        self.note("projects that needed another alias", given);
        (alias, false)
    }

    pub(super) fn tags(&mut self, tags: &[String], at: &str) -> Tags {
        if let Ok(tags) = Tags::check(tags) {
            return tags;
        }
        self.note("entries of memory whose tags were changed", at);
        let fitting = tags
            .iter()
            .map(|tag| {
                let tag: String = tag
                    .chars()
                    .map(|c| if c.is_control() || c == ',' { ' ' } else { c })
                    .collect();
                tag.trim()
                    .chars()
                    .take(64)
                    .collect::<String>()
                    .trim()
                    .to_owned()
            })
            .filter(|tag| !tag.is_empty());
        Tags::stored(fitting.collect())
    }
}

fn cut(text: &str) -> String {
    let mut kept: String = text.chars().take(LINE_CHARS - 1).collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_is_cut_and_nothing_of_it_is_lost() {
        let mut mended = Mended::default();
        let long = "漢".repeat(300);
        let (title, body) = mended.title(long.clone(), "text".to_owned(), "TASK-1");
        assert_eq!(title.chars().count(), 255);
        assert_eq!(body, format!("{long}\n\ntext"));
        let fitting = "漢".repeat(255);
        assert_eq!(
            mended.title(fitting.clone(), String::new(), "TASK-2").0,
            fitting
        );
        assert_eq!(
            mended.sentences(),
            ["titles cut to 255 characters, the whole of them begins the text: 1 (TASK-1)"]
        );
    }

    #[test]
    fn what_is_right_stays_as_it_is() {
        let mut mended = Mended::default();
        assert_eq!(mended.line(" a ".to_owned(), ""), " a ");
        assert_eq!(mended.alias("app").0, "app");
        assert_eq!(mended.kind("bucket-list", ""), TaskType::BucketList);
        assert!(mended.sentences().is_empty());
    }

    #[test]
    fn what_is_wrong_becomes_the_nearest_that_is_right() {
        let mut mended = Mended::default();
        assert_eq!(mended.alias("My App!").0, "my-app");
        assert_eq!(mended.status("in progress", false, ""), Status::Doing);
        assert_eq!(mended.status("?", true, ""), Status::Done);
        assert_eq!(mended.priority(9, "").number(), 5);
        assert_eq!(mended.body("a\0b".to_owned(), ""), "a\u{fffd}b");
        assert_eq!(mended.line("a\nb".to_owned(), ""), "a b");
        assert_eq!(mended.color("red", ""), "");
    }
}
