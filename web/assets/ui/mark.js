// The small marks by which a task is read at a glance: status, priority, type,
// label, person. Each says in words what its shape and colour say.

import { html } from '../vendor/preact.js';
import { priorityName, named } from '../core/words.js';
import { Icon } from './icon.js';

/** @param {{ status: string, held?: boolean }} props */
export function StatusMark({ status, held }) {
  const name = held ? `${named(status)}, held` : named(status);
  return html`<svg class=${`status-mark is-${status}`} viewBox="0 0 16 16" role="img" aria-label=${name}>
    <circle cx="8" cy="8" r="5.6" />
    ${status === 'doing' && html`<path class="half" d="M8 5a3 3 0 0 1 0 6z" />`}
    ${status === 'done' && html`<path class="tick" d="M5.4 8.2l1.8 1.8 3.4-3.6" />`}
  </svg>`;
}

/** @param {{ level: number }} props */
export function PriorityMark({ level }) {
  return html`<span class=${`priority p${level}`} title=${priorityName(level)}>P${level}</span>`;
}

/** @param {{ type: string }} props */
export function TypeMark({ type }) {
  return html`<span class=${`type type-${type}`}>${type}</span>`;
}

/** Hues for labels without a colour of their own, by their name. @param {string} name */
function hue(name) {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return sum;
}

/** @param {{ name: string, color?: string, onRemove?: () => void }} props */
export function LabelMark({ name, color, onRemove }) {
  const dot = { background: color ?? `hsl(${hue(name)} 55% 55%)` };
  return html`<span class="label"><span class="dot" style=${dot}></span><span class="label-name">${name}</span>${
    onRemove &&
    html`<button type="button" class="bare" onClick=${onRemove} aria-label=${`Take label ${name} off`}><${Icon} name="close" /></button>`
  }</span>`;
}

/** @param {{ actor: Actor, bare?: boolean }} props */
export function Person({ actor, bare }) {
  const icon = actor.kind === 'ai' ? 'agents' : actor.kind === 'human' ? 'person' : 'terminal';
  return html`<span class=${`person ${actor.kind}`} title=${`${actor.kind}:${actor.name}`}><${Icon} name=${icon} />${
    bare ? html`<span class="unseen">${actor.kind} ${actor.name}</span>` : html`<span class="person-name">${actor.name}</span>`
  }</span>`;
}
