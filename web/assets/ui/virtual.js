// A long list of which only what is in sight is drawn.

import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';

const OVERSCAN = 8;
/** Where each list was scrolled to, by address: going back finds it there. @type {Map<string, number>} */
const places = new Map();

/**
 * @param {{
 *   count: number, height: number, row: (index: number) => any,
 *   onRange?: (first: number, last: number) => void, reveal?: number,
 *   class?: string, place?: string, group?: string, [attribute: string]: any,
 * }} props `height` of a row in pixels; `reveal`: the row that must be in sight; `place`: by what to remember the scrolling; `group`: the role of what holds the rows
 */
export function Virtual({ count, height, row, onRange, reveal, class: extra = '', place, group = 'rowgroup', ...attributes }) {
  const box = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [seen, setSeen] = useState([0, 30]);

  const look = () => {
    const element = box.current;
    if (!element) return;
    const first = Math.max(0, Math.floor(element.scrollTop / height) - OVERSCAN);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / height) + OVERSCAN;
    setSeen((old) => (old[0] === first && old[1] === last ? old : [first, last]));
    if (place) places.set(place, element.scrollTop);
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (place) element.scrollTop = places.get(place) ?? 0;
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [place, height]);

  const from = Math.min(seen[0], Math.max(0, count - 1));
  const to = Math.min(seen[1], count);
  useEffect(() => {
    if (count) onRange?.(from, to);
  }, [from, to, count, onRange]);

  useLayoutEffect(() => {
    const element = box.current;
    if (reveal === undefined || reveal < 0 || !element) return;
    const top = reveal * height;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + element.clientHeight) element.scrollTop = top + height - element.clientHeight;
  }, [reveal]);

  const rows = [];
  for (let index = from; index < to; index++) rows.push(row(index));
  return html`<div ref=${box} class=${`virtual ${extra}`} onScroll=${look} ...${attributes}>
    <div class="virtual-whole" role="presentation" style=${{ height: `${count * height}px` }}>
      <div class="virtual-shown" role=${group} style=${{ transform: `translateY(${from * height}px)` }}>${rows}</div>
    </div>
  </div>`;
}
