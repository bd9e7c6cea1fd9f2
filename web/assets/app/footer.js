// The line at the bottom: the command that shows the same, who writes from here, and
// whether we are connected.

import { html, useState } from '../vendor/preact.js';
import { get } from '../core/api.js';
import { connection } from '../core/live.js';
import { useResource } from '../core/resource.js';
import { Icon } from '../ui/icon.js';
import { Person } from '../ui/mark.js';
import { command } from '../ui/page.js';

const STATES = /** @type {Record<string, string>} */ ({ connecting: 'Connecting', live: 'Live', lost: 'Lost', daemon: 'No daemon' });

/** `human:alice` as an actor. @param {string} text @returns {Actor} */
function named(text) {
  const [kind, ...name] = text.split(':');
  return { kind: /** @type {Actor['kind']} */ (kind), name: name.join(':') };
}

export function Footer() {
  const [copied, setCopied] = useState('');
  const info = useResource('info', (abort) => get('/info', abort), () => false);
  const copy = async () => {
    await navigator.clipboard.writeText(command.value);
    setCopied(command.value);
  };
  return html`<footer class="footer">
    <div class="command">${command.value && html`<span aria-hidden="true">$</span><code tabindex="0" aria-label="The same on the command line">${command.value}</code>
      <button type="button" class="bare" aria-label="Copy the command line" onClick=${copy}><${Icon} name=${copied === command.value ? 'check' : 'copy'} /></button>`}</div>
    <div class="footer-state">
      ${info.data && html`<span class="wide-only" title=${info.data.workspace.database}>
        as ${info.data.actor ? html`<${Person} actor=${named(info.data.actor)} />` : 'you'}
      </span>
      <span class="faint wide-only">v${String(info.data.version).replace(/^v/, '')}</span>`}
      <span class=${`pulse is-${connection.value}`}>${STATES[connection.value]}</span>
    </div>
  </footer>`;
}
