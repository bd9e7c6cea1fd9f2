//! What is typed: every command and flag at least once, and the usual slips.

pub const PROJECTS: &str = "
project add 'My App' --alias app --description 'What it is' --repo-path . --wip-limit 3
project add --alias web
!4 project add --alias app
!2 project add --alias My_App
project list
project show app
project update app --name App --description D --repo-path /src --wip-limit 0
!3 project current
project set-default app
project use web
project current
prime -p app --budget 400
!2 prime --budget 10
hook activity
hook Stop
project clear-default
!4 project delete web
project archive web
project list --include-archived
project unarchive web
project archive web
project delete web
!3 project show web
trash restore web --alias web-2
project show web-2
";

pub const TASKS: &str = "
project add --alias app
task add -p app -t 'Fix login' -d 'Slow.' --type bug --status todo --priority P1 --assignee bob --label auth --source semgrep --external-ref r1 --project-path src --due-date 2030-05-08
task add --project app --title Part --description - --parent 1 --defer-until 2030-01-01 --scope 'src/**' --discovered-from 1 --plan-file note.md
task add --from-file task.json --blocked-by 1
!2 task add -t ''
!2 task add -t x --due-date tomorrow
!3 task add -t x --parent 99
task list
task list -p app --status todo --type bug --priority P1 --assignee bob --label auth --source semgrep --search login
task list --parent 1
task list --actor-kind human --actor-name alice --limit 2 --sort created --order desc
task list --offset 2 --include-archived
task list --ready
task list --blocked
task list --claimed
task list --mine
task list --needs-attention
task list --ids-only
!2 task list --cursor x
task show 1 --with-plans --with-comments
!3 task show 99
task update 1 -t 'Fix slow login' -d D --type issue --status doing --priority 2 --assignee eve --label urgent --source s --external-ref e --project-path lib --due-date 2030-05-09 --defer-until 2030-01-01 --scope 'lib/**' --if-version 1
task update 1 --remove-label urgent --clear-due-date --clear-defer-until --clear-scope --force
task add -t Last
task update 4 --parent 1 --from-file note.md
task update 4 --clear-parent
!4 task update 1 -t x --if-version 1
!2 task update 1
task move 1 --status done
task move 1 --status todo --force
task archive 3 --force
task unarchive 3
task delete 3 --force
trash restore TASK-3
!2 task move 1 --status open
";

pub const QUEUE: &str = "
project add --alias app
task add -t One --type bug --priority P1 --assignee bob --label auth --source semgrep
task add -t Two
task add -t Three --parent 2
task dep add 2 --on 1
!4 task dep add 1 --on 2
task dep add 3 --on 1 --type related
task dep tree 2
task why 2
task next -p app --type bug --priority P1 --assignee bob --label auth --source semgrep --search one
!6 task next --parent 1
task claim -p app --type bug --priority P1 --assignee bob --label auth --source semgrep --search one --ttl 1h
task list --mine
task renew 1 --ttl 2h
task attempts 1
task release 1 --note 'Not now' --failed
task claim 1
task release 1 --force
task dep remove 3 --on 1 --type related
task claim 1
task done 1 --note Done --force
task claim --wait 1s --parent 2
task retry 3
task claim 2 --force
!2 task why 99x
!3 task claim 99
top -p app
";

pub const TEXTS: &str = "
project add --alias app
task add -t One
plan=plan add --task 1 --title How --content First --source cli --change-note 'A start'
plan update $plan --title How --from-file note.md --change-note Better
plan update $plan --content Third
plan list --task 1
plan show $plan --version 1
plan history $plan
plan diff $plan --from 1 --to 2
!2 plan diff $plan --to 1
plan add --task 1 --title Other --from-file note.md
plan delete $plan
!3 plan show $plan
comment=comment add Seen. --task 1
comment add --from-file note.md --task 1
comment list --task 1
comment delete $comment
!2 comment add '' --task 1
label create auth -p app --color '#ff0000'
label create auth
!2 label create x --color red
label attach urgent --task 1
label list -p app
label detach urgent --task 1
label delete auth --project app
!3 label delete auth
doc=doc add -p app --title Guide --content One --change-note N
doc update $doc --title Guide2 --content Two --change-note M
doc update $doc --from-file note.md
doc append $doc --content More --change-note K
doc append $doc --from-file note.md
doc list -p app
doc show $doc --version 1
doc history $doc
doc diff $doc --from 1 --to 2
doc add --title Filed --from-file note.md
doc delete $doc
!3 doc show $doc
entry=memory add 'Use pnpm' -p app --tag build,node
memory add --body 'Use rg' --project app
memory add --from-file note.md
memory append $entry 'Not npm'
memory append $entry --from-file note.md
memory list -p app --tag node
memory update $entry --body 'Use bun' --tag build --if-version 3
memory update $entry --from-file note.md
memory update $entry --clear-tags
!4 memory update $entry --body x --if-version 1
memory delete $entry
file=attachment add trace.log --task 1 --name first.log
guide=doc add --title Guide --content One
attachment add trace.log --doc $guide
attachment list --task 1
attachment list --doc $guide
attachment list -p app
attachment fetch $file --out out.log
!4 attachment fetch $file -o out.log
attachment fetch $file -o out.log --force
attachment delete $file
!3 attachment fetch $file
!2 attachment add none.log --task 1
search guide
search 'guide' -p app --kind doc --include-archived --limit 5
!2 search guide --cursor x
trash list
trash restore $file
!3 trash restore TASK-99
!2 trash empty
trash empty --yes
";

pub const REPORTS: &str = "
project add --alias app
task add -t One
task move 1 --status done
activity
activity -p app --kind task --actor-kind human --actor-name alice --since 1h --limit 1
activity --task 1 --action moved
activity verify
!1 activity verify --head 0000000000000000000000000000000000000000000000000000000000000000
activity analyze -p app --since 7d --stale-after 7d --limit 5
doctor project -p app --stale-after 7d --limit 10
doctor project --strict
doctor check
doctor check --strict
doctor backup --to copy.db
!4 doctor backup --to copy.db
doctor restore copy.db --force --other-workspace --yes
";

pub const PROGRAM: &str = "
version
schema
schema task
!3 schema nope
help task add
help exit-codes
help --man task add
help --man --out man1
help --markdown
!2 help nope
!2 taks
daemon start
daemon status
daemon restart
daemon logs
daemon stop
daemon stop
init --path . --actor human:eve --priority P2 --status todo --type bug
init --profile work --set-default
init --profile work --reset --yes
mcp config cursor
";

pub const SETTINGS: &str = "
config list
config list --workspace
config list --user
config path --workspace
config path --user
config set defaults.priority P2
config set output.color never --user
config get defaults.priority --workspace
config get output.color --user
config unset output.color --user
config set lease.ttl 20m --workspace
config unset lease.ttl --workspace
!2 config set lease.ttl soon
profile add work --path . --set-default
!3 profile add other --path sub
!3 profile add none --path none
profile list
profile show work
profile current
profile clear-default
profile set-default work
profile remove work
!3 profile show work
setup cursor --mcp --dry-run
!2 setup cursor
setup cursor gemini --project --mcp --skills --yes
setup cursor --project --check --mcp
!1 setup cursor --user --check --mcp
!2 setup cursor --hooks
setup cursor --project --force --yes
setup cursor gemini --project --remove --yes
install-skills --project --dry-run
install-skills --project --skill backlog
install-skills --project --all --force
install-skills --project --uninstall
";

pub const TRANSFER: &str = "
sync
sync
import-findings findings.json --project api --dry-run
import-findings findings.json -p api
import-findings findings.json -p api --reopen
!2 import-findings wrong.json -p api
!2 import-findings wrong.json -p api --keep-going
!2 import-findings none.json
export
export --format csv --project api --out tasks.csv
export -f md -o TASKS.md
export -p api -o out.json
import out.json --dry-run
import out.json -p api
!2 import findings.json
";

/// All of them.
pub const ALL: [&str; 8] = [
    PROJECTS, TASKS, QUEUE, TEXTS, REPORTS, PROGRAM, SETTINGS, TRANSFER,
];

/// Commands and flags that no script can hold, with the file of their test and
/// what stands there.
pub const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("activity --follow", "queue/watching.rs", "\"--follow\""),
    ("completion", "completion.rs", "\"completion\""),
    ("daemon logs --follow", "lifecycle/seen.rs", "\"logs\""),
    ("daemon run", "lifecycle/foreground.rs", "\"run\""),
    ("demo", "script.rs", "\"demo\""),
    (
        "task claim --hold-pid",
        "queue/holding.rs",
        "\"--hold-pid\"",
    ),
];

/// Nouns whose tests are a module of their own, which is not counted here.
pub const OWN_MODULES: &[(&str, &str)] = &[
    ("loop", "looping/mod.rs"),
    ("mcp serve", "mcp/mod.rs"),
    ("web", "web/starting.rs"),
];
