//! Lists of things, a page of them or all.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Attachment, Attempt, Comment, Doc, DocVersion, Event, Label, Memory, Plan, PlanVersion,
    Project, Task, TrashItem, filled,
};
use crate::v1;

/// Which part of all there is a list is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Page {
    /// How many there are in all, where it is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// How many of them are here.
    pub count: usize,
    /// Asks for the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Too many matched to put the best first; left out otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unranked: bool,
}

/// A page of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tasks {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// How many match.
    pub page: Page,
}

impl From<v1::ListTasksResponse> for Tasks {
    fn from(response: v1::ListTasksResponse) -> Self {
        let tasks: Vec<Task> = response.tasks.into_iter().map(Task::from).collect();
        let page = Page {
            total: Some(response.total),
            count: tasks.len(),
            next_cursor: filled(response.next_page_token),
            unranked: response.unranked,
        };
        Self { tasks, page }
    }
}

/// References of tasks alone, `TASK-N`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct TaskRefs(pub Vec<String>);

/// A list with nothing but its things, unless there are more of them. Made from
/// one page as the API answers it, or from all the messages there are.
macro_rules! list {
    (
        $(#[$doc:meta])*
        $list:ident, $field:ident: $item:ident
        from $response:ident.$messages:ident of $message:ident
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        pub struct $list {
            /// The things.
            pub $field: Vec<$item>,
            /// Left out where these are all.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub page: Option<Page>,
        }

        impl From<v1::$response> for $list {
            fn from(response: v1::$response) -> Self {
                let list = Self::from(response.$messages);
                let page = filled(response.next_page_token).map(|cursor| Page {
                    total: None,
                    count: list.$field.len(),
                    next_cursor: Some(cursor),
                    unranked: false,
                });
                Self { page, ..list }
            }
        }

        impl From<Vec<v1::$message>> for $list {
            fn from(messages: Vec<v1::$message>) -> Self {
                let $field = messages.into_iter().map($item::from).collect();
                Self { $field, page: None }
            }
        }
    };
}

list! {
    /// Projects, by alias.
    Projects, projects: Project from ListProjectsResponse.projects of Project
}
list! {
    /// A task's plans, oldest first.
    Plans, plans: Plan from ListPlansResponse.plans of Plan
}
list! {
    /// A plan's versions, oldest first.
    Versions, versions: PlanVersion from ListPlanVersionsResponse.versions of PlanVersion
}
list! {
    /// Docs, oldest first.
    Docs, docs: Doc from ListDocsResponse.docs of Doc
}
list! {
    /// A doc's versions, oldest first.
    DocVersions, versions: DocVersion from ListDocVersionsResponse.versions of DocVersion
}
list! {
    /// Entries of memory, newest first.
    Memories, entries: Memory from ListMemoriesResponse.entries of Memory
}
list! {
    /// Attachments, oldest first.
    Attachments, attachments: Attachment from ListAttachmentsResponse.attachments of Attachment
}
list! {
    /// A task's comments, oldest first.
    Comments, comments: Comment from ListCommentsResponse.comments of Comment
}
list! {
    /// Labels, by project and name.
    Labels, labels: Label from ListLabelsResponse.labels of Label
}
list! {
    /// Activities, newest first.
    Events, events: Event from ListActivitiesResponse.activities of Activity
}
/// A page of the log, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Log {
    /// Its entries.
    pub events: Vec<Event>,
    /// How many match.
    pub total: i64,
    /// Asks for the next page; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl From<v1::ListActivitiesResponse> for Log {
    fn from(response: v1::ListActivitiesResponse) -> Self {
        Self {
            events: response.activities.into_iter().map(Event::from).collect(),
            total: response.total.unwrap_or_default(),
            next_cursor: filled(response.next_page_token),
        }
    }
}

list! {
    /// What is in the trash, last deleted first.
    Trash, items: TrashItem from ListTrashResponse.items of TrashItem
}
list! {
    /// A task's attempts, the last one first.
    Attempts, attempts: Attempt from ListAttemptsResponse.attempts of Attempt
}
