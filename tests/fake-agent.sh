#!/bin/sh
# An agent that takes no model: it plans, comments and finishes its task, and
# misbehaves as agents do. By the task's number and the attempt, so that a run
# can be repeated: one time in ten it fails, hangs, kills itself, forgets to
# finish, or leaves something running.
#
# FAKE_AGENT=good behaves always; FAKE_AGENT=bad fails always.
set -eu

number=${BACKLOG_TASK#TASK-}
attempt=$(sed -n 's/.*, attempt \([0-9]*\)\.$/\1/p' | head -1)
mood=${FAKE_AGENT:-$(((number * 7 + attempt * 3) % 10))}

echo "working on $BACKLOG_TASK, attempt $attempt, as $BACKLOG_ACTOR"
backlog plan add --task "$BACKLOG_TASK" --title "Attempt $attempt" --content "1. Do it" --quiet
# A file of its own, where it works in a worktree.
if [ "$(git branch --show-current 2>/dev/null)" = "backlog/$BACKLOG_TASK" ]; then
    echo "attempt $attempt" >>"$BACKLOG_TASK.txt"
    git add "$BACKLOG_TASK.txt"
    git -c user.name=fake -c user.email=fake@localhost commit --quiet --message "$BACKLOG_TASK: attempt $attempt"
fi

case $mood in
0 | bad)
    echo "cannot do it" >&2
    exit 3
    ;;
1)
    echo "thinking"
    exec sleep 600
    ;;
2)
    kill -9 $$
    ;;
3)
    echo "all done, I think"
    exit 0
    ;;
4)
    sleep 600 &
    ;;
esac
backlog task done "$BACKLOG_TASK" --note "Done in attempt $attempt." --quiet
