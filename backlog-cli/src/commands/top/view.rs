//! Drawing the board.

use backlog_api::v1;
use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Rect},
    style::{Color, Modifier, Style},
    text::{Line, Span},
    widgets::{Block, Borders, Paragraph, Row, Table},
};

use super::board::Board;
use crate::render::{events::activity_line, lease::span, task::actor, text::line};

/// Less than this left, and the time is shown as a warning.
const SHORT: i64 = 60;
/// Lines of the list of sessions at the least.
const FEW: u16 = 3;

/// Draws all of it. `coloured` says whether there may be colours.
pub fn draw(frame: &mut Frame<'_>, board: &Board, title: &str, coloured: bool) {
    let held = u16::try_from(board.queue.held.len()).unwrap_or(u16::MAX);
    let most = frame.area().height / 2;
    let [head, sessions, events, foot] = Layout::vertical([
        Constraint::Length(2),
        Constraint::Length(held.saturating_add(2).clamp(FEW + 1, most.max(FEW + 1))),
        Constraint::Min(FEW),
        Constraint::Length(1),
    ])
    .areas(frame.area());
    draw_head(frame, head, board, title);
    draw_sessions(frame, sessions, board, coloured);
    draw_events(frame, events, board);
    draw_foot(frame, foot, board, coloured);
}

fn bold() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

fn draw_head(frame: &mut Frame<'_>, area: Rect, board: &Board, title: &str) {
    let heading = Line::from(vec![
        Span::styled("Backlog", bold()),
        Span::raw(format!("  {}", line(title))),
    ]);
    frame.render_widget(Paragraph::new(vec![heading, counts(board)]), area);
}

/// `2 ready  1 blocked …`; what is nothing is left out, but for what is ready.
fn counts(board: &Board) -> Line<'static> {
    let counts = board.queue.counts.unwrap_or_default();
    let waiting = i64::try_from(board.queue.waiting.len()).unwrap_or(i64::MAX);
    let spans = [
        (counts.ready, "ready"),
        (counts.blocked, "blocked"),
        (counts.deferred, "deferred"),
        (counts.waiting_for_parts, "waiting for parts"),
        (counts.needs_attention, "for a person"),
        (counts.doing, "doing"),
        (counts.done, "done"),
        (waiting, "sessions waiting"),
    ]
    .into_iter()
    .filter(|(count, what)| *count > 0 || *what == "ready")
    .flat_map(|(count, what)| {
        [
            Span::styled(count.to_string(), bold()),
            Span::raw(format!(" {what}  ")),
        ]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn draw_sessions(frame: &mut Frame<'_>, area: Rect, board: &Board, coloured: bool) {
    let block = Block::new().borders(Borders::TOP).title(" Sessions ");
    if board.queue.held.is_empty() {
        let nobody = Paragraph::new("Nobody holds a task.").block(block);
        frame.render_widget(nobody, area);
        return;
    }
    let now = Timestamp::now().as_second();
    let rows = board.queue.held.iter().map(|held| row(held, now, coloured));
    let widths = [
        Constraint::Length(10),
        Constraint::Fill(2),
        Constraint::Fill(3),
        Constraint::Length(11),
    ];
    let titles = Row::new(["TASK", "SESSION", "TITLE", "LEFT"]).style(bold());
    let table = Table::new(rows, widths).header(titles).block(block);
    frame.render_widget(table, area);
}

fn row(held: &v1::HeldTask, now: i64, coloured: bool) -> Row<'static> {
    let lease = held.lease.clone().unwrap_or_default();
    let who = match lease.session.as_str() {
        "" => actor(lease.holder.as_ref()),
        session => format!("{} {session}", actor(lease.holder.as_ref())),
    };
    let left = lease.expires_at.map_or(0, |at| at.seconds) - now;
    let row = Row::new([
        format!("TASK-{}", held.seq),
        line(&who).into_owned(),
        line(&held.title).into_owned(),
        span(left),
    ]);
    if left >= SHORT {
        row
    } else if coloured {
        row.style(Style::new().fg(Color::Yellow))
    } else {
        row.style(bold())
    }
}

fn draw_events(frame: &mut Frame<'_>, area: Rect, board: &Board) {
    let title = match board.newer() {
        0 => " Events ".to_owned(),
        newer => format!(" Events, {newer} newer "),
    };
    let lines: Vec<Line<'_>> = board
        .shown_events(usize::from(area.height.saturating_sub(1)))
        .into_iter()
        .map(|event| Line::from(line(&activity_line(event)).into_owned()))
        .collect();
    let block = Block::new().borders(Borders::TOP).title(title);
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

fn draw_foot(frame: &mut Frame<'_>, area: Rect, board: &Board, coloured: bool) {
    let style = Style::new().add_modifier(Modifier::DIM);
    let (text, style) = match (&board.trouble, board.paused) {
        (Some(trouble), _) if coloured => (
            format!("{}; trying again", line(trouble)),
            Style::new().fg(Color::Red),
        ),
        (Some(trouble), _) => (format!("{}; trying again", line(trouble)), bold()),
        (None, true) => ("paused: p goes on   q leaves".to_owned(), bold()),
        (None, false) => ("q leaves   up and down scroll   p pauses".to_owned(), style),
    };
    frame.render_widget(Paragraph::new(text).style(style), area);
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend};

    use super::*;

    fn board() -> Board {
        let ana = Some(v1::Actor {
            kind: v1::ActorKind::Ai.into(),
            name: "codex".to_owned(),
        });
        let mut board = Board::default();
        board.asked(v1::GetQueueResponse {
            counts: Some(v1::QueueCounts {
                ready: 3,
                blocked: 1,
                doing: 1,
                ..v1::QueueCounts::default()
            }),
            held: vec![v1::HeldTask {
                seq: 12,
                title: "Fix the \x1b[2J login".to_owned(),
                lease: Some(v1::Lease {
                    holder: ana.clone(),
                    session: "s1".to_owned(),
                    ..v1::Lease::default()
                }),
                ..v1::HeldTask::default()
            }],
            ..v1::GetQueueResponse::default()
        });
        board.happened([v1::Activity {
            seq: 7,
            actor: ana,
            summary: "claimed TASK-12".to_owned(),
            ..v1::Activity::default()
        }]);
        board
    }

    fn drawn(board: &Board, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal
            .draw(|frame| draw(frame, board, "app", false))
            .expect("it is drawn");
        terminal.backend().to_string()
    }

    #[test]
    fn who_holds_what_and_what_happened_are_seen_at_any_size() {
        for (width, height) in [(80, 24), (60, 15), (200, 50)] {
            let text = drawn(&board(), width, height);
            for part in [
                "3 ready",
                "1 blocked",
                "TASK-12",
                "ai:codex s1",
                "0 s",
                "claimed TASK-12",
                "q leaves",
            ] {
                assert!(text.contains(part), "{part} at {width}x{height}:\n{text}");
            }
            assert!(!text.contains('\x1b'), "nothing raw");
        }
    }

    #[test]
    fn a_tiny_terminal_is_no_fault() {
        for (width, height) in [(1, 1), (10, 3), (20, 6)] {
            drawn(&board(), width, height);
        }
    }

    #[test]
    fn trouble_is_told_where_the_keys_were() {
        let mut board = board();
        board.trouble = Some("no daemon".to_owned());
        assert!(drawn(&board, 80, 24).contains("no daemon; trying again"));
    }
}
