// The log of everything, newest first, live.

import { html, useEffect, useState } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { params, project, setQuery } from '../core/route.js';
import { day } from '../core/time.js';
import { actorText, counted, named, shell } from '../core/words.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Loaded } from '../ui/empty.js';
import { Event } from '../ui/events.js';
import { More } from '../ui/more.js';
import { Page } from '../ui/page.js';

const KINDS = ['task', 'plan', 'comment', 'label', 'doc', 'memory', 'attachment', 'project', 'workspace'];
const PEOPLE = ['human', 'ai', 'system'];
/** So many at first; then always twice as many, since all are read again when one comes. */
const FIRST = 100;

export function ActivityPage() {
  /** @param {string} name */
  const one = (name) => params.value.get(name) ?? '';
  const filter = { project: project.value, kind: one('kind'), actor_kind: one('actor_kind'), actor_name: one('actor_name'), task: one('task'), since: one('since') };
  const key = query(filter);
  const [reach, setReach] = useState({ key, limit: FIRST });
  const limit = reach.key === key ? reach.limit : FIRST;
  const found = useResource(`activity ${key} ${limit}`, (abort) => read(filter, limit, abort));
  const narrowed = filter.kind || filter.actor_kind || filter.actor_name || filter.task || filter.since;
  const words = ['backlog activity'];
  for (const [flag, value] of [['-p', filter.project], ['--kind', filter.kind], ['--actor-kind', filter.actor_kind],
    ['--actor-name', filter.actor_name], ['--task', filter.task], ['--since', filter.since]]) {
    if (value) words.push(`${flag} ${shell(value)}`);
  }
  /** @param {string} name @param {string} label @param {string[]} values */
  const select = (name, label, values) => html`<label class="filter-select">
    <span class="unseen">${label}</span>
    <select class=${one(name) ? 'set' : ''} value=${one(name)} onChange=${(/** @type {any} */ event) => setQuery({ [name]: event.target.value })}>
      <option value="">${label}</option>
      ${values.map((value) => html`<option key=${value} value=${value} selected=${value === one(name)}>${value === 'ai' ? 'AI' : named(value)}</option>`)}
    </select>
  </label>`;
  return html`<${Page} title="Activity" command=${words.join(' ')} count=${found.data && counted(found.data.total, 'entry', 'entries')} actions=${html`
    <${Downloads} name="activity" content=${async () => eventFiles((await read(filter, 20_000)).events)} />`}>
    <div class="filters" role="search" aria-label="Filter activity">
      ${select('kind', 'About', KINDS)}
      ${select('actor_kind', 'By', PEOPLE)}
      <${WordFilter} name="actor_name" label="Name" value=${filter.actor_name} />
      <${WordFilter} name="task" label="TASK-N" value=${filter.task} />
      <${WordFilter} name="since" label="Since" type="date" value=${filter.since} />
      ${narrowed && html`<button type="button" class="link"
        onClick=${() => setQuery({ kind: undefined, actor_kind: undefined, actor_name: undefined, task: undefined, since: undefined })}>Clear filters</button>`}
    </div>
    <div class="scroll"><${Loaded} of=${found}>${(/** @type {{ events: Activity[], total: number }} */ { events, total }) => events.length
      ? html`${byDay(events).map(([date, entries]) => html`<section key=${date} aria-label=${date}>
          <h2 class="day">${date}</h2>
          <ol class="events">${entries.map((event) => html`<${Event} key=${event.seq} event=${event} project=${!project.value} />`)}</ol>
        </section>`)}
        <${More} more=${events.length < total && found.fresh ? () => setReach({ key, limit: limit * 2 }) : undefined} />`
      : html`<${Empty} icon="activity" title=${narrowed ? 'No entry matches' : 'Nothing has happened yet'}>
        ${narrowed ? 'Loosen the filters.' : 'Whatever is written shows here, signed by who wrote it.'}
      <//>`}<//></div>
  <//>`;
}

/** @param {{ name: string, label: string, value: string, type?: string }} props */
function WordFilter({ name, label, value, type = 'text' }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return html`<label class="filter-input"><span class="unseen">${label}</span><input type=${type} value=${text} placeholder=${label} title=${label}
    onInput=${(/** @type {any} */ event) => setText(event.target.value)} onChange=${(/** @type {any} */ event) => setQuery({ [name]: event.target.value.trim() })} /></label>`;
}

/**
 * @param {Record<string, string>} filter
 * @param {number} most
 * @param {AbortSignal} [abort]
 * @returns {Promise<{ events: Activity[], total: number }>}
 */
async function read({ since, ...filter }, most, abort) {
  // A day begins where the person is.
  const from = since ? new Date(`${since}T00:00:00`).toISOString() : '';
  /** @type {Activity[]} */
  const events = [];
  let total = 0;
  do {
    const page = await get(`/activity${query({ ...filter, since: from, limit: Math.min(500, most - events.length), offset: events.length })}`, abort);
    total = page.total;
    if (!page.events.length) break;
    events.push(...page.events);
  } while (events.length < Math.min(most, total));
  return { events, total };
}

/** @param {Activity[]} events @returns {[string, Activity[]][]} */
function byDay(events) {
  /** @type {Map<string, Activity[]>} */
  const days = new Map();
  for (const event of events) {
    const date = day(event.created_at);
    const entries = days.get(date);
    if (entries) entries.push(event);
    else days.set(date, [event]);
  }
  return [...days];
}

/** @param {Activity[]} events @returns {import('../ui/downloads.js').Content} */
function eventFiles(events) {
  return {
    title: 'Activity',
    json: { events },
    head: ['seq', 'created_at', 'actor', 'session', 'entity', 'action', 'ref', 'project', 'summary'],
    rows: events.map((event) => [event.seq, event.created_at, actorText(event.actor), event.session, event.entity, event.action, event.ref, event.project?.alias, event.summary]),
  };
}
