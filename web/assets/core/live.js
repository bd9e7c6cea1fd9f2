// What happens in the workspace, as it happens, and whether we hear of it.

import { signal } from '../vendor/preact.js';
import { follow } from '../live/stream.js';
import { script } from './trust.js';

/** How we are connected. @type {import('../vendor/preact.js').Signal<import('../live/stream.js').State>} */
export const connection = signal('connecting');

/** @typedef {(event: Activity | null) => void} Listener null: anything may have changed */
/** @type {Set<Listener>} */
const listeners = new Set();

/**
 * Calls back for each entry of the log, and with null after a gap.
 * @param {Listener} listener
 * @returns {() => void} ends it
 */
export function onEvent(listener) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** @param {import('../live/stream.js').News} news */
function hear(news) {
  const { state, event, reset } = news;
  if (state && state !== connection.value) {
    const back = state === 'live' && connection.value !== 'connecting';
    connection.value = state;
    if (back) tell(null);
  }
  if (reset) tell(null);
  if (event) tell(event);
}

/** @param {Activity | null} event */
function tell(event) {
  for (const listener of [...listeners]) listener(event);
}

/** Begins to listen: through the tabs' shared worker, or alone where there is none. */
export function listen() {
  if (typeof SharedWorker === 'undefined') return follow(hear);
  try {
    const worker = new SharedWorker(script('/live/worker.js'), { type: 'module', name: 'backlog-live' });
    worker.onerror = () => {
      // Older browsers have shared workers without modules.
      if (connection.value === 'connecting') follow(hear);
    };
    worker.port.onmessage = ({ data }) => hear(data);
    addEventListener('pagehide', () => worker.port.postMessage('bye'));
    addEventListener('pageshow', (event) => {
      if (event.persisted) location.reload();
    });
  } catch {
    follow(hear);
  }
}
