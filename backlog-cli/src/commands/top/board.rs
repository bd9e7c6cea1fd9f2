//! What is shown, and how it changes. Knows no terminal.

use std::collections::VecDeque;

use backlog_api::v1;

/// Events that are kept for scrolling.
const KEPT: usize = 1_000;

/// What is shown.
#[derive(Default)]
pub struct Board {
    /// How the queue stood when it was last asked.
    pub queue: v1::GetQueueResponse,
    /// The last events, oldest first.
    events: VecDeque<v1::Activity>,
    /// How many events are scrolled past, from the newest.
    scrolled: usize,
    /// Nothing moves while it is paused.
    pub paused: bool,
    /// Why there is no connection, while there is none.
    pub trouble: Option<String>,
}

impl Board {
    /// More has happened.
    pub fn happened(&mut self, events: impl IntoIterator<Item = v1::Activity>) {
        for event in events {
            self.events.push_back(event);
            // What one reads stays where it is.
            if self.scrolled > 0 {
                self.scrolled += 1;
            }
        }
        while self.events.len() > KEPT {
            self.events.pop_front();
        }
        self.scrolled = self.scrolled.min(self.events.len());
    }

    /// The queue was asked how it stands.
    pub fn asked(&mut self, queue: v1::GetQueueResponse) {
        self.queue = queue;
        self.trouble = None;
    }

    /// Looks at older events.
    pub fn scroll_back(&mut self, lines: usize) {
        self.scrolled = (self.scrolled + lines).min(self.events.len().saturating_sub(1));
    }

    /// Looks at newer events.
    pub fn scroll_on(&mut self, lines: usize) {
        self.scrolled = self.scrolled.saturating_sub(lines);
    }

    /// The events to show in so many lines, the newest last.
    pub fn shown_events(&self, lines: usize) -> Vec<&v1::Activity> {
        let end = self.events.len() - self.scrolled;
        self.events.range(end.saturating_sub(lines)..end).collect()
    }

    /// How many newer events there are than are shown.
    pub fn newer(&self) -> usize {
        self.scrolled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(numbers: std::ops::RangeInclusive<i64>) -> Vec<v1::Activity> {
        let event = |seq| v1::Activity {
            seq,
            ..v1::Activity::default()
        };
        numbers.map(event).collect()
    }

    fn shown(board: &Board) -> Vec<i64> {
        board
            .shown_events(3)
            .iter()
            .map(|event| event.seq)
            .collect()
    }

    #[test]
    fn the_newest_events_are_shown_until_somebody_scrolls() {
        let mut board = Board::default();
        assert!(shown(&board).is_empty());
        board.happened(events(1..=5));
        assert_eq!(shown(&board), [3, 4, 5]);
        board.scroll_back(2);
        assert_eq!(shown(&board), [1, 2, 3]);
        board.happened(events(6..=7));
        assert_eq!(shown(&board), [1, 2, 3], "what one reads stays");
        assert_eq!(board.newer(), 4);
        board.scroll_on(100);
        assert_eq!(shown(&board), [5, 6, 7]);
        board.scroll_back(100);
        assert_eq!(shown(&board), [1]);
    }

    #[test]
    fn memory_is_bounded() {
        let mut board = Board::default();
        board.happened(events(1..=3_000));
        board.scroll_back(usize::MAX / 2);
        assert_eq!(shown(&board), [2_001]);
    }
}
