// A task as a card of the board.

import { html } from '../vendor/preact.js';
import { link } from '../core/route.js';
import { Icon } from '../ui/icon.js';
import { LabelMark, Person, PriorityMark, StatusMark, TypeMark } from '../ui/mark.js';

/** @param {{ task?: Task, first: boolean, onDrag?: (task: Task | null) => void }} props */
export function Card({ task, first, onDrag }) {
  if (!task) return html`<div class="card-place" role="listitem"><div class="card bone"></div></div>`;
  // The board's keys find the task by its card, as soon as that is there.
  /** @param {any} card */
  const known = (card) => {
    if (card) card.task = task;
  };
  /** @param {DragEvent} event */
  const drag = (event) => {
    event.dataTransfer?.setData('text/plain', task.ref);
    onDrag?.(task);
  };
  return html`<div class="card-place" role="listitem"><a ref=${known} class=${`card ${task.lease ? 'held' : ''}`} href=${link(`/tasks/${task.ref}`)} data-ref=${task.ref} draggable="true"
    tabindex=${first ? 0 : -1} onDragStart=${drag} onDragEnd=${() => onDrag?.(null)}>
    <span class="card-top"><${StatusMark} status=${task.status} held=${Boolean(task.lease)} /><span class="faint">${task.ref}</span><${PriorityMark} level=${task.priority} />
      ${task.needs_attention && html`<${Icon} name="attention" label="Needs you" class="warn" />`}
      ${task.blocked && html`<${Icon} name="blocked" label="Blocked" />`}
      ${task.lease ? html`<${Person} actor=${task.lease.holder} />` : task.assignee && html`<span class="card-for">${task.assignee}</span>`}</span>
    <span class="card-title">${task.title}</span>
    <span class="card-marks"><${TypeMark} type=${task.type} />${task.labels.slice(0, 3).map((name) => html`<${LabelMark} key=${name} name=${name} />`)}</span>
  </a></div>`;
}
