// A cell of the grid: what it shows, and how it is edited.

import { html, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { PRIORITIES, STATUSES, TYPES, named, priorityName } from '../core/words.js';
import { dueDay, dueOn } from '../core/time.js';
import { ConflictBox } from '../ui/conflict.js';
import { LabelMark, PriorityMark, StatusMark, TypeMark } from '../ui/mark.js';

/**
 * @typedef {{
 *   name: string, class: string, field?: import('./edit.js').Field, text?: boolean, date?: boolean,
 *   options?: { value: string, label: string }[], show: (task: Task) => any, value?: (task: Task) => string, parse?: (text: string) => unknown,
 * }} Column
 */

/** @param {readonly (string | number)[]} values @param {(value: any) => string} label */
const options = (values, label) => values.map((value) => ({ value: String(value), label: label(value) }));

/** @type {Column[]} */
export const COLUMNS = [
  { name: 'Choose', class: 'g-choose', show: () => null },
  { name: 'Ref', class: 'g-ref', show: (task) => task.ref },
  { name: 'Title', class: 'g-title', field: 'title', text: true, show: (task) => task.title, value: (task) => task.title },
  { name: 'Status', class: 'g-status', field: 'status', options: options(STATUSES, named),
    show: (task) => html`<${StatusMark} status=${task.status} held=${Boolean(task.lease)} />${named(task.status)}`, value: (task) => task.status },
  { name: 'Priority', class: 'g-priority', field: 'priority', options: options(PRIORITIES, priorityName),
    show: (task) => html`<${PriorityMark} level=${task.priority} />`, value: (task) => String(task.priority), parse: Number },
  { name: 'Type', class: 'g-type', field: 'type', options: options(TYPES, named), show: (task) => html`<${TypeMark} type=${task.type} />`, value: (task) => task.type },
  { name: 'Assignee', class: 'g-assignee', field: 'assignee', text: true, show: (task) => task.assignee ?? '', value: (task) => task.assignee ?? '' },
  { name: 'Due', class: 'g-due', field: 'due_at', date: true, show: (task) => dueDay(task.due_at), value: (task) => dueDay(task.due_at), parse: dueOn },
  { name: 'Labels', class: 'g-labels', field: 'labels', text: true,
    show: (task) => task.labels.map((name) => html`<${LabelMark} key=${name} name=${name} />`), value: (task) => task.labels.join(', '),
    parse: (text) => text.split(',').map((name) => name.trim()).filter(Boolean) },
];

/**
 * @param {{
 *   column: Column, name: string, task: Task, href: string, tabbable: boolean, chosen: boolean, onChoose: () => void, onFocus: () => void, onEdit: () => void,
 *   editing: null | { task: Task, start?: string }, onFinish: (value: unknown, down?: number) => void,
 *   conflict?: import('./edit.js').Conflict, onTheirs: () => void, onMine: (conflict: import('./edit.js').Conflict) => void,
 * }} props
 */
export function Cell({ column, name, task, href, tabbable, chosen, onChoose, onFocus, onEdit, editing, onFinish, conflict, onTheirs, onMine }) {
  const place = { class: `cell ${column.class} ${conflict ? 'in-conflict' : ''}`, role: 'gridcell', 'data-cell': name, tabindex: tabbable ? 0 : -1, onFocus };
  if (column.class === 'g-choose') {
    return html`<div ...${place}><input type="checkbox" tabindex="-1" aria-label=${`Choose ${task.ref}`} checked=${chosen} onChange=${onChoose} /></div>`;
  }
  if (column.class === 'g-ref') return html`<div ...${place}><a href=${href} tabindex="-1">${task.ref}</a></div>`;
  if (editing) return html`<div ...${place} tabindex="-1"><${CellEditor} column=${column} task=${editing.task} start=${editing.start} onFinish=${onFinish} /></div>`;
  return html`<div ...${place} aria-readonly="false" onDblClick=${onEdit}
    onClick=${(/** @type {MouseEvent} */ event) => event.detail === 1 && tabbable && document.activeElement === event.currentTarget && onEdit()}>
    <span class="cell-value">${column.show(task)}</span>
    ${conflict && html`<${ConflictBox} ...${conflict} onTheirs=${onTheirs} onMine=${() => onMine(conflict)} />`}
  </div>`;
}

/** @param {{ column: Column, task: Task, start?: string, onFinish: (value: unknown, down?: number) => void }} props */
function CellEditor({ column, task, start, onFinish }) {
  const input = useRef(/** @type {any} */ (null));
  const over = useRef(false);
  const before = column.value?.(task) ?? '';
  // Held here, since the row is drawn anew whenever anything happens.
  const [text, setText] = useState(start ?? before);
  useLayoutEffect(() => {
    input.current.focus();
    if (start === undefined) input.current.select?.();
  }, []);
  /** @param {boolean} keep @param {number} [down] */
  const end = (keep, down) => {
    if (over.current) return;
    over.current = true;
    const last = input.current.value;
    onFinish(keep && last !== before ? (column.parse ? column.parse(last) : last) : undefined, down);
  };
  const shared = {
    ref: input,
    'aria-label': `${column.name} of ${task.ref}`,
    onBlur: () => end(true),
    onKeyDown: (/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation();
      if (event.key === 'Enter') end(true, column.options ? 0 : 1);
      else if (event.key === 'Escape') end(false, 0);
      else return;
      event.preventDefault();
    },
  };
  if (column.options) {
    return html`<select ...${shared} value=${text} onChange=${() => end(true, 0)}>
      ${column.options.map(({ value, label }) => html`<option key=${value} value=${value} selected=${value === text}>${label}</option>`)}
    </select>`;
  }
  return html`<input ...${shared} type=${column.date ? 'date' : 'text'} value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} />`;
}
