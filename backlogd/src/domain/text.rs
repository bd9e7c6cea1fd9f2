//! Limits of what people and agents write. Lengths of lines are in characters
//! (Unicode scalar values), of bodies in bytes.

use super::refusal::Refusal;

/// Longest title, name, assignee, source or note.
pub const LINE_CHARS: usize = 255;
/// Largest description, plan or comment.
pub const BODY_BYTES: usize = 1 << 20;

/// A text of one line: trimmed, without control characters, at most 255 long.
///
/// # Errors
/// Naming the limit and the size given.
pub fn line(field: &'static str, given: &str) -> Result<String, Refusal> {
    let line = given.trim();
    let length = line.chars().count();
    if length > LINE_CHARS {
        return Err(Refusal::invalid(
            field,
            format!("{field} has {length} characters; at most {LINE_CHARS} are allowed"),
        ));
    }
    match line.chars().find(|c| c.is_control()) {
        Some(control) => Err(Refusal::invalid(
            field,
            format!("{field} is one line and may not contain {control:?}"),
        )),
        None => Ok(line.to_owned()),
    }
}

/// As [`line`], and not empty.
///
/// # Errors
/// As [`line`], and where nothing is left after trimming.
pub fn required_line(field: &'static str, given: &str) -> Result<String, Refusal> {
    let line = line(field, given)?;
    if !line.contains(is_seen) {
        return Err(Refusal::invalid(field, format!("{field} may not be empty")));
    }
    Ok(line)
}

/// Whether a character leaves something to be seen: a name of zero-width spaces
/// alone is as good as none.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
        )
}

/// A text of any number of lines, at most 1 MiB. NUL is refused: half the
/// tools that read it later would stop there.
///
/// # Errors
/// Naming the limit and the size given.
pub fn body(field: &'static str, given: &str) -> Result<String, Refusal> {
    if given.len() > BODY_BYTES {
        return Err(Refusal::invalid(
            field,
            format!(
                "{field} has {} bytes; at most {BODY_BYTES} (1 MiB) are allowed",
                given.len()
            ),
        ));
    }
    if given.contains('\0') {
        return Err(Refusal::invalid(
            field,
            format!("{field} may not contain NUL"),
        ));
    }
    Ok(given.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_of_a_line_counts_characters_not_bytes() {
        assert!(line("title", &"é".repeat(255)).is_ok());
        assert!(line("title", &"漢".repeat(255)).is_ok());
        let refusal = line("title", &"é".repeat(256)).unwrap_err().to_string();
        assert!(
            refusal.contains("256") && refusal.contains("255"),
            "{refusal}"
        );
    }

    #[test]
    fn a_line_is_trimmed_and_has_no_control_characters() {
        assert_eq!(line("title", "  a b \n").unwrap(), "a b");
        assert!(line("title", "a\nb").is_err());
        assert!(line("title", "a\u{1b}[2Jb").is_err());
        for nothing in [" \n ", "\u{200b}", "\u{feff} \u{2060}"] {
            assert!(required_line("title", nothing).is_err(), "{nothing:?}");
        }
        assert!(required_line("title", "a\u{200b}").is_ok());
    }

    #[test]
    fn a_body_keeps_its_lines_but_not_nul() {
        assert_eq!(body("description", "a\n\tb\n").unwrap(), "a\n\tb\n");
        assert!(body("description", "a\0b").is_err());
        assert!(body("description", &"x".repeat(BODY_BYTES)).is_ok());
        assert!(body("description", &"x".repeat(BODY_BYTES + 1)).is_err());
    }
}
