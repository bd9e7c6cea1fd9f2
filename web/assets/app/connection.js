// Says when we hear nothing any more, and when we do again.

import { html, useEffect, useRef } from '../vendor/preact.js';
import { get, locked } from '../core/api.js';
import { connection } from '../core/live.js';
import { say } from '../ui/toast.js';

const WORDS = /** @type {Record<string, string>} */ ({
  lost: 'Connection lost: backlog web does not answer. What you see may be old; trying again by itself.',
  daemon: 'The daemon does not answer. What you see may be old; it comes back by itself.',
});

const ASK_EVERY = 3000;

export function Connection() {
  const state = connection.value;
  const before = useRef(state);
  useEffect(() => {
    if (state === 'live' && WORDS[before.current]) say('Connected again.');
    before.current = state;
  }, [state]);
  // Another run of the server has another key: asking it tells, and it lets us in again
  // once the browser has been opened anew.
  useEffect(() => {
    if (state !== 'lost') return;
    const timer = setInterval(() => get('/info').catch(() => {}), ASK_EVERY);
    return () => clearInterval(timer);
  }, [state]);
  return html`<div role="alert" class="connection-place">${WORDS[state] && !locked.value && html`<p class="connection">${WORDS[state]}</p>`}</div>`;
}
