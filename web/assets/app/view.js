// Which view an address means. Views beyond the tasks are read when they are first
// opened.

import { html, useEffect, useState } from '../vendor/preact.js';
import { link } from '../core/route.js';
import { Empty, Loading } from '../ui/empty.js';
import { Page } from '../ui/page.js';
import { TasksPage } from '../tasks/page.js';

/** @typedef {{ match: RegExp, load: () => Promise<any>, name: string, props?: (found: RegExpMatchArray) => object }} Route */
/** @type {Route[]} */
const ROUTES = [
  { match: /^\/tasks\/(?:task-)?(\d+)$/i, load: () => import('../task/page.js'), name: 'TaskPage', props: ([, number]) => ({ ref_: `TASK-${number}` }) },
  { match: /^\/plans$/, load: () => import('../views/plans.js'), name: 'PlansPage' },
  { match: /^\/plans\/(\w+)$/, load: () => import('../views/plans.js'), name: 'PlanPage', props: ([, id]) => ({ id }) },
  { match: /^\/docs$/, load: () => import('../views/docs.js'), name: 'DocsPage' },
  { match: /^\/docs\/(\w+)$/, load: () => import('../views/docs.js'), name: 'DocPage', props: ([, id]) => ({ id }) },
  { match: /^\/memory$/, load: () => import('../views/memory.js'), name: 'MemoryPage' },
  { match: /^\/attachments$/, load: () => import('../views/attachments.js'), name: 'AttachmentsPage' },
  { match: /^\/activity$/, load: () => import('../views/activity.js'), name: 'ActivityPage' },
  { match: /^\/projects$/, load: () => import('../views/projects.js'), name: 'ProjectsPage' },
  { match: /^\/agents$/, load: () => import('../views/agents.js'), name: 'AgentsPage' },
  { match: /^\/needs-you$/, load: () => import('../views/attention.js'), name: 'AttentionPage' },
  { match: /^\/health$/, load: () => import('../views/health.js'), name: 'HealthPage' },
];
const TASKS = /^\/(?:tasks(?:\/(board|grid|timeline))?)?$/;

/** @param {{ path: string }} props */
export function View({ path }) {
  const tasks = path.match(TASKS);
  const route = ROUTES.find(({ match }) => match.test(path));
  if (tasks) return html`<${TasksPage} key="tasks" look=${tasks[1] ?? 'list'} />`;
  if (route) return html`<${Later} key=${path} route=${route} found=${path.match(route.match)} />`;
  return html`<${Page} title="Nothing here" command="backlog"><${Empty} icon="search" title="There is no such page"><a href=${link('/tasks')}>To the tasks</a><//><//>`;
}

/** @param {{ route: Route, found: RegExpMatchArray }} props */
function Later({ route, found }) {
  const [module, setModule] = useState(/** @type {Record<string, any> | null} */ (null));
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    route.load().then(setModule, () => setFailed(true));
  }, []);
  if (failed) return html`<${Page} title="Not read" command="backlog">
    <${Empty} icon="attention" title="This view could not be read">
      Is <code>backlog web</code> running? <button type="button" onClick=${() => location.reload()}>Try again</button>
    <//>
  <//>`;
  if (!module) return html`<${Loading} />`;
  const Component = module[route.name];
  return html`<${Component} ...${route.props?.(found) ?? {}} />`;
}
