// One stop of the Tab key for a whole list; j, k and the arrows go through it.

import { useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { useKeys } from './keys.js';

/**
 * @param {number} count
 * @param {string} name the items' ids are `name-0`, `name-1`…
 * @param {string} [key] another list begins anew
 */
export function useRoving(count, name, key = '') {
  // The index is kept outside of the state too: keys may come faster than renderings.
  const at = useRef(-1);
  const [active, setActive] = useState(-1);
  const [moves, setMoves] = useState(0);
  useEffect(() => {
    at.current = -1;
    setActive(-1);
  }, [key]);
  /** @param {number} index */
  const move = (index) => {
    at.current = Math.max(0, Math.min(count - 1, index));
    setActive(at.current);
    setMoves((before) => before + 1);
  };
  useLayoutEffect(() => {
    if (moves) document.getElementById(`${name}-${at.current}`)?.focus({ preventScroll: true });
  }, [moves]);
  useKeys({ j: () => move(at.current + 1), k: () => move(at.current - 1) });
  /** @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    const from = at.current;
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: count - 1, PageDown: from + 10, PageUp: from - 10 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(to);
  };
  return {
    active,
    onKeyDown,
    /** @param {number} index */
    item: (index) => ({
      id: `${name}-${index}`,
      tabindex: index === Math.max(0, active) ? 0 : -1,
      onFocus: () => {
        at.current = index;
        setActive(index);
      },
    }),
  };
}
