// Where a card goes that was moved on the board, the focus goes too. The columns are
// read again one by one, so for a while the card may be in both, or in none; and it may
// arrive far down, where a column draws nothing until it is scrolled there.

import { useEffect, useRef, useState } from '../vendor/preact.js';

/** @typedef {{ ref: string, value: string }} Arrival which card, and in which column */

/** So long the card is waited for; then the column's first card has to do. */
const PATIENCE = 2000;

/**
 * @param {{ current: HTMLElement | null }} board
 * @returns {[Arrival | null, (ref: string, value: string) => void]} what is on its way; says that something is
 */
export function useArrival(board) {
  const [arriving, setArriving] = useState(/** @type {Arrival | null} */ (null));
  const latest = useRef(arriving);
  latest.current = arriving;
  const nobody = () => document.activeElement === document.body;
  /** @param {string} selector */
  const focus = (selector) => /** @type {HTMLElement | null | undefined} */ (board.current?.querySelector(selector))?.focus();

  useEffect(() => {
    if (!board.current) return;
    const follow = () => {
      if (latest.current && nobody()) focus(`[data-ref="${latest.current.ref}"]`);
    };
    // Over, once somebody has put the focus elsewhere.
    /** @param {Event} event */
    const elsewhere = (event) => {
      const card = event.target instanceof Element ? event.target.closest('[data-ref]') : null;
      if (latest.current && (event.type === 'pointerdown' || card?.getAttribute('data-ref') !== latest.current.ref)) setArriving(null);
    };
    const observer = new MutationObserver(follow);
    observer.observe(board.current, { childList: true, subtree: true });
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('pointerdown', elsewhere);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('pointerdown', elsewhere);
    };
  }, []);
  useEffect(() => {
    if (!arriving) return;
    const timer = setTimeout(() => nobody() && focus(`.column[data-value="${CSS.escape(arriving.value)}"] [data-ref]`), PATIENCE);
    return () => clearTimeout(timer);
  }, [arriving]);
  return [arriving, (ref, value) => setArriving({ ref, value })];
}

/**
 * The place of a card among those of a column that have been read; -1 where it is not among them.
 * @param {{ count: number, at: (index: number) => Task | undefined }} cards
 * @param {string | undefined} ref
 */
export function placeOf(cards, ref) {
  for (let index = 0; ref && index < cards.count; index++) if (cards.at(index)?.ref === ref) return index;
  return -1;
}
