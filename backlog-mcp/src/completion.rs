//! What an argument of a prompt or an address may be completed to.

use backlog_api::{v1, view};

use crate::{call::Call, problem::Outcome};

/// As many as anybody reads.
const MOST: usize = 50;

/// Values of an argument of that name which begin as what was typed.
pub(crate) async fn values(call: &Call<'_>, argument: &str, typed: &str) -> Outcome<Vec<String>> {
    match argument {
        "ref" => tasks(call, typed).await,
        "project" => aliases(call, typed).await,
        "label" => labels(call, typed).await,
        "id" => docs(call, typed).await,
        _ => Ok(Vec::new()),
    }
}

/// By number, or by the words in a task.
async fn tasks(call: &Call<'_>, typed: &str) -> Outcome<Vec<String>> {
    const PREFIX: &str = "TASK-";
    let typed = typed.trim();
    let upper = typed.to_uppercase();
    let number = upper.strip_prefix(PREFIX).unwrap_or(&upper);
    let (search, wanted) = if PREFIX.starts_with(&upper) {
        (String::new(), PREFIX.to_owned())
    } else if number.bytes().all(|byte| byte.is_ascii_digit()) {
        (String::new(), format!("{PREFIX}{number}"))
    } else {
        (format!("{typed}*"), PREFIX.to_owned())
    };
    let request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            search,
            ..Default::default()
        }),
        sort: v1::TaskSort::Updated.into(),
        page_size: 500,
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    let page = call.call(request).await?;
    let references = page.tasks.iter().map(|task| view::task_ref(task.seq));
    Ok(references
        .filter(|reference| reference.starts_with(&wanted))
        .take(MOST)
        .collect())
}

async fn aliases(call: &Call<'_>, typed: &str) -> Outcome<Vec<String>> {
    let request = v1::ListProjectsRequest {
        page_size: 500,
        ..Default::default()
    };
    let projects = call.call(request).await?.projects;
    Ok(beginning(
        projects.into_iter().map(|project| project.alias),
        typed,
    ))
}

async fn labels(call: &Call<'_>, typed: &str) -> Outcome<Vec<String>> {
    let request = v1::ListLabelsRequest {
        page_size: 500,
        ..Default::default()
    };
    let labels = call.call(request).await?.labels;
    Ok(beginning(labels.into_iter().map(|label| label.name), typed))
}

async fn docs(call: &Call<'_>, typed: &str) -> Outcome<Vec<String>> {
    let request = v1::ListDocsRequest {
        page_size: 100,
        ..Default::default()
    };
    let docs = call.call(request).await?.docs;
    Ok(beginning(docs.into_iter().map(|doc| doc.id), typed))
}

fn beginning(values: impl Iterator<Item = String>, typed: &str) -> Vec<String> {
    let typed = typed.trim().to_lowercase();
    let mut values: Vec<String> = values
        .filter(|value| value.to_lowercase().starts_with(&typed))
        .collect();
    values.dedup();
    values.truncate(MOST);
    values
}
