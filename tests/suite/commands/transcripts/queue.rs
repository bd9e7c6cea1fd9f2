//! The queue: what is ready, claims, renewals, ends.

use crate::commands::{script::transcript, scripts};

#[test]
fn queue() {
    insta::assert_snapshot!(transcript(scripts::QUEUE), @r#"
    $ backlog project add --alias app
    Created project app
    $ backlog task add -t One --type bug --priority P1 --assignee bob --label auth --source semgrep
    Created TASK-1 One
    $ backlog task add -t Two
    Created TASK-2 Two
    $ backlog task add -t Three --parent 2
    Created TASK-3 Three
    $ backlog task dep add 2 --on 1
    TASK-2 waits for: TASK-1
    $ backlog task dep add 1 --on 2
    error: that would be a circle: TASK-2 waits for TASK-3 waits for TASK-1 waits for TASK-2
    hint: See what it waits for: backlog task dep tree TASK-2
    $ backlog task dep add 3 --on 1 --type related
    TASK-3 has to do with: TASK-1
    $ backlog task dep tree 2
    TASK-2 (todo) Two
    ├─ TASK-1 (ready) One
    └─ + TASK-3 (todo) Three
    $ backlog task why 2
    TASK-2 is not ready:
      TASK-2 waits for TASK-3 waits for TASK-1: TASK-1 is ready, and nobody has taken it
    $ backlog task next -p app --type bug --priority P1 --assignee bob --label auth --source semgrep --search one
    REF     P   TYPE  STATUS  TITLE  PROJECT  LABELS  ACTOR
    TASK-1  P1  bug   todo    One    app      auth    human:alice
    $ backlog task next --parent 1
    error: nothing is ready to be claimed: 1 ready, but not to be had now or not asked for, 2 blocked
    hint: See what holds the tasks back: backlog task list --status todo, then backlog task why TASK-N. Or wait: --wait 10m
    $ backlog task claim -p app --type bug --priority P1 --assignee bob --label auth --source semgrep --search one --ttl 1h
    TASK-1  One
    Status       doing
    Held by      human:alice (session s1), 1 h left
    Priority     P1
    Type         bug
    Project      app
    Labels       auth
    Assignee     bob
    Blocks       TASK-2
    Related      TASK-3
    Source       semgrep
    Created      TIME by human:alice
    Updated      TIME
    Version      2
    Id           ID

    Lease
    Holder       human:alice (session s1)
    Until        TIME (1 h left)
    Fence        1
    Token        TOKEN

    This session took TASK-1.
    Finish it        backlog task done TASK-1 --note '…'
    Or give it back  backlog task release TASK-1 --note '…'
    $ backlog task list --mine
    REF     P   TITLE  PROJECT  HOLDER       SESSION  LEFT
    TASK-1  P1  One    app      human:alice  s1       1 h
    $ backlog task renew 1 --ttl 2h
    Renewed, until TIME (2 h left)
    $ backlog task attempts 1
    FENCE  ACTOR        SESSION  STARTED           ENDED  OUTCOME  NOTE
    1      human:alice  s1       TIME         held
    $ backlog task release 1 --note 'Not now' --failed
    Gave TASK-1 One back
    $ backlog task claim 1
    TASK-1  One
    Status       doing
    Held by      human:alice (session s1), 30 min left
    Priority     P1
    Type         bug
    Project      app
    Labels       auth
    Assignee     bob
    Blocks       TASK-2
    Related      TASK-3
    Source       semgrep
    Created      TIME by human:alice
    Updated      TIME
    Version      4
    Id           ID

    Last attempt: failed by human:alice (session s1), TIME
      Not now

    Lease
    Holder       human:alice (session s1)
    Until        TIME (30 min left)
    Fence        2
    Token        TOKEN

    This session took TASK-1.
    Finish it        backlog task done TASK-1 --note '…'
    Or give it back  backlog task release TASK-1 --note '…'
    $ backlog task release 1 --force
    Gave TASK-1 One back
    $ backlog task dep remove 3 --on 1 --type related
    TASK-3 waits for no task
    $ backlog task claim 1
    TASK-1  One
    Status       doing
    Held by      human:alice (session s1), 30 min left
    Priority     P1
    Type         bug
    Project      app
    Labels       auth
    Assignee     bob
    Blocks       TASK-2
    Source       semgrep
    Created      TIME by human:alice
    Updated      TIME
    Version      6
    Id           ID

    Last attempt: released by human:alice (session s1), TIME

    Lease
    Holder       human:alice (session s1)
    Until        TIME (30 min left)
    Fence        3
    Token        TOKEN

    This session took TASK-1.
    Finish it        backlog task done TASK-1 --note '…'
    Or give it back  backlog task release TASK-1 --note '…'
    $ backlog task done 1 --note Done --force
    Finished TASK-1 One
    $ backlog task claim --wait 1s --parent 2
    TASK-3  Three
    Status       doing
    Held by      human:alice (session s1), 30 min left
    Priority     P3
    Type         task
    Project      app
    Parent       TASK-2
    Created      TIME by human:alice
    Updated      TIME
    Version      2
    Id           ID

    Lease
    Holder       human:alice (session s1)
    Until        TIME (30 min left)
    Fence        1
    Token        TOKEN

    This session took TASK-3.
    Finish it        backlog task done TASK-3 --note '…'
    Or give it back  backlog task release TASK-3 --note '…'
    $ backlog task retry 3
    TASK-3 has its whole budget of attempts already
    $ backlog task claim 2 --force
    TASK-2  Two
    Status       doing
    Held by      human:alice (session s1), 30 min left
    Priority     P3
    Type         task
    Project      app
    Blocked by   TASK-1
    Created      TIME by human:alice
    Updated      TIME
    Version      2
    Id           ID

    Lease
    Holder       human:alice (session s1)
    Until        TIME (30 min left)
    Fence        1
    Token        TOKEN

    This session took TASK-2.
    Finish it        backlog task done TASK-2 --note '…'
    Or give it back  backlog task release TASK-2 --note '…'
    $ backlog task why 99x
    error: "99x" is not a task: write TASK-12, 12 or the task's ULID
    hint: See: backlog task why --help
    $ backlog task claim 99
    error: no task TASK-99
    hint: See the tasks: backlog task list
    $ backlog top -p app
    0 ready, 0 blocked, 0 deferred, 0 waiting for parts, 0 for a person, 2 doing, 1 done

    TASK    HOLDER       SESSION  TITLE  LEFT
    TASK-3  human:alice  s1       Three  30 min
    TASK-2  human:alice  s1       Two    30 min

    SEQ  TIME              ACTOR        TASK    SUMMARY
    19   TIME  human:alice  TASK-2  claimed TASK-2 by force
    18   TIME  human:alice  TASK-3  claimed TASK-3
    17   TIME  human:alice  TASK-1  finished TASK-1
    16   TIME  human:alice  TASK-1  commented on TASK-1: Done
    15   TIME  human:alice  TASK-1  claimed TASK-1
    "#);
}
