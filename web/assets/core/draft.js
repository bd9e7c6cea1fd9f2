// What somebody has begun to write survives going to another view and back, and
// loading the page anew. It is kept for this tab, until it was sent or given up.

import { useEffect, useRef, useState } from '../vendor/preact.js';

const KEPT = 'backlog.begun';
const WORKSPACE = 'backlog.workspace';

/** By key, or by the component where it is not kept. @type {Map<unknown, { value: any, unsaved: boolean }>} */
const begun = new Map(kept());

/** What was begun before the page was loaded. @returns {[string, { value: any, unsaved: boolean }][]} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...begun].filter(([key]) => typeof key === 'string')));
  } catch {
    // Forbidden or full: it holds for this page only.
  }
}

/**
 * Gives up what was begun in another workspace, which was served at this address before.
 * @param {string} workspace the id of the one that is served
 */
export function belongTo(workspace) {
  try {
    const before = sessionStorage.getItem(WORKSPACE);
    sessionStorage.setItem(WORKSPACE, workspace);
    if (before === null || before === workspace || !sessionStorage.getItem(KEPT)) return;
    sessionStorage.removeItem(KEPT);
    begun.clear();
    location.reload();
  } catch {
    // Nothing was kept.
  }
}

/**
 * What is left of a text when it was sent: what was typed meanwhile.
 * @param {string} now
 * @param {string} sent
 */
export const unsent = (now, sent) => (now.startsWith(sent) ? now.slice(sent.length) : now);

/**
 * As useState, for what is being written: whoever uses the same key later finds it.
 * @template T
 * @param {string} key empty: it ends with the component
 * @param {T} nothing what there is before anything is begun, and after it was saved or given up
 * @param {(value: T) => boolean} unsaved whether leaving the page would lose something
 * @returns {[T, (next: T | ((now: T) => T)) => void]}
 */
export function useBegun(key, nothing, unsaved) {
  const own = useRef({});
  const at = key || own.current;
  const found = () => (begun.has(at) ? begun.get(at)?.value : nothing);
  const [value, setValue] = useState(found);
  const shown = useRef(key);
  shown.current = key;
  useEffect(() => setValue(found), [key]);
  useEffect(() => () => void begun.delete(own.current), []);
  return [
    value,
    (next) => {
      const then = next instanceof Function ? next(found()) : next;
      if (then === nothing) begun.delete(at);
      else begun.set(at, { value: then, unsaved: unsaved(then) });
      // An answer may come when something else is being written here.
      if (shown.current === key) setValue(() => then);
    },
  ];
}

/**
 * A text that is being written.
 * @param {string} key
 * @returns {[string, (text: string) => void, (text: string) => void]} what was written; writes it; takes away what was sent
 */
export function useDraft(key) {
  const [text, write] = useBegun(key, '', (text) => text.trim() !== '');
  return [text, write, (sent) => write((now) => unsent(now, sent))];
}

/** Whether something was begun under that key. @param {string} key */
export const isBegun = (key) => begun.has(key);

addEventListener('pagehide', keep);
addEventListener('visibilitychange', () => document.hidden && keep());
addEventListener('beforeunload', (event) => {
  if ([...begun.values()].some(({ unsaved }) => unsaved)) event.preventDefault();
});
