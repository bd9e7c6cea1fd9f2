// What waits for a person: tasks that were set aside, and leases that ran out.

import { html } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link, project } from '../core/route.js';
import { DAY } from '../core/time.js';
import { counted, shell } from '../core/words.js';
import { change, unlessHeld } from '../tasks/edit.js';
import { close, putBack } from '../task/actions.js';
import { Attempts } from '../task/holder.js';
import { ask } from '../ui/dialog.js';
import { Empty, Loaded } from '../ui/empty.js';
import { Event } from '../ui/events.js';
import { Icon } from '../ui/icon.js';
import { PriorityMark, TypeMark } from '../ui/mark.js';
import { Page } from '../ui/page.js';
import { complain, say } from '../ui/toast.js';
import { When } from '../ui/when.js';

/** How far back leases that ran out are shown. */
const BACK = 7;

/** @param {string} alias @param {AbortSignal} [abort] @returns {Promise<Activity[]>} */
export async function expiredLeases(alias, abort) {
  const since = new Date(Date.now() - BACK * DAY).toISOString();
  const { events } = await get(`/activity${query({ project: alias, action: 'expired', since, limit: 200 })}`, abort);
  return events;
}

export function AttentionPage() {
  const alias = project.value;
  const aside = useResource(`aside ${alias}`, (abort) => get(`/tasks${query({ project: alias, needs_attention: true, limit: 200 })}`, abort), (event) => event.entity === 'task');
  const expired = useResource(`expired ${alias}`, (abort) => expiredLeases(alias, abort), (event) => event.action === 'expired');
  return html`<${Page} title="Needs you" command=${`backlog task list --needs-attention${alias ? ` -p ${shell(alias)}` : ''}`} count=${aside.data && counted(aside.data.page.total, 'task')}>
    <div class="scroll narrow">
      <${Loaded} of=${aside}>${(/** @type {{ tasks: Task[] }} */ { tasks }) => tasks.length
        ? html`<ul class="aside-tasks">${tasks.map((task) => html`<${Aside} key=${task.ref} task=${task} reload=${aside.reload} />`)}</ul>`
        : html`<${Empty} icon="check" title="Nothing needs you">A task that was tried three times without being done is set aside and waits here.<//>`}<//>
      <section aria-labelledby="expired"><h2 id="expired">Leases that ran out <span class="faint">last ${BACK} days</span></h2>
        <${Loaded} of=${expired} rows=${2}>${(/** @type {Activity[]} */ events) => events.length
          ? html`<ol class="events">${events.map((event) => html`<${Event} key=${event.seq} event=${event} project=${!alias} />`)}</ol>`
          : html`<p class="faint">None.</p>`}<//></section>
    </div>
  <//>`;
}

/** Who has written in a task's project lately. @param {Task} task @returns {Promise<string[]>} */
async function people(task) {
  const { events } = await get(`/activity${query({ project: task.project.alias, limit: 500 })}`);
  const names = /** @type {Activity[]} */ (events).filter(({ actor }) => actor.kind !== 'system').map(({ actor }) => actor.name);
  return [...new Set(names)].slice(0, 20);
}

/** @param {{ task: Task, reload: () => void }} props */
function Aside({ task, reload }) {
  /** @param {(task: Task) => Promise<unknown>} act */
  const run = (act) => () => {
    act(task).then(reload, complain);
  };
  /** @param {Task} one */
  const handOn = async (one) => {
    const name = await ask({
      title: `Hand ${one.ref} on`, text: 'It gets an assignee and goes back into the queue with a new budget of attempts.',
      action: 'Hand on', input: 'To whom', among: await people(one),
    });
    if (!name?.trim()) return;
    const outcome = await unlessHeld(one, () => change(one, 'assignee', name.trim()));
    if (outcome?.conflict) return say(`${one.ref} was given to ${outcome.conflict.theirs} meanwhile.`, { kind: 'error' });
    await putBack(one);
  };
  return html`<li class="aside-task" data-ref=${task.ref}>
    <header>
      <${PriorityMark} level=${task.priority} />
      <a href=${link(`/tasks/${task.ref}`)}>${task.ref} ${task.title}</a>
      <${TypeMark} type=${task.type} />
      <span class="faint">${task.project.alias} · <${When} at=${task.updated_at} /></span>
    </header>
    <p><${Icon} name="attention" class="warn" /> ${task.needs_attention}</p>
    <${Attempts} task=${task.ref} open />
    <footer>
      <button type="button" class="primary" onClick=${run(putBack)}>Put back</button>
      <button type="button" onClick=${run(handOn)}>Hand on…</button>
      <button type="button" onClick=${run(close)}>Close…</button>
    </footer>
  </li>`;
}
