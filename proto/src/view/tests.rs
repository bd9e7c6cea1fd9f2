use prost_types::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::v1;

const AT: Option<Timestamp> = Some(Timestamp {
    seconds: 1_778_243_340,
    nanos: 0,
});
const WRITTEN: &str = "2026-05-08T12:29:00Z";

fn json(view: impl serde::Serialize) -> Value {
    serde_json::to_value(view).unwrap()
}

fn ana() -> Option<v1::Actor> {
    Some(v1::Actor {
        kind: v1::ActorKind::Human.into(),
        name: "ana".into(),
    })
}

fn app() -> Option<v1::ProjectRef> {
    Some(v1::ProjectRef {
        id: "P".into(),
        alias: "app".into(),
        name: "App".into(),
    })
}

fn plan() -> v1::Plan {
    v1::Plan {
        id: "L".into(),
        task_id: "T".into(),
        task_seq: 12,
        current_version: 2,
        source: String::new(),
        version: Some(v1::PlanVersion {
            id: "V".into(),
            plan_id: "L".into(),
            version: 2,
            title: "Fix".into(),
            body: String::new(),
            actor: ana(),
            change_note: "typo".into(),
            created_at: AT,
        }),
        created_at: AT,
        updated_at: AT,
    }
}

fn comment() -> v1::Comment {
    v1::Comment {
        id: "C".into(),
        task_id: "T".into(),
        task_seq: 12,
        body: "hm".into(),
        actor: ana(),
        created_at: AT,
    }
}

/// As little as a task can have.
fn bare_task() -> v1::Task {
    v1::Task {
        id: "T".into(),
        seq: 12,
        project: app(),
        title: "Title".into(),
        r#type: v1::TaskType::BucketList.into(),
        status: v1::TaskStatus::Todo.into(),
        priority: 3,
        actor: ana(),
        created_at: AT,
        updated_at: AT,
        version: 1,
        ready: true,
        ..v1::Task::default()
    }
}

#[test]
fn a_bare_task_has_its_required_fields_and_its_labels() {
    let expected = json!({
        "id": "T", "ref": "TASK-12", "seq": 12,
        "project_id": "P", "project": {"id": "P", "alias": "app", "name": "App"},
        "title": "Title", "type": "bucket-list", "status": "todo", "priority": 3,
        "actor": {"kind": "human", "name": "ana"}, "labels": [],
        "created_at": WRITTEN, "updated_at": WRITTEN, "version": 1, "ready": true,
    });
    assert_eq!(json(Task::from(bare_task())), expected);
}

#[test]
fn a_task_that_is_shown_says_that_it_has_no_plans_and_comments() {
    let shown = json(Task::with_details(bare_task()));
    assert_eq!(shown["plans"], json!([]));
    assert_eq!(shown["comments"], json!([]));
}

#[test]
fn a_full_task_has_every_field_of_the_contract() {
    let task = v1::Task {
        description: "Why".into(),
        assignee: "bo".into(),
        due_at: AT,
        source: "semgrep".into(),
        external_ref: "x:1".into(),
        project_path: "/code".into(),
        labels: vec!["a".into(), "b".into()],
        plans: vec![plan()],
        comments: vec![comment()],
        completed_at: AT,
        archived_at: AT,
        ready: false,
        lease: Some(v1::Lease {
            holder: Some(v1::Actor {
                kind: v1::ActorKind::Ai.into(),
                name: "codex".into(),
            }),
            session: "s1".into(),
            fence: 7,
            acquired_at: AT,
            expires_at: AT,
        }),
        parent: "TASK-1".into(),
        blocked_by: vec!["TASK-2".into()],
        blocks: vec!["TASK-3".into()],
        ..bare_task()
    };
    let by_ana = json!({"kind": "human", "name": "ana"});
    let expected = json!({
        "id": "T", "ref": "TASK-12", "seq": 12,
        "project_id": "P", "project": {"id": "P", "alias": "app", "name": "App"},
        "title": "Title", "description": "Why", "type": "bucket-list", "status": "todo",
        "priority": 3, "assignee": "bo", "due_at": WRITTEN, "actor": by_ana,
        "source": "semgrep", "external_ref": "x:1", "project_path": "/code",
        "labels": ["a", "b"],
        "plans": [{
            "id": "L", "task_id": "T", "task_ref": "TASK-12", "current_version": 2,
            "version": {
                "id": "V", "plan_id": "L", "version": 2, "title": "Fix", "body": "",
                "actor": by_ana, "change_note": "typo", "created_at": WRITTEN,
            },
            "created_at": WRITTEN, "updated_at": WRITTEN,
        }],
        "comments": [{
            "id": "C", "task_id": "T", "task_ref": "TASK-12", "body": "hm",
            "actor": by_ana, "created_at": WRITTEN,
        }],
        "completed_at": WRITTEN, "archived_at": WRITTEN,
        "created_at": WRITTEN, "updated_at": WRITTEN, "version": 1,
        "parent": "TASK-1", "blocked_by": ["TASK-2"], "blocks": ["TASK-3"], "ready": false,
        "lease": {
            "holder": {"kind": "ai", "name": "codex"}, "session": "s1", "fence": 7, "acquired_at": WRITTEN,
            "expires_at": WRITTEN,
        },
    });
    assert_eq!(json(Task::from(task)), expected);
}

#[test]
fn a_list_of_tasks_counts_them() {
    let list = json(Tasks::from(v1::ListTasksResponse {
        tasks: vec![bare_task(), bare_task()],
        total: 214,
        next_page_token: "n".into(),
        unranked: false,
    }));
    assert_eq!(list["tasks"].as_array().unwrap().len(), 2);
    assert_eq!(
        list["page"],
        json!({"total": 214, "count": 2, "next_cursor": "n"})
    );

    let last = json(Tasks::from(v1::ListTasksResponse {
        unranked: true,
        ..Default::default()
    }));
    assert_eq!(
        last,
        json!({"tasks": [], "page": {"total": 0, "count": 0, "unranked": true}})
    );
}

#[test]
fn other_lists_are_alone_unless_there_is_more() {
    assert_eq!(json(Projects::from(vec![])), json!({"projects": []}));
    assert_eq!(json(Plans::from(vec![])), json!({"plans": []}));
    assert_eq!(json(Versions::from(vec![])), json!({"versions": []}));
    assert_eq!(json(Labels::from(vec![])), json!({"labels": []}));
    assert_eq!(json(Events::from(vec![])), json!({"events": []}));
    assert_eq!(json(Trash::from(vec![])), json!({"items": []}));
    let page = json(Comments::from(v1::ListCommentsResponse {
        comments: vec![comment()],
        next_page_token: "n".into(),
    }));
    assert_eq!(page["comments"][0]["id"], "C");
    assert_eq!(page["page"], json!({"count": 1, "next_cursor": "n"}));
}

#[test]
fn a_project_has_its_counts() {
    let project = v1::Project {
        id: "P".into(),
        alias: "app".into(),
        name: "App".into(),
        actor: ana(),
        task_counts: Some(v1::TaskCounts {
            todo: 1,
            doing: 2,
            done: 3,
            archived: 4,
        }),
        version: 5,
        created_at: AT,
        updated_at: AT,
        ..Default::default()
    };
    let expected = json!({
        "id": "P", "alias": "app", "name": "App", "actor": {"kind": "human", "name": "ana"},
        "task_counts": {"todo": 1, "doing": 2, "done": 3, "archived": 4}, "version": 5,
        "created_at": WRITTEN, "updated_at": WRITTEN,
    });
    assert_eq!(json(Project::from(project)), expected);
}

#[test]
fn a_label_names_its_project() {
    let label = v1::Label {
        id: "B".into(),
        project: app(),
        name: "sast".into(),
        color: "#aabbcc".into(),
        task_count: 0,
        created_at: AT,
    };
    let expected = json!({
        "id": "B", "project_id": "P", "project": {"id": "P", "alias": "app", "name": "App"},
        "name": "sast", "color": "#aabbcc", "task_count": 0, "created_at": WRITTEN,
    });
    assert_eq!(json(Label::from(label)), expected);
}

#[test]
fn an_event_has_its_payload_as_json() {
    let activity = v1::Activity {
        seq: 9,
        entity: v1::EntityKind::Comment.into(),
        entity_id: "C".into(),
        action: "created".into(),
        actor: ana(),
        session: "s1".into(),
        uid: Some(0),
        pid: None,
        project: Some(v1::ProjectRef {
            id: "P".into(),
            ..Default::default()
        }),
        task_seq: 12,
        summary: "ana commented".into(),
        payload: r#"{"changes":{"body":{"from":null,"to":"hm"}}}"#.into(),
        created_at: AT,
        recorded_at: None,
        hash: vec![0x00, 0xa0, 0xff],
    };
    let expected = json!({
        "seq": 9, "entity": "comment", "entity_id": "C", "ref": "TASK-12", "action": "created",
        "actor": {"kind": "human", "name": "ana"}, "session": "s1", "uid": 0,
        "project": {"id": "P"}, "summary": "ana commented",
        "payload": {"changes": {"body": {"from": null, "to": "hm"}}},
        "created_at": WRITTEN, "hash": "00a0ff",
    });
    assert_eq!(json(Event::from(activity.clone())), expected);

    for (stored, shown) in [("", json!({})), ("{broken", json!("{broken"))] {
        let activity = v1::Activity {
            payload: stored.into(),
            ..activity.clone()
        };
        assert_eq!(Event::from(activity).payload, shown);
    }
}

#[test]
fn a_broken_log_says_where() {
    let broken = v1::VerifyActivitiesResponse {
        verified: 4,
        broken_seq: 5,
        problem: "changed".into(),
        head: vec![1],
        known_seq: 0,
    };
    assert_eq!(
        json(Verification::from(broken)),
        json!({"ok": false, "verified": 4, "broken_seq": 5, "problem": "changed", "head": "01"})
    );
    let whole = v1::VerifyActivitiesResponse {
        verified: 4,
        ..Default::default()
    };
    assert_eq!(
        json(Verification::from(whole)),
        json!({"ok": true, "verified": 4, "head": ""})
    );
}

#[test]
fn only_a_task_in_the_trash_has_a_ref() {
    let item = |entity: v1::EntityKind, task_seq| {
        json(TrashItem::from(v1::TrashItem {
            entity: entity.into(),
            id: "X".into(),
            task_seq,
            title: "t".into(),
            deleted_by: ana(),
            deleted_at: AT,
        }))
    };
    assert_eq!(item(v1::EntityKind::Task, 12)["ref"], "TASK-12");
    let comment = item(v1::EntityKind::Comment, 12);
    assert_eq!(comment["task_ref"], "TASK-12");
    assert!(comment.get("ref").is_none());
    let project = item(v1::EntityKind::Project, 0);
    assert!(project.get("ref").is_none() && project.get("task_ref").is_none());
}

#[test]
fn what_was_done_has_the_shape_of_the_contract() {
    assert_eq!(
        json(Done::task("archive", &bare_task(), "archived TASK-12")),
        json!({"ok": true, "action": "archive", "entity": "task", "id": "T", "ref": "TASK-12",
               "message": "archived TASK-12"})
    );
    assert_eq!(
        json(Done::plain(
            "clear-default",
            "profile",
            "no default any more"
        )),
        json!({"ok": true, "action": "clear-default", "entity": "profile",
               "message": "no default any more"})
    );
}

#[test]
fn a_status_says_whether_a_daemon_runs() {
    let status = json(DaemonStatus::from(v1::DaemonStatus {
        pid: 5,
        ..Default::default()
    }));
    assert_eq!(
        (&status["running"], &status["pid"]),
        (&json!(true), &json!(5))
    );
    let none = NoDaemon::new(std::path::Path::new("/w"));
    assert_eq!(json(none), json!({"running": false, "workspace": "/w"}));
}

#[test]
fn the_workspace_counts_what_is_in_it() {
    let workspace = v1::Workspace {
        id: "W".into(),
        created_at: AT,
        ..Default::default()
    };
    let expected = json!({
        "id": "W", "database": "", "schema_version": 0, "projects": 0,
        "task_counts": {"todo": 0, "doing": 0, "done": 0, "archived": 0},
        "last_activity_seq": 0, "created_at": WRITTEN,
    });
    assert_eq!(json(Workspace::from(workspace)), expected);
}

#[test]
fn a_value_of_a_newer_api_does_not_stop_an_older_client() {
    let task = v1::Task {
        status: 99,
        r#type: 99,
        ..bare_task()
    };
    let shown = Task::from(task);
    assert_eq!((shown.status, shown.r#type), ("unspecified", "unspecified"));
}
