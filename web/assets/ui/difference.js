// Two texts, line by line, with what is the same folded away.

import { html, useState } from '../vendor/preact.js';
import { diffLines } from '../core/diff.js';

const AROUND = 3;
const SIGN = { same: ' ', added: '+', removed: '−' };

/** @param {{ before: string, after: string }} props */
export function Difference({ before, after }) {
  const [whole, setWhole] = useState(false);
  const lines = diffLines(before, after);
  const added = lines.filter(({ kind }) => kind === 'added').length;
  const removed = lines.filter(({ kind }) => kind === 'removed').length;
  if (!added && !removed) return html`<p class="faint">The texts are the same.</p>`;
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ kind }) => kind !== 'same'));
  /** @type {unknown[]} */
  const rows = [];
  let hidden = 0;
  const fold = () => {
    if (hidden) rows.push(html`<div key=${`fold-${rows.length}`} class="diff-fold">${hidden} lines the same</div>`);
    hidden = 0;
  };
  lines.forEach((line, index) => {
    if (!whole && !near[index]) {
      hidden++;
      return;
    }
    fold();
    rows.push(html`<div key=${index} class=${`diff-line ${line.kind}`}>
      <span class="diff-number">${line.before ?? ''}</span><span class="diff-number">${line.after ?? ''}</span>
      <span class="diff-sign">${SIGN[line.kind]}</span><span class="diff-text">${line.text || ' '}</span>
    </div>`);
  });
  fold();
  return html`<div class="diff">
    <div class="diff-head"><span class="added">+${added}</span> <span class="removed">−${removed}</span>
      <button type="button" class="link" onClick=${() => setWhole(!whole)}>${whole ? 'Only changes' : 'Whole text'}</button></div>
    <div class="diff-lines" tabindex="0" role="region" aria-label="Difference">${rows}</div>
  </div>`;
}
