// Entries of the log.

import { html, useState } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link } from '../core/route.js';
import { dueDay, full } from '../core/time.js';
import { Icon } from './icon.js';
import { Loaded } from './empty.js';
import { Person } from './mark.js';
import { When } from './when.js';

const ICONS = /** @type {Record<string, string>} */ ({ task: 'tasks', plan: 'plan', doc: 'doc', memory: 'memory', attachment: 'attachment',
  comment: 'comment', project: 'project', label: 'filter', workspace: 'terminal' });

/**
 * The entries of a filter, newest first.
 * @param {{ filter: Record<string, string | undefined>, limit: number }} props
 */
export function EventList({ filter, limit }) {
  const found = useResource(`events ${query({ ...filter, limit })}`, (abort) => get(`/activity${query({ ...filter, limit })}`, abort), (event) => !filter.task || event.ref === filter.task);
  return html`<${Loaded} of=${found}>${(/** @type {{ events: Activity[] }} */ { events }) =>
    events.length ? html`<ol class="events">${events.map((event) => html`<${Event} key=${event.seq} event=${event} />`)}</ol>` : html`<p class="faint">Nothing has happened yet.</p>`}<//>`;
}

/** @param {{ event: Activity, project?: boolean }} props */
export function Event({ event, project }) {
  const [open, setOpen] = useState(false);
  const changes = Object.entries(event.payload.changes ?? {});
  const words = event.summary.split(/\b(TASK-\d+)\b/);
  return html`<li class="event"><${Icon} name=${ICONS[event.entity] ?? 'activity'} />
    <span class="event-text"><${Person} actor=${event.actor} /> ${words.map((word, index) => (index % 2 ? html`<a key=${index} href=${link(`/tasks/${word}`)}>${word}</a>` : word))}
      ${event.ref && !event.summary.includes(event.ref) && html` <a href=${link(`/tasks/${event.ref}`)}>${event.ref}</a>`}
      ${project && event.project?.alias && html`<span class="faint"> in ${event.project.alias}</span>`}
      ${changes.length > 0 && html` <button type="button" class="link" aria-expanded=${open ? 'true' : 'false'} onClick=${() => setOpen(!open)}>
        ${changes.length === 1 ? changes[0][0].replace('_', ' ') : `${changes.length} fields`}
      </button>`}
      ${open && html`<dl class="changes">${changes.map(([field, { from, to }]) => html`<dt key=${field}>${field}</dt><dd><del>${text(field, from)}</del> <ins>${text(field, to)}</ins></dd>`)}</dl>`}
    </span><${When} at=${event.created_at} /></li>`;
}

/** @param {string} field @param {unknown} value */
function text(field, value) {
  // The log has moments as they are stored, in nanoseconds.
  if (typeof value === 'number' && /^(due_at|defer_until)$/.test(field)) {
    const at = new Date(Math.round(value / 1e6)).toISOString().replace('.000Z', 'Z');
    return field === 'due_at' ? dueDay(at) : full(at);
  }
  const whole = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return whole.length > 300 ? `${whole.slice(0, 300)}…` : whole;
}
