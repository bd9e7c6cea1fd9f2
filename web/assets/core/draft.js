// What somebody has begun to write survives going to another view and back.

import { useEffect, useRef, useState } from '../vendor/preact.js';

/** @type {Map<string, string>} */
const begun = new Map();

/**
 * What is left of a text when it was sent: what was typed meanwhile.
 * @param {string} now
 * @param {string} sent
 */
export const unsent = (now, sent) => (now.startsWith(sent) ? now.slice(sent.length) : now);

/**
 * @param {string} key
 * @returns {[string, (text: string) => void, (text: string) => void]} what was written; writes it; takes away what was sent
 */
export function useDraft(key) {
  const [text, setText] = useState(begun.get(key) ?? '');
  const shown = useRef(key);
  shown.current = key;
  useEffect(() => setText(begun.get(key) ?? ''), [key]);
  /** @param {string} next */
  const write = (next) => {
    if (next) begun.set(key, next);
    else begun.delete(key);
    // An answer may come when something else is being written here.
    if (shown.current === key) setText(next);
  };
  return [text, write, (sent) => write(unsent(begun.get(key) ?? '', sent))];
}

addEventListener('beforeunload', (event) => {
  if ([...begun.values()].some((text) => text.trim())) event.preventDefault();
});
