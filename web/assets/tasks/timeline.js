// The tasks along the days: from when one was made to when it was done, or is due.

import { html } from '../vendor/preact.js';
import { here, link, params, setQuery } from '../core/route.js';
import { useRoving } from '../core/roving.js';
import { DAY, daysLeft, day, dueDay, full, now } from '../core/time.js';
import { narrow } from '../core/width.js';
import { named } from '../core/words.js';
import { Icon } from '../ui/icon.js';
import { StatusMark } from '../ui/mark.js';
import { Virtual } from '../ui/virtual.js';

const SPANS = [{ name: '2 weeks', days: 14 }, { name: '6 weeks', days: 42 }, { name: '6 months', days: 183 }, { name: '2 years', days: 730 }];
const ROW = 30;

/** @param {{ pages: import('./pages.js').TaskPages }} props */
export function TaskTimeline({ pages }) {
  const days = Number(params.value.get('days')) || 42;
  const shift = Number(params.value.get('shift')) || 0;
  const url = here.value.path + here.value.params;
  const roving = useRoving(pages.count, 'bar', url);

  const last = Math.round(days * (0.25 + shift / 2));
  const [start, end] = [midnight(last - days), midnight(last)];
  /** @param {number} time */
  const at = (time) => ((time - start) / (end - start)) * 100;
  const step = days <= 14 ? 1 : days <= 42 ? 7 : days <= 183 ? 30 : 91;
  const ticks = [];
  // From the day on that is a multiple of the step, so that they stay where they are from day to day.
  const first = Math.floor(Date.parse(day(start)) / DAY);
  for (let number = Math.ceil(first / step) * step; number < first + days; number += step) ticks.push(midnight(last - days + number - first));

  // On a phone there is room for a few dates.
  const every = narrow.value ? Math.ceil(ticks.length / 4) : 1;

  return html`<div class="timeline-bar">
      <div class="segments" role="group" aria-label="How much time is shown">${SPANS.map(
        ({ name, days: count }) => html`<button type="button" key=${name} aria-pressed=${count === days ? 'true' : 'false'}
          onClick=${() => setQuery({ days: String(count), shift: undefined })}>
          ${name}
        </button>`,
      )}</div>
      <div class="segments" role="group" aria-label="Which time is shown">
        <button type="button" onClick=${() => setQuery({ shift: String(shift - 1) })}>Earlier</button>
        <button type="button" onClick=${() => setQuery({ shift: undefined })}>Today</button>
        <button type="button" onClick=${() => setQuery({ shift: String(shift + 1) })}>Later</button>
      </div>
    </div>
    <div class="timeline" role="table" aria-label=${`Tasks from ${day(start)} to ${day(end)}`} aria-rowcount=${pages.count + 1} onKeyDown=${roving.onKeyDown}>
      <div class="timeline-head" role="rowgroup"><div class="timeline-row" role="row" aria-rowindex="1"><div class="timeline-name" role="columnheader">Task</div>
        <div class="timeline-track" role="columnheader">
          <span class="unseen">From when to when</span>
          ${ticks.map((time, index) => index % every === 0 && html`<span key=${time} class="tick" style=${{ left: `${at(time)}%` }}>
              ${day(time).slice(days > 183 ? 0 : 5, days > 183 ? 7 : 10)}
            </span>`)}
        </div></div></div>
      <div class="timeline-body">
        <div class="timeline-lines" aria-hidden="true">${ticks.map((time) => html`<i key=${time} style=${{ left: `${at(time)}%` }}></i>`)}
          ${now.value > start && now.value < end && html`<b style=${{ left: `${at(now.value)}%` }}></b>`}</div>
        <${Virtual} count=${pages.count} height=${ROW} onRange=${pages.onRange} reveal=${roving.active} place=${url} role="presentation"
          row=${(/** @type {number} */ index) => html`<${Bar} key=${pages.at(index)?.ref ?? index} index=${index} task=${pages.at(index)} at=${at} item=${roving.item(index)} />`} />
      </div>
    </div>`;
}

/** When a day begins here. @param {number} days from today */
function midnight(days) {
  const today = new Date(now.value);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + days).getTime();
}

/** @param {{ index: number, task?: Task, at: (time: number) => number, item: object }} props */
function Bar({ index, task, at, item }) {
  if (!task) return html`<div class="timeline-row" role="row"><div class="cell bone" role="cell"></div></div>`;
  const from = Date.parse(task.created_at);
  const due = task.due_at ? midnight(daysLeft(task.due_at)) : undefined;
  const until = task.completed_at ? Date.parse(task.completed_at) : Math.max(now.value, due ?? 0);
  const [left, right] = [at(from), at(until)];
  const late = due !== undefined && until > due + DAY;
  const text = `${named(task.status)}: made ${full(task.created_at)}${task.completed_at ? `, done ${full(task.completed_at)}` : ''}${task.due_at ? `, due ${dueDay(task.due_at)}` : ''}`;
  return html`<div class="timeline-row" role="row" aria-rowindex=${index + 2}>
    <div class="timeline-name" role="cell"><${StatusMark} status=${task.status} /><span class="faint">${task.ref}</span><a ...${item} href=${link(`/tasks/${task.ref}`)}>${task.title}</a></div>
    <div class="timeline-track" role="cell" title=${text}><span class="unseen">${text}</span>
      ${right < 0
        ? html`<${Icon} name="chevron" class="before" />`
        : left > 100
          ? null
          : html`<span class=${`bar is-${task.status} ${late ? 'late' : ''}`}
            style=${{ left: `${Math.max(0, left)}%`, width: `${Math.max(0.6, Math.min(100, right) - Math.max(0, left))}%` }}></span>`}
      ${due !== undefined && at(due) >= 0 && at(due) <= 100 && html`<span class="due-mark" style=${{ left: `${at(due)}%` }}></span>`}
    </div>
  </div>`;
}
