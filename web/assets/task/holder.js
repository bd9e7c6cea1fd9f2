// Who holds the task, what keeps it from being taken, and who tried before.

import { html } from '../vendor/preact.js';
import { get, part } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { span } from '../core/time.js';
import { actorText } from '../core/words.js';
import { Icon } from '../ui/icon.js';
import { Person } from '../ui/mark.js';
import { complain } from '../ui/toast.js';
import { Left, When } from '../ui/when.js';
import { putBack } from './actions.js';

/** @param {{ task: Task, reload: () => void }} props */
export function Holder({ task, reload }) {
  return html`
    ${task.lease && html`<p class="notice held" role="status"><${Icon} name="lock" /> Held by <${Person} actor=${task.lease.holder} /> ${task.lease.session && html`<code>${task.lease.session}</code>`}
      <${Left} at=${task.lease.expires_at} from=${task.lease.acquired_at} /></p>`}
    ${task.needs_attention && html`<p class="notice attention"><${Icon} name="attention" /><span><b>Set aside for a person.</b> ${task.needs_attention}</span>
      <button type="button" onClick=${() => putBack(task).then(reload, complain)}>Put back</button></p>`}
    ${!task.ready && !task.lease && task.status === 'todo' && !task.archived_at && html`<${Obstacles} task=${task} />`}
    <${Attempts} task=${task.ref} />`;
}

/** @param {{ task: Task }} props */
function Obstacles({ task }) {
  const told = useResource(`why ${task.ref} ${task.version}`, (abort) => get(`/tasks/${part(task.ref)}/why`, abort), (event) => event.entity === 'task');
  const obstacles = /** @type {Obstacle[]} */ (told.data?.obstacles ?? []).filter(({ kind }) => kind !== 'set-aside');
  if (!obstacles.length) return null;
  return html`<div class="notice"><${Icon} name="blocked" /><div><b>Not ready.</b><ul>${obstacles.map(({ summary }, index) => html`<li key=${index}>${summary}</li>`)}</ul></div></div>`;
}

/** @param {{ task: string, open?: boolean }} props */
export function Attempts({ task, open }) {
  const found = useResource(`attempts ${task}`, (abort) => get(`/tasks/${part(task)}/attempts`, abort), (event) => event.ref === task);
  const attempts = /** @type {Attempt[]} */ (found.data?.attempts ?? []);
  if (!attempts.length) return null;
  return html`<details class="attempts" open=${open}><summary>${attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}</summary>
    <ol>${attempts.map((attempt) => html`<li key=${attempt.fence} class=${`outcome-${attempt.outcome}`}>
      <span class="outcome">${attempt.outcome}</span> <${Person} actor=${attempt.actor} /> <${When} at=${attempt.started_at} />
      ${attempt.ended_at && html`<span class="faint">after ${span(Date.parse(attempt.ended_at) - Date.parse(attempt.started_at))}</span>`}
      ${attempt.session && html`<code title=${actorText(attempt.actor)}>${attempt.session}</code>`} ${attempt.worktree && html`<code>${attempt.worktree}</code>`}
      ${attempt.note && html`<p>${attempt.note}</p>`}
    </li>`)}</ol></details>`;
}
