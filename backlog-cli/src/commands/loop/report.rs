//! What a loop tells while it runs and at its end.

use std::time::{Duration, Instant};

use super::{work::Stop, worktree::Swept};
use crate::{
    error::CliError,
    render::{
        Output,
        lease::holder,
        table::{Column, Table},
        task::task_ref,
        text::line,
    },
};
use backlog_api::{
    v1,
    view::{
        LoopEnded, LoopEvent, LoopHeld, LoopOutcome, LoopPausing, LoopStarted, LoopSummary,
        LoopSwept, LoopTask, LoopWaiting,
    },
};

/// Tells what happens, and remembers it for the summary.
pub struct Report {
    out: Output,
    began: Instant,
    attempts: usize,
    tasks: Vec<LoopTask>,
    /// What it waited for when that was last told, since a task was begun.
    waiting: Option<LoopWaiting>,
}

impl Report {
    pub fn new(out: Output) -> Self {
        Self {
            out,
            began: Instant::now(),
            attempts: 0,
            tasks: Vec::new(),
            waiting: None,
        }
    }

    /// Whether nothing was begun.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    pub fn started(&mut self, started: LoopStarted) -> Result<(), CliError> {
        self.attempts += 1;
        self.waiting = None;
        if !self
            .tasks
            .iter()
            .any(|task| task.reference == started.reference)
        {
            self.tasks.push(LoopTask {
                reference: started.reference.clone(),
                title: started.title.clone(),
                attempts: 0,
                outcome: LoopOutcome::Interrupted,
                set_aside: false,
                seconds: 0.0,
            });
        }
        let again = match started.attempt {
            1 => String::new(),
            attempt => format!(" (attempt {attempt})"),
        };
        let text = format!("{} {}{again}", started.reference, line(&started.title));
        let worker = started.worker;
        self.tell(&LoopEvent::Started(started), worker, &text)
    }

    pub fn ended(&mut self, ended: LoopEnded) -> Result<(), CliError> {
        if let Some(task) = self
            .tasks
            .iter_mut()
            .find(|task| task.reference == ended.reference)
        {
            task.attempts += 1;
            task.outcome = ended.outcome;
            task.seconds += ended.seconds;
            task.set_aside = ended.set_aside.is_some();
        }
        let style = self.out.style;
        let outcome = ended.outcome.words();
        let mut text = format!(
            "{} {} after {}",
            ended.reference,
            match ended.outcome {
                LoopOutcome::Done => style.green(outcome),
                _ => style.red(outcome),
            },
            lasted(ended.seconds)
        );
        if let Some(code) = ended.exit_code.filter(|code| *code != 0) {
            text.push_str(&format!(", exit code {code}"));
        }
        if let Some(signal) = ended
            .signal
            .filter(|_| ended.outcome == LoopOutcome::Failed)
        {
            text.push_str(&format!(", by signal {signal}"));
        }
        if let Some(why) = &ended.set_aside {
            text.push_str(&format!("; set aside for a person: {}", line(why)));
        }
        for note in &ended.notes {
            text.push_str(&format!("; {}", line(note)));
        }
        let worker = ended.worker;
        self.tell(&LoopEvent::Ended(ended), worker, &text)
    }

    /// Tells what became of the worktree of an earlier loop.
    pub fn swept(&self, reference: String, swept: Swept) -> Result<(), CliError> {
        let swept = LoopSwept {
            reference,
            removed: swept.removed,
            notes: swept.notes,
        };
        if self.out.json {
            return self.out.json_line(&LoopEvent::Swept(swept));
        }
        let what = if swept.removed {
            "removed"
        } else {
            "could not remove"
        };
        let mut text = format!(
            "{}: {what} the worktree of an earlier loop",
            swept.reference
        );
        for note in &swept.notes {
            text.push_str(&format!("; {}", line(note)));
        }
        self.out.note(&text)
    }

    /// Tells that nothing is ready, and what others hold, where it was not told.
    pub fn waiting(&mut self, tasks: &[v1::Task]) -> Result<(), CliError> {
        let held = tasks.iter().map(held).collect();
        let waiting = LoopWaiting { held };
        if self.waiting.as_ref() == Some(&waiting) {
            return Ok(());
        }
        self.waiting = Some(waiting.clone());
        if self.out.json {
            return self.out.json_line(&LoopEvent::Waiting(waiting));
        }
        let held = tasks.iter().map(|task| {
            let lease = task.lease.clone().unwrap_or_default();
            let holder = holder(lease.holder.as_ref(), &lease.session);
            format!("{}, which {holder} holds", task_ref(task))
        });
        let held = held.collect::<Vec<_>>().join("; ");
        self.out.note(&match held.as_str() {
            "" => "nothing is ready; waiting for a task".to_owned(),
            held => format!("waiting for {held}"),
        })
    }

    /// Tells that no attempt begins for a while.
    pub fn pausing(&self, failures: usize, pause: Duration) -> Result<(), CliError> {
        let seconds = seconds(pause);
        if self.out.json {
            let pausing = LoopPausing { failures, seconds };
            return self.out.json_line(&LoopEvent::Pausing(pausing));
        }
        let pause = lasted(seconds);
        self.out.note(&format!(
            "{failures} failures in a row: the next attempt begins in {pause}"
        ))
    }

    /// Tells that a signal was heard, and what becomes of the commands.
    pub fn stopping(&self, stop: Stop, commands: usize) -> Result<(), CliError> {
        let text = match (stop, commands) {
            (_, 0) => "stopping".to_owned(),
            (Stop::Kill, _) => "stopping: killing what runs".to_owned(),
            (_, 1) => "stopping: waiting for 1 command to end; again kills it".to_owned(),
            (_, n) => format!("stopping: waiting for {n} commands to end; again kills them"),
        };
        if self.out.json {
            return Ok(());
        }
        self.out.note(&text)
    }

    /// Tells how it went; whether tasks were set aside.
    pub fn finish(self, reason: &'static str) -> Result<bool, CliError> {
        let count =
            |is: &dyn Fn(&LoopTask) -> bool| self.tasks.iter().filter(|task| is(task)).count();
        let done = count(&|task| task.outcome == LoopOutcome::Done);
        let set_aside = count(&|task| task.set_aside);
        let summary = LoopSummary {
            done,
            set_aside,
            open: self.tasks.len() - done - set_aside,
            attempts: self.attempts,
            seconds: seconds(self.began.elapsed()),
            reason,
            tasks: self.tasks,
        };
        if self.out.json {
            self.out.json_line(&LoopEvent::Summary(summary))?;
        } else {
            show(&self.out, &summary)?;
        }
        Ok(set_aside > 0)
    }

    fn tell(&self, event: &LoopEvent, worker: usize, text: &str) -> Result<(), CliError> {
        if self.out.json {
            self.out.json_line(event)
        } else {
            let worker = self.out.style.dim(&format!("[{worker}]"));
            self.out.note(&format!("{worker} {text}"))
        }
    }
}

fn held(task: &v1::Task) -> LoopHeld {
    let lease = task.lease.clone().unwrap_or_default();
    LoopHeld {
        reference: task_ref(task),
        holder: lease.holder.unwrap_or_default().into(),
        session: Some(lease.session).filter(|session| !session.is_empty()),
    }
}

fn show(out: &Output, summary: &LoopSummary) -> Result<(), CliError> {
    if summary.tasks.is_empty() {
        return out.line(match summary.reason {
            "empty" => "Nothing was ready.",
            _ => "Nothing was begun.",
        });
    }
    let mut table = Table::new(&[
        Column::fixed("REF"),
        Column::fixed("OUTCOME"),
        Column::fixed("ATTEMPTS"),
        Column::fixed("TIME"),
        Column::flexible("TITLE", 40, 12),
    ]);
    for task in &summary.tasks {
        let outcome = if task.set_aside {
            "set aside"
        } else {
            task.outcome.words()
        };
        table.row([
            &task.reference,
            outcome,
            &task.attempts.to_string(),
            &lasted(task.seconds),
            &task.title,
        ]);
    }
    if !out.quiet {
        out.line("")?;
        out.table(&table)?;
        out.line("")?;
    }
    out.line(&format!(
        "{} done · {} set aside · {} open · {} attempts · {}",
        summary.done,
        summary.set_aside,
        summary.open,
        summary.attempts,
        lasted(summary.seconds)
    ))?;
    if summary.reason == "max_failures" {
        out.note(
            "Stopped, for so many attempts failed in a row: see whether the command works at all",
        )?;
        if summary.set_aside > 0 {
            out.note(
                "Once it does, a task that was set aside gets new attempts: backlog task retry REF",
            )?;
        }
    }
    Ok(())
}

/// Seconds of a length of time, to the millisecond.
pub fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000.0).round() / 1_000.0
}

/// `0.4 s`, `12 s`, `3 min 12 s`, `1 h 30 min`.
pub fn lasted(seconds: f64) -> String {
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a process does not run that long"
    )]
    let whole = seconds.round() as u64;
    match (whole / 3_600, whole % 3_600 / 60, whole % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_that_fits() {
        for (seconds, text) in [
            (0.04, "0.0 s"),
            (9.94, "9.9 s"),
            (9.96, "10 s"),
            (192.0, "3 min 12 s"),
            (5_400.0, "1 h 30 min"),
        ] {
            assert_eq!(lasted(seconds), text);
        }
    }
}
