// One task: everything there is about it, and all of it can be changed here.

import { html } from '../vendor/preact.js';
import { get, part } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link } from '../core/route.js';
import { oneColumn } from '../core/width.js';
import { named, priorityName } from '../core/words.js';
import { Failure, Loading, Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Markdown } from '../ui/markdown.js';
import { Page } from '../ui/page.js';
import { useShownProject } from '../ui/projects.js';
import { Attachments } from '../ui/attachments.js';
import { EventList } from '../ui/events.js';
import { TaskActions } from './actions.js';
import { Comments } from './comments.js';
import { Dependencies } from './dependencies.js';
import { Facts } from './facts.js';
import { LongField, useField } from './field.js';
import { Holder } from './holder.js';
import { Plans } from './plans.js';

/**
 * Whether an entry of another task changes what is told of this one: an edge to
 * it, or how one stands that it waits for, is blocked by it, or is a part of it.
 * @param {Activity} event
 * @param {string} ref
 * @param {Task | undefined} task as it was read last
 */
function concerns(event, ref, task) {
  const edges = Object.values(event.payload?.changes ?? {}).flatMap(({ from, to }) => [from, to]);
  const around = [...(task?.blocked_by ?? []), ...(task?.blocks ?? []), task?.parent];
  return edges.flat().includes(ref) || (event.ref !== undefined && around.includes(event.ref));
}

/** @param {{ ref_: string }} props */
export function TaskPage({ ref_ }) {
  /** @type {ReturnType<typeof useResource<Task>>} */
  const found = useResource(
    `task ${ref_}`,
    (abort) => get(`/tasks/${part(ref_)}`, abort),
    (event) => event.ref === ref_ || event.entity_id === ref_ || event.entity === 'label' || concerns(event, ref_, found.data),
  );
  const line = `backlog task show ${ref_}`;
  if (found.error?.status === 404) {
    return html`<${Page} title=${ref_} command=${line}><${Empty} icon="tasks" title=${found.error.message}>
      It may have been deleted: <code>backlog trash list</code> shows what can be taken back. <a href=${link('/tasks')}>All tasks</a>
    <//><//>`;
  }
  if (!found.fresh) return html`<${Page} title=${ref_} command=${line}>${found.error ? html`<${Failure} error=${found.error} retry=${found.reload} />` : html`<${Loading} />`}<//>`;
  return html`<${Whole} key=${ref_} task=${found.data} onChange=${(/** @type {Task} */ task) => found.set({ ...found.data, ...task })} reload=${found.reload} />`;
}

/** @param {{ task: Task, onChange: (task: Task) => void, reload: () => void }} props */
function Whole({ task, onChange, reload }) {
  useShownProject(task.project.alias);
  const title = useField(task, 'title', onChange);
  const description = useField(task, 'description', onChange, { kept: true });
  const titleField = html`<textarea class="title-field" rows="1" aria-label="Title" aria-invalid=${title.wrong ? 'true' : undefined} maxlength="255"
    value=${title.draft ?? task.title} spellcheck="false"
    onInput=${(/** @type {any} */ event) => title.type(event.target.value.replaceAll('\n', ' '))} onBlur=${title.leave}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        title.save();
      } else if (event.key === 'Escape') title.cancel();
    }}></textarea>`;
  const fields = html`<${Facts} task=${task} onChange=${onChange} reload=${reload} /><${Dependencies} task=${task} reload=${reload} />`;
  // Where there is one column they come before the text, folded: it is the text that is long.
  const side = html`<aside class="task-side" aria-label="Fields">${oneColumn.value
    ? html`<details><summary>${[named(task.status), priorityName(task.priority), named(task.type), task.assignee ?? 'Nobody', ...task.labels].join(' · ')}</summary>${fields}</details>`
    : fields}</aside>`;
  return html`<${Page} title=${`${task.ref} ${task.title}`} class="task" command=${`backlog task show ${task.ref}`}
    heading=${html`<a href=${link('/tasks')}>Tasks</a><${Icon} name="chevron" /><span>${task.ref}</span>`}
    actions=${html`<${TaskActions} task=${task} reload=${reload} />`}>
    <div class="task-columns">
      <div class="task-main">
        ${titleField}${title.box}
        ${task.archived_at && html`<p class="notice"><${Icon} name="archive" /> Archived: it is in no list and not in the queue.</p>`}
        <${Holder} task=${task} reload=${reload} />
        ${oneColumn.value && side}
        <section class="description" aria-label="Description">
          <${LongField} edit=${description} label="Description">
            ${task.description
              ? html`<${Markdown} text=${task.description} />
                <button type="button" class="link" onClick=${() => description.type(task.description ?? '')}>
                  <${Icon} name="edit" /> Edit description
                </button>`
              : html`<button type="button" class="link" onClick=${() => description.type('')}><${Icon} name="plus" /> Add a description</button>`}
          <//>
        </section>
        <${Plans} task=${task} reload=${reload} />
        <${Attachments} task=${task.ref} />
        <${Comments} task=${task} reload=${reload} />
        <section aria-labelledby="task-activity"><h2 id="task-activity">Activity</h2><${EventList} filter=${{ task: task.ref }} limit=${30} /></section>
      </div>
      ${!oneColumn.value && side}
    </div>
  <//>`;
}
