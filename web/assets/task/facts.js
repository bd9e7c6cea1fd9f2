// The fields of a task beside its text.

import { html, useState } from '../vendor/preact.js';
import { del, everything, part, post } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link } from '../core/route.js';
import { dateInput, dayBegins, dueDay, dueOn } from '../core/time.js';
import { PRIORITIES, STATUSES, TYPES, named, priorityName } from '../core/words.js';
import { LabelMark, Person, StatusMark } from '../ui/mark.js';
import { complain } from '../ui/toast.js';
import { When } from '../ui/when.js';
import { SelectField, TextField } from './field.js';

/** @param {string} text */
const words = (text) => text.split(/[\s,]+/).filter(Boolean);

/** @param {{ task: Task, onChange: (task: Task) => void, reload: () => void }} props */
export function Facts({ task, onChange, reload }) {
  const shared = { task, onSaved: onChange };
  return html`<div class="facts">
    <${SelectField} ...${shared} field="status" label="Status" mark=${html`<${StatusMark} status=${task.status} />`} options=${STATUSES.map((value) => ({ value, label: named(value) }))} />
    <${SelectField} ...${shared} field="priority" label="Priority" parse=${Number} options=${PRIORITIES.map((level) => ({ value: `${level}`, label: priorityName(level) }))} />
    <${SelectField} ...${shared} field="type" label="Type" options=${TYPES.map((value) => ({ value, label: named(value) }))} />
    <${TextField} ...${shared} field="assignee" label="Assignee" value=${task.assignee ?? ''} placeholder="Nobody" />
    <${Labels} task=${task} reload=${reload} />
    <${TextField} ...${shared} field="due_at" label="Due" type="date" value=${dueDay(task.due_at)} parse=${dueOn} />
    <${TextField} ...${shared} field="defer_until" label="Not before" type="date" value=${dateInput(task.defer_until)} parse=${dayBegins} />
    <${TextField} ...${shared} field="parent" label="Part of" value=${task.parent ?? ''} placeholder="TASK-N" parse=${(/** @type {string} */ text) => text.trim()} />
    <${TextField} ...${shared} field="scope" label="Files" value=${(task.scope ?? []).join(' ')} placeholder="src/auth/**" parse=${words} />
    <${TextField} ...${shared} field="source" label="Source" value=${task.source ?? ''} placeholder="–" />
    <${TextField} ...${shared} field="external_ref" label="External ref" value=${task.external_ref ?? ''} placeholder="–" />
    <${TextField} ...${shared} field="project_path" label="Path" value=${task.project_path ?? ''} placeholder="–" />
    <dl class="stamps">
      <dt>Project</dt><dd><a href=${`/tasks?project=${part(task.project.alias)}`}>${task.project.name || task.project.alias}</a></dd>
      ${task.parent && html`<dt>Part of</dt><dd><a href=${link(`/tasks/${task.parent}`)}>${task.parent}</a></dd>`}
      <dt>Created</dt><dd><${Person} actor=${task.actor} /> <${When} at=${task.created_at} /></dd>
      <dt>Changed</dt><dd><${When} at=${task.updated_at} /></dd>
      ${task.completed_at && html`<dt>Done</dt><dd><${When} at=${task.completed_at} /></dd>`}
      <dt>Version</dt><dd>${task.version}</dd>
    </dl>
  </div>`;
}

/** @param {{ task: Task, reload: () => void }} props */
function Labels({ task, reload }) {
  const [text, setText] = useState('');
  const labels = useResource(`labels ${task.project.alias}`, (abort) => everything('/labels', { project: task.project.alias }, 'labels', { abort }), (event) => event.entity === 'label');
  const known = /** @type {Label[]} */ (labels.data ?? []);
  const add = () => {
    const name = text.trim();
    if (!name) return;
    setText('');
    post(`/tasks/${part(task.ref)}/labels`, { name }).then(reload, (error) => {
      setText((now) => now || text);
      complain(error);
    });
  };
  return html`<div class="field labels"><span class="field-name" id="labels-name">Labels</span><div class="field-labels">
    ${task.labels.map((name) => html`<${LabelMark} key=${name} name=${name} color=${known.find((label) => label.name === name)?.color}
      onRemove=${() => del(`/tasks/${part(task.ref)}/labels/${part(name)}`).then(reload, complain)} />`)}
    <input value=${text} list="known-labels" placeholder="Add…" aria-label="Add a label" onInput=${(/** @type {any} */ event) => setText(event.target.value)} onBlur=${add}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') add();
        else if (event.key === 'Escape') setText('');
      }} />
    <datalist id="known-labels">${known.map(({ name }) => html`<option key=${name} value=${name}></option>`)}</datalist>
  </div></div>`;
}
