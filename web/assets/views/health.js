// How work goes, and what looks wrong with it: the reports as charts, each with its
// numbers.

import { html } from '../vendor/preact.js';
import { get, query } from '../core/api.js';
import { useResource } from '../core/resource.js';
import { link, params, project, setQuery } from '../core/route.js';
import { span } from '../core/time.js';
import { actorText, counted, named, shell } from '../core/words.js';
import { DayChart, RowChart } from '../ui/chart.js';
import { Downloads } from '../ui/downloads.js';
import { Loaded } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Page } from '../ui/page.js';
import { When } from '../ui/when.js';

const TIMES = { '7d': '7 days', '30d': '30 days', '90d': '90 days', '365d': 'a year' };

/** A report over many tasks is not read again with each write. @param {Activity} event */
const ofReports = (event) => event.entity === 'task' || event.entity === 'comment';

/** Seconds as people say them. @param {number | undefined} seconds */
const long = (seconds) => (seconds === undefined ? '–' : span(seconds * 1000));

export function HealthPage() {
  const alias = project.value;
  const since = params.value.get('since') ?? '';
  const time = since in TIMES ? since : '30d';
  const analysis = useResource(`analyze ${alias} ${time}`, (abort) => get(`/reports/analyze${query({ project: alias, since: time })}`, abort), ofReports);
  const audit = useResource(`audit ${alias}`, (abort) => get(`/reports/doctor${query({ project: alias })}`, abort), ofReports);
  const where = alias ? ` --project ${shell(alias)}` : '';
  return html`<${Page} title="Health" command=${`backlog activity analyze${where} --since ${time}`} actions=${html`
    <div class="segments" role="group" aria-label="Of which time">
      ${Object.entries(TIMES).map(([value, name]) => html`<button type="button" key=${value} aria-pressed=${value === time ? 'true' : 'false'}
          onClick=${() => setQuery({ since: value })}>
          ${name}
        </button>`)}
    </div>
    <${Downloads} name="health" content=${async () => reportFiles(analysis.data, audit.data)} />`}>
    <div class="scroll">
      <${Loaded} of=${analysis} rows=${8}>${(/** @type {Analysis} */ found) => html`<${Charts} found=${found} />`}<//>
      <section aria-labelledby="audit">
        <h2 id="audit">What looks wrong ${audit.data && html`<span class="faint">
          ${audit.data.total ? `${counted(audit.data.total, 'finding')} in ${counted(audit.data.tasks, 'task')}` : ''}
        </span>`}</h2>
        <${Loaded} of=${audit} rows=${3}>${(/** @type {Audit} */ { issues }) => issues.length
          ? html`<ul class="findings">
            ${issues.map((issue, index) => html`<li key=${index} class=${`finding is-${issue.severity}`}>
                <${Icon} name="attention" label=${issue.severity} />
                <span><b>${issue.code.replaceAll('_', ' ')}</b> ${issue.ref
                  ? html`<a href=${link(`/tasks/${issue.ref}`)}>${issue.ref} ${issue.title}</a>`
                  : issue.title}${issue.evidence && html`<span class="faint"> ${issue.evidence}</span>`}</span>
                <${When} at=${issue.at} />
              </li>`)}
          </ul>`
          : html`<p class="faint">Nothing.</p>`}<//></section>
    </div>
  <//>`;
}

/** @param {{ found: Analysis }} props */
function Charts({ found }) {
  const { days } = found;
  const labels = days.map(({ date }) => date);
  /** @param {string} name @param {string} color @param {keyof ReportDay} key */
  const series = (name, color, key) => ({ name, color, values: days.map((day) => Number(day[key])) });
  const { human, ai, other } = found.closed_by;
  const pointed = /** @type {[string, ReportItems][]} */ ([
    ['Done without evidence', found.done_without_evidence], ['Reopened', found.reopened], ['Bugs found with other work', found.bug_follow_ups], ['Stale in doing', found.stale_doing],
    ['Duplicate labels', found.duplicate_labels], ['Duplicate plans', found.duplicate_plans], ['Duplicate comments', found.duplicate_comments], ['Label churn', found.label_churn],
  ]);
  return html`
    <dl class="figures">
      ${/** @type {[string, string | number][]} */ ([['created', found.created], ['completed', found.completed], ['to do', found.status.todo],
          ['doing', found.status.doing], ['cycle time, half within', long(found.cycle_time.p50)],
          ['nine of ten within', long(found.cycle_time.p90)]]).map(
      ([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`,
    )}</dl>
    <div class="charts">
      <${DayChart} title="Throughput" labels=${labels} series=${[series('created', 'is-accent', 'created'), series('completed', 'is-green', 'completed')]} />
      <${DayChart} title="Burn-up" lines labels=${labels} series=${[series('created in all', 'is-accent', 'total_created'), series('completed in all', 'is-green', 'total_completed')]} />
      <${DayChart} title="Work in progress" lines labels=${labels} series=${[series('in doing', 'is-amber', 'in_progress')]} />
      <${DayChart} title="Closed by" labels=${labels}
        series=${[series('humans', 'is-accent', 'closed_by_humans'), series('AIs', 'is-amber', 'closed_by_ais')]}
        note=${`${human} by humans, ${ai} by AIs${other ? `, ${other} by others` : ''}`} />
      <${RowChart} title="Cycle time" note="From creation to completion: the bar is half of them, the mark nine of ten."
        head=${['Type', 'Count', 'Average', 'Shortest', 'Half within', 'Nine of ten', 'Longest']}
        rows=${found.cycle_time_by_type.map((one) => ({ name: named(one.type), value: one.p50 ?? 0, text: `${long(one.p50)}, ${one.count} done`, also: one.p90 }))}
        numbers=${[...found.cycle_time_by_type.map((one) => stats(named(one.type), one)), stats('all', found.cycle_time),
          stats('to do until doing', found.todo_to_doing), stats('doing until done', found.doing_to_done)]} />
      <${RowChart} title="In progress, by whom" head=${['Actor', 'Tasks']}
        rows=${found.in_progress_by_actor.map(({ actor, count }) => ({ name: actorText(actor), value: count,
          color: actor.kind === 'ai' ? 'is-amber' : 'is-accent' }))}
        numbers=${found.in_progress_by_actor.map(({ actor, count }) => [actorText(actor), count])} />
    </div>
    <section aria-labelledby="pointed">
      <h2 id="pointed">Worth a look</h2>
      <div class="pointed">
        ${pointed.map(([name, { count, items }]) => html`<details key=${name} class=${count ? '' : 'none'}>
          <summary>${name} <b>${count}</b></summary>
          ${items.length
            ? html`<ul>${items.map((item, index) => html`<li key=${index}>
              ${item.ref ? html`<a href=${link(`/tasks/${item.ref}`)}>${item.ref} ${item.title}</a>` : item.title}
              ${item.evidence && html` <span class="faint">${item.evidence}</span>`}
            </li>`)}</ul>`
            : html`<p class="faint">None.</p>`}
        </details>`)}
      </div>
    </section>`;
}

/** @param {string} name @param {DurationStats} one */
const stats = (name, one) => [name, one.count, long(one.average), long(one.minimum), long(one.p50), long(one.p90), long(one.maximum)];

/**
 * @param {Analysis | undefined} analysis
 * @param {Audit | undefined} audit
 * @returns {import('../ui/downloads.js').Content}
 */
function reportFiles(analysis, audit) {
  return {
    title: 'Health',
    json: { analysis, audit },
    head: ['date', 'created', 'completed', 'total_created', 'total_completed', 'in_progress', 'closed_by_humans', 'closed_by_ais'],
    rows: (analysis?.days ?? []).map((day) => [day.date, day.created, day.completed, day.total_created, day.total_completed, day.in_progress, day.closed_by_humans, day.closed_by_ais]),
  };
}
