// Two people changed one thing: both values, and the choice between them.

import { html } from '../vendor/preact.js';
import { dueDay, full } from '../core/time.js';
import { actorText } from '../core/words.js';
import { Difference } from './difference.js';
import { When } from './when.js';

/**
 * @param {{ field: string, theirs: unknown, mine: unknown, by?: Activity, onTheirs: () => void, onMine: () => void }} props
 */
export function ConflictBox({ field, theirs, mine, by, onTheirs, onMine }) {
  /** @param {any} value */
  const shown = (value) => (value && field === 'due_at' ? dueDay(value) : value && field === 'defer_until' ? full(value) : text(value));
  const long = [theirs, mine].some((value) => typeof value === 'string' && (value.length > 80 || value.includes('\n')));
  return html`<div class="conflict" role="alert">
    <p><b>${by ? actorText(by.actor) : 'Somebody'}</b> changed ${field.replace('_', ' ')} while you did${by && html`, <${When} at=${by.created_at} />`}.</p>
    ${long
      ? html`<p class="faint">What is theirs and not yours is red, what is yours and not theirs is green.</p><${Difference} before=${shown(theirs)} after=${shown(mine)} />`
      : html`<dl><dt>Theirs</dt><dd class="theirs">${shown(theirs) || html`<i>nothing</i>`}</dd><dt>Yours</dt><dd class="mine">${shown(mine) || html`<i>nothing</i>`}</dd></dl>`}
    <div class="conflict-foot">
      <button type="button" onClick=${onTheirs}>Keep theirs</button>
      <button type="button" class="primary" onClick=${onMine}>Save mine</button>
    </div>
  </div>`;
}

/** @param {unknown} value */
const text = (value) => (Array.isArray(value) ? value.join(', ') : String(value ?? ''));
