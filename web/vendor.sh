#!/usr/bin/env bash
# Makes assets/vendor/preact.js anew: Preact, its hooks, signals and htm in one
# file. Run it to take newer versions; building Backlog needs neither it nor Node.
set -euo pipefail
cd "$(dirname "$0")"
preact=11.2.0 signals=2.11.4 htm=3.1.1 esbuild=0.28.2

tools=../target/npm-vendor
npm install --silent --no-audit --no-fund --no-package-lock --prefix "$tools" \
    "preact@$preact" "@preact/signals@$signals" "htm@$htm" "esbuild@$esbuild"
modules=$tools/node_modules

cat >"$tools/entry.mjs" <<'JS'
import { h } from 'preact';
import htm from 'htm';
export { h, render, Fragment } from 'preact';
export { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useId } from 'preact/hooks';
export { signal, computed, effect, batch } from '@preact/signals';
export const html = htm.bind(h);
JS

"$modules/.bin/esbuild" "$tools/entry.mjs" --bundle --format=esm --minify --legal-comments=none \
    --banner:js="/* preact $preact, @preact/signals $signals (MIT), htm $htm (Apache-2.0): see LICENSES.txt; made by web/vendor.sh */" \
    --outfile=assets/vendor/preact.js

{
    for package in preact @preact/signals @preact/signals-core htm; do
        printf '==== %s ====\n\n' "$package"
        cat "$modules/$package/LICENSE"
        printf '\n'
    done
} >assets/vendor/LICENSES.txt
