// Several tasks changed at once, one after the other: each change is its own write,
// so that one which is refused stops no other.

import { html, useState } from '../vendor/preact.js';
import { ApiError, patch, part } from '../core/api.js';
import { PRIORITIES, STATUSES, TYPES, counted, named, priorityName } from '../core/words.js';
import { ask } from '../ui/dialog.js';
import { complain, say } from '../ui/toast.js';
import { change } from './edit.js';

/** @param {{ tasks: Task[], onDone: () => void }} props */
export function BulkBar({ tasks, onDone }) {
  const [done, setDone] = useState(-1);
  const [text, setText] = useState('');

  /** @param {string} what @param {(task: Task) => Promise<unknown>} act */
  const each = async (what, act) => {
    /** @type {string[]} */
    const refused = [];
    setDone(0);
    for (const [index, task] of tasks.entries()) {
      try {
        const outcome = /** @type {any} */ (await act(task));
        if (outcome?.conflict) refused.push(`${task.ref} was changed meanwhile`);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        refused.push(`${task.ref}: ${error.message}`);
      }
      setDone(index + 1);
    }
    setDone(-1);
    if (refused.length) say(`${counted(tasks.length - refused.length, 'task')} ${what}. ${refused.join('; ')}`, { kind: 'error' });
    else say(`${counted(tasks.length, 'task')} ${what}.`);
    onDone();
  };

  /** @param {import('./edit.js').Field} field @param {string} name @param {readonly (string | number)[]} values @param {(value: any) => string} label */
  const field = (field, name, values, label) => html`<select aria-label=${`Set ${name.toLowerCase()} of the chosen tasks`} value="" disabled=${done >= 0}
    onChange=${(/** @type {any} */ event) => {
      const { value } = event.target;
      event.target.value = '';
      if (value) each(`set to ${label(field === 'priority' ? Number(value) : value)}`, (task) => change(task, field, value));
    }}><option value="">${name}…</option>${values.map((value) => html`<option key=${value} value=${value}>${label(value)}</option>`)}</select>`;

  /** @param {'assignee' | 'label'} what */
  const write = (what) => {
    const value = text.trim();
    setText('');
    if (what === 'assignee') each(value ? `assigned to ${value}` : 'assigned to nobody', (task) => change(task, 'assignee', value));
    else if (value) each(`labelled ${value}`, (task) => patch(`/tasks/${part(task.ref)}`, { add_labels: [value] }));
  };

  const archive = async () => {
    const yes = await ask({ title: `Archive ${counted(tasks.length, 'task')}?`, text: 'They leave the lists and the queue. Each can be taken back out of the archive.', action: 'Archive' });
    if (yes !== null) await each('archived', (task) => patch(`/tasks/${part(task.ref)}/archive`)).catch(complain);
  };

  return html`<div class="bulk" role="toolbar" aria-label="Change the chosen tasks">
    <b>${done < 0 ? `${counted(tasks.length, 'task')} chosen` : `${done} of ${tasks.length}…`}</b>
    ${field('status', 'Status', STATUSES, named)} ${field('priority', 'Priority', PRIORITIES, priorityName)} ${field('type', 'Type', TYPES, named)}
    <input aria-label="Assignee or label for the chosen tasks" placeholder="name or label" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
    <button type="button" onClick=${() => write('assignee')} disabled=${done >= 0}>Assign</button>
    <button type="button" onClick=${() => write('label')} disabled=${done >= 0 || !text.trim()}>Add label</button>
    <button type="button" onClick=${archive} disabled=${done >= 0}>Archive</button>
    <button type="button" class="link" onClick=${onDone}>Choose none</button>
  </div>`;
}
