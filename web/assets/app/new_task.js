// The dialog for a new task.

import { html, useState } from '../vendor/preact.js';
import { part, post } from '../core/api.js';
import { useDraft } from '../core/draft.js';
import { go, link } from '../core/route.js';
import { PRIORITIES, TYPES, named, priorityName } from '../core/words.js';
import { Dialog } from '../ui/dialog.js';
import { MarkdownEditor } from '../ui/markdown.js';
import { ProjectSelect, likelyProject } from '../ui/projects.js';
import { complain, say } from '../ui/toast.js';
import { open } from './state.js';

export function NewTask() {
  const [title, setTitle, sentTitle] = useDraft('new task title');
  const [description, setDescription, sentDescription] = useDraft('new task description');
  const [alias, setAlias] = useState(likelyProject);
  const [fields, setFields] = useState({ type: 'task', priority: 3, assignee: '', labels: '' });
  const [busy, setBusy] = useState(false);
  const close = () => {
    open.value = '';
  };
  /** @param {Event} [event] */
  const save = async (event) => {
    event?.preventDefault();
    if (!title.trim() || busy) return;
    setBusy(true);
    try {
      const { labels, assignee, ...rest } = fields;
      const names = String(labels).split(',').map((name) => name.trim()).filter(Boolean);
      const task = await post('/tasks', { project: alias, title: title.trim(), ...rest, ...(description ? { description } : {}), ...(assignee ? { assignee } : {}), labels: names });
      sentTitle(title);
      sentDescription(description);
      close();
      say(`${task.ref} is created.`, { label: 'Open', act: () => go(link(`/tasks/${part(task.ref)}`)) });
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  /** @param {string} name */
  const set = (name) => (/** @type {any} */ event) => setFields({ ...fields, [name]: name === 'priority' ? Number(event.target.value) : event.target.value });
  return html`<${Dialog} title="New task" onClose=${close} class="wide"><form onSubmit=${save}>
    <label class="stack">Title<input value=${title} required maxlength="255" autofocus onInput=${(/** @type {any} */ event) => setTitle(event.target.value)} /></label>
    <${MarkdownEditor} value=${description} onInput=${setDescription} label="Description" rows=${6} onSave=${save} />
    <div class="form-row">
      <${ProjectSelect} value=${alias} onChange=${setAlias} />
      <label class="stack">Type<select value=${fields.type} onChange=${set('type')}>
        ${TYPES.map((type) => html`<option key=${type} value=${type} selected=${type === fields.type}>${named(type)}</option>`)}
      </select></label>
      <label class="stack">Priority<select value=${fields.priority} onChange=${set('priority')}>
        ${PRIORITIES.map((level) => html`<option key=${level} value=${level} selected=${level === fields.priority}>${priorityName(level)}</option>`)}
      </select></label>
      <label class="stack">Assignee<input value=${fields.assignee} placeholder="Nobody" onInput=${set('assignee')} /></label>
      <label class="stack">Labels<input value=${fields.labels} placeholder="auth, slow" onInput=${set('labels')} /></label>
    </div>
    <div class="dialog-foot"><button type="button" onClick=${close}>Cancel</button><button type="submit" class="primary" disabled=${busy || !title.trim()}>Create task</button></div>
  </form><//>`;
}
