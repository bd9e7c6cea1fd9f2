//! Tasks: made, listed, changed, moved, deleted.

use crate::commands::{script::transcript, scripts};

#[test]
fn tasks() {
    insta::assert_snapshot!(transcript(scripts::TASKS), @r#"
    $ backlog project add --alias app
    Created project app
    $ backlog task add -p app -t 'Fix login' -d Slow. --type bug --status todo --priority P1 --assignee bob --label auth --source semgrep --external-ref r1 --project-path src --due-date 2030-05-08
    Created TASK-1 Fix login
    $ backlog task add --project app --title Part --description - --parent 1 --defer-until 2030-01-01 --scope src/** --discovered-from 1 --plan-file note.md
    Created TASK-2 Part
    $ backlog task add --from-file task.json --blocked-by 1
    Created TASK-3 From a file
    $ backlog task add -t ''
    error: title may not be empty
    hint: See: backlog task add --help
    $ backlog task add -t x --due-date tomorrow
    error: invalid value 'tomorrow' for '--due-date <DATE>': write YYYY-MM-DD, YYYY-MM-DDTHH:MM:SS or RFC 3339
    hint: See: backlog task add --help
    $ backlog task add -t x --parent 99
    error: no task TASK-99
    hint: See the tasks: backlog task list
    $ backlog task list
    REF     P   TYPE  STATUS  TITLE        PROJECT  LABELS  ACTOR
    TASK-1  P1  bug   todo    Fix login    app      auth    human:alice
    TASK-2  P3  task  todo    Part         app              human:alice
    TASK-3  P3  task  todo    From a file  app      filed   human:alice
    $ backlog task list -p app --status todo --type bug --priority P1 --assignee bob --label auth --source semgrep --search login
    REF     P   TYPE  STATUS  TITLE      PROJECT  LABELS  ACTOR
    TASK-1  P1  bug   todo    Fix login  app      auth    human:alice
    $ backlog task list --parent 1
    REF     P   TYPE  STATUS  TITLE  PROJECT  LABELS  ACTOR
    TASK-2  P3  task  todo    Part   app              human:alice
    $ backlog task list --actor-kind human --actor-name alice --limit 2 --sort created --order desc
    REF     P   TYPE  STATUS  TITLE        PROJECT  LABELS  ACTOR
    TASK-3  P3  task  todo    From a file  app      filed   human:alice
    TASK-2  P3  task  todo    Part         app              human:alice
    showing 2 of 3
    $ backlog task list --offset 2 --include-archived
    REF     P   TYPE  STATUS  TITLE        PROJECT  LABELS  ACTOR
    TASK-3  P3  task  todo    From a file  app      filed   human:alice
    showing 1 of 3, after others
    $ backlog task list --ready
    No tasks.
    $ backlog task list --blocked
    REF     P   TYPE  STATUS  TITLE        PROJECT  LABELS  ACTOR
    TASK-3  P3  task  todo    From a file  app      filed   human:alice
    $ backlog task list --claimed
    No tasks.
    $ backlog task list --mine
    No tasks.
    $ backlog task list --needs-attention
    No tasks.
    $ backlog task list --ids-only
    TASK-1
    TASK-2
    TASK-3
    $ backlog task list --cursor x
    error: the page token "x" does not belong to this list
    hint: Start again at the first page, without a cursor.
    $ backlog task show 1 --with-plans --with-comments
    TASK-1  Fix login
    Status       todo
    Priority     P1
    Type         bug
    Project      app
    Labels       auth
    Assignee     bob
    Due          2030-05-08
    Blocks       TASK-3
    Source       semgrep r1
    Path         src
    Created      TIME by human:alice
    Updated      TIME
    Version      1
    Id           ID

    Slow.
    $ backlog task show 99
    error: no task TASK-99
    hint: See the tasks: backlog task list
    $ backlog task update 1 -t 'Fix slow login' -d D --type issue --status doing --priority 2 --assignee eve --label urgent --source s --external-ref e --project-path lib --due-date 2030-05-09 --defer-until 2030-01-01 --scope lib/** --if-version 1
    Updated TASK-1 Fix slow login
    $ backlog task update 1 --remove-label urgent --clear-due-date --clear-defer-until --clear-scope --force
    Updated TASK-1 Fix slow login
    $ backlog task add -t Last
    Created TASK-4 Last
    $ backlog task update 4 --parent 1 --from-file note.md
    Updated TASK-4 Last
    $ backlog task update 4 --clear-parent
    Updated TASK-4 Last
    $ backlog task update 1 -t x --if-version 1
    error: TASK-1 changed since version 1 (now 3, by human:alice: assignee, defer_until, description, due_at, external_ref, priority, project_path, scope, source, status, title, type)
    hint: Read it again, then repeat the change with its present version.
    $ backlog task update 1
    error: nothing to update: name what to change
    hint: See: backlog task update --help
    $ backlog task move 1 --status done
    Moved TASK-1 from doing to done
    $ backlog task move 1 --status todo --force
    Moved TASK-1 from done to todo
    $ backlog task archive 3 --force
    Archived TASK-3 From a file
    $ backlog task unarchive 3
    Took TASK-3 From a file out of the archive
    $ backlog task delete 3 --force
    Deleted TASK-3 From a file. Take it back: backlog trash restore TASK-3
    $ backlog trash restore TASK-3
    Restored TASK-3 From a file
    $ backlog task move 1 --status open
    error: invalid value 'open' for '--status <STATUS>' [possible values: todo, doing, done]
    hint: See: backlog task move --help
    "#);
}
