//! Plans, comments, labels, docs, memory, attachments; search and the trash.

use crate::commands::{script::transcript, scripts};

#[test]
fn texts() {
    insta::assert_snapshot!(transcript(scripts::TEXTS), @r#"
    $ backlog project add --alias app
    Created project app
    $ backlog task add -t One
    Created TASK-1 One
    $ backlog plan add --task 1 --title How --content First --source cli --change-note 'A start'
    Added plan ID to TASK-1: How
    $ backlog plan update $plan --title How --from-file note.md --change-note Better
    Wrote version 2 of plan ID: How
    $ backlog plan update $plan --content Third
    Wrote version 3 of plan ID: How
    $ backlog plan list --task 1
    ID                          V  TITLE  ACTOR        UPDATED
    ID  3  How    human:alice  TIME
    $ backlog plan show $plan --version 1
    Plan: How
    ID, version 1 of 3, TIME by human:alice, A start

    First
    $ backlog plan history $plan
    V  TIME              ACTOR        TITLE  NOTE
    1  TIME  human:alice  How    A start
    2  TIME  human:alice  How    Better
    3  TIME  human:alice  How
    $ backlog plan diff $plan --from 1 --to 2
    --- version 1
    +++ version 2
    @@ -1,3 +1,5 @@
     # How

    -First
    +# Retry
    +
    +Three times.
    $ backlog plan diff $plan --to 1
    error: version 1 is the first one: there is nothing to compare it with
    hint: See its versions: backlog plan history ID
    $ backlog plan add --task 1 --title Other --from-file note.md
    Added plan ID to TASK-1: Other
    $ backlog plan delete $plan
    Deleted plan 'How' of TASK-1. Take it back: backlog trash restore ID
    $ backlog plan show $plan
    error: no plan ID
    hint: See a task's plans: backlog plan list --task TASK-N
    $ backlog comment add Seen. --task 1
    Added comment ID to TASK-1
    $ backlog comment add --from-file note.md --task 1
    Added comment ID to TASK-1
    $ backlog comment list --task 1
    human:alice  TIME  ID
      Seen.

    human:alice  TIME  ID
      # Retry

      Three times.
    $ backlog comment delete $comment
    Deleted a comment of TASK-1. Take it back: backlog trash restore ID
    $ backlog comment add '' --task 1
    error: a comment may not be empty
    hint: See: backlog comment add --help
    $ backlog label create auth -p app --color #ff0000
    Created label auth in app
    $ backlog label create auth
    app has the label auth already
    $ backlog label create x --color red
    error: "red" is not a colour: write #rrggbb
    hint: See: backlog label create --help
    $ backlog label attach urgent --task 1
    Attached urgent to TASK-1
    $ backlog label list -p app
    LABEL   PROJECT  COLOR    TASKS
    auth    app      #ff0000  0
    urgent  app               1
    $ backlog label detach urgent --task 1
    Took urgent off TASK-1
    $ backlog label delete auth --project app
    Deleted label auth of app. Take it back: backlog trash restore ID
    $ backlog label delete auth
    error: no label "auth" in project app
    hint: See the labels: backlog label list
    $ backlog doc add -p app --title Guide --content One --change-note N
    Added doc ID to app: Guide
    $ backlog doc update $doc --title Guide2 --content Two --change-note M
    Wrote version 2 of doc ID: Guide2
    $ backlog doc update $doc --from-file note.md
    Wrote version 3 of doc ID: Guide2
    $ backlog doc append $doc --content More --change-note K
    Wrote version 4 of doc ID: Guide2
    $ backlog doc append $doc --from-file note.md
    Wrote version 5 of doc ID: Guide2
    $ backlog doc list -p app
    ID                          V  TITLE   PROJECT  ACTOR        UPDATED
    ID  5  Guide2  app      human:alice  TIME
    $ backlog doc show $doc --version 1
    Doc: Guide
    ID, version 1 of 5, TIME by human:alice, N

    One
    $ backlog doc history $doc
    V  TIME              ACTOR        TITLE   NOTE
    1  TIME  human:alice  Guide   N
    2  TIME  human:alice  Guide2  M
    3  TIME  human:alice  Guide2
    4  TIME  human:alice  Guide2  K
    5  TIME  human:alice  Guide2
    $ backlog doc diff $doc --from 1 --to 2
    --- version 1
    +++ version 2
    @@ -1,3 +1,3 @@
    -# Guide
    +# Guide2

    -One
    +Two
    $ backlog doc add --title Filed --from-file note.md
    Added doc ID to app: Filed
    $ backlog doc delete $doc
    Deleted doc 'Guide2'. Take it back: backlog trash restore ID
    $ backlog doc show $doc
    error: no doc ID
    hint: See the docs: backlog doc list
    $ backlog memory add 'Use pnpm' -p app --tag build,node
    Remembered ID in app
    $ backlog memory add --body 'Use rg' --project app
    Remembered ID in app
    $ backlog memory add --from-file note.md
    Remembered ID in app
    $ backlog memory append $entry 'Not npm'
    Appended to ID
    $ backlog memory append $entry --from-file note.md
    Appended to ID
    $ backlog memory list -p app --tag node
    human:alice  TIME  app  ID  #build  #node
      Use pnpm

      Not npm

      # Retry

      Three times.
    $ backlog memory update $entry --body 'Use bun' --tag build --if-version 3
    Updated ID
    $ backlog memory update $entry --from-file note.md
    Updated ID
    $ backlog memory update $entry --clear-tags
    Updated ID
    $ backlog memory update $entry --body x --if-version 1
    error: memory ID changed since version 1 (now 6, by human:alice: body, tags)
    hint: Read it again, then repeat the change with its present version.
    $ backlog memory delete $entry
    Deleted an entry of app. Take it back: backlog trash restore ID
    $ backlog attachment add trace.log --task 1 --name first.log
    Attached first.log (7 B) to TASK-1: ID
    $ backlog doc add --title Guide --content One
    Added doc ID to app: Guide
    $ backlog attachment add trace.log --doc $guide
    Attached trace.log (7 B) to doc ID: ID
    $ backlog attachment list --task 1
    ID                          NAME       SIZE  TO      TYPE        ACTOR        TIME
    ID  first.log  7 B   TASK-1  text/plain  human:alice  TIME
    $ backlog attachment list --doc $guide
    ID                          NAME       SIZE  TO                              TYPE        ACTOR        TIME
    ID  trace.log  7 B   doc ID  text/plain  human:alice  TIME
    $ backlog attachment list -p app
    ID                          NAME       SIZE  TO                              TYPE        ACTOR        TIME
    ID  first.log  7 B   TASK-1                          text/plain  human:alice  TIME
    ID  trace.log  7 B   doc ID  text/plain  human:alice  TIME
    $ backlog attachment fetch $file --out out.log
    Wrote out.log (7 B)
    $ backlog attachment fetch $file -o out.log
    error: out.log exists already
    hint: Name another one: --out FILE
    $ backlog attachment fetch $file -o out.log --force
    Wrote out.log (7 B)
    $ backlog attachment delete $file
    Deleted first.log. Take it back: backlog trash restore ID
    $ backlog attachment fetch $file
    error: no attachment ID
    hint: See the attachments: backlog attachment list
    $ backlog attachment add none.log --task 1
    error: cannot read none.log: No such file or directory (os error 2)
    hint: See: backlog attachment add --help
    $ backlog search guide
    doc      ID  Guide  app
             One
    $ backlog search guide -p app --kind doc --include-archived --limit 5
    doc      ID  Guide  app
             One
    $ backlog search guide --cursor x
    error: the page token "x" does not belong to this list
    hint: Start again at the first page, without a cursor.
    $ backlog trash list
    ID                          KIND        TASK    TITLE                 DELETED           BY
    ID  attachment  TASK-1  first.log             TIME  human:alice
    ID  memory              # Retry Three times.  TIME  human:alice
    ID  doc                 Guide2                TIME  human:alice
    ID  label               auth                  TIME  human:alice
    ID  comment     TASK-1  Seen.                 TIME  human:alice
    ID  plan        TASK-1  How                   TIME  human:alice
    $ backlog trash restore $file
    Restored the attachment of TASK-1: first.log
    $ backlog trash restore TASK-99
    error: nothing in the trash is called TASK-99
    hint: See what is in the trash: backlog trash list
    $ backlog trash empty
    error: emptying the trash cannot be undone, so it asks first, and nobody is here to answer
    hint: See: backlog trash empty --help
    $ backlog trash empty --yes
    Destroyed 5 things
    "#);
}
