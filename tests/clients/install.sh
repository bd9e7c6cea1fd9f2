#!/usr/bin/env bash
# Installs the MCP clients of others that the tests use, into target/: the
# official SDKs of TypeScript and Python, and the Inspector.
set -euo pipefail
cd "$(dirname "$0")/../.."
npm install --silent --no-audit --no-fund --no-package-lock --prefix target/npm \
    node@24 @modelcontextprotocol/sdk@1.32 @modelcontextprotocol/client@2.4 @modelcontextprotocol/inspector@2.12
for version in 1.30 2.3; do
    venv="target/python/mcp${version%%.*}"
    [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "mcp==$version.*"
done
