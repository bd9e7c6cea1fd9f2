// Short news in the corner, read out by screen readers.

import { html, signal } from '../vendor/preact.js';
import { ApiError } from '../core/api.js';
import { Icon } from './icon.js';

/** @typedef {{ id: number, text: string, kind: 'info' | 'error', label?: string, act?: () => void }} Toast */
const toasts = signal(/** @type {Toast[]} */ ([]));
const SHOWN = 6000;
let next = 1;

/**
 * @param {string} text
 * @param {{ kind?: 'info' | 'error', label?: string, act?: () => void }} [how] a label and what its button does
 */
export function say(text, { kind = 'info', label, act } = {}) {
  const id = next++;
  // What is said already is not said twice beside it.
  toasts.value = [...toasts.value.filter((toast) => toast.text !== text).slice(-3), { id, text, kind, label, act }];
  setTimeout(() => drop(id), kind === 'error' || act ? 2 * SHOWN : SHOWN);
}

/**
 * Says why something did not work.
 * @param {unknown} error
 */
export function complain(error) {
  if (!(error instanceof ApiError)) throw error;
  say(error.message, { kind: 'error' });
}

/** @param {number} id */
function drop(id) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map(
      (toast) => html`<div key=${toast.id} class=${`toast ${toast.kind}`}>
        <span>${toast.text}</span>
        ${toast.label &&
        html`<button type="button" class="link" onClick=${() => {
          drop(toast.id);
          toast.act?.();
        }}>${toast.label}</button>`}
        <button type="button" class="bare" aria-label="Dismiss" onClick=${() => drop(toast.id)}><${Icon} name="close" /></button>
      </div>`,
    )}
  </div>`;
}
