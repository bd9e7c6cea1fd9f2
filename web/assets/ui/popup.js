// A button with a panel below it: for filters, labels, menus. Escape and a click
// elsewhere close it; arrow keys walk through what is in it.

import { html, useEffect, useRef, useState } from '../vendor/preact.js';

const WALKED = 'button:not(:disabled), a[href], input:not(:disabled)';

/**
 * @param {{ label: any, name?: string, class?: string, children: (close: () => void) => any, right?: boolean }} props
 *   `name`: what a screen reader calls the button where the label does not say it
 */
export function Popup({ label, name, class: extra = '', children, right }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const close = () => {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  };

  useEffect(() => {
    if (!open) return;
    /** @type {HTMLElement | null | undefined} */ (root.current?.querySelector(`.popup-panel :is(${WALKED})`))?.focus();
    /** @param {Event} event */
    const away = (event) => {
      if (!root.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [open]);

  /** @param {KeyboardEvent} event */
  const walk = (event) => {
    if (!open) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [.../** @type {NodeListOf<HTMLElement>} */ (root.current?.querySelectorAll(`.popup-panel :is(${WALKED})`) ?? [])];
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    items[(at + step + items.length) % items.length]?.focus();
  };

  return html`<div class=${`popup ${extra}`} ref=${root} onKeyDown=${walk}>
    <button type="button" aria-expanded=${open ? 'true' : 'false'} aria-label=${name} onClick=${() => setOpen(!open)}>${label}</button>
    ${open && html`<div class=${`popup-panel ${right ? 'right' : ''}`} role="group" aria-label=${name}>${children(close)}</div>`}
  </div>`;
}
