//! Colours, few and only where they help.

use clap::ColorChoice;

/// How lines are emphasised; plain where colours are off.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    on: bool,
}

impl Style {
    pub fn new(on: bool) -> Self {
        Self { on }
    }

    /// Whether there are colours.
    pub fn is_coloured(self) -> bool {
        self.on
    }

    /// Headings and what stands out.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// What is less important.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub fn red(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub fn cyan(self, text: &str) -> String {
        self.paint("36", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.on {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Whether to colour what goes to a stream.
pub fn wanted(choice: ColorChoice, is_terminal: bool, in_agent: bool, no_color: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && !in_agent && !no_color,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_need_a_terminal_and_nobody_against_them() {
        use ColorChoice::{Always, Auto, Never};
        assert!(wanted(Auto, true, false, false));
        assert!(!wanted(Auto, false, false, false));
        assert!(!wanted(Auto, true, true, false));
        assert!(!wanted(Auto, true, false, true));
        assert!(wanted(Always, false, true, true));
        assert!(!wanted(Never, true, false, false));
    }

    #[test]
    fn plain_text_carries_no_escapes() {
        assert_eq!(Style::new(false).red("x"), "x");
        assert_eq!(Style::new(true).dim("x"), "\x1b[2mx\x1b[0m");
    }
}
