//! How far something long has come, on a terminal's standard error.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::invocation::Invocation;

/// What is done by then needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
const KNOWN: &str = "{msg} [{bar:30}] {human_pos} of {human_len}";
const UNKNOWN: &str = "{msg} {human_pos}";

/// A bar that shows itself after a second, or at once, and is gone when it is dropped.
/// Off a terminal, in an agent, and with `--quiet` or `--json`, there is none.
pub struct Progress {
    bar: ProgressBar,
    /// When it shows itself; `None`: never, or it has.
    shows_at: Option<Instant>,
}

impl Progress {
    /// Of something that is called `what`: `Exporting`.
    pub fn new(what: &'static str, invocation: &Invocation) -> Self {
        let wanted = invocation.environment.agent.is_none()
            && !invocation.global.quiet
            && !invocation.global.json;
        Self {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_message(what),
            shows_at: wanted.then(|| Instant::now() + PATIENCE),
        }
    }

    /// Shows itself at once, where that is wanted.
    pub fn now(mut self, wanted: bool) -> Self {
        if wanted {
            self.shows_at = self.shows_at.map(|_| Instant::now());
        }
        self
    }

    /// So much is done of `total`; 0 where that is not known.
    pub fn at(&mut self, done: u64, total: u64) {
        if self.shows_at.is_some_and(|at| Instant::now() >= at) {
            self.shows_at = None;
            // Draws nothing where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if total > 0 && self.bar.length() != Some(total) {
            self.bar.set_style(style(KNOWN));
            self.bar.set_length(total);
        } else if total == 0 && self.bar.position() == 0 {
            self.bar.set_style(style(UNKNOWN));
        }
        self.bar.set_position(done);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .expect("our own templates are valid")
        .progress_chars("=> ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid() {
        style(KNOWN);
        style(UNKNOWN);
    }
}
