//! `backlog plan diff`.

use backlog_api::v1;
use clap::Args;
use imara_diff::{Algorithm, BasicLineDiffPrinter, Diff, InternedInput, UnifiedDiffConfig};
use serde::Serialize;

use super::{PlanArg, of};
use crate::{
    args::values,
    context::Context,
    error::CliError,
    render::{style::Style, text::block},
};

/// Show what changed between two versions of a plan
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  backlog plan diff ID
  backlog plan diff ID --from 1 --to 3")]
pub struct DiffArgs {
    #[command(flatten)]
    plan: PlanArg,

    /// The older version; the one before --to where left out
    #[arg(long, value_name = "N", value_parser = values::version::<i32>())]
    from: Option<i32>,

    /// The newer version; the newest where left out
    #[arg(long, value_name = "N", value_parser = values::version::<i32>())]
    to: Option<i32>,
}

#[derive(Serialize)]
struct DiffView<'a> {
    id: &'a str,
    from: i32,
    to: i32,
    diff: &'a str,
}

pub fn run(args: &DiffArgs, context: &Context) -> Result<(), CliError> {
    let plan = of(context
        .call(v1::GetPlanRequest {
            plan: args.plan.plan.clone(),
            version: args.to.unwrap_or_default(),
        })?
        .plan)?;
    let to = plan
        .version
        .ok_or_else(|| CliError::incomplete("plan's version"))?;
    let from = match args.from {
        Some(from) => from,
        None if to.version > 1 => to.version - 1,
        None => {
            return Err(CliError::usage(
                "version 1 is the first one: there is nothing to compare it with",
            )
            .hint(format!(
                "See its versions: backlog plan history {}",
                plan.id
            )));
        }
    };
    let from = of(context
        .call(v1::GetPlanRequest {
            plan: plan.id.clone(),
            version: from,
        })?
        .plan)?
    .version
    .ok_or_else(|| CliError::incomplete("plan's version"))?;

    let diff = unified(&from, &to);
    if context.out.json {
        return context.out.document(&DiffView {
            id: &plan.id,
            from: from.version,
            to: to.version,
            diff: &diff,
        });
    }
    if diff.is_empty() {
        return context.out.note(&format!(
            "Versions {} and {} say the same.",
            from.version, to.version
        ));
    }
    context.out.text(&painted(&diff, context.out.style))
}

/// A unified diff; empty where both say the same.
fn unified(from: &v1::PlanVersion, to: &v1::PlanVersion) -> String {
    let text =
        |version: &v1::PlanVersion| format!("# {}\n\n{}\n", version.title, version.body.trim_end());
    let (old, new) = (text(from), text(to));
    let input = InternedInput::new(old.as_str(), new.as_str());
    let mut diff = Diff::compute(Algorithm::Histogram, &input);
    diff.postprocess_lines(&input);
    let hunks = diff
        .unified_diff(
            &BasicLineDiffPrinter(&input.interner),
            UnifiedDiffConfig::default(),
            &input,
        )
        .to_string();
    if hunks.is_empty() {
        return hunks;
    }
    format!(
        "--- version {}\n+++ version {}\n{hunks}",
        from.version, to.version
    )
}

fn painted(diff: &str, style: Style) -> String {
    diff.lines()
        .map(|line| {
            let shown = block(line);
            let shown = match line.as_bytes() {
                [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] | [b'@', ..] => {
                    style.bold(&shown)
                }
                [b'-', ..] => style.red(&shown),
                [b'+', ..] => style.green(&shown),
                _ => shown.into_owned(),
            };
            shown + "\n"
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: i32, title: &str, body: &str) -> v1::PlanVersion {
        v1::PlanVersion {
            version: number,
            title: title.to_owned(),
            body: body.to_owned(),
            ..Default::default()
        }
    }

    #[test]
    fn title_and_body_are_compared_by_line() {
        let diff = unified(
            &version(1, "Fix", "a\nb\nc"),
            &version(2, "Fix it", "a\nx\nc\n"),
        );
        assert_eq!(
            painted(&diff, Style::new(false)),
            "--- version 1\n+++ version 2\n@@ -1,5 +1,5 @@\n-# Fix\n+# Fix it\n \n a\n-b\n+x\n c\n"
        );
    }

    #[test]
    fn versions_that_say_the_same_have_no_diff() {
        assert_eq!(
            unified(&version(1, "Fix", "a"), &version(2, "Fix", "a\n")),
            ""
        );
    }
}
