//! An export as CSV (RFC 4180), a row a task.

use backlog_api::{v1, view};

use super::{Whole, Writer};
use crate::error::CliError;

const HEADER: &str = "id,project,title,type,status,priority,assignee,actor_kind,actor_name,source,external_ref,created_at,ref,labels,updated_at,completed_at";

/// Remembers nothing between rows.
pub struct Csv;

impl Writer for Csv {
    fn begin(&mut self, text: &mut String) {
        text.push_str(HEADER);
        text.push_str("\r\n");
    }

    fn write(&mut self, whole: Whole, text: &mut String) -> Result<(), CliError> {
        if let Whole::Task { task, .. } = whole {
            row(&task, text);
        }
        Ok(())
    }

    fn end(&mut self, _: &mut String) {}
}

fn row(task: &v1::Task, text: &mut String) {
    let actor = task.actor.clone().unwrap_or_default();
    let time = |at: Option<&prost_types::Timestamp>| at.map(view::time).unwrap_or_default();
    let cells: [&str; 16] = [
        &task.id,
        task.project.as_ref().map_or("", |project| &project.alias),
        &task.title,
        view::type_name(task.r#type()),
        view::status_name(task.status()),
        &task.priority.to_string(),
        &task.assignee,
        view::actor_kind_name(actor.kind()),
        &actor.name,
        &task.source,
        &task.external_ref,
        &time(task.created_at.as_ref()),
        &view::task_ref(task.seq),
        &task.labels.join(","),
        &time(task.updated_at.as_ref()),
        &time(task.completed_at.as_ref()),
    ];
    for (number, cell) in cells.into_iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        push_cell(cell, text);
    }
    text.push_str("\r\n");
}

/// A spreadsheet would compute what begins like a formula; the mark before it
/// makes it text. <https://owasp.org/www-community/attacks/CSV_Injection>
fn push_cell(cell: &str, text: &mut String) {
    let defused = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if cell.contains([',', '"', '\r', '\n']) {
        text.push('"');
        text.push_str(defused);
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(defused);
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_a_formula() {
        for (given, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1,A2)", "\"'@SUM(A1,A2)\""),
            ("\tx", "'\tx"),
            ("-1", "'-1"),
            ("a=b", "a=b"),
        ] {
            let mut text = String::new();
            push_cell(given, &mut text);
            assert_eq!(text, written, "{given:?}");
        }
    }
}
