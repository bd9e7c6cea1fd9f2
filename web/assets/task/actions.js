// What is done to a task as a whole. What cannot be taken back with one click asks.

import { html } from '../vendor/preact.js';
import { del, part, patch, post } from '../core/api.js';
import { go, link } from '../core/route.js';
import { actorText } from '../core/words.js';
import { ask } from '../ui/dialog.js';
import { Icon } from '../ui/icon.js';
import { Popup } from '../ui/popup.js';
import { complain, say } from '../ui/toast.js';
import { trashed } from '../ui/trash.js';
import { unlessHeld } from '../tasks/edit.js';

/** @param {Task} task */
const at = (task) => `/tasks/${part(task.ref)}`;

/**
 * Ends the lease of a task, whoever holds it, after asking.
 * @param {Task} task
 */
export async function release(task) {
  const note = await ask({
    title: `Release ${task.ref}?`,
    text: `${task.lease ? actorText(task.lease.holder) : 'Somebody'} holds it. It goes back into the queue; what its holder writes from now on is refused.`,
    action: 'Release',
    input: 'Note for whoever takes it next',
  });
  if (note === null) return;
  const done = await unlessHeld(task, (force) => post(`${at(task)}/release`, { note, ...force }), Boolean(task.lease));
  if (done) say(`${task.ref} is back in the queue.`);
}

/** Gives a task that was set aside a new budget of attempts. @param {Task} task */
export async function putBack(task) {
  await post(`${at(task)}/retry`);
  say(`${task.ref} is back in the queue.`);
}

/** Moves it to done, with a word on it. @param {Task} task */
export async function close(task) {
  const note = await ask({
    title: `Close ${task.ref}?`,
    text: task.lease
      ? `${actorText(task.lease.holder)} holds it, and may be at work on it right now. It is moved to done; what its holder writes from now on is refused.`
      : 'It is moved to done.',
    action: 'Close', danger: Boolean(task.lease), input: 'What came of it',
  });
  if (note === null) return;
  if (note.trim()) await post(`${at(task)}/comments`, { body: note });
  const done = await unlessHeld(task, (force) => patch(`${at(task)}/status`, { status: 'done', ...force }), Boolean(task.lease));
  if (done) say(`${task.ref} is done.`);
}

/** @param {Task} task */
async function archive(task) {
  if (task.archived_at) {
    await patch(`${at(task)}/unarchive`);
    say(`${task.ref} is out of the archive.`);
  } else if (await unlessHeld(task, (force) => patch(`${at(task)}/archive${force.force ? '?force=true' : ''}`))) {
    say(`${task.ref} is archived.`, { label: 'Undo', act: () => patch(`${at(task)}/unarchive`).catch(complain) });
  }
}

/** @param {Task} task */
async function remove(task) {
  const yes = await ask({
    title: `Delete ${task.ref}?`,
    text: 'It goes to the trash with its plans and comments, and can be taken back for 30 days. Its activity stays for ever.',
    action: 'Delete',
    danger: true,
  });
  if (yes === null) return;
  const done = await unlessHeld(task, async (force) => {
    await del(`${at(task)}${force.force ? '?force=true' : ''}`);
    return true;
  });
  if (!done) return;
  trashed(task.ref, task.id);
  go(link('/tasks'));
}

/** @param {{ task: Task, reload: () => void }} props */
export function TaskActions({ task, reload }) {
  /** @param {(task: Task) => Promise<void>} act @param {() => void} [before] */
  const run = (act, before) => () => {
    before?.();
    act(task).then(reload, complain);
  };
  return html`
    ${task.lease && html`<button type="button" onClick=${run(release)}><${Icon} name="lock" /><span>Release</span></button>`}
    ${task.needs_attention && html`<button type="button" onClick=${run(putBack)}>Put back</button>`}
    ${task.status !== 'done' && html`<button type="button" class="primary" onClick=${run(close)}><${Icon} name="check" /><span>Close</span></button>`}
    <${Popup} right name="More actions" label=${html`<${Icon} name="more" />`}>${(/** @type {() => void} */ hide) => html`<div class="menu">
      <button type="button" onClick=${() => {
        hide();
        navigator.clipboard?.writeText(location.href).then(() => say('The link is copied.'));
      }}><${Icon} name="link" />Copy link</button>
      <button type="button" onClick=${run(archive, hide)}><${Icon} name="archive" />${task.archived_at ? 'Unarchive' : 'Archive'}</button>
      <button type="button" class="danger" onClick=${run(remove, hide)}><${Icon} name="trash" />Delete…</button>
    </div>`}<//>`;
}
