// What somebody has begun to write survives going to another view and back.

import { useEffect, useRef, useState } from '../vendor/preact.js';

/** By key, or by the component where it is not kept. @type {Map<unknown, { value: any, unsaved: boolean }>} */
const begun = new Map();

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

addEventListener('beforeunload', (event) => {
  if ([...begun.values()].some(({ unsaved }) => unsaved)) event.preventDefault();
});
