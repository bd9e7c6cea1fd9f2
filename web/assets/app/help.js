// All keys.

import { html } from '../vendor/preact.js';
import { Dialog } from '../ui/dialog.js';
import { PLACES } from './nav.js';
import { open } from './state.js';

const KEYS = [
  ['Everywhere', [['Ctrl K', 'Commands, and any task'], ['n', 'New task'], ['/', 'Search'], ['?', 'These keys'], ['t', 'Light, dark, or as the system'], ['Esc', 'Close, undo']]],
  ['Lists', [['j  ↓', 'Next'], ['k  ↑', 'Previous'], ['Enter', 'Open']]],
  ['Board', [['← ↑ → ↓', 'Walk'], ['Shift ← →', 'Move the card'], ['Enter', 'Open']]],
  ['Grid', [['Enter  F2', 'Edit the cell'], ['letters', 'Write over it'], ['Esc', 'Undo'], ['Space', 'Choose the row']]],
  ['Writing', [['Ctrl Enter', 'Save'], ['Esc', 'Give up']]],
  ['Go to', PLACES.map(({ key, name }) => [`g ${key}`, name])],
];

export function Keys() {
  return html`<${Dialog} title="Keys" class="wide" onClose=${() => {
    open.value = '';
  }}><div class="keys">${KEYS.map(
    ([title, keys]) => html`<section key=${title}><h3>${title}</h3><dl>${/** @type {string[][]} */ (keys).map(
      ([key, what]) => html`<div key=${key}><dt>${key.split(' ').filter(Boolean).map((one) => html`<kbd key=${one}>${one}</kbd>`)}</dt><dd>${what}</dd></div>`,
    )}</dl></section>`,
  )}</div><//>`;
}
