// What every view has: a heading, its actions, its title in the tab, and the
// command line that does the same, in the footer.

import { html, signal, useEffect, useRef } from '../vendor/preact.js';

/** The command line that shows what the view shows; empty where there is none. */
export const command = signal('backlog');

/**
 * @param {{ title: string, heading?: any, command: string, actions?: any, children?: any, class?: string, count?: any }} props
 */
export function Page({ title, heading, command: line, actions, children, class: extra = '', count }) {
  const top = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    document.title = `${title} · Backlog`;
  }, [title]);
  useEffect(() => {
    command.value = line;
  }, [line]);
  useEffect(() => {
    // A screen reader hears that the view is another one.
    if (document.activeElement === document.body || document.activeElement?.closest('.nav')) top.current?.focus();
  }, []);
  return html`<div class=${`page ${extra}`}>
    <header class="page-head">
      <h1 tabindex="-1" ref=${top}>${heading ?? title}</h1>
      ${count !== undefined && html`<span class="count">${count}</span>`}
      <div class="page-actions">${actions}</div>
    </header>
    ${children}
  </div>`;
}
