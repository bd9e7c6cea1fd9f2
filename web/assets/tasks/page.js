// The tasks: one filter, four ways to look at them.

import { html } from '../vendor/preact.js';
import { here, link, params } from '../core/route.js';
import { Downloads } from '../ui/downloads.js';
import { Empty, Failure, Loading } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { Page } from '../ui/page.js';
import { newTask } from '../app/state.js';
import { counted, named } from '../core/words.js';
import { commandLine, filterOf, narrows, strange } from './filter.js';
import { FilterBar } from './filters.js';
import { taskFiles } from './file.js';
import { allTasks, useTaskPages } from './pages.js';
import { TaskBoard } from './board.js';
import { TaskGrid } from './grid.js';
import { TaskList } from './list.js';
import { TaskTimeline } from './timeline.js';

const LOOKS = ['list', 'board', 'grid', 'timeline'];

/** @param {{ look: string }} props */
export function TasksPage({ look }) {
  const filter = filterOf(params.value);
  const unknown = strange(params.value);
  const query = here.value.params.toString();
  return html`<${Page} title="Tasks" class=${`tasks tasks-${look}`} command=${commandLine(filter)} actions=${html`
    <nav class="looks" aria-label="How to look at the tasks">${LOOKS.map(
      (name) => html`<a key=${name} href=${`/tasks${name === 'list' ? '' : `/${name}`}${query ? `?${query}` : ''}`}
        aria-current=${name === look ? 'page' : undefined}>
        <${Icon} name=${name} />
        <span>${named(name)}</span>
      </a>`,
    )}</nav>
    <${Downloads} name="tasks" content=${async () => taskFiles(await allTasks(filter))} />
    <button type="button" class="primary" aria-label="New task" onClick=${newTask}><${Icon} name="plus" /><span class="wide-only">New task</span></button>`}>
    <${FilterBar} filter=${filter} />
    ${unknown.length ? html`<${Empty} icon="filter" title=${`There is no ${unknown.join(', no ')}`}>Choose among the filters above, or <a href=${link('/tasks')}>clear them</a>.<//>`
      : look === 'board' ? html`<${TaskBoard} filter=${filter} />` : html`<${Paged} look=${look} filter=${filter} />`}
  <//>`;
}

/** @param {{ look: string, filter: import('./filter.js').Filter }} props */
function Paged({ look, filter }) {
  const pages = useTaskPages(filter);
  if (!pages.loaded) return pages.error ? html`<${Failure} error=${pages.error} retry=${pages.reload} />` : html`<${Loading} rows=${12} />`;
  if (pages.fresh && pages.total === 0) return html`<${NoTasks} filter=${filter} />`;
  const View = look === 'grid' ? TaskGrid : look === 'timeline' ? TaskTimeline : TaskList;
  return html`<${View} pages=${pages} filter=${filter} />
    <p class="total" role="status">${pages.fresh ? counted(pages.total, 'task') : 'Reading…'}</p>`;
}

/** @param {{ filter: import('./filter.js').Filter }} props */
export function NoTasks({ filter }) {
  if (narrows(filter)) {
    return html`<${Empty} icon="filter" title="No task matches">Loosen the filters, or <a href=${link('/tasks')}>clear them</a>.<//>`;
  }
  return html`<${Empty} icon="tasks" title="No tasks yet">
    <p>Press <kbd>n</kbd> for the first one, or let an agent write it:</p>
    <pre>backlog task add ${filter.project ? `-p ${filter.project} ` : ''}-t "Fix login timeout"</pre>
  <//>`;
}
