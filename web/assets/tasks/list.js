// The tasks as a table, of which only the rows in sight are drawn.

import { html } from '../vendor/preact.js';
import { here, link, setQuery } from '../core/route.js';
import { useRoving } from '../core/roving.js';
import { Icon } from '../ui/icon.js';
import { LabelMark, Person, PriorityMark, StatusMark, TypeMark } from '../ui/mark.js';
import { Virtual } from '../ui/virtual.js';
import { Due, Left, When } from '../ui/when.js';
import { narrow } from '../core/width.js';

const COLUMNS = [
  { key: 'seq', name: 'Ref', class: 'c-ref' },
  { key: 'priority', name: 'P', title: 'Priority', class: 'c-priority' },
  { key: '', name: 'Status', class: 'c-status' },
  { key: 'title', name: 'Title', class: 'c-title' },
  { key: '', name: 'Type', class: 'c-type' },
  { key: '', name: 'Project', class: 'c-project' },
  { key: '', name: 'Assignee', class: 'c-assignee' },
  { key: 'due', name: 'Due', class: 'c-due' },
  { key: 'updated', name: 'Changed', class: 'c-updated' },
];
/** Which way a column is sorted first. @type {Record<string, string>} */
const FIRST = { updated: 'desc', created: 'desc' };

/** @param {{ pages: import('./pages.js').TaskPages, filter: import('./filter.js').Filter }} props */
export function TaskList({ pages, filter }) {
  const url = here.value.path + here.value.params;
  const roving = useRoving(pages.count, 'row', url);

  const sorted = filter.sort || (filter.search ? 'relevance' : 'priority');
  const order = filter.order || FIRST[sorted] || 'asc';
  /** @param {string} key */
  const sort = (key) => setQuery({ sort: key, order: key === sorted ? (order === 'asc' ? 'desc' : 'asc') : (FIRST[key] ?? 'asc') });

  return html`<div class="table tasks-table" role="table" aria-label="Tasks" aria-rowcount=${pages.count + 1} aria-busy=${pages.fresh ? 'false' : 'true'} onKeyDown=${roving.onKeyDown}>
    <div class="table-head" role="rowgroup"><div class="row" role="row" aria-rowindex="1">
      ${COLUMNS.map(({ key, name, title, class: column }) => {
        const on = key === sorted;
        return html`<div key=${name} class=${`cell ${column}`} role="columnheader" aria-sort=${on ? (order === 'asc' ? 'ascending' : 'descending') : undefined}>
          ${key ? html`<button type="button" class="sorter" title=${title} onClick=${() => sort(key)}>${name}${on && html`<${Icon} name=${order === 'asc' ? 'up' : 'down'} />`}</button>` : name}
        </div>`;
      })}
    </div></div>
    <${Virtual} count=${pages.count} height=${narrow.value ? 62 : 34} onRange=${pages.onRange} reveal=${roving.active} place=${url} role="presentation"
      row=${(/** @type {number} */ index) => html`<${Row} key=${pages.at(index)?.ref ?? index} index=${index} task=${pages.at(index)}
        active=${index === roving.active} item=${roving.item(index)} />`} />
  </div>`;
}

/** @param {{ index: number, task: Task | undefined, active: boolean, item: object }} props */
function Row({ index, task, active, item }) {
  if (!task) return html`<div class="row" role="row" aria-rowindex=${index + 2}><div class="cell bone" role="cell"></div></div>`;
  return html`<div class=${`row ${active ? 'active' : ''} ${task.status === 'done' || task.archived_at ? 'past' : ''}`} role="row" aria-rowindex=${index + 2} data-ref=${task.ref}>
    <div class="cell c-ref" role="cell">${task.ref}</div>
    <div class="cell c-priority" role="cell"><${PriorityMark} level=${task.priority} /></div>
    <div class="cell c-status" role="cell"><${StatusMark} status=${task.status} held=${Boolean(task.lease)} /></div>
    <div class="cell c-title" role="cell">
      <a ...${item} href=${link(`/tasks/${task.ref}`)}>${task.title}</a>
      <span class="row-marks">
        ${task.needs_attention && html`<span class="flag attention" title=${task.needs_attention}><${Icon} name="attention" />needs you</span>`}
        ${task.blocked && html`<span class="flag" title=${`Waits for ${(task.blocked_by ?? []).join(', ')}`}><${Icon} name="blocked" />blocked</span>`}
        ${task.lease && html`<span class="flag held"><${Person} actor=${task.lease.holder} /><${Left} at=${task.lease.expires_at} /></span>`}
        ${task.labels.slice(0, 4).map((name) => html`<${LabelMark} key=${name} name=${name} />`)}
        ${task.archived_at && html`<span class="flag">archived</span>`}
      </span>
    </div>
    <div class="cell c-type" role="cell"><${TypeMark} type=${task.type} /></div>
    <div class="cell c-project" role="cell">${task.project.alias}</div>
    <div class="cell c-assignee" role="cell">${task.assignee ?? ''}</div>
    <div class="cell c-due" role="cell"><${Due} task=${task} /></div>
    <div class="cell c-updated" role="cell"><${When} at=${task.updated_at} /></div>
  </div>`;
}
