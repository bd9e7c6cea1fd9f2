//! The tools there are, as clients list them: fixed for the process, in a
//! fixed order.

use std::{pin::Pin, sync::OnceLock};

use rmcp::model::{JsonObject, MetaObject, Tool as Listed, ToolAnnotations};
use serde_json::Value;

use crate::{
    call::Call,
    options::{Options, Toolset},
    problem::Outcome,
    reply::Reply,
    schema, tools,
};

/// An answer to come.
pub(crate) type Answer<'a> = Pin<Box<dyn Future<Output = Outcome<Reply>> + Send + 'a>>;

/// What a call of a tool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It reads.
    Reads,
    /// It writes; doing it twice is doing it once.
    Sets,
    /// It writes; twice is twice.
    Adds,
}

/// When a tool is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Among all.
    More,
    /// Among the core ones.
    Core,
    /// Among the core ones, and loaded at once where clients load the rest
    /// when it is needed.
    Always,
}

/// A tool.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// When to use it.
    pub(crate) description: &'static str,
    pub(crate) effect: Effect,
    pub(crate) place: Place,
    pub(crate) schema: fn() -> JsonObject,
    pub(crate) output: fn() -> JsonObject,
    pub(crate) run: for<'a> fn(&'a Call<'a>, &'a Served, JsonObject) -> Answer<'a>,
}

/// A tool of this process, with the schema of its arguments.
pub(crate) struct Served {
    pub(crate) tool: &'static Tool,
    pub(crate) schema: JsonObject,
}

/// Declares a tool: its words, and the function that does it.
macro_rules! tool {
    (
        $name:literal, $title:literal, $effect:ident, $place:ident,
        $description:literal,
        $run:ident($arguments:ty) -> $output:ty
    ) => {
        $crate::catalog::Tool {
            name: $name,
            title: $title,
            description: $description,
            effect: $crate::catalog::Effect::$effect,
            place: $crate::catalog::Place::$place,
            schema: $crate::schema::of::<$arguments>,
            output: $crate::schema::of_output::<$output>,
            run: |call, served, given| {
                Box::pin(async move {
                    let arguments: $arguments =
                        $crate::arguments::read($name, &served.schema, given)?;
                    $run(call, arguments).await
                })
            },
        }
    };
}
pub(crate) use tool;

/// The tools of a process.
pub(crate) struct Catalog {
    served: Vec<Served>,
    structured: bool,
    listed: OnceLock<Vec<Listed>>,
}

impl Catalog {
    pub(crate) fn new(options: &Options) -> Self {
        let wanted = |tool: &&Tool| {
            (options.tools == Toolset::All || tool.place != Place::More)
                && (!options.read_only || tool.effect == Effect::Reads)
        };
        Self {
            served: tools::all()
                .filter(wanted)
                .map(|tool| Served {
                    tool,
                    schema: (tool.schema)(),
                })
                .collect(),
            structured: options.structured,
            listed: OnceLock::new(),
        }
    }

    /// The tool of that name.
    pub(crate) fn find(&self, name: &str) -> Option<&Served> {
        self.served.iter().find(|served| served.tool.name == name)
    }

    /// The names of all.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.served.iter().map(|served| served.tool.name)
    }

    /// As clients list them.
    pub(crate) fn list(&self) -> &[Listed] {
        self.listed.get_or_init(|| {
            self.served
                .iter()
                .map(|served| listed(served, self.structured))
                .collect()
        })
    }
}

fn listed(served: &Served, structured: bool) -> Listed {
    let tool = served.tool;
    let annotations = ToolAnnotations::new()
        .read_only(tool.effect == Effect::Reads)
        // Every write is in the log and versioned, and nothing deletes.
        .destructive(false)
        .idempotent(tool.effect != Effect::Adds)
        .open_world(false);
    let mut listed = Listed::new(tool.name, tool.description, schema::told(&served.schema))
        .with_title(tool.title)
        .annotate(annotations);
    if tool.place == Place::Always {
        let mut meta = MetaObject::new();
        meta.insert("anthropic/alwaysLoad".to_owned(), Value::Bool(true));
        listed = listed.with_meta(meta);
    }
    if structured {
        listed = listed.with_raw_output_schema((tool.output)().into());
    }
    listed
}
