//! What must hold of a history, whatever was done to clients and daemon.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use rusqlite::Connection;

use super::record::Call;
use crate::{Home, database::assert_sound};

/// More than these of one rule nobody reads.
const SHOWN: usize = 5;

/// How a task stands in the end.
#[derive(Debug, Clone, Default)]
pub struct Ended {
    /// Its status.
    pub status: String,
    /// Somebody holds it.
    pub held: bool,
    /// How often the log says that it was finished.
    pub finished: usize,
    /// Each attempt: fence, session, how it ended.
    pub attempts: Vec<(i64, String, String)>,
    /// The bodies of its comments.
    pub comments: Vec<String>,
}

/// Checks a history against the database that it left behind; what it found,
/// in numbers.
///
/// # Errors
/// With every rule that was broken.
pub fn check(home: &Home, history: &[Call]) -> Result<String, String> {
    assert_sound(home);
    let ended = read(&home.database());
    let broken = broken(history, &ended);
    if broken.is_empty() {
        Ok(summary(history, &ended))
    } else {
        Err(broken.join("\n"))
    }
}

/// Every rule that a history breaks, with what shows it.
#[must_use]
pub fn broken(history: &[Call], ended: &BTreeMap<i64, Ended>) -> Vec<String> {
    let mut broken = Vec::new();
    let mut by_task: BTreeMap<i64, Vec<&Call>> = BTreeMap::new();
    for call in history.iter().filter(|call| call.task != 0) {
        by_task.entry(call.task).or_default().push(call);
    }
    let none = Vec::new();
    for (task, ended) in ended {
        let calls = by_task.get(task).unwrap_or(&none);
        let mut found = Vec::new();
        fences_only_grow(calls, &mut found);
        lost_tokens_write_nothing(calls, &mut found);
        claims_are_attempts(calls, ended, &mut found);
        done_once_or_back(calls, ended, &mut found);
        acknowledged_is_there(calls, ended, &mut found);
        found.truncate(SHOWN);
        for rule in found {
            broken.push(format!("TASK-{task}: {rule}\n{}", told(calls)));
        }
    }
    broken
}

fn claims<'c>(calls: &[&'c Call]) -> Vec<&'c Call> {
    let mut claims: Vec<&Call> = calls
        .iter()
        .copied()
        .filter(|call| call.what == "claim" && call.is_ok())
        .collect();
    claims.sort_by_key(|claim| claim.fence);
    claims
}

/// A later fence is never given before an earlier one was asked for, and none
/// is given to two.
fn fences_only_grow(calls: &[&Call], broken: &mut Vec<String>) {
    for pair in claims(calls).windows(2) {
        let (earlier, later) = (pair[0], pair[1]);
        if earlier.fence == later.fence {
            broken.push(format!(
                "fence {} was given to {} and to {}",
                later.fence, earlier.session, later.session
            ));
        }
        if later
            .answered
            .is_some_and(|answered| answered < earlier.asked)
        {
            broken.push(format!(
                "fence {} was given before {} was asked for",
                later.fence, earlier.fence
            ));
        }
    }
}

/// Once a claim was acknowledged, nothing that is asked afterwards under an
/// earlier fence is accepted: so at every instant one holder at most is valid.
fn lost_tokens_write_nothing(calls: &[&Call], broken: &mut Vec<String>) {
    let claims = claims(calls);
    for call in calls
        .iter()
        .filter(|call| call.what != "claim" && call.is_ok())
    {
        let successor = claims.iter().find(|claim| {
            claim.fence > call.fence && claim.answered.is_some_and(|at| at < call.asked)
        });
        if let Some(successor) = successor {
            broken.push(format!(
                "{} wrote ({}) under fence {} after {} had fence {}",
                call.session, call.what, call.fence, successor.session, successor.fence
            ));
        }
    }
}

/// Every acknowledged claim is an attempt of that session; attempts are
/// numbered without a gap.
fn claims_are_attempts(calls: &[&Call], ended: &Ended, broken: &mut Vec<String>) {
    for (at, (fence, ..)) in (1..).zip(&ended.attempts) {
        if *fence != at {
            broken.push(format!("attempt {at} has fence {fence}"));
        }
    }
    for claim in claims(calls) {
        let is_there = ended
            .attempts
            .iter()
            .any(|(fence, session, _)| *fence == claim.fence && *session == claim.session);
        if !is_there {
            broken.push(format!(
                "the claim of {} with fence {} is no attempt",
                claim.session, claim.fence
            ));
        }
    }
}

/// In the end a task is done, once, or back in the queue; nobody holds it.
fn done_once_or_back(calls: &[&Call], ended: &Ended, broken: &mut Vec<String>) {
    let is_done = ended.status == "done";
    if ended.held || !(is_done || ended.status == "todo") {
        broken.push(format!("it is {} and held: {}", ended.status, ended.held));
    }
    if ended.finished != usize::from(is_done) {
        broken.push(format!(
            "it is {} and was finished {} times",
            ended.status, ended.finished
        ));
    }
    for done in calls
        .iter()
        .filter(|call| call.what == "done" && call.is_ok())
    {
        let as_told = ended
            .attempts
            .iter()
            .any(|(fence, _, outcome)| *fence == done.fence && outcome == "done");
        if !as_told {
            broken.push(format!(
                "{} finished it under fence {}, and the attempt does not say so",
                done.session, done.fence
            ));
        }
    }
}

/// What was acknowledged is there once; what was not is there once or never.
fn acknowledged_is_there(calls: &[&Call], ended: &Ended, broken: &mut Vec<String>) {
    let mut found: HashMap<&str, usize> = HashMap::new();
    for comment in &ended.comments {
        *found.entry(comment).or_default() += 1;
    }
    for call in calls.iter().filter(|call| !call.text.is_empty()) {
        let times = found.get(call.text.as_str()).copied().unwrap_or(0);
        let fits = match (call.is_ok(), call.answer.is_empty()) {
            (true, _) => times == 1,
            // No answer came: nobody knows.
            (false, true) => times <= 1,
            (false, false) => times == 0,
        };
        if !fits {
            broken.push(format!(
                "{:?} was answered {:?} and is there {times} times",
                call.text, call.answer
            ));
        }
    }
}

fn told(calls: &[&Call]) -> String {
    let mut text = String::new();
    for call in calls {
        let _ = writeln!(
            text,
            "    {} to {}: {} {} under fence {}: {}",
            call.asked,
            call.answered
                .map_or("never".to_owned(), |at| at.to_string()),
            call.session,
            call.what,
            call.fence,
            call.answer
        );
    }
    text
}

fn summary(history: &[Call], ended: &BTreeMap<i64, Ended>) -> String {
    let count = |what: &str| {
        let of_it = |call: &&Call| call.what == what && call.is_ok();
        history.iter().filter(of_it).count()
    };
    let lost = |call: &&Call| call.answer == "LEASE_LOST";
    let expired = ended
        .values()
        .flat_map(|task| &task.attempts)
        .filter(|(.., outcome)| outcome == "expired")
        .count();
    format!(
        "{} claims, {} comments, {} done, {} given back, {expired} expired, {} writes with a lost token refused, {} calls without an answer",
        count("claim"),
        count("comment"),
        count("done"),
        count("release"),
        history.iter().filter(lost).count(),
        history.iter().filter(|call| call.answer.is_empty()).count(),
    )
}

fn read(database: &std::path::Path) -> BTreeMap<i64, Ended> {
    let db = Connection::open(database).expect("a database");
    let mut ended: BTreeMap<i64, Ended> = BTreeMap::new();
    let each = |sql: &str, take: &mut dyn FnMut(&rusqlite::Row<'_>)| {
        let mut statement = db.prepare(sql).expect("the schema is known");
        let mut rows = statement.query([]).expect("it can be read");
        while let Some(row) = rows.next().expect("it can be read") {
            take(row);
        }
    };
    let text = |row: &rusqlite::Row<'_>, at: usize| row.get::<_, String>(at).expect("text");
    let number = |row: &rusqlite::Row<'_>, at: usize| row.get::<_, i64>(at).expect("a number");
    each(
        "SELECT t.seq, t.status, EXISTS (SELECT 1 FROM lease l WHERE l.task_seq = t.seq),
                (SELECT count(*) FROM activity a WHERE a.task_seq = t.seq AND a.action = 'completed')
         FROM task t",
        &mut |row| {
            let task = ended.entry(number(row, 0)).or_default();
            task.status = text(row, 1);
            task.held = number(row, 2) != 0;
            task.finished = usize::try_from(number(row, 3)).unwrap_or(usize::MAX);
        },
    );
    each(
        "SELECT task_seq, fence, session, coalesce(outcome, 'held') FROM attempt
         ORDER BY task_seq, fence",
        &mut |row| {
            let attempt = (number(row, 1), text(row, 2), text(row, 3));
            let task = ended.entry(number(row, 0)).or_default();
            task.attempts.push(attempt);
        },
    );
    each("SELECT task_seq, body FROM comment", &mut |row| {
        let task = ended.entry(number(row, 0)).or_default();
        task.comments.push(text(row, 1));
    });
    ended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(session: &str, what: &str, fence: i64, asked: i64, text: &str) -> Call {
        Call {
            session: session.to_owned(),
            what: what.to_owned(),
            task: 1,
            fence,
            text: text.to_owned(),
            asked,
            answered: Some(asked + 1),
            answer: "ok".to_owned(),
        }
    }

    fn good() -> (Vec<Call>, Ended) {
        let history = vec![
            call("a", "claim", 1, 10, ""),
            call("a", "comment", 1, 20, "a 1"),
            call("b", "claim", 2, 30, ""),
            call("b", "done", 2, 40, "b 1"),
        ];
        let attempt =
            |fence, session: &str, outcome: &str| (fence, session.to_owned(), outcome.to_owned());
        let ended = Ended {
            status: "done".to_owned(),
            held: false,
            finished: 1,
            attempts: vec![attempt(1, "a", "expired"), attempt(2, "b", "done")],
            comments: vec!["a 1".to_owned(), "b 1".to_owned()],
        };
        (history, ended)
    }

    #[track_caller]
    fn assert_broken(rule: &str, spoil: impl FnOnce(&mut Vec<Call>, &mut Ended)) {
        let (mut history, mut ended) = good();
        spoil(&mut history, &mut ended);
        let broken = broken(&history, &BTreeMap::from([(1, ended)]));
        assert!(broken.iter().any(|told| told.contains(rule)), "{broken:?}");
    }

    #[test]
    fn a_good_history_breaks_no_rule() {
        let (history, ended) = good();
        assert_eq!(broken(&history, &BTreeMap::from([(1, ended)])), [""; 0]);
    }

    #[test]
    fn each_bad_history_is_found() {
        assert_broken("was given to a and to b", |history, _| history[2].fence = 1);
        assert_broken("was given before", |history, _| history[0].asked = 50);
        assert_broken("wrote (comment) under fence 1 after b", |history, _| {
            history[1].asked = 35;
        });
        assert_broken("is no attempt", |_, ended| {
            ended.attempts[0].1 = "c".to_owned();
        });
        assert_broken("has fence 2", |_, ended| drop(ended.attempts.remove(0)));
        assert_broken("was finished 2 times", |_, ended| ended.finished = 2);
        assert_broken("held: true", |_, ended| ended.held = true);
        assert_broken("is doing", |_, ended| ended.status = "doing".to_owned());
        assert_broken("the attempt does not say so", |_, ended| {
            ended.attempts[1].2 = "expired".to_owned();
        });
        assert_broken("is there 0 times", |_, ended| ended.comments.clear());
        assert_broken("is there 2 times", |_, ended| {
            ended.comments.push("a 1".to_owned());
        });
        assert_broken("is there 1 times", |history, _| {
            history[1].answer = "LEASE_LOST".to_owned();
        });
    }
}
