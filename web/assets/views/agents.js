// The sessions at work: what each holds and for how long, and what it did.

import { html } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link, project } from '../core/route.js';
import { actorText, counted, shell } from '../core/words.js';
import { Empty, Loaded } from '../ui/empty.js';
import { Event } from '../ui/events.js';
import { Page } from '../ui/page.js';
import { Person } from '../ui/mark.js';
import { Left, When } from '../ui/when.js';
import { expiredLeases } from './attention.js';

/** So much of today's log is read at most. */
const MOST = 2000;
const PAGE = 500;

/**
 * @typedef {{ key: string, actor: Actor, session?: string, held: Queue['held'], last?: Activity, done: number, writes: number, waiting?: Queue['waiting'][0] }} Session
 */

/** @param {string} alias @param {AbortSignal} abort */
async function readToday(alias, abort) {
  const since = new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
  /** @type {Activity[]} */
  const events = [];
  let total = 0;
  do {
    const page = await get(`/activity${query({ project: alias, since, limit: PAGE, offset: events.length })}`, abort);
    total = page.total;
    if (!page.events.length) break;
    events.push(...page.events);
  } while (events.length < Math.min(MOST, total));
  return { events, total };
}

export function AgentsPage() {
  const alias = project.value;
  const queue = useResource(`queue ${alias}`, (abort) => get(`/queue${query({ project: alias })}`, abort));
  const today = useResource(`today ${alias}`, (abort) => readToday(alias, abort));
  const expired = useResource(`expired ${alias}`, (abort) => expiredLeases(alias, abort), (event) => event.action === 'expired');
  /** @type {Session[] | undefined} */
  const all = queue.data && sessions(queue.data, today.data?.events ?? []);
  const alive = all?.filter((session) => session.held.length || session.waiting);
  const seen = all?.filter((session) => !session.held.length && !session.waiting);
  return html`<${Page} title="Agents" command=${`backlog top${alias ? ` -p ${shell(alias)}` : ''}`} count=${alive && `${counted(alive.length, 'session')} at work`}>
    <div class="scroll">
      <${Loaded} of=${queue}>${(/** @type {Queue} */ { counts }) => html`
        <dl class="figures">
          ${[['ready', counts.ready, '/tasks?is=ready'], ['held', queue.data?.held.length, '/tasks?is=claimed'],
            ['blocked', counts.blocked, '/tasks?is=blocked'], ['need you', counts.needs_attention, '/needs-you'],
            ['waiting claims', queue.data?.waiting.length, '']].map(
          ([name, value, to]) => html`<div key=${name}><dt>${to ? html`<a href=${link(String(to))}>${name}</a>` : name}</dt><dd>${Number(value).toLocaleString('en')}</dd></div>`,
        )}</dl>
        ${alive?.length
          ? html`<ul class="sessions">
            ${alive.map((session) => html`<${SessionCard} key=${session.key} session=${session} counted=${today.data !== undefined} />`)}
          </ul>`
          : html`<${Empty} icon="agents" title="Nobody is at work">Start an agent, and let it begin with <code>backlog task claim</code>.<//>`}`}
      <//>
      ${seen && seen.length > 0 && html`<section aria-labelledby="earlier">
        <h2 id="earlier">Earlier today</h2>
        <div class="plain-table"><table><thead><tr><th>Who</th><th>Session</th><th>Done</th><th>Writes</th><th>Last</th></tr></thead><tbody>
        ${seen.map(({ key, actor, session, done, writes, last }) => html`<tr key=${key}>
            <td><${Person} actor=${actor} /></td>
            <td><code>${session ?? ''}</code></td>
            <td>${done}</td>
            <td>${writes}</td>
            <td>${last && html`${last.summary} <${When} at=${last.created_at} />`}</td>
          </tr>`)}
        </tbody></table></div>
        ${today.data && today.data.total > MOST && html`<p class="faint">
          Counted over the last ${MOST.toLocaleString('en')} of today's ${today.data.total.toLocaleString('en')} writes.
        </p>`}
      </section>`}
      <section aria-labelledby="expired"><h2 id="expired">Expired leases <span class="faint">last 7 days</span></h2>
        <${Loaded} of=${expired} rows=${2}>
          ${(/** @type {Activity[]} */ events) => events.length
            ? html`<ol class="events">${events.map((event) => html`<${Event} key=${event.seq} event=${event} project=${!alias} />`)}</ol>`
            : html`<p class="faint">None.</p>`}
        <//>
      </section>
    </div>
  <//>`;
}

/** @param {{ session: Session, counted: boolean }} props `counted`: whether today's log has been read */
function SessionCard({ session, counted: known }) {
  return html`<li class="session">
    <header>
      <${Person} actor=${session.actor} />
      ${session.session && html`<code>${session.session}</code>`}
      ${known && html`<span class="faint">${counted(session.done, 'task')} done today</span>`}
    </header>
    ${session.held.map(({ ref, title, lease, worktree }) => html`<div key=${ref} class="session-task">
        <a href=${link(`/tasks/${ref}`)}>${ref} ${title}</a>
        ${lease && html`<${Left} at=${lease.expires_at} from=${lease.acquired_at} />`}
        ${worktree && html`<code class="faint">${worktree}</code>`}
      </div>`)}
    ${session.waiting && html`<p class="faint">Waits for a task, since <${When} at=${session.waiting.asked_at} /></p>`}
    ${session.last && html`<p class="faint last">${session.last.summary} · <${When} at=${session.last.created_at} /></p>`}
  </li>`;
}

/**
 * Who holds, waits or has written today, each with what it did.
 * @param {Queue} queue
 * @param {Activity[]} events newest first
 */
function sessions(queue, events) {
  /** @type {Map<string, Session>} */
  const found = new Map();
  /** @param {Actor} actor @param {string} [session] */
  const of = (actor, session) => {
    const key = `${actorText(actor)} ${session ?? ''}`;
    const known = found.get(key) ?? { key, actor, session, held: [], done: 0, writes: 0 };
    found.set(key, known);
    return known;
  };
  for (const held of queue.held) if (held.lease) of(held.lease.holder, held.lease.session).held.push(held);
  for (const waiting of queue.waiting) of(waiting.actor, waiting.session).waiting = waiting;
  for (const event of events) {
    if (event.actor.kind === 'system') continue;
    const session = of(event.actor, event.session);
    session.last ??= event;
    session.writes++;
    const { status } = event.payload.changes ?? {};
    if (event.action === 'completed' || (event.entity === 'task' && status?.to === 'done')) session.done++;
  }
  return [...found.values()];
}
