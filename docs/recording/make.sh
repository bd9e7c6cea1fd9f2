#!/usr/bin/env bash
# Makes docs/recording/loop.svg, the recording in the README: plays session.sh in
# a terminal and writes what is seen as an animation.
#
#   docs/recording/make.sh [BACKLOG]
#
# BACKLOG is the program, target/release/backlog unless given. Needs git and python3;
# termtosvg is installed into target/.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
backlog=$(realpath "${1:-$top/target/release/backlog}")
venv=$top/target/python/recording
[ -x "$venv/bin/termtosvg" ] || {
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check termtosvg-ng==1.4.1
}
scratch=$(mktemp -d)
# The recorder ends when there is nothing more to read from a terminal.
mkfifo "$scratch/keyboard"
exec 3<>"$scratch/keyboard"
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/home"
ln -s "$backlog" "$scratch/bin/backlog"
env -i HOME="$scratch/home" PATH="$scratch/bin:/usr/bin:/bin" USER=alice TERM=xterm-256color LANG=C.UTF-8 TZ=UTC \
    GIT_AUTHOR_NAME=alice GIT_AUTHOR_EMAIL=alice@localhost GIT_COMMITTER_NAME=alice GIT_COMMITTER_EMAIL=alice@localhost \
    "$venv/bin/termtosvg" "$here/loop.svg" --command "bash $here/session.sh" \
    --screen-geometry 96x30 --template window_frame --min-frame-duration 40 --loop-delay 3000 <&3
wc -c "$here/loop.svg"
