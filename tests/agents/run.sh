#!/usr/bin/env bash
# Whole runs of real agents against `backlog mcp serve`, without a network or an
# account: a scripted model (model.py) plays claim, plan, comment, complete, and
# its log shows what a real one would have read.
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
    case $agent in
        claude)
            "$backlog" mcp config claude >"$home/mcp.json" 2>/dev/null
            env -i HOME="$home" PATH="$PATH" ANTHROPIC_BASE_URL="$url" ANTHROPIC_API_KEY=none \
                CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_AUTOUPDATER=1 \
                timeout 120 claude -p go --strict-mcp-config --mcp-config "$home/mcp.json" \
                --allowedTools 'mcp__backlog__*' --output-format json </dev/null >"$home/out" 2>&1 || true
            ;;
        codex)
            mkdir "$home/.codex"
            {
                printf 'model = "scripted"\nmodel_provider = "scripted"\napproval_policy = "never"\nsandbox_mode = "danger-full-access"\n'
                printf '[model_providers.scripted]\nname = "scripted"\nbase_url = "%s/v1"\nwire_api = "responses"\nenv_key = "SCRIPTED_KEY"\n' "$url"
                "$backlog" mcp config codex 2>/dev/null
            } >"$home/.codex/config.toml"
            env -i HOME="$home" PATH="$PATH" SCRIPTED_KEY=none \
                timeout 120 codex exec --skip-git-repo-check --json go </dev/null >"$home/out" 2>&1 || true
            ;;
        opencode)
            "$backlog" mcp config opencode 2>/dev/null | python3 -c '
import json, sys
config = json.load(sys.stdin)
config["model"] = "scripted/scripted"
config["provider"] = {"scripted": {"npm": "@ai-sdk/openai-compatible", "options": {"baseURL": sys.argv[1] + "/v1", "apiKey": "none"}, "models": {"scripted": {}}}}
json.dump(config, open("opencode.json", "w"))' "$url"
            env -i HOME="$home" PATH="$PATH" timeout 120 opencode run go --format json </dev/null >"$home/out" 2>&1 || true
            ;;
    esac
    kill "$model"
    wait "$model" 2>/dev/null || true
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
print(f"{agent}: listed, claimed, planned, commented, completed; signed {signed.pop()}; the model read it all")
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
