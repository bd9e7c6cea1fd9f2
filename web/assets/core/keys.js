// Keys for the whole page. They are silent while somebody writes, or while a dialog
// is open; keys with Ctrl or ⌘ are not.

import { useLayoutEffect, useRef } from '../vendor/preact.js';

/** @typedef {Record<string, (event: KeyboardEvent) => void>} Keys `Mod+k` is Ctrl or ⌘ and k */
/** The views' keys, the latest first. @type {{ current: Keys }[]} */
const layers = [];

/**
 * Keys that hold while the component is there.
 * @param {Keys} keys
 */
export function useKeys(keys) {
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    layers.unshift(latest);
    return () => {
      layers.splice(layers.indexOf(latest), 1);
    };
  }, []);
}

/** `g t`: the second of two keys is waited for so long. */
const SEQUENCE = 1200;
let before = '';
let at = 0;

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const mod = event.ctrlKey || event.metaKey;
  if (!mod && (isWriting(event.target) || document.querySelector('dialog[open]'))) return;
  // On a control Enter and space are the control's.
  if (!mod && (event.key === 'Enter' || event.key === ' ') && event.target instanceof Element && event.target.closest('a, button, summary, [role="gridcell"]')) return;
  const { key } = event;
  const pair = !mod && event.timeStamp - at < SEQUENCE ? `${before} ${key}` : '';
  before = key;
  at = event.timeStamp;
  for (const name of [pair, mod ? `Mod+${key.toLowerCase()}` : key]) {
    const layer = name && layers.find(({ current }) => current[name]);
    if (layer) {
      event.preventDefault();
      before = '';
      layer.current[name](event);
      return;
    }
  }
});

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof Element && Boolean(target.closest('textarea, select, [contenteditable="true"], input:not([type="checkbox"]):not([type="radio"])'));
}
