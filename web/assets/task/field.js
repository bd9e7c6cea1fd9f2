// One field of a task, edited in place: saved on Enter or when it is left, given up
// with Escape. What is being typed is never replaced; where the field is changed by
// somebody else meanwhile, both values are shown.

import { html, useId, useRef, useState } from '../vendor/preact.js';
import { ConflictBox } from '../ui/conflict.js';
import { MarkdownEditor } from '../ui/markdown.js';
import { complain } from '../ui/toast.js';
import { change, same } from '../tasks/edit.js';

/**
 * The editing of a field.
 * @param {Task} task
 * @param {import('../tasks/edit.js').Field} field
 * @param {(task: Task) => void} onSaved
 * @param {(text: string) => unknown} [parse]
 */
export function useField(task, field, onSaved, parse = (text) => text) {
  const [draft, setDraft] = useState(/** @type {string | null} */ (null));
  const [late, setLate] = useState(/** @type {import('../tasks/edit.js').Conflict | null} */ (null));
  const [saving, setSaving] = useState(false);
  const base = useRef(task);
  if (draft === null) base.current = task;
  const mine = draft === null ? undefined : parse(draft);
  const moved = draft !== null && !saving && !same(task[field], base.current[field]) && !same(task[field], mine) && !same(base.current[field], mine);
  const conflict = late ?? (moved ? { field, theirs: task[field], mine, task, by: undefined } : null);

  /** @param {Task} from @param {string} text */
  const write = async (from, text) => {
    setSaving(true);
    setLate(null);
    try {
      const outcome = await change(from, field, parse(text));
      if (outcome.conflict) setLate(outcome.conflict);
      // What was typed meanwhile is an edit of what is there now.
      else setDraft((now) => (now === text ? null : now));
      if (outcome.task) {
        base.current = outcome.task;
        onSaved(outcome.task);
      }
    } catch (error) {
      complain(error);
    } finally {
      setSaving(false);
    }
  };

  return {
    draft,
    saving,
    editing: draft !== null,
    /** @param {string} text */
    type: (text) => setDraft(text),
    cancel: () => {
      setDraft(null);
      setLate(null);
    },
    /** Saves what was typed, or `text`. @param {string} [text] */
    save: async (text = draft ?? undefined) => {
      if (text === undefined || saving) return;
      if (conflict) return;
      if (same(parse(text), base.current[field])) setDraft(null);
      else await write(base.current, text);
    },
    box: conflict && html`<${ConflictBox} ...${conflict} mine=${mine ?? conflict.mine}
      onTheirs=${() => {
        setDraft(null);
        setLate(null);
        onSaved(conflict.task);
      }} onMine=${() => write(conflict.task, draft ?? '')} />`,
  };
}

/**
 * @param {{ task: Task, field: import('../tasks/edit.js').Field, label: string, value: string, onSaved: (task: Task) => void, type?: string, placeholder?: string, parse?: (text: string) => unknown, list?: string, class?: string }} props
 */
export function TextField({ task, field, label, value, onSaved, type = 'text', placeholder, parse, list, class: extra = '' }) {
  const edit = useField(task, field, onSaved, parse);
  const id = useId();
  return html`<div class=${`field ${extra}`}><label class="field-name" for=${id}>${label}</label>
    <input id=${id} type=${type} class=${(edit.draft ?? value) ? '' : 'blank'} value=${edit.draft ?? value} placeholder=${placeholder} list=${list} aria-busy=${edit.saving ? 'true' : undefined}
      onInput=${(/** @type {any} */ event) => edit.type(event.target.value)}
      onBlur=${() => edit.save()}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') edit.save();
        else if (event.key === 'Escape' && edit.editing) {
          edit.cancel();
          event.stopPropagation();
        }
      }} />${edit.box}</div>`;
}

/**
 * @param {{ task: Task, field: import('../tasks/edit.js').Field, label: string, options: { value: string, label: string }[], onSaved: (task: Task) => void, parse?: (text: string) => unknown, mark?: any }} props
 */
export function SelectField({ task, field, label, options, onSaved, parse, mark }) {
  const edit = useField(task, field, onSaved, parse);
  const value = edit.draft ?? String(task[field]);
  const id = useId();
  return html`<div class="field"><label class="field-name" for=${id}>${label}</label><span class="field-select">${mark}
    <select id=${id} value=${value} aria-busy=${edit.saving ? 'true' : undefined} onChange=${(/** @type {any} */ event) => {
      const chosen = event.target.value;
      edit.type(chosen);
      edit.save(chosen);
    }}>${options.map((option) => html`<option key=${option.value} value=${option.value} selected=${option.value === value}>${option.label}</option>`)}</select></span>${edit.box}</div>`;
}

/**
 * A long text: shown as markdown, edited with a preview.
 * @param {{ edit: ReturnType<typeof useField>, label: string, children: any }} props children: what is shown while it is not edited
 */
export function LongField({ edit, label, children }) {
  if (!edit.editing) return children;
  return html`<div class="long-field">
    <${MarkdownEditor} value=${edit.draft ?? ''} onInput=${edit.type} label=${label} rows=${14} autofocus onSave=${() => edit.save()} onCancel=${edit.cancel} />
    ${edit.box}
    <div class="editor-foot"><button type="button" class="primary" disabled=${edit.saving} onClick=${() => edit.save()}>Save</button><button type="button" onClick=${edit.cancel}>Cancel</button>
      <span class="faint wide-only"><kbd>Ctrl</kbd> <kbd>Enter</kbd> saves</span></div>
  </div>`;
}
