//! The board on a terminal, live: asked anew when something has happened, and
//! drawn each second for the times that run.

use std::{io, thread, time::Duration};

use backlog_api::{
    client::{CallError, Client, Watch},
    v1,
};
use ratatui::{
    DefaultTerminal,
    crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

use super::{board::Board, view};
use crate::{
    context::{Context, Project},
    error::CliError,
};

/// Times run by seconds.
const TICK: Duration = Duration::from_secs(1);
/// What happens within this is asked about once.
const TOGETHER: Duration = Duration::from_millis(150);
/// Events from before, to begin with.
const BEFORE: i32 = 100;
/// Lines that a page key scrolls.
const PAGE: usize = 10;

pub fn run(project: &Project, context: &Context) -> Result<(), CliError> {
    let filter = v1::ActivityFilter {
        project: project.name.clone(),
        ..v1::ActivityFilter::default()
    };
    let ask = v1::GetQueueRequest {
        project: project.name.clone(),
    };
    let mut board = Board::default();
    board.asked(context.call_in(project, ask.clone())?);
    let mut before = context
        .call(v1::ListActivitiesRequest {
            filter: Some(filter.clone()),
            page_size: BEFORE,
            ..v1::ListActivitiesRequest::default()
        })?
        .activities;
    before.reverse();
    let seen = before
        .last()
        .map_or(board.queue.last_activity_seq, |last| last.seq);
    board.happened(before);

    let title = match project.name.as_str() {
        "" => context.workspace().dir().display().to_string(),
        name => name.to_owned(),
    };
    let coloured = context.out.style.is_coloured();
    // Also puts the terminal back where the program panics.
    let mut terminal = ratatui::try_init()?;
    let outcome = context.block_on(async |client| {
        let watch = Watch::new(client, filter, Some(seen));
        let screen = Screen {
            terminal: &mut terminal,
            title,
            coloured,
        };
        show(screen, board, client, watch, ask).await
    });
    ratatui::restore();
    outcome
}

struct Screen<'t> {
    terminal: &'t mut DefaultTerminal,
    title: String,
    coloured: bool,
}

impl Screen<'_> {
    fn draw(&mut self, board: &Board) -> io::Result<()> {
        self.terminal
            .draw(|frame| view::draw(frame, board, &self.title, self.coloured))?;
        Ok(())
    }
}

async fn show(
    mut screen: Screen<'_>,
    mut board: Board,
    client: &Client,
    mut watch: Watch<'_>,
    ask: v1::GetQueueRequest,
) -> Result<(), CliError> {
    let mut keys = keys();
    let mut ended = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let mut tick = tokio::time::interval(TICK);
    let mut stale = false;
    loop {
        screen.draw(&board)?;
        tokio::select! {
            Some(key) = keys.recv() => match act(&mut board, key) {
                Next::Leave => return Ok(()),
                Next::Stay => {}
            },
            answer = watch.next(), if !board.paused => match answer {
                Ok(answer) => {
                    stale |= answer.replaced || !answer.activities.is_empty();
                    board.happened(answer.activities);
                }
                Err(CallError::Unavailable(why)) => board.trouble = Some(why.message),
                Err(refused) => return Err(refused.into()),
            },
            () = tokio::time::sleep(TOGETHER), if stale && !board.paused => {
                stale = false;
                refresh(&mut board, client, &ask).await?;
            }
            _ = tick.tick() => {
                // A lease that was only renewed says so nowhere in the log.
                stale |= !board.paused;
            }
            _ = ended.recv() => return Ok(()),
            _ = hung_up.recv() => return Ok(()),
        }
    }
}

async fn refresh(
    board: &mut Board,
    client: &Client,
    ask: &v1::GetQueueRequest,
) -> Result<(), CliError> {
    match client.call(ask.clone()).await {
        Ok(queue) => board.asked(queue),
        Err(CallError::Unavailable(why)) => board.trouble = Some(why.message),
        Err(refused) => return Err(refused.into()),
    }
    Ok(())
}

enum Next {
    Stay,
    Leave,
}

fn act(board: &mut Board, key: KeyEvent) -> Next {
    match key.code {
        KeyCode::Char('q') | KeyCode::Esc => return Next::Leave,
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
            return Next::Leave;
        }
        KeyCode::Char('p') => board.paused = !board.paused,
        KeyCode::Up | KeyCode::Char('k') => board.scroll_back(1),
        KeyCode::Down | KeyCode::Char('j') => board.scroll_on(1),
        KeyCode::PageUp => board.scroll_back(PAGE),
        KeyCode::PageDown => board.scroll_on(PAGE),
        KeyCode::End | KeyCode::Char('G') => board.scroll_on(usize::MAX),
        _ => {}
    }
    Next::Stay
}

/// The keys that are pressed, and a key that means nothing where the terminal
/// was resized. The thread ends with the process, or when nobody listens.
fn keys() -> mpsc::Receiver<KeyEvent> {
    let (pressed, keys) = mpsc::channel(16);
    thread::spawn(move || {
        while let Ok(event) = event::read() {
            let key = match event {
                Event::Key(key) if key.kind != KeyEventKind::Release => key,
                Event::Resize(..) => KeyEvent::new(KeyCode::Null, KeyModifiers::NONE),
                _ => continue,
            };
            if pressed.blocking_send(key).is_err() {
                return;
            }
        }
    });
    keys
}
