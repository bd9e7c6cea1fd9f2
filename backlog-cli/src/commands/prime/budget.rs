//! How much text a model is given. Its tokenizer is not here: a table of one
//! would be larger than the rest of the program, and each model has another.
//! What is here guesses high; a test holds it to a real tokenizer.

/// What is left of a budget.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    tokens: usize,
    characters: usize,
}

impl Budget {
    /// That many tokens.
    pub fn of_tokens(tokens: usize) -> Self {
        Self {
            tokens,
            characters: usize::MAX,
        }
    }

    /// That many characters, whatever they cost.
    pub fn of_characters(characters: usize) -> Self {
        Self {
            tokens: usize::MAX,
            characters,
        }
    }

    /// Takes what lines cost, whether they fit or not.
    pub fn spend(&mut self, lines: &str) {
        self.tokens = self.tokens.saturating_sub(tokens(lines));
        self.characters = self.characters.saturating_sub(lines.chars().count());
    }

    /// Takes what lines cost, if they fit.
    pub fn fits(&mut self, lines: &str) -> bool {
        let fits = tokens(lines) <= self.tokens && lines.chars().count() <= self.characters;
        if fits {
            self.spend(lines);
        }
        fits
    }
}

/// How many tokens text costs, guessed high. The guess for two lines is the sum
/// of both.
pub fn tokens(text: &str) -> usize {
    let mut sum = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let kind = Kind::of(c);
        let run = rest
            .find(|c: char| Kind::of(c) != kind)
            .map_or(rest, |end| &rest[..end]);
        rest = &rest[run.len()..];
        sum += match kind {
            Kind::Lower | Kind::Upper => of_letters(run),
            Kind::Digit => run.len().div_ceil(3),
            // It goes with the word or sign after it, but not with a number.
            Kind::Space if run.len() == 1 && !rest.starts_with(|c: char| c.is_ascii_digit()) => 0,
            Kind::Space => run.len().min(2),
            Kind::Sign => run.len(),
            Kind::Letter => run.chars().count(),
            Kind::Dense => 2 * run.chars().count(),
            // A token is one byte at least.
            Kind::Other => run.len(),
        };
    }
    sum
}

/// Short words are a token, long ones are made of pieces. What is too long for a
/// word, or has no vowel, is none.
fn of_letters(run: &str) -> usize {
    let is_vowel = |c: char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    match run.len() {
        length @ 4.. if !run.contains(is_vowel) => length - 1,
        0..=5 => 1,
        length @ 6..=12 => 1 + (length - 5).div_ceil(2),
        length => length - 7,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Space,
    Sign,
    /// Of another alphabet.
    Letter,
    /// Of a script whose signs say more than a letter.
    Dense,
    Other,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self::Lower,
            'A'..='Z' => Self::Upper,
            '0'..='9' => Self::Digit,
            ' ' => Self::Space,
            '\0'..='\x7f' => Self::Sign,
            '\u{c0}'..='\u{17f}'
            | '\u{391}'..='\u{3c9}'
            | '\u{410}'..='\u{44f}'
            | '\u{5d0}'..='\u{5ea}'
            | '\u{621}'..='\u{64a}' => Self::Letter,
            '\u{904}'..='\u{94d}'
            | '\u{e01}'..='\u{e4e}'
            | '\u{3041}'..='\u{30fe}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}' => Self::Dense,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_grows_with_what_is_dense() {
        for (text, guess) in [
            ("", 0),
            ("the queue", 2),
            ("a release", 3),
            ("TASK-12", 3),
            ("xqzjk", 4),
            ("12 ready", 2),
            ("due 12", 3),
            ("\n\n", 2),
            ("für", 3),
            ("漢字", 4),
            ("👍", 4),
        ] {
            assert_eq!(tokens(text), guess, "{text}");
        }
    }

    #[test]
    fn a_guess_is_never_more_than_its_bytes() {
        for text in ["xqzjkvwpfhgbtm", "01JX3P5Q", "{\"a\":1}", "ẞ☃漢👩‍👩‍👧", "   12"]
        {
            assert!(tokens(text) <= text.len(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_costs_nothing() {
        let mut budget = Budget::of_tokens(3);
        assert!(!budget.fits("one two three four"));
        assert!(budget.fits("one two"));
        assert!(!budget.fits("one two"));
        let mut budget = Budget::of_characters(3);
        assert!(budget.fits("äöü"));
        assert!(!budget.fits("ä"));
    }
}
