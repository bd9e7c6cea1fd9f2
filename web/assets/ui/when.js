// A moment: how long ago, with the whole date on hover; a day that comes; and a time
// that runs out.

import { html } from '../vendor/preact.js';
import { ago, daysLeft, dueDay, dueIn, full, now, span } from '../core/time.js';

/** @param {{ at: string, exact?: boolean }} props */
export function When({ at, exact }) {
  return html`<time datetime=${at} title=${full(at)}>${exact ? full(at) : ago(at)}</time>`;
}

/** When a task is due; late once that day has ended, and only as long as it is not done. @param {{ task: Task }} props */
export function Due({ task }) {
  if (!task.due_at) return null;
  const date = dueDay(task.due_at);
  if (task.status === 'done') return html`<time datetime=${date}>${date}</time>`;
  const late = daysLeft(task.due_at) < 0;
  return html`<time class=${late ? 'late' : ''} datetime=${date} title=${`${late ? 'overdue, ' : ''}due ${date}`}>${dueIn(task.due_at)}</time>`;
}

/** @param {{ at: string, from?: string }} props */
export function Left({ at, from }) {
  const left = Date.parse(at) - now.value;
  const whole = from ? Date.parse(at) - Date.parse(from) : 0;
  return html`<span class=${`left ${left < 60_000 ? 'short' : ''}`} title=${`until ${full(at)}`}>
    ${whole > 0 && html`<progress max="1" value=${Math.max(0, Math.min(1, left / whole))} aria-label="Time left of the lease"></progress>`}
    ${left > 0 ? `${span(left)} left` : 'running out'}
  </span>`;
}
