// Dialogs on the browser's own <dialog>: it traps the focus, gives it back, and
// closes on Escape.

import { html, signal, useLayoutEffect, useRef } from '../vendor/preact.js';
import { Icon } from './icon.js';

/**
 * @param {{ title: string, onClose: () => void, children?: any, class?: string, bare?: boolean }} props
 *   bare: without a visible head
 */
export function Dialog({ title, onClose, children, class: extra = '', bare = false }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  // At once: the next letter belongs to the dialog.
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  const closed = useRef(false);
  // The browser tells of the closing some time later; the next key does not wait for it.
  const close = () => {
    if (closed.current) return;
    closed.current = true;
    dialog.current?.close();
    onClose();
  };
  return html`<dialog ref=${dialog} class=${extra} aria-label=${title} onClose=${close}
    onMouseDown=${(/** @type {MouseEvent} */ event) => event.target === dialog.current && close()}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
        const { form } = /** @type {HTMLInputElement} */ (event.target);
        if (form) event.preventDefault();
        form?.requestSubmit();
      }
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      close();
    }}>
    <div class="dialog-body">
      ${!bare &&
      html`<header class="dialog-head"><h2>${title}</h2>
        <button type="button" class="bare" aria-label="Close dialog" onClick=${close}><${Icon} name="close" /></button></header>`}
      ${children}
    </div>
  </dialog>`;
}

/**
 * @typedef {{ title: string, text: string, action: string, danger?: boolean, input?: string, among?: string[] }} What
 *   `input`: the name of what to write; `among`: it is one line, and these are proposed
 * @typedef {What & { answer: (given: string | null) => void }} Question
 */
const question = signal(/** @type {Question | null} */ (null));

/**
 * Asks before something is done.
 * @param {What} what
 * @returns {Promise<string | null>} null: no. Else what was written, which may be nothing.
 */
export function ask(what) {
  return new Promise((answer) => {
    question.value = { ...what, answer };
  });
}

/** The dialog of `ask`, once in the page. */
export function Question() {
  const asked = question.value;
  const given = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  if (!asked) return null;
  /** @param {string | null} text */
  const answer = (text) => {
    question.value = null;
    asked.answer(text);
  };
  return html`<${Dialog} title=${asked.title} onClose=${() => question.value === asked && answer(null)} class="question">
    <form onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      answer(given.current?.value ?? '');
    }}>
      <p>${asked.text}</p>
      ${asked.input && html`<label class="stack">${asked.input}${asked.among
        ? html`<input ref=${given} list="asked-among" autocomplete="off" /><datalist id="asked-among">${asked.among.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist>`
        : html`<textarea ref=${given} rows="3"></textarea>`}</label>`}
      <div class="dialog-foot">
        <button type="button" onClick=${() => answer(null)}>Cancel</button>
        <button type="submit" class=${asked.danger ? 'danger' : 'primary'} autofocus=${!asked.input}>${asked.action}</button>
      </div>
    </form>
  <//>`;
}
