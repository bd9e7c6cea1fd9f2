// What is shown where there is nothing, or nothing yet.

import { html } from '../vendor/preact.js';
import { Icon } from './icon.js';

/** @param {{ icon: string, title: string, children?: any }} props the children say what to do */
export function Empty({ icon, title, children }) {
  return html`<div class="empty"><${Icon} name=${icon} /><p class="empty-title">${title}</p><div class="empty-text">${children}</div></div>`;
}

/** @param {{ error: import('../core/api.js').ApiError, retry?: () => void }} props */
export function Failure({ error, retry }) {
  return html`<div class="empty failed" role="alert"><${Icon} name="attention" /><p class="empty-title">${error.message}</p>
    ${error.isPassing && html`<p class="empty-text">Trying again by itself.</p>`}
    ${retry && !error.isPassing && html`<button type="button" onClick=${retry}>Try again</button>`}
  </div>`;
}

/** @param {{ rows?: number }} props */
export function Loading({ rows = 6 }) {
  return html`<div class="loading" aria-busy="true"><span class="unseen">Loading</span>${Array.from({ length: rows }, (_, row) => html`<div key=${row} class="bone"></div>`)}</div>`;
}

/**
 * A resource's data once it is there; before, that it loads, or why it failed.
 * @template T
 * @param {{ of: { data: T | undefined, error: import('../core/api.js').ApiError | undefined, reload: () => void }, children: (data: T) => any, rows?: number }} props
 */
export function Loaded({ of, children, rows }) {
  if (of.data !== undefined) return children(of.data);
  return of.error ? html`<${Failure} error=${of.error} retry=${of.reload} />` : html`<${Loading} rows=${rows} />`;
}
