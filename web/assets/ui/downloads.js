// The button that gives a view's content as a file.

import { html, useState } from '../vendor/preact.js';
import { csv, save, table } from '../core/download.js';
import { day } from '../core/time.js';
import { Icon } from './icon.js';
import { Popup } from './popup.js';
import { complain } from './toast.js';

/**
 * @typedef {{ title: string, json: unknown, head: string[], rows: unknown[][], markdown?: string }} Content
 *   `markdown`: where a table would not do
 * @param {{ name: string, content: () => Promise<Content> }} props the file's name without its ending
 */
export function Downloads({ name, content }) {
  const [busy, setBusy] = useState(false);
  /** @param {'md' | 'csv' | 'json'} kind @param {() => void} close */
  const take = async (kind, close) => {
    close();
    setBusy(true);
    try {
      const { title, json, head, rows, markdown } = await content();
      const file = `${name}-${day(Date.now())}.${kind}`;
      if (kind === 'json') save(file, `${JSON.stringify(json, null, 2)}\n`, 'application/json');
      else if (kind === 'csv') save(file, csv(head, rows), 'text/csv');
      else save(file, markdown ?? `# ${title}\n\n${table(head, rows)}`, 'text/markdown');
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  const kinds = /** @type {const} */ ([['md', 'Markdown'], ['csv', 'CSV'], ['json', 'JSON']]);
  return html`<${Popup} right name="Download" label=${html`<${Icon} name="download" /><span class="wide-only">${busy ? 'Preparing…' : 'Download'}</span>`}>
    ${(/** @type {() => void} */ close) => html`<div class="menu">${kinds.map(
      ([kind, label]) => html`<button type="button" key=${kind} onClick=${() => take(kind, close)}>${label}</button>`,
    )}</div>`}
  <//>`;
}
