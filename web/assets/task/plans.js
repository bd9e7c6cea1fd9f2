// The plans of a task.

import { html, useState } from '../vendor/preact.js';
import { del, part, post } from '../core/api.js';
import { isBegun, useDraft } from '../core/draft.js';
import { ask } from '../ui/dialog.js';
import { Icon } from '../ui/icon.js';
import { MarkdownEditor } from '../ui/markdown.js';
import { complain } from '../ui/toast.js';
import { trashed } from '../ui/trash.js';
import { Versioned } from '../ui/versioned.js';

/** @param {{ task: Task, reload: () => void }} props */
export function Plans({ task, reload }) {
  const [adding, setAdding] = useState(isBegun(`plan title ${task.ref}`) || isBegun(`plan ${task.ref}`));
  const plans = task.plans ?? [];
  return html`<section aria-labelledby="plans"><h2 id="plans">${plans.length > 1 ? 'Plans' : 'Plan'}
      ${!adding && html`<button type="button" class="link" onClick=${() => setAdding(true)}><${Icon} name="plus" /> Add a plan</button>`}</h2>
    ${plans.map((plan) => html`<${Versioned} key=${plan.id} kind="plans" item=${plan} onSaved=${reload}
        actions=${html`<button type="button" class="link" aria-label=${`Delete plan ${plan.version.title}`}
          onClick=${() => deletePlan(plan).then(reload, complain)}>
          <${Icon} name="trash" />
        </button>`} />`)}
    ${adding && html`<${NewPlan} task=${task} onDone=${() => {
      setAdding(false);
      reload();
    }} />`}
    ${!plans.length && !adding && html`<p class="faint">No plan yet: what shall be done, in which order, so that anybody can carry it on.</p>`}
  </section>`;
}

/** Asks, then deletes. @param {Plan} plan */
export async function deletePlan(plan) {
  const yes = await ask({ title: 'Delete this plan?', text: `“${plan.version.title}” goes to the trash with its versions and stays there for 30 days.`, action: 'Delete', danger: true });
  if (yes === null) return;
  await del(`/plans/${part(plan.id)}`);
  trashed('The plan', plan.id);
}

/** @param {{ task: Task, onDone: () => void }} props */
function NewPlan({ task, onDone }) {
  const [title, setTitle, sentTitle] = useDraft(`plan title ${task.ref}`);
  const [body, setBody, sentBody] = useDraft(`plan ${task.ref}`);
  const save = () => {
    if (!title.trim()) return;
    post(`/tasks/${part(task.ref)}/plans`, { title, body }).then(() => {
      sentTitle(title);
      sentBody(body);
      onDone();
    }, complain);
  };
  return html`<div class="versioned"><label class="stack">Title<input value=${title} maxlength="255" onInput=${(/** @type {any} */ event) => setTitle(event.target.value)} /></label>
    <${MarkdownEditor} value=${body} onInput=${setBody} label="Plan" onSave=${save} />
    <div class="editor-foot"><button type="button" class="primary" disabled=${!title.trim()} onClick=${save}>Add plan</button><button type="button" onClick=${onDone}>Cancel</button></div></div>`;
}
