//! Every part of every client that was asked for: looked at first, all of
//! them, and carried out then.

use std::path::{Path, PathBuf};

use backlog_api::view::{SetupPart, unified_lines};

use crate::{
    clients::{Client, Entry, Places, Scope},
    error::CliError,
    setup::{Change, Editor, FileStep, Kind, Outcome, Part, SkillStep, Trouble, Wanted},
};

/// What was asked for.
pub struct Asked {
    pub clients: Vec<Client>,
    pub parts: Vec<Part>,
    pub scope: Scope,
    pub wanted: Wanted,
    pub force: bool,
    /// The program that clients shall run.
    pub program: String,
}

/// A part of a client.
struct Job {
    client: Client,
    part: Part,
    task: Task,
    /// The same is in the client's other file, and it obeys both: how to take
    /// it out there.
    twice: Option<String>,
}

enum Task {
    File(Box<FileStep>),
    /// The directory of that number.
    Skills(usize),
    /// Others need them.
    Kept(PathBuf),
    Unsupported,
}

/// All that is to be done.
pub struct Work {
    jobs: Vec<Job>,
    /// The directories of skills, each once: clients share one.
    skills: Vec<SkillStep>,
    wanted: Wanted,
    scope: Scope,
}

impl Work {
    /// Looks at everything. Changes nothing.
    pub fn make(asked: &Asked, places: &Places) -> Result<Self, CliError> {
        let mut work = Self {
            jobs: Vec::new(),
            skills: Vec::new(),
            wanted: asked.wanted,
            scope: asked.scope,
        };
        for client in asked.clients.iter().copied() {
            for part in asked.parts.iter().copied() {
                let task = work.task(client, part, asked, places)?;
                let twice = (part == Part::Hooks)
                    .then(|| hooks_elsewhere(client, asked, places))
                    .flatten();
                work.jobs.push(Job {
                    client,
                    part,
                    task,
                    twice,
                });
            }
        }
        Ok(work)
    }

    fn task(
        &mut self,
        client: Client,
        part: Part,
        asked: &Asked,
        places: &Places,
    ) -> Result<Task, CliError> {
        let file = |path, editor| {
            Task::File(Box::new(FileStep::make(
                path,
                editor,
                asked.wanted,
                asked.force,
            )))
        };
        Ok(match part {
            Part::Mcp => file(places.servers(client, asked.scope), server(client, asked)),
            Part::Hooks => match places.hooks(client, asked.scope) {
                Some(path) => file(path, hooks(asked)),
                None => Task::Unsupported,
            },
            Part::Skills => {
                let dir = places.skills(client, asked.scope);
                if asked.wanted == Wanted::Removed && is_shared(&dir, asked, places) {
                    return Ok(Task::Kept(dir));
                }
                let known = self.skills.iter().position(|step| step.dir == dir);
                Task::Skills(match known {
                    Some(known) => known,
                    None => {
                        let step = SkillStep::make(dir.clone(), asked.wanted)
                            .map_err(|error| unusable(&dir, &error))?;
                        self.skills.push(step);
                        self.skills.len() - 1
                    }
                })
            }
        })
    }

    /// Whether nothing that was asked for is there for these clients.
    pub fn is_beyond_all(&self) -> bool {
        self.jobs
            .iter()
            .all(|job| matches!(job.task, Task::Unsupported))
    }

    /// Files and directories that change.
    pub fn count(&self) -> usize {
        self.changes().count()
            + self
                .skills
                .iter()
                .filter(|step| step.kind.is_some())
                .count()
    }

    /// The files that change, and how.
    pub fn changes(&self) -> impl Iterator<Item = (&Path, &Change)> {
        self.files()
            .filter_map(|step| Some((step.path.as_path(), step.change()?)))
    }

    /// The files that stay as they are because something is wrong with them.
    pub fn troubles(&self) -> Vec<(PathBuf, Trouble)> {
        self.files()
            .filter_map(|step| Some((step.path.clone(), step.trouble()?.clone())))
            .collect()
    }

    fn files(&self) -> impl Iterator<Item = &FileStep> {
        self.jobs.iter().filter_map(|job| match &job.task {
            Task::File(step) => Some(step.as_ref()),
            Task::Skills(_) | Task::Kept(_) | Task::Unsupported => None,
        })
    }

    /// What would become of each part.
    pub fn planned(&self, parts: &mut Vec<SetupPart>) {
        parts.extend(self.jobs.iter().map(|job| self.part(job)));
    }

    /// Does it all, one after the other. What cannot be done stops nothing else.
    pub fn carry_out(
        &mut self,
        places: &Places,
        parts: &mut Vec<SetupPart>,
    ) -> Vec<(PathBuf, Trouble)> {
        let mut troubles = Vec::new();
        let mut failed_skills: Vec<(PathBuf, String)> = Vec::new();
        self.planned(parts);
        for step in std::mem::take(&mut self.skills) {
            let dir = step.dir.clone();
            if step.kind.is_some()
                && let Err(error) = step.carry_out()
            {
                failed_skills.push((dir, error.to_string()));
            }
        }
        for (job, part) in self.jobs.iter_mut().zip(parts.iter_mut()) {
            let outcome = match &mut job.task {
                Task::File(step) => step
                    .carry_out(places)
                    .map(|backup| part.backup = backup.map(|it| it.display().to_string()))
                    .map_err(|trouble| (step.path.clone(), trouble)),
                Task::Skills(_) => {
                    let is_this = |(dir, _): &&(PathBuf, String)| {
                        Some(dir.display().to_string()) == part.path
                    };
                    match failed_skills.iter().find(is_this) {
                        Some((dir, error)) => Err((dir.clone(), Trouble::Failed(error.clone()))),
                        None => Ok(()),
                    }
                }
                Task::Kept(_) | Task::Unsupported => Ok(()),
            };
            if let Err((path, trouble)) = outcome {
                part.state = state_of(&trouble);
                part.message = Some(trouble.message());
                troubles.push((path, trouble));
            }
        }
        troubles
    }

    /// What is set up of each part.
    pub fn checked(&self) -> Vec<SetupPart> {
        let check = |job: &Job| {
            let mut part = self.part(job);
            part.diff = None;
            part.state = match part.state {
                "unchanged" => "set_up",
                "added" => "missing",
                "updated" => "outdated",
                state => state,
            };
            if part.state == "missing"
                && let Task::Skills(number) = job.task
                && self.skills[number].changing < self.skills[number].files
            {
                part.state = "outdated";
            }
            part.message = match &job.task {
                Task::File(step) => match step.outcome {
                    Outcome::AsWanted => job.twice.clone(),
                    _ => step.trouble().map(Trouble::message),
                },
                Task::Unsupported | Task::Skills(_) | Task::Kept(_) => part.message,
            };
            part
        };
        self.jobs.iter().map(check).collect()
    }

    fn part(&self, job: &Job) -> SetupPart {
        let as_wanted = match self.wanted {
            Wanted::Installed => "unchanged",
            Wanted::Removed => "absent",
        };
        let (state, path, message) = match &job.task {
            Task::File(step) => match &step.outcome {
                Outcome::AsWanted => (as_wanted, Some(&step.path), job.twice.clone()),
                Outcome::Change(change) => (
                    word(change.kind),
                    Some(&step.path),
                    self.remark(job, change.kind),
                ),
                Outcome::Trouble(trouble) => {
                    (state_of(trouble), Some(&step.path), Some(trouble.message()))
                }
            },
            Task::Skills(number) => {
                let step = &self.skills[*number];
                (
                    step.kind.map_or(as_wanted, word),
                    Some(&step.dir),
                    step.remark(self.wanted, self.scope),
                )
            }
            Task::Kept(dir) => (
                "kept",
                Some(dir),
                Some("other agents that are set up use them too".to_owned()),
            ),
            Task::Unsupported => (
                "unsupported",
                None,
                Some("Backlog has hooks for Claude Code and Codex".to_owned()),
            ),
        };
        let diff = match &job.task {
            Task::File(step) => step
                .change()
                .map(|change| diff(&step.path.display().to_string(), change)),
            Task::Skills(_) | Task::Kept(_) | Task::Unsupported => None,
        };
        SetupPart {
            client: job.client.name(),
            part: job.part.name(),
            state,
            path: path.map(|path| path.display().to_string()),
            backup: None,
            diff,
            message,
        }
    }

    /// What a client still wants of its user before it uses a part.
    fn remark(&self, job: &Job, kind: Kind) -> Option<String> {
        if kind == Kind::Removed {
            return None;
        }
        if job.twice.is_some() {
            return job.twice.clone();
        }
        let remark = match (job.client, job.part, self.scope) {
            (Client::Codex, Part::Hooks, _) => "Codex asks you to trust the hooks, once: /hooks",
            (Client::Claude, Part::Mcp, Scope::Project) => {
                "Claude Code asks you to approve the server of a project, once"
            }
            (Client::Codex, Part::Mcp, Scope::Project) => {
                "Codex reads this once you trust the project"
            }
            (Client::Gemini, Part::Mcp, _) => "Gemini CLI starts servers in trusted folders alone",
            _ => return None,
        };
        Some(remark.to_owned())
    }
}

/// That a client has our hooks for the other scope too.
fn hooks_elsewhere(client: Client, asked: &Asked, places: &Places) -> Option<String> {
    let other = match asked.scope {
        Scope::User => Scope::Project,
        Scope::Project => Scope::User,
    };
    let path = places.hooks(client, other)?;
    let has_them = asked.wanted == Wanted::Installed
        && Some(&path) != places.hooks(client, asked.scope).as_ref()
        && FileStep::make(path.clone(), hooks(asked), Wanted::Removed, false)
            .change()
            .is_some();
    has_them.then(|| {
        format!(
            "they run twice, for they are in {} too: backlog setup {} --hooks --{} --remove",
            places.shown(&path),
            client.name(),
            other.name()
        )
    })
}

impl SkillStep {
    fn remark(&self, wanted: Wanted, scope: Scope) -> Option<String> {
        let files = |count: usize| match count {
            1 => "1 file".to_owned(),
            count => format!("{count} files"),
        };
        let changing = (self.changing > 0).then(|| files(self.changing));
        let left = (self.left_alone > 0).then(|| {
            let files = files(self.left_alone);
            let project = match scope {
                Scope::User => "",
                Scope::Project => " --project",
            };
            let uninstall = match wanted {
                Wanted::Installed => "",
                Wanted::Removed => " --uninstall",
            };
            format!(
                "{files} changed by somebody: left alone, unless by backlog install-skills{project}{uninstall} --force"
            )
        });
        let remarks: Vec<String> = changing.into_iter().chain(left).collect();
        (!remarks.is_empty()).then(|| remarks.join(", "))
    }
}

/// What changes in a file; the whole of it where it is new or goes.
pub fn diff(name: &str, change: &Change) -> String {
    const NOTHING: &str = "/dev/null";
    let side = |text: &Option<String>| {
        (
            text.as_ref().map_or(NOTHING, |_| name).to_owned(),
            text.clone().unwrap_or_default(),
        )
    };
    let (from, to) = (side(&change.before), side(&change.after));
    unified_lines((&from.0, &from.1), (&to.0, &to.1))
}

fn server(client: Client, asked: &Asked) -> Editor {
    Editor::Server {
        entry: Entry::of(client, &asked.program),
        program: asked.program.clone(),
    }
}

fn hooks(asked: &Asked) -> Editor {
    Editor::Hooks {
        program: asked.program.clone(),
    }
}

/// Whether clients that stay set up look for skills there too.
fn is_shared(dir: &Path, asked: &Asked, places: &Places) -> bool {
    Client::ALL.into_iter().any(|other| {
        let path = places.servers(other, asked.scope);
        !asked.clients.contains(&other)
            && places.skills(other, asked.scope) == dir
            && FileStep::make(path, server(other, asked), Wanted::Removed, false)
                .change()
                .is_some()
    })
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "added",
        Kind::Updated => "updated",
        Kind::Replaced => "replaced",
        Kind::Removed => "removed",
    }
}

fn state_of(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Foreign | Trouble::Conflict(_) => "conflict",
        Trouble::Unreadable { .. } | Trouble::Directory | Trouble::Failed(_) => "refused",
    }
}

fn unusable(dir: &Path, error: &std::io::Error) -> CliError {
    CliError::failed(format!("{} cannot be read: {error}", dir.display()))
}
