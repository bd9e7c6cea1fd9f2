//! `backlog activity --follow`.

use backlog_api::{client::Watch, v1, view};

use crate::{
    context::Context,
    error::CliError,
    render::{
        events::{self},
        text::line,
    },
};

/// Prints what came before, then what comes, a line each, until the reader
/// leaves. Nothing is missed or shown twice, whatever happens to the daemon.
pub fn run(
    mut before: Vec<v1::Activity>,
    filter: v1::ActivityFilter,
    head: i64,
    context: &Context,
) -> Result<(), CliError> {
    // What came between the two calls comes with the watch.
    before.retain(|activity| activity.seq <= head);
    before.reverse();
    print(before, context)?;
    context.block_on(async |client| {
        let mut watch = Watch::new(client, filter, Some(head));
        loop {
            let answer = watch.next().await?;
            if answer.replaced {
                let head = answer.seq;
                eprintln!(
                    "note: another log has taken this one's place, as after a restore; it goes on after entry {head}"
                );
            }
            print(answer.activities, context)?;
        }
    })
}

fn print(activities: Vec<v1::Activity>, context: &Context) -> Result<(), CliError> {
    let out = &context.out;
    for activity in activities {
        if out.json {
            out.json_line(&view::Event::from(activity))?;
        } else {
            out.line(&line(&events::activity_line(&activity)))?;
        }
    }
    Ok(())
}
