#!/usr/bin/env bash
# What the dashboard's checks need, into target/npm: a driver for the browser, axe,
# and TypeScript with the types of what is vendored. Backlog itself needs none of it.
set -euo pipefail
cd "$(dirname "$0")/../.."
npm install --silent --no-audit --no-fund --no-package-lock --prefix target/npm \
    playwright-core@1.65.1 axe-core@4.14.1 typescript@7.0.2 preact@11.2.0 @preact/signals@2.11.4
