//! Which files a task will touch: globs over paths from the project's root.
//!
//! `*` and `?` stay within a path's segment, `**` spans segments, `[…]` is one
//! character. A glob also means everything below what it names, so `src/auth`
//! is `src/auth/**`.

use super::refusal::Refusal;

const MOST: usize = 100;
const LONGEST: usize = 1_024;

/// The globs of a task, checked. Empty: it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope(Vec<String>);

impl Scope {
    /// Reads globs as a caller gave them.
    ///
    /// # Errors
    /// For more than 100, an empty one, one over 1,024 bytes, one with control
    /// characters, or one that leads out of the project.
    pub fn check(given: &[String]) -> Result<Self, Refusal> {
        let invalid = |problem: String| Refusal::invalid("scope", problem);
        if given.len() > MOST {
            return Err(invalid(format!(
                "a scope has at most {MOST} globs, not {}",
                given.len()
            )));
        }
        let mut globs: Vec<String> = Vec::with_capacity(given.len());
        for glob in given {
            let glob = glob.trim().trim_start_matches("./").trim_end_matches('/');
            if glob.is_empty() {
                return Err(invalid("a glob in the scope is empty".to_owned()));
            }
            if glob.len() > LONGEST {
                return Err(invalid(format!(
                    "a glob in the scope has at most {LONGEST} bytes, not {}",
                    glob.len()
                )));
            }
            let leaves = glob.starts_with('/') || glob.split('/').any(|part| part == "..");
            if leaves || glob.chars().any(char::is_control) {
                return Err(invalid(format!(
                    "{glob:?} is no scope: write globs over paths from the project's root, like src/auth/**"
                )));
            }
            if !globs.iter().any(|known| known == glob) {
                globs.push(glob.to_owned());
            }
        }
        Ok(Self(globs))
    }

    /// As it was stored, a line each.
    #[must_use]
    pub fn from_lines(lines: &str) -> Self {
        Self(lines.lines().map(str::to_owned).collect())
    }

    /// A line each.
    #[must_use]
    pub fn to_lines(&self) -> String {
        self.0.join("\n")
    }

    /// The globs.
    #[must_use]
    pub fn globs(&self) -> &[String] {
        &self.0
    }

    /// Whether there may be a file in both. A scope that does not say overlaps
    /// with none.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0
            .iter()
            .any(|one| other.0.iter().any(|two| globs_overlap(one, two)))
    }
}

fn globs_overlap(one: &str, two: &str) -> bool {
    let segments = |glob: &'_ str| -> Vec<String> {
        glob.split('/').chain(["**"]).map(str::to_owned).collect()
    };
    intersect(
        &segments(one),
        &segments(two),
        &|segment| segment == "**",
        &|one, two| one == "**" || two == "**" || segments_overlap(one, two),
    )
}

/// Whether one word of characters can match both patterns. Classes and braces
/// count as anything: too careful, never too careless.
fn segments_overlap(one: &str, two: &str) -> bool {
    intersect(
        &elements(one),
        &elements(two),
        &|element| *element == Element::Any,
        &|one, two| match (one, two) {
            (Element::Char(one), Element::Char(two)) => one == two,
            _ => true,
        },
    )
}

#[derive(PartialEq)]
enum Element {
    Char(char),
    One,
    Any,
}

fn elements(segment: &str) -> Vec<Element> {
    let mut elements = Vec::new();
    let mut rest = segment.chars();
    while let Some(next) = rest.next() {
        elements.push(match next {
            '*' => Element::Any,
            '?' => Element::One,
            '[' => {
                rest.by_ref().find(|c| *c == ']');
                Element::One
            }
            '{' => {
                rest.by_ref().find(|c| *c == '}');
                Element::Any
            }
            '\\' => Element::Char(rest.next().unwrap_or('\\')),
            literal => Element::Char(literal),
        });
    }
    elements
}

/// Whether some sequence matches both patterns, where `many` elements match
/// any run and the others one that `meet` allows. By rows: which beginnings of
/// `two` can go with the first elements of `one`.
fn intersect<T>(
    one: &[T],
    two: &[T],
    many: &impl Fn(&T) -> bool,
    meet: &impl Fn(&T, &T) -> bool,
) -> bool {
    let mut row = vec![false; two.len() + 1];
    row[0] = true;
    for (at, other) in two.iter().enumerate() {
        row[at + 1] = row[at] && many(other);
    }
    for element in one {
        let mut next = vec![false; two.len() + 1];
        next[0] = row[0] && many(element);
        for (at, other) in two.iter().enumerate() {
            let skips = (many(element) && row[at + 1]) || (many(other) && next[at]);
            let runs = (many(element) && next[at]) || (many(other) && row[at + 1]);
            next[at + 1] = skips || runs || (row[at] && meet(element, other));
        }
        row = next;
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(globs: &[&str]) -> Scope {
        let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        Scope::check(&globs).expect("a valid scope")
    }

    #[test]
    fn scopes_overlap_where_a_file_could_be_in_both() {
        for (one, two) in [
            ("src/auth/**", "src/auth/login.rs"),
            ("src/auth", "src/auth/login.rs"),
            ("src/auth/", "./src/auth/x/y.rs"),
            ("**/*.rs", "src/a/b.rs"),
            ("**", "anything"),
            ("src/*.rs", "src/lib.rs"),
            ("src/*.rs", "src/a*"),
            ("src/[ab].rs", "src/a.rs"),
            ("src/{a,b}.rs", "src/a.rs"),
            ("a/**/z", "a/b/c/z"),
            ("a/**/z", "a/z"),
            ("*/x", "y/*"),
            ("**/b/**", "a/**/c"),
        ] {
            assert!(scope(&[one]).overlaps(&scope(&[two])), "{one} {two}");
            assert!(scope(&[two]).overlaps(&scope(&[one])), "{two} {one}");
        }
        for (one, two) in [
            ("src/auth/**", "src/author/login.rs"),
            ("src/*.rs", "docs/*.md"),
            ("src/*.rs", "src/x.md"),
            ("a/?", "a/bc"),
            ("docs", "src"),
        ] {
            assert!(!scope(&[one]).overlaps(&scope(&[two])), "{one} {two}");
        }
        assert!(!scope(&[]).overlaps(&scope(&["**"])));
        assert!(scope(&["docs", "src"]).overlaps(&scope(&["src/lib.rs"])));
    }

    #[test]
    fn a_scope_stays_in_the_project() {
        for glob in ["", " ", "/etc", "../x", "a/../b", "a\nb"] {
            assert!(Scope::check(&[glob.to_owned()]).is_err(), "{glob:?}");
        }
        assert!(Scope::check(&vec!["a".to_owned(); 101]).is_err());
        let both = scope(&["./a/", "a", "b"]);
        assert_eq!(both.globs(), ["a", "b"]);
        assert_eq!(Scope::from_lines(&both.to_lines()), both);
    }
}
