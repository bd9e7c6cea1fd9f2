//! What could stand at the cursor: `COMPLETE=bash backlog -- ...`, as the script
//! asks that `backlog completion` prints.
//!
//! Tasks, projects and labels are asked of a daemon that runs, or read here
//! where none does. None is started, none is waited for, and nothing is ever
//! said about it: somebody is typing.

use std::{env, ffi::OsStr, path::PathBuf, time::Duration};

use backlog_api::{
    client::{CallError, Cause, Client, ClientOptions, Start},
    rpc::Rpc,
    schema, v1,
};
use clap::{Arg, Command};
use clap_complete::{
    CompleteEnv,
    engine::{ArgValueCompleter, CompletionCandidate},
};

use crate::{
    commands,
    context::{Context, in_process},
    environment::Environment,
    error::CliError,
    invocation::Invocation,
    render::{task::task_ref, text::line},
};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_millis(60);
/// So many of each kind are asked for.
const MOST: i32 = 500;

/// Whether this process was asked for completions, which are written then.
pub fn was_asked() -> Result<bool, CliError> {
    if env::var_os("COMPLETE").is_none() {
        return Ok(false);
    }
    let words = env::args_os();
    let directory = env::current_dir().ok();
    CompleteEnv::with_factory(|| live(commands::program(), ""))
        .try_complete(words, directory.as_deref())
        .map_err(|error| CliError::usage(error.to_string().trim().to_owned()))
}

/// The command with what is known of its values. They go by the names that
/// help calls them.
fn live(mut command: Command, noun: &str) -> Command {
    let name = command.get_name().to_owned();
    command = command.mut_args(|arg| match values(&arg, noun, &name) {
        Some(values) => arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
            matching(values, typed)
        })),
        None => arg,
    });
    command.mut_subcommands(|sub| live(sub, &name))
}

type Values = fn(&Asked) -> Option<Vec<Candidate>>;

/// What is offered, with what it is.
struct Candidate {
    value: String,
    about: String,
}

fn values(arg: &Arg, noun: &str, verb: &str) -> Option<Values> {
    let value = arg.get_value_names()?.first()?.as_str();
    match (noun, verb, value, arg.get_id().as_str()) {
        (_, _, "REF", _) => Some(tasks),
        (_, _, "ALIAS", id) if (noun, id) != ("project", "alias") || verb != "add" => {
            Some(projects)
        }
        (_, _, _, "labels" | "remove_labels") => Some(labels),
        ("label", "attach" | "detach" | "delete", "NAME", _) => Some(labels),
        ("doc", _, "ID", _) | (_, _, _, "doc") => Some(docs),
        ("plan", _, "ID", _) => Some(plans),
        ("attachment", _, "ID", _) => Some(attachments),
        ("memory", _, "ID", _) => Some(memories),
        ("trash", _, "ITEM", _) => Some(trash),
        (_, "schema", "NAME", _) => Some(schemas),
        (_, _, "NAME", "profile") => Some(profiles),
        ("profile", "show" | "use" | "set-default" | "remove", "NAME", _) => Some(profiles),
        _ => None,
    }
}

/// Those that begin as what was typed. Who types a task's number alone gets
/// numbers.
fn matching(values: Values, typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else {
        return Vec::new();
    };
    let all = Asked::read()
        .and_then(|asked| values(&asked))
        .unwrap_or_default();
    let is_number = typed.starts_with(|c: char| c.is_ascii_digit());
    let fitting = all.into_iter().filter_map(|candidate| {
        let value = match candidate.value.strip_prefix("TASK-") {
            Some(number) if is_number => number.to_owned(),
            _ => candidate.value,
        };
        let begins = value.get(..typed.len())?.eq_ignore_ascii_case(typed);
        let about = line(&candidate.about).into_owned();
        begins.then(|| CompletionCandidate::new(value).help(Some(about.into())))
    });
    fitting.collect()
}

/// The command line so far, as far as it matters here.
struct Asked {
    invocation: Invocation,
    project: Option<String>,
}

impl Asked {
    fn read() -> Option<Self> {
        let words: Vec<String> = env::args_os()
            .skip_while(|word| word != "--")
            .skip(1)
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let flag = |names: &[&str]| {
            let value_of = |at: usize, word: &String| {
                let (name, value) = word.split_once('=').unwrap_or((word, ""));
                let is_split = name.len() < word.len();
                names.contains(&name).then(|| match words.get(at + 1) {
                    _ if is_split => value.to_owned(),
                    next => next.cloned().unwrap_or_default(),
                })
            };
            words
                .iter()
                .enumerate()
                .find_map(|(at, word)| value_of(at, word))
        };
        let mut global = commands::global(&["backlog"])?;
        global.db = flag(&["--db"]).map(PathBuf::from);
        global.profile = flag(&["--profile"]);
        Some(Self {
            invocation: Invocation::new(global, Environment::read()).ok()?,
            project: flag(&["--project", "-p"]),
        })
    }

    /// Asks a daemon that runs; where there is none, this process.
    fn call<R: Rpc + Clone>(&self, request: R) -> Option<R::Response> {
        let context = self.context()?;
        context.block_on(async |client| {
            let of_daemon = tokio::time::timeout(PATIENCE, client.call(request.clone()));
            match of_daemon.await.ok()? {
                Err(CallError::Unavailable(why)) if why.cause == Cause::Absent => {
                    let here = Client::new(
                        client.workspace().clone(),
                        ClientOptions {
                            caller: client.caller().clone(),
                            start: Start::Never,
                            may_replace: false,
                            in_process: Some(in_process),
                            never_daemon: true,
                        },
                    );
                    let answer = tokio::time::timeout(PATIENCE, here.call(request)).await;
                    answer.ok()?.ok()
                }
                answer => answer.ok(),
            }
        })
    }

    fn context(&self) -> Option<Context<'_>> {
        Context::with_start(&self.invocation, Start::Never).ok()
    }

    /// The project that was named, else the default one.
    fn project(&self) -> String {
        let named = self.project.as_deref();
        let of_context = || Some(self.context()?.project(None).name);
        named
            .map(str::to_owned)
            .or_else(of_context)
            .unwrap_or_default()
    }
}

/// The tasks that were changed last, done ones too: one is shown or moved back.
fn tasks(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListTasksRequest {
        filter: Some(v1::TaskFilter {
            project: asked.project.clone().unwrap_or_default(),
            ..Default::default()
        }),
        sort: v1::TaskSort::Updated.into(),
        order: v1::SortOrder::Desc.into(),
        page_size: MOST,
        view: v1::TaskView::Basic.into(),
        ..Default::default()
    };
    let tasks = asked.call(request)?.tasks.into_iter();
    Some(candidates(tasks.map(|task| (task_ref(&task), task.title))))
}

fn projects(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListProjectsRequest {
        page_size: MOST,
        ..Default::default()
    };
    let projects = asked.call(request)?.projects.into_iter();
    Some(candidates(
        projects.map(|project| (project.alias, project.name)),
    ))
}

fn labels(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListLabelsRequest {
        project: asked.project(),
        page_size: MOST,
        ..Default::default()
    };
    let labels = asked.call(request)?.labels.into_iter();
    Some(candidates(labels.map(|label| {
        let count = format!("{} tasks", label.task_count);
        (label.name, count)
    })))
}

fn docs(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListDocsRequest {
        project: asked.project(),
        page_size: MOST,
        ..Default::default()
    };
    let docs = asked.call(request)?.docs.into_iter();
    Some(candidates(docs.map(|doc| {
        let title = doc.version.map(|version| version.title);
        (doc.id, title.unwrap_or_default())
    })))
}

fn plans(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListPlansRequest {
        project: asked.project.clone().unwrap_or_default(),
        page_size: MOST,
        ..Default::default()
    };
    let plans = asked.call(request)?.plans.into_iter();
    Some(candidates(plans.map(|plan| {
        let title = plan.version.map(|version| version.title);
        let of = format!("TASK-{} {}", plan.task_seq, title.unwrap_or_default());
        (plan.id, of)
    })))
}

fn attachments(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListAttachmentsRequest {
        project: asked.project.clone().unwrap_or_default(),
        page_size: MOST,
        ..Default::default()
    };
    let attachments = asked.call(request)?.attachments.into_iter();
    Some(candidates(attachments.map(|file| (file.id, file.name))))
}

fn memories(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListMemoriesRequest {
        project: asked.project(),
        page_size: MOST,
        ..Default::default()
    };
    let memories = asked.call(request)?.entries.into_iter();
    Some(candidates(memories.map(|memory| {
        let first = memory.body.lines().next().unwrap_or_default().to_owned();
        (memory.id, first)
    })))
}

fn trash(asked: &Asked) -> Option<Vec<Candidate>> {
    let request = v1::ListTrashRequest {
        page_size: MOST,
        ..Default::default()
    };
    let items = asked.call(request)?.items.into_iter();
    Some(candidates(items.map(|item| match item.entity() {
        v1::EntityKind::Task => (format!("TASK-{}", item.task_seq), item.title),
        _ => (item.id, item.title),
    })))
}

fn profiles(asked: &Asked) -> Option<Vec<Candidate>> {
    let profiles = asked.invocation.user.profiles.iter();
    Some(candidates(
        profiles.map(|(name, profile)| (name.clone(), profile.path.clone())),
    ))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all values")]
fn schemas(_: &Asked) -> Option<Vec<Candidate>> {
    Some(candidates(
        schema::entries().map(|entry| (entry.name.to_owned(), entry.about())),
    ))
}

fn candidates(pairs: impl Iterator<Item = (String, String)>) -> Vec<Candidate> {
    let all = pairs.map(|(value, about)| Candidate { value, about });
    all.collect()
}
