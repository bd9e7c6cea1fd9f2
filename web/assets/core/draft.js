// What somebody has begun to write survives going to another view and back.

import { useEffect, useState } from '../vendor/preact.js';

/** @type {Map<string, string>} */
const begun = new Map();

/**
 * @param {string} key
 * @returns {[string, (text: string) => void]}
 */
export function useDraft(key) {
  const [text, setText] = useState(begun.get(key) ?? '');
  useEffect(() => setText(begun.get(key) ?? ''), [key]);
  return [
    text,
    (next) => {
      if (next) begun.set(key, next);
      else begun.delete(key);
      setText(next);
    },
  ];
}

addEventListener('beforeunload', (event) => {
  if ([...begun.values()].some((text) => text.trim())) event.preventDefault();
});
