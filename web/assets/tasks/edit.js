// Changing a field of a task without overwriting what others do meanwhile.
//
// A change carries the task's version that it was decided on. Where the task is
// another by now, but not in this field, the change is made on the new version. Where
// the field itself was changed, both values are shown and a person decides.

import { ApiError, get, patch, part } from '../core/api.js';
import { ask } from '../ui/dialog.js';

/** The fields that are edited, and how each is read and compared. */
export const FIELDS = /** @type {const} */ ([
  'title', 'description', 'status', 'type', 'priority', 'assignee', 'due_at', 'defer_until', 'labels', 'parent', 'scope', 'source', 'external_ref', 'project_path',
]);
/** @typedef {typeof FIELDS[number]} Field */

/** @typedef {{ field: Field, theirs: unknown, mine: unknown, by?: Activity, task: Task }} Conflict */
/** @typedef {{ task?: Task, conflict?: Conflict }} Outcome neither: it was given up */

const TRIES = 5;

/**
 * As the API takes it: labels by what comes and goes, so that one which somebody else
 * adds meanwhile stays.
 * @param {Task} base
 * @param {Field} field
 * @param {any} value
 */
function wire(base, field, value) {
  if (field === 'due_at') return { due_date: value || null };
  if (field === 'defer_until') return { defer_until: value || null };
  if (field === 'priority') return { priority: Number(value) };
  if (field === 'labels') {
    return {
      add_labels: value.filter((/** @type {string} */ name) => !base.labels.includes(name)),
      remove_labels: base.labels.filter((name) => !value.includes(name)),
    };
  }
  return { [field]: value ?? '' };
}

/** Whether two values of a field are the same. @param {unknown} a @param {unknown} b */
export const same = (a, b) => JSON.stringify(blank(a)) === JSON.stringify(blank(b));
/** @param {unknown} value */
const blank = (value) => (value === undefined || value === null ? '' : Array.isArray(value) ? [...value].sort() : value);

/**
 * @param {Task} base the task as it was when the change was decided on
 * @param {Field} field
 * @param {unknown} value
 * @returns {Promise<Outcome>}
 */
export async function change(base, field, value) {
  let current = base;
  for (let attempt = 1; ; attempt++) {
    try {
      const task = await unlessHeld(current, (force) =>
        patch(`/tasks/${part(base.ref)}`, { ...wire(base, field, value), version: current.version, ...force }),
      );
      return task ? { task: { ...current, ...task } } : {};
    } catch (error) {
      if (!(error instanceof ApiError) || !error.isStale || attempt === TRIES) throw error;
      current = await get(`/tasks/${part(base.ref)}`);
      if (!same(current[field], base[field]) && !same(current[field], value)) {
        return { conflict: { field, theirs: current[field], mine: value, by: await author(base.ref, field), task: current } };
      }
    }
  }
}

/**
 * Who changed a field last, as far as that can be found out.
 * @param {string} ref
 * @param {Field} field
 * @returns {Promise<Activity | undefined>}
 */
export async function author(ref, field) {
  try {
    const { events } = await get(`/activity?task=${part(ref)}&limit=20`);
    return /** @type {Activity[]} */ (events).find((event) => event.payload.changes?.[field]);
  } catch (error) {
    // The conflict is shown all the same.
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/**
 * Does something to a task; where another session holds it, asks whether to do it all
 * the same.
 * @template T
 * @param {Task} task
 * @param {(force: { force?: true }) => Promise<T>} act
 * @param {boolean} [told] whoever asked knew already that it is held
 * @returns {Promise<T | null>} null: left as it is
 */
export async function unlessHeld(task, act, told = false) {
  try {
    return await act(told ? { force: true } : {});
  } catch (error) {
    if (!(error instanceof ApiError) || !error.isHeld) throw error;
    const yes = await ask({ title: `${task.ref} is held`, text: `${error.message.replace(/[.]?$/, '.')} It may be at work on it right now.`, action: 'Do it all the same', danger: true });
    return yes === null ? null : act({ force: true });
  }
}
