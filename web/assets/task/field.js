// One field of a task, edited in place: saved on Enter or when it is left, given up
// with Escape. What is being typed is never replaced; where the field is changed by
// somebody else meanwhile, both values are shown. A value that was refused stays
// there to be mended, marked, and is not sent again by leaving the field.

import { html, useEffect, useId, useRef, useState } from '../vendor/preact.js';
import { ApiError } from '../core/api.js';
import { useBegun } from '../core/draft.js';
import { ConflictBox } from '../ui/conflict.js';
import { MarkdownEditor } from '../ui/markdown.js';
import { complain } from '../ui/toast.js';
import { author, change, same } from '../tasks/edit.js';

/** @typedef {{ text: string, base: Task }} Draft what is typed, and the task as it was when that was begun */

/**
 * The editing of a field.
 * @param {Task} task
 * @param {import('../tasks/edit.js').Field} field
 * @param {(task: Task) => void} onSaved
 * @param {{ parse?: (text: string) => unknown, kept?: boolean }} [how] `kept`: what is begun survives going to another view
 */
export function useField(task, field, onSaved, { parse = (text) => text, kept = false } = {}) {
  const [begun, setBegun] = useBegun(kept ? `${field} ${task.ref}` : '', /** @type {Draft | null} */ (null), (draft) => draft !== null && !same(parse(draft.text), draft.base[field]));
  const [late, setLate] = useState(/** @type {import('../tasks/edit.js').Conflict | null} */ (null));
  const [refused, setRefused] = useState(/** @type {{ text: string, why: string } | null} */ (null));
  const [saving, setSaving] = useState(false);
  const [by, setBy] = useState(/** @type {Activity | undefined} */ (undefined));
  const base = begun?.base ?? task;
  const mine = begun ? parse(begun.text) : undefined;
  const moved = begun !== null && !saving && !same(task[field], base[field]) && !same(task[field], mine) && !same(base[field], mine);
  const conflict = late ?? (moved ? { field, theirs: task[field], mine, task, by } : null);
  const wrong = refused && refused.text === begun?.text ? refused.why : '';
  useEffect(() => {
    if (moved) author(task.ref, field).then(setBy);
  }, [moved, task.version]);

  const end = () => {
    setBegun(null);
    setLate(null);
    setRefused(null);
  };
  /** @param {Task} from @param {string} text */
  const write = async (from, text) => {
    setSaving(true);
    setLate(null);
    try {
      const outcome = await change(from, field, parse(text));
      if (outcome.conflict) setLate(outcome.conflict);
      // What was typed meanwhile is an edit of what is there now. One who does not
      // write over a holder after all may keep a long text.
      else if (outcome.task || !kept) setBegun((now) => (now && now.text !== text ? { text: now.text, base: outcome.task ?? now.base } : null));
      if (outcome.task) onSaved(outcome.task);
    } catch (error) {
      if (!(error instanceof ApiError) || error.isPassing) complain(error);
      else setRefused({ text, why: error.message });
    } finally {
      setSaving(false);
    }
  };

  /** @param {string} [text] */
  const save = async (text = begun?.text) => {
    if (text === undefined || saving || conflict) return;
    if (same(parse(text), base[field])) end();
    else await write(base, text);
  };

  return {
    draft: begun?.text ?? null,
    saving,
    editing: begun !== null,
    /** Why what is typed was refused; empty where it was not. */
    wrong,
    conflict,
    /** @param {string} text */
    type: (text) => setBegun({ text, base }),
    cancel: end,
    /** Saves what was typed, or `text`. */
    save,
    /** Saves what was typed, since the field is left. */
    leave: () => {
      if (!wrong) save();
    },
    box: html`${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}${conflict && html`<${ConflictBox} ...${conflict} mine=${mine ?? conflict.mine}
      onTheirs=${() => {
        end();
        onSaved(conflict.task);
      }} onMine=${() => write(conflict.task, begun?.text ?? '')} />`}`,
  };
}

/**
 * @param {{
 *   task: Task, field: import('../tasks/edit.js').Field, label: string, value: string, onSaved: (task: Task) => void,
 *   type?: string, placeholder?: string, parse?: (text: string) => unknown, list?: string, class?: string,
 * }} props
 */
export function TextField({ task, field, label, value, onSaved, type = 'text', placeholder, parse, list, class: extra = '' }) {
  const edit = useField(task, field, onSaved, { parse });
  const id = useId();
  return html`<div class=${`field ${extra}`}><label class="field-name" for=${id}>${label}</label>
    <input id=${id} type=${type} class=${(edit.draft ?? value) ? '' : 'blank'} value=${edit.draft ?? value} placeholder=${placeholder} list=${list}
      aria-busy=${edit.saving ? 'true' : undefined} aria-invalid=${edit.wrong ? 'true' : undefined}
      onInput=${(/** @type {any} */ event) => edit.type(event.target.value)}
      onBlur=${edit.leave}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter') edit.save();
        else if (event.key === 'Escape' && edit.editing) {
          edit.cancel();
          event.stopPropagation();
        }
      }} />${edit.box}</div>`;
}

/**
 * @param {{
 *   task: Task, field: import('../tasks/edit.js').Field, label: string, options: { value: string, label: string }[],
 *   onSaved: (task: Task) => void, parse?: (text: string) => unknown, mark?: any,
 * }} props
 */
export function SelectField({ task, field, label, options, onSaved, parse, mark }) {
  const edit = useField(task, field, onSaved, { parse });
  const value = edit.draft ?? String(task[field]);
  const id = useId();
  return html`<div class="field"><label class="field-name" for=${id}>${label}</label><span class="field-select">${mark}
    <select id=${id} value=${value} aria-busy=${edit.saving ? 'true' : undefined} aria-invalid=${edit.wrong ? 'true' : undefined} onChange=${(/** @type {any} */ event) => {
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
  // One who comes back to what they had begun has not asked to go on writing.
  const wasBegun = useRef(edit.editing);
  if (!edit.editing) {
    wasBegun.current = false;
    return children;
  }
  return html`<div class="long-field">
    <${MarkdownEditor} value=${edit.draft ?? ''} onInput=${edit.type} label=${label} rows=${14} autofocus=${!wasBegun.current} onSave=${() => edit.save()} onCancel=${edit.cancel} />
    ${edit.box}
    <div class="editor-foot">
      <button type="button" class="primary" disabled=${edit.saving || Boolean(edit.conflict)} onClick=${() => edit.save()}>Save</button>
      <button type="button" onClick=${edit.cancel}>Cancel</button>
      <span class="faint wide-only"><kbd>Ctrl</kbd> <kbd>Enter</kbd> saves</span></div>
  </div>`;
}
