// A moment: how long ago, with the whole date on hover; and a time that runs out.

import { html } from '../vendor/preact.js';
import { ago, full, now, span } from '../core/time.js';

/** @param {{ at: string, exact?: boolean }} props */
export function When({ at, exact }) {
  return html`<time datetime=${at} title=${full(at)}>${exact ? full(at) : ago(at)}</time>`;
}

/** @param {{ at: string, from?: string }} props */
export function Left({ at, from }) {
  const left = Date.parse(at) - now.value;
  const whole = from ? Date.parse(at) - Date.parse(from) : 0;
  return html`<span class=${`left ${left < 60_000 ? 'short' : ''}`} title=${`until ${full(at)}`}>
    ${whole > 0 && html`<progress max="1" value=${Math.max(0, Math.min(1, left / whole))} aria-label="Time left of the lease"></progress>`}
    ${left > 0 ? `${span(left)} left` : 'running out'}
  </span>`;
}
