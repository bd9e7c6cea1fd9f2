#!/usr/bin/env bash
# What the recording in the README shows: the real program, in a scratch home,
# with a shell script for an agent. Only the typing is played.
set -euo pipefail
cd "$HOME"
git init --quiet shop && cd shop
cat >agent.sh <<'END'
#!/bin/sh
# Takes a moment, as agents do; the first try at one task fails.
sleep "$(((${BACKLOG_TASK#TASK-} * 7) % 4 + 1)).3"
case $(cat) in
*"search index"*"attempt 1."*) echo "the index is locked" >&2; exit 1 ;;
esac
echo "$BACKLOG_TASK" >"$BACKLOG_TASK.txt"
git add . && git commit --quiet --message "$BACKLOG_TASK"
backlog task done "$BACKLOG_TASK" --note "Done, with a test." --quiet
END
chmod +x agent.sh
git add . && git commit --quiet --message "An agent"
backlog init --quiet >/dev/null
backlog project add "My shop" --alias shop --quiet >/dev/null
add() { backlog task add --quiet --title "$@" >/dev/null; }
add "Fix login timeout" --type bug --priority P1
add "Add rate limiting" --type feature --blocked-by TASK-1
add "Rebuild the search index" --type chore --priority P2
add "Dark theme for the cart" --type improvement
add "Export invoices as CSV" --type feature
add "Document the webhooks" --type task

type() {
    printf '\033[32m$\033[0m '
    local text=$*
    for ((at = 0; at < ${#text}; at++)); do
        printf '%s' "${text:at:1}"
        sleep 0.025
    done
    sleep 0.4
    printf '\n'
}
play() {
    type "$*"
    eval "$*" || true
    printf '\n'
    sleep "${pause:-1.5}"
}

clear
pause=2 play backlog task list --ready
pause=1 play backlog task why 2
pause=4 play backlog loop --workers 4 --worktree --until-empty -- ./agent.sh
pause=2 play backlog task attempts 3
pause=3 play backlog activity verify
backlog daemon stop --quiet >/dev/null
