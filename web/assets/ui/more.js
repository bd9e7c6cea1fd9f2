// The end of a list of which there is more: comes in sight, and more is shown.

import { html, useEffect, useRef } from '../vendor/preact.js';

/** Before it comes in sight, since reading takes a moment. */
const AHEAD = '800px';

/** @param {{ more: (() => void) | undefined }} props undefined: there is no more */
export function More({ more }) {
  const end = useRef(/** @type {HTMLParagraphElement | null} */ (null));
  // Each time anew: what was added may not reach out of sight.
  useEffect(() => {
    if (!more || !end.current) return;
    const root = end.current.closest('.scroll');
    const observer = new IntersectionObserver(([entry]) => entry.isIntersecting && more(), { root, rootMargin: AHEAD });
    observer.observe(end.current);
    return () => observer.disconnect();
  });
  return more && html`<p class="more" ref=${end}><button type="button" onClick=${more}>Show more</button></p>`;
}
