#!/usr/bin/env bash
# Whole runs of real agents against `backlog mcp serve`, without a network or an
# account: `backlog setup` tells them of it, twice; they list the server and the
# skills themselves; then a scripted model (model.py) plays claim, plan, comment,
# complete, and its log shows what a real one would have read.
#
#   bash tests/agents/run.sh [BACKLOG] [claude|codex|opencode]...
#
# The agents are npm's, 1.2 GB in all: installed into target/agents unless
# $AGENTS names a directory that has them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
backlog=$(realpath "${1:-$here/../../target/debug/backlog}")
shift || true
agents=("$@")
[ ${#agents[@]} -gt 0 ] || agents=(claude codex opencode)
modules=${AGENTS:-$here/../../target/agents}
if [ ! -d "$modules/node_modules" ]; then
    npm install --silent --no-audit --no-fund --no-package-lock --prefix "$modules" \
        node@24 @anthropic-ai/claude-code@2.1.330 @openai/codex@0.169.0 opencode-ai@1.18.33
fi
export PATH="$(realpath "$modules/node_modules")/.bin:$PATH"
port=18${RANDOM:0:3}
failed=0

script() { # NAME-PREFIX [NAMESPACE]
    python3 - "$1" "${2:-}" <<'PY'
import json, sys
prefix, namespace = sys.argv[1:]
calls = [("task_claim", {}),
         ("plan_add", {"task_id": "TASK-1", "title": "How", "body": "1. Do it"}),
         ("comment_add", {"task_id": "TASK-1", "body": "Found the cause."}),
         ("task_complete", {"id": "TASK-1", "result": "Fixed, with a test."})]
steps = [dict({"tool": prefix + tool, "input": given}, **({"namespace": namespace} if namespace else {})) for tool, given in calls]
if prefix == "mcp__backlog__":
    # Claude Code loads most tools when they are asked for.
    steps.insert(1, {"tool": "ToolSearch", "input": {"query": "select:mcp__backlog__plan_add,mcp__backlog__comment_add"}})
print(json.dumps(steps + [{"text": "bye"}]))
PY
}

# Tells the agent of the queue, twice: the second time must change nothing. Then
# the agent's own list must have the server.
told() { # AGENT
    local first second
    env -i HOME="$home" PATH="$PATH" "$backlog" setup "$1" --yes --quiet || return 1
    first=$(hashes)
    env -i HOME="$home" PATH="$PATH" "$backlog" setup "$1" --yes --quiet || return 1
    second=$(hashes)
    [ "$first" = "$second" ] || { echo "$1: the second setup changed something" >&2; return 1; }
    env -i HOME="$home" PATH="$PATH" DISABLE_AUTOUPDATER=1 "$backlog" setup "$1" --check
}

hashes() {
    find "$home" -path "$home/work" -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
}

# The skills that the agent itself says it has, before or in its run.
skills() { # AGENT
    case $1 in
        claude) grep -m1 '"subtype":"init"' "$home/out" | python3 -c 'import json, sys; print(*json.load(sys.stdin)["skills"])' ;;
        codex)
            env -i HOME="$home" PATH="$PATH" timeout 60 python3 - <<'PY'
import json, os, subprocess
server = subprocess.Popen(["codex", "app-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
for call in [{"id": 0, "method": "initialize", "params": {"clientInfo": {"name": "test", "version": "1"}}},
             {"method": "initialized"},
             {"id": 1, "method": "skills/list", "params": {"cwds": [os.getcwd()]}}]:
    server.stdin.write(json.dumps(call) + "\n")
server.stdin.flush()
for line in server.stdout:
    answer = json.loads(line)
    if answer.get("id") == 1:
        print(*[skill["name"] for skill in answer["result"]["data"][0]["skills"]])
        break
server.kill()
PY
            ;;
        opencode) env -i HOME="$home" PATH="$PATH" timeout 60 opencode debug skill | python3 -c 'import json, sys; print(*[skill["name"] for skill in json.load(sys.stdin)])' ;;
    esac
}

for agent in "${agents[@]}"; do
    home=$(mktemp -d)
    mkdir "$home/work"
    cd "$home/work"
    git init -q .
    env -i HOME="$home" PATH="$PATH" "$backlog" init >/dev/null
    env -i HOME="$home" PATH="$PATH" "$backlog" project add --alias app >/dev/null
    env -i HOME="$home" PATH="$PATH" "$backlog" task add -t "Fix login timeout" -d "It gives up after 30 s." >/dev/null
    case $agent in
        claude) script mcp__backlog__ ;;
        codex) script "" mcp__backlog ;;
        opencode) script backlog_ ;;
    esac >"$home/script.json"
    python3 "$here/model.py" "$port" "$home/script.json" "$home/model.log" &
    model=$!
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done
    url=http://127.0.0.1:$port
    # What somebody has in their files already.
    case $agent in
        codex)
            mkdir "$home/.codex"
            {
                printf '# mine\nmodel = "scripted"\nmodel_provider = "scripted"\napproval_policy = "never"\nsandbox_mode = "danger-full-access"\n'
                printf '[model_providers.scripted]\nname = "scripted"\nbase_url = "%s/v1"\nwire_api = "responses"\nenv_key = "SCRIPTED_KEY"\n' "$url"
            } >"$home/.codex/config.toml"
            ;;
        opencode)
            mkdir -p "$home/.config/opencode"
            printf '// mine\n{"model": "scripted/scripted", "provider": {"scripted": {"npm": "@ai-sdk/openai-compatible", "options": {"baseURL": "%s/v1", "apiKey": "none"}, "models": {"scripted": {}}}},}\n' "$url" >"$home/.config/opencode/opencode.jsonc"
            ;;
    esac
    told "$agent" || failed=1
    case $agent in
        claude)
            env -i HOME="$home" PATH="$PATH" ANTHROPIC_BASE_URL="$url" ANTHROPIC_API_KEY=none \
                CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1 \
                timeout 120 claude -p go --allowedTools 'mcp__backlog__*' --output-format stream-json --verbose \
                </dev/null >"$home/out" 2>&1 || true
            ;;
        codex)
            env -i HOME="$home" PATH="$PATH" SCRIPTED_KEY=none \
                timeout 120 codex exec --skip-git-repo-check --json go </dev/null >"$home/out" 2>&1 || true
            ;;
        opencode)
            env -i HOME="$home" PATH="$PATH" timeout 120 opencode run go --format json </dev/null >"$home/out" 2>&1 || true
            ;;
    esac
    kill "$model"
    wait "$model" 2>/dev/null || true
    for skill in backlog backlog-loop backlog-goal backlog-enhance-tasks backlog-memory; do
        case " $(skills "$agent") " in
            *" $skill "*) ;;
            *) echo "$agent does not list the skill $skill" >&2; failed=1 ;;
        esac
    done
    shown=$(env -i HOME="$home" PATH="$PATH" "$backlog" task show 1 --json)
    if python3 - "$shown" "$home/model.log" "$agent" <<'PY'
import json, sys
task, log, agent = json.loads(sys.argv[1]), open(sys.argv[2]).read(), sys.argv[3]
assert task["status"] == "done", task["status"]
assert len(task["plans"]) == 1 and len(task["comments"]) == 2, task
signed = {comment["actor"]["kind"] + ":" + comment["actor"]["name"] for comment in task["comments"]}
assert len(signed) == 1, signed
for words in ["You now hold TASK-1", "Fix login timeout", "TASK-1 is done"]:
    assert words in log, "the model did not read: " + words
print(f"{agent}: set up twice, lists server and skills; claimed, planned, commented, completed; signed {signed.pop()}; the model read it all")
PY
    then rm -rf "$home/model.log"; else
        failed=1
        echo "$agent failed; see $home" >&2
        tail -c 600 "$home/out" >&2
    fi
    env -i HOME="$home" PATH="$PATH" "$backlog" daemon stop >/dev/null 2>&1 || true
    "$agent" --version 2>/dev/null | head -1
    cd /
    [ $failed = 1 ] || rm -rf "$home"
done
exit $failed
