// What happens in the workspace, as it happens, and whether we hear of it.

import { signal } from '../vendor/preact.js';
import { follow } from '../live/stream.js';
import { get } from './api.js';
import { belongTo } from './draft.js';
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

/** The log's last entry when this page began to read. @type {Promise<number> | undefined} */
let begun;

/** @param {import('../live/stream.js').News} news */
function hear(news) {
  const { state, event, reset, seq } = news;
  if (state && state !== connection.value) {
    // What was written after the page had been read and before it listened, nobody tells.
    if (state === 'live' && connection.value === 'connecting') begun?.then((known) => seq !== undefined && seq > known && tell(null));
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

/** Has everything that is shown read again. */
export const readAgain = () => tell(null);

/** Begins to listen: through the tabs' shared worker, or alone where there is none. */
export function listen() {
  begun = get('/info').then(({ workspace }) => {
    belongTo(workspace.id);
    return workspace.last_activity_seq;
  }, () => Infinity);
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
